"""The reserved words of every form: back, skip, done, cancel, send, add, look, edit, put aside."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.form import PREVIEW, Draft, Form, State
from bot.conversation.walk import SKIPPED, empty, go_on, left_to_add, leg, missing, rows
from bot.domain.keywords import Word

PREVIEW_HELP = (
    "{Ac} nhắn “gửi” để gửi phiếu, “sửa” kèm số dòng để sửa (ví dụ: sửa 2), "
    "“thêm” để ghi thêm, hoặc “để sau” để cất lại."
)


def _back(form: Form, draft: Draft) -> Draft:
    if draft.at == PREVIEW:
        lines = rows(form, draft)
        return replace(draft, at=lines[-1].key, editing=True) if lines else draft
    if draft.editing:
        return replace(draft, at=PREVIEW, editing=False, misses=0)
    keys = [s.key for s in leg(form, draft)]
    place = keys.index(draft.at) if draft.at in keys else 0
    if place > 0:
        return replace(draft, at=keys[place - 1], misses=0)
    if draft.adding:
        return replace(draft, at=PREVIEW, adding=False, misses=0)
    return replace(draft, notes=("Đây là câu đầu tiên ạ.",))


def _skip(form: Form, draft: Draft) -> Draft:
    step = form.step(draft.at)
    if step is None:
        return draft
    if step.required and empty(draft, step):
        note = "Câu này cần có thì phiếu mới gửi được ạ. Chưa tiện, {ac} nhắn “để sau” để cất lại."
        return replace(draft, notes=(note,))
    if step.key not in draft.answers:
        draft = draft.with_answer(step.key, SKIPPED)
    return go_on(form, draft)


def _done(form: Form, draft: Draft) -> Draft:
    step = form.step(draft.at)
    if step and empty(draft, step):
        return _skip(form, draft)
    return go_on(form, draft)


def _cancel(form: Form, draft: Draft) -> Draft:
    if not draft.answers:
        return replace(draft, state=State.CANCELLED)
    options = [
        {"label": "Hủy phiếu này", "do": "cancel"},
        {"label": "Làm tiếp", "do": "again"},
        {"label": "Cất lại, để sau", "do": "leave"},
    ]
    text = "{Ac} muốn hủy phiếu này ạ? Những gì đã ghi trong phiếu sẽ bị xóa."
    return replace(draft, asking={"text": text, "options": options})


def send(form: Form, draft: Draft) -> Draft:
    lacking = missing(form, draft)
    if lacking:
        note = f"Phiếu còn thiếu: {lacking[0].label}. {{Ac}} ghi nốt rồi gửi ạ."
        return replace(draft, at=lacking[0].key, editing=True, notes=(note,))
    return replace(draft, state=State.SENT)


def _add(form: Form, draft: Draft) -> Draft:
    more = left_to_add(form, draft)
    if not more:
        return replace(draft, notes=("Phiếu đã đủ các mục ạ. " + PREVIEW_HELP,))
    for step in more:  # what was passed over before is asked again
        draft = draft.without_answer(step.key)
    return replace(draft, at=more[0].key, adding=True, editing=False, misses=0)


def _look(form: Form, draft: Draft) -> Draft:
    return replace(draft, at=PREVIEW, editing=False, adding=False, misses=0)


def _which_line(form: Form, draft: Draft) -> Draft:
    return replace(draft, notes=("{Ac} nhắn “sửa” kèm số dòng, ví dụ: sửa 2.",))


def _leave(form: Form, draft: Draft) -> Draft:
    return replace(draft, state=State.LEFT)


VERBS: dict[str, Callable[[Form, Draft], Draft]] = {
    "lui": _back,
    "bo": _skip,
    "xong": _done,
    "huy": _cancel,
    "gui": send,
    "them": _add,
    "xem": _look,
    "sua": _which_line,
    "cat": _leave,
}
WORD_VERBS = {
    Word.CANCEL: "huy",
    Word.BACK: "lui",
    Word.SKIP: "bo",
    Word.PREVIEW: "xem",
    Word.SAVE: "cat",
}
PREVIEW_VERBS = {
    **{w: v for w, v in WORD_VERBS.items() if w is not Word.SKIP},
    Word.SEND: "gui",
    Word.MORE: "them",
    Word.EDIT: "sua",
}
