"""A message edited after it was sent: its new words may take the place of the last answer, once
its sender says so. Pure."""

from dataclasses import replace

from bot.conversation.form import Answer, Draft, Form, Json, Step, World
from bot.conversation.kinds import checked, read
from bot.conversation.messages import Other, Said
from bot.conversation.reading import Taken
from bot.conversation.walk import answer_step, go_on, leg, rows
from bot.domain.text import cut

SHOWN = 80
AS_NEW = "Trợ lý chưa rõ tin {ac} vừa sửa là của câu nào ạ. {Ac} gõ câu trả lời thành tin mới giúp."
KEEP = {"label": "Giữ nguyên", "do": "again"}


def is_edited(said: Said | None) -> bool:
    return said is not None and said.other is Other.EDITED


def step_meant(form: Form, draft: Draft) -> Step | None:
    """The step answered last by typing: a tap cannot be edited. None: there is none, or what was
    edited is more likely an answer to the present question, which was not understood."""
    step = form.step(draft.last)
    asked = draft.asking["options"] if draft.asking else ()
    if draft.misses or any(option["do"] == "answer" for option in asked):
        return None
    known = step is not None and step.label and step.key in form.live(draft.answers)
    return step if known else None


def corrected(form: Form, draft: Draft, text: str, world: World) -> Draft:
    """Offers to replace the answer, if what was edited is one."""
    step = step_meant(form, draft)
    if step is None or text.startswith("/"):
        return replace(draft, asking=None, notes=(AS_NEW,))
    known = form.live(draft.answers)
    reading = checked(step, read(step, Said(text=text), known, world), known, world)
    if step.several or not isinstance(reading, Taken):
        return replace(draft, asking=None, notes=(_how(form, draft, step, text),))
    had = draft.answers[step.key]
    if reading.answer["v"] == had["v"]:
        note = f"Câu trả lời vẫn là “{cut(had['t'], SHOWN)}” ạ."
        return replace(draft, asking=None, notes=(note,))
    return replace(draft, asking=_offer(form, draft, step, had, reading))


def _offer(form: Form, draft: Draft, step: Step, had: Answer, new: Taken) -> dict[str, Json]:
    take = {"label": "Thay", "do": "replace", "step": step.key, "fills": dict(new.fills)}
    take |= {"v": new.answer["v"], "t": new.answer["t"], "note": new.note}
    old, words = (cut(text or "chưa ghi", SHOWN) for text in (had["t"], new.answer["t"]))
    text = f"Thay câu trả lời “{old}” ({_where(form, draft, step)}) bằng “{words}” ạ?"
    if old == words:  # they differ further on
        text = f"Thay câu trả lời ({_where(form, draft, step)}) bằng tin {{ac}} vừa sửa ạ?"
    return {"text": text, "options": [take, KEEP]}


def _where(form: Form, draft: Draft, step: Step) -> str:
    keys = [each.key for each in leg(form, replace(draft, adding=False))]
    return f"Bước {keys.index(step.key) + 1}/{len(keys)}" if step.key in keys else step.label


def _how(form: Form, draft: Draft, step: Step, text: str) -> str:
    lines = [row.key for row in rows(form, draft)]
    which = f"“sửa {lines.index(step.key) + 1}”" if step.key in lines else "“sửa”"
    look = "" if form.step(draft.at) is None else "“xem lại” rồi "
    return (
        f"“{cut(text, SHOWN)}” chưa thay được cho câu “{step.label}” ạ. "
        f"Muốn sửa câu ấy, {{ac}} nhắn {look}{which}."
    )


def replaced(form: Form, draft: Draft, option: dict[str, Json]) -> Draft:
    """The member stays at the question that was asked, unless another has to come before it."""
    step = form.step(option["step"])
    if step is None or not form.applies(step, draft.answers):
        return draft
    answer = {"v": option["v"], "t": option["t"]}
    draft = answer_step(form, draft, step, answer, option["fills"])
    done = f"Đã thay bằng “{cut(answer['t'], SHOWN)}”."
    notes = tuple(note for note in (done, option["note"]) if note)
    draft = replace(draft, notes=(*notes, *draft.notes))
    looks_at_one = draft.editing or draft.at in draft.answers
    return draft if looks_at_one else go_on(form, draft)
