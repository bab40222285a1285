"""What is made of an answer, taken, doubted or missed, and the choices there are."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.conversation.form import Answer, Answers, Choice, Json, Step, World
from bot.domain.checklist import unmarked
from bot.domain.keywords import match_choice
from bot.domain.text import could_mean, tokens, without_politeness

MOST_PICKED = 8
"""Choices of a question about an answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer is clear. stay: more may follow (photos), the step is not left yet. fills are
    answers to other steps that come along."""

    answer: Answer
    stay: bool = False
    note: str = ""
    fills: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """It must be asked: options are effects, see `bot.conversation.turn`."""

    text: str
    options: tuple[dict[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """Not an answer; why says so and what to do."""

    why: str


Reading = Taken | Doubt | Missed
AGAIN = {"label": "Không phải, để ghi lại", "do": "again"}


_as_json = json.JSONEncoder(ensure_ascii=False).encode


def code(value: Json) -> str:
    """What a button carries for a value: short, and of this value alone, wherever it is listed."""
    return _known_code(value) if isinstance(value, (int, str)) else _code(value)


def _code(value: Json) -> str:
    return f"{zlib.crc32(_as_json(value).encode()):x}"


_known_code = lru_cache(4096, typed=True)(_code)
"""Most are made anew with each question that lists them."""


def choices(step: Step, answers: Answers, world: World) -> tuple[Choice, ...]:
    """What may be answered now: of a checklist the marks, while an item waits for its own."""
    if step.marks and unmarked(value_of(step, answers)):
        return (*step.marks[1:], step.marks[0])
    return offered(step, answers, world)


def offered(step: Step, answers: Answers, world: World) -> tuple[Choice, ...]:
    if step.options or not step.offer:
        return step.options
    return world.look(step.lookup(answers)).choices


def value_of(step: Step, answers: Answers) -> Json:
    return answers[step.key]["v"] if step.key in answers else None


def taken(choice: Choice) -> Taken:
    answer = {"v": choice.value, "t": choice.answer or choice.label}
    return Taken(answer, note=choice.note, fills=choice.fills)


def pick(text: str, found: Iterable[Choice], keep: str = "") -> Doubt:
    """keep: what was typed may be the answer, too."""
    options = [
        {"label": c.label, "do": "answer", "v": c.value, "t": c.answer or c.label,
         "fills": dict(c.fills), "note": c.note}
        for c in list(found)[:MOST_PICKED]
    ]  # fmt: skip
    return Doubt(text, (*options, *([keeping(keep)] if keep else []), AGAIN))


def keeping(text: str, label: str = "Ghi “{text}”") -> dict[str, Json]:
    return {"label": label.replace("{text}", text), "do": "answer", "v": text, "t": text}


def matching(text: str, among: Sequence[Choice]) -> list[Choice]:
    hits = match_choice(text, [c.label for c in among], [c.words for c in among])
    return [among[i] for i in hits]


def unique(found: Iterable[Choice]) -> list[Choice]:
    """Each value once; values may be of any JSON type."""
    kept: list[Choice] = []
    for choice in found:
        if all(choice.value != other.value for other in kept):
            kept.append(choice)
    return kept


def named(text: str, among: Iterable[Choice]) -> list[Choice]:
    """Those whose whole name was typed, with or without accents."""
    spoken = tokens(text)
    said = {" ".join(spoken), " ".join(without_politeness(spoken))} - {""}
    names = ((c, " ".join(tokens(name))) for c in among for name in (c.label, *c.words))
    return [c for c, name in names if any(could_mean(one, name) for one in said)]
