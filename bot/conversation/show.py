"""What a draft looks like to the member: pure."""

from typing import Any

from bot.conversation.checklist import asks_mark, marked, question
from bot.conversation.form import Draft, Form, Kind, Step, World
from bot.conversation.listing import LIST_VERBS, on_page, paged
from bot.conversation.messages import Option, Reply, Wanted
from bot.conversation.reading import choices, code
from bot.conversation.verbs import actions
from bot.conversation.walk import SKIPPED, empty, left_to_add, leg, missing, rows
from bot.domain.wording import say

_WANTED = {Kind.PHOTOS: Wanted.PHOTOS, Kind.PLACE: Wanted.PLACE, Kind.PHONE: Wanted.PHONE}
_STYLES = {"gui": "primary", "xong": "primary", "huy": "danger"}
_EFFECT_STYLES = {"send": "primary", "cancel": "danger"}

NAMED = 4
"""Of what may be added, so many are named at the preview."""


def show(form: Form, draft: Draft, world: World, screen: str = "", to: str = "") -> Reply:
    """The question, preview or doubt the draft stands at. Buttons carry `step:revision:choice`,
    after `to`, which says whose draft it is."""
    step, at = form.step(draft.at), f"{to}{draft.at}:{draft.revision}:"
    if draft.asking is not None:
        text, options = _doubt(at, draft.asking, world)
    elif step is None:
        text, options = _preview(form, draft), []
    else:
        text, options = _question(form, draft, step, world, at)
    notes = "\n".join(say(note, world.address) for note in draft.notes)
    asked = step.kind if step and draft.asking is None else Kind.TEXT
    return Reply(
        f"{notes}\n\n{text}" if notes else text,
        options=tuple(options),
        actions=_actions(form, draft, at),
        wanted=_WANTED.get(asked, Wanted.TEXT),
        screen=screen,
    )


Shown = tuple[str, list[Option]]
"""Text, and what can be chosen."""


def _actions(form: Form, draft: Draft, at: str) -> tuple[Option, ...]:
    shown = actions(form, draft).items()
    return tuple([Option(words, at + verb, _STYLES.get(verb, "")) for verb, words in shown])


def _doubt(at: str, asking: dict[str, Any], world: World) -> Shown:
    options = [
        Option(o["label"], at + code(o), _EFFECT_STYLES.get(o["do"], "")) for o in asking["options"]
    ]
    return say(asking["text"], world.address), options


def _question(form: Form, draft: Draft, step: Step, world: World, at: str) -> Shown:
    """What the member wrote is put in after the wording is filled in: it is no template."""
    answer = draft.answers.get(step.key, SKIPPED)
    chosen = answer["v"] if step.kind is Kind.MANY and answer["v"] else []
    known = form.live(draft.answers)
    among = marked(step, known, world) if step.marks else choices(step, known, world)
    options = [
        Option(("✓ " if c.value in chosen else "") + c.label, at + code(c.value))
        for c in on_page(step, among, draft.page)
    ]
    now = f"Đang ghi: {answer['t']}" if answer["t"] and not asks_mark(step, answer) else ""
    if paged(step, among):
        now = f"Có {len(among)}, đã chọn {len(chosen)}."
        options += [Option(label, at + verb) for verb, label in LIST_VERBS.items()]
    why = f"Cần bổ sung: “{draft.only[step.key]}”" if draft.only.get(step.key) else ""
    ask = question(step, known, world) if step.marks else step.ask
    lines = (_progress(form, draft, step), why, say(ask, world.address), now)
    return "\n".join(line for line in lines if line), options


def _progress(form: Form, draft: Draft, step: Step) -> str:
    if draft.editing and step.label:
        return f"{'Thêm' if empty(draft, step) else 'Sửa'}: {step.label}"
    keys = [s.key for s in leg(form, draft)]
    if step.key not in keys or len(keys) == 1:
        return ""
    word = "Thêm" if draft.adding else "Bước"
    return f"{word} {keys.index(step.key) + 1}/{len(keys)}"


def _preview(form: Form, draft: Draft) -> str:
    lines = [f"XEM LẠI: {form.title.upper()} (chưa {form.sent_word})"]
    shown = rows(form, draft)
    for number, step in enumerate(shown, 1):
        lines.append(f"{number}. {step.label}: {draft.answers[step.key]['t'] or 'đã ghi'}")
    if lacking := missing(form, draft):
        lines.append("Còn thiếu: " + ", ".join(s.label.lower() for s in lacking) + ".")
        return "\n".join(lines)
    if draft.only:
        lines.append("Các mục khác giữ nguyên như đã gửi.")
    edit = f" Muốn sửa: nhắn “sửa {min(2, len(shown))}”." if shown else ""
    lines.append(f"Đúng hết: nhắn “{form.sent_word}”.{edit}")
    if more := left_to_add(form, draft):
        names = "; ".join(s.label.lower() for s in more[:NAMED])
        and_more = "…" if len(more) > NAMED else ""
        lines.append(f"Muốn ghi thêm ({names}{and_more}): nhắn “thêm”.")
    return "\n".join(lines)
