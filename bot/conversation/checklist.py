"""A list where most things are as usual: only those that are not are named, each with its mark."""

from dataclasses import replace

from bot.conversation.form import Answer, Answers, Choice, Json, Step, World
from bot.conversation.messages import Said
from bot.conversation.reading import (
    Missed,
    Reading,
    Taken,
    choices,
    matching,
    named,
    offered,
    value_of,
)
from bot.domain.checklist import REST, exceptions, in_words, unmarked

UNCLEAR = (
    "Trợ lý chưa rõ ý {{ac}}. {{Ac}} nhắn “{all}”, hoặc các số chưa được như vậy, ví dụ: trừ 3, 5."
)


def read_checklist(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    """ "đạt hết", "trừ 3, 5", "3 một phần, 5 chưa đạt"; one number or name is that item alone."""
    items = offered(step, answers, world)
    if unmarked(value_of(step, answers)):
        hits = matching(said.text, choices(step, answers, world))
        if len(hits) == 1:
            return ticked(step, hits[0], answers, world)
    usual, *others = step.marks
    marks = exceptions(
        said.text,
        len(items),
        (usual.value, _names(usual)),
        {mark.value: _names(mark) for mark in others},
    )
    if marks is not None:
        return _listed(step, _joined(step, answers, marks), items)
    whole = named(said.text, items)
    if len(whole) == 1:
        return ticked(step, whole[0], answers, world)
    return Missed(UNCLEAR.format(all=f"{usual.label.lower()} hết"))


def _names(mark: Choice) -> tuple[str, ...]:
    return (mark.label, *mark.words)


def _joined(step: Step, answers: Answers, marks: dict[str, str | None]) -> dict[str, str | None]:
    """One bare number is one more; a whole sentence stands for itself."""
    had = {} if REST in marks else value_of(step, answers) or {}
    return {**had, **marks}


def ticked(step: Step, picked: Choice, answers: Answers, world: World) -> Taken:
    """An item was tapped, whose mark is asked next; or the mark of the one that waits for it."""
    items = offered(step, answers, world)
    marks = dict(value_of(step, answers) or {})
    if number := unmarked(marks):
        marks[number] = picked.value
        marks = {n: m for n, m in marks.items() if n == REST or m != step.marks[0].value}
    else:
        marks[str(items.index(picked) + 1)] = None
    return _listed(step, marks, items)


def _listed(step: Step, marks: dict[str, str | None], items: tuple[Choice, ...]) -> Taken:
    names = {mark.value: mark.label for mark in step.marks}
    answer: dict[str, Json] = {
        "v": marks or None,
        "t": in_words(marks, [item.label for item in items], names) if marks else "",
    }
    return Taken(answer, stay=REST not in marks or bool(unmarked(marks)))


def asks_mark(step: Step, answer: Answer) -> bool:
    return bool(step.marks and unmarked(answer["v"]))


def question(step: Step, answers: Answers, world: World) -> str:
    """What is asked now."""
    number = unmarked(value_of(step, answers))
    items = offered(step, answers, world)
    return f"{number}. {items[int(number) - 1].label}: thế nào ạ?" if number else step.ask


def marked(step: Step, answers: Answers, world: World) -> list[Choice]:
    """The choices; an item says which mark it has."""
    among, marks = choices(step, answers, world), value_of(step, answers) or {}
    names = {mark.value: mark.label.lower() for mark in step.marks}
    if unmarked(marks):
        return list(among)
    has = [names.get(marks.get(str(n)), "") for n in range(1, len(among) + 1)]
    return [
        replace(choice, label=f"{choice.label} – {mark}") if mark else choice
        for choice, mark in zip(among, has, strict=True)
    ]
