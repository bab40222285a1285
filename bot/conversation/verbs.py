"""What one can say at any question and at the preview: back, skip, done, cancel, send, edit …"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from bot.conversation.form import PREVIEW, Draft, Form, Json, State, Step
from bot.conversation.walk import (
    SKIPPED,
    answer_step,
    before,
    collecting,
    empty,
    go_on,
    go_to,
    left_to_add,
    missing,
    rows,
)
from bot.domain.checklist import REST, unmarked
from bot.domain.keywords import LONGEST_WORD, Word, keyword
from bot.domain.text import Lexicon, tokens, without_politeness

PREVIEW_HELP = (
    "{{Ac}} nhắn “{send}” để gửi phiếu, “sửa” kèm số dòng để sửa (ví dụ: sửa 2), "
    "“thêm” để ghi thêm, hoặc “để sau” để cất lại."
)
NEEDED = "Câu này cần có thì phiếu mới gửi được ạ. Chưa tiện, {ac} nhắn “để sau” để cất lại."


def actions(form: Form, draft: Draft) -> dict[str, str]:
    """The verbs that are shown now, with the words for them, which can be typed as well."""
    if draft.asking is not None:
        return {}
    step = form.step(draft.at)
    shown = _at_preview(form, draft) if step is None else _at_step(form, draft, step)
    return {**shown, "cat": "Để sau", "huy": "Hủy"}


def _at_step(form: Form, draft: Draft, step: Step) -> dict[str, str]:
    answered = not empty(draft, step)
    shown: dict[str, str] = {}
    if step.marks:
        shown |= _as_usual(draft, step)
    elif collecting(step):
        shown["xong"] = "Xong"
    elif answered:
        shown["bo"] = "Giữ nguyên"
    if answered and (collecting(step) or not step.required):
        shown["xoa"] = "Xóa"
    if not (answered or step.required):
        shown["bo"] = "Bỏ qua"
    if draft.editing or draft.adding or before(form, draft):
        shown["lui"] = "Quay lại"
    return shown


def _as_usual(draft: Draft, step: Step) -> dict[str, str]:
    """All of a checklist, or what is left of it; not while an item waits for its mark."""
    marks, usual = draft.answers.get(step.key, SKIPPED)["v"] or {}, step.marks[0].label
    if unmarked(marks):
        return {}
    named = any(n != REST for n in marks)
    return {"xong": f"Còn lại {usual.lower()}" if named else f"{usual} hết"}


def _at_preview(form: Form, draft: Draft) -> dict[str, str]:
    lacking = missing(form, draft)
    shown = {"gui": "Ghi tiếp" if lacking else form.sent_word.capitalize()}
    if not lacking and left_to_add(form, draft):
        shown["them"] = "Thêm"
    return {**shown, "sua": "Sửa"} if rows(form, draft) else shown


def verb_shown(form: Form, draft: Draft, text: str) -> str | None:
    """The verb whose words, as they are shown now, are the whole message."""
    if len(text) > LONGEST_WORD:
        return None
    spoken = " ".join(without_politeness(tokens(text)))
    return _lexicon(tuple(actions(form, draft).items())).find(spoken)


@lru_cache(maxsize=64)
def _lexicon(shown: tuple[tuple[str, str], ...]) -> Lexicon[str]:
    return Lexicon((words.lower(), verb) for verb, words in shown)


def _back(form: Form, draft: Draft) -> Draft:
    if draft.at == PREVIEW:
        lines = rows(form, draft)
        return go_to(draft, lines[-1].key, editing=True) if lines else draft
    if draft.editing:
        return go_to(draft, PREVIEW)
    if earlier := before(form, draft):
        return go_to(draft, earlier.key, adding=draft.adding)
    if draft.adding:
        return go_to(draft, PREVIEW)
    return replace(draft, notes=("Đây là câu đầu tiên ạ.",))


def _skip(form: Form, draft: Draft) -> Draft:
    """Passes over the question; an answer that is there already stays."""
    step = form.step(draft.at)
    if step is None:
        return draft
    if step.required and empty(draft, step):
        return replace(draft, notes=(NEEDED,))
    if empty(draft, step):
        draft = draft.with_answer(step.key, SKIPPED)
    return go_on(form, draft)


def _done(form: Form, draft: Draft) -> Draft:
    """What a checklist does not name is as usual."""
    step = form.step(draft.at)
    if step is None or not step.marks:
        return _skip(form, draft)
    had = draft.answers.get(step.key, SKIPPED)
    if unmarked(had["v"]):
        return replace(draft, notes=(NEEDED,))
    usual = step.marks[0]
    marks = {**(had["v"] or {}), REST: usual.value}
    words = had["t"] or f"{usual.label} hết"
    return go_on(form, answer_step(form, draft, step, {"v": marks, "t": words}))


def _clear(form: Form, draft: Draft) -> Draft:
    step = form.step(draft.at)
    if step is None:
        return draft
    if collecting(step):
        return draft.without_answer(step.key)
    return go_on(form, answer_step(form, draft, step, SKIPPED))


def _cancel(form: Form, draft: Draft) -> Draft:
    if not rows(form, draft):
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
    if not lacking:
        return replace(draft, state=State.SENT)
    note = f"Phiếu còn thiếu: {lacking[0].label}. {{Ac}} ghi nốt rồi gửi ạ."
    return replace(go_to(draft, lacking[0].key, editing=lacking[0].later), notes=(note,))


def walk_on(form: Form, draft: Draft) -> Draft:
    """Through all that can be added; what was passed over before is asked again."""
    more = left_to_add(form, draft)
    for step in more:
        draft = draft.without_answer(step.key)
    return go_to(draft, more[0].key, adding=True) if more else draft


def _which_to_add(form: Form, draft: Draft) -> Draft:
    more = left_to_add(form, draft)
    if not more:
        return replace(draft, notes=("Phiếu đã đủ các mục ạ.",))
    in_turn = {"label": "Ghi lần lượt từng mục", "do": "walk"}
    return _which("{Ac} muốn ghi thêm mục nào ạ?", draft, more, in_turn)


def _which_to_edit(form: Form, draft: Draft) -> Draft:
    return _which("{Ac} muốn sửa dòng nào ạ?", draft, rows(form, draft))


def _which(text: str, draft: Draft, steps: Iterable[Step], *more: dict[str, Json]) -> Draft:
    picks = [{"label": s.label, "do": "edit", "v": s.key} for s in steps]
    options = [*picks, *more, {"label": "Thôi, để xem lại", "do": "again"}]
    return replace(draft, asking={"text": text, "options": options})


def _look(form: Form, draft: Draft) -> Draft:
    return go_to(draft, PREVIEW)


def _leave(form: Form, draft: Draft) -> Draft:
    return replace(draft, state=State.LEFT)


VERBS: dict[str, Callable[[Form, Draft], Draft]] = {
    "lui": _back,
    "bo": _skip,
    "xong": _done,
    "xoa": _clear,
    "huy": _cancel,
    "gui": send,
    "them": _which_to_add,
    "xem": _look,
    "sua": _which_to_edit,
    "cat": _leave,
}
WORD_VERBS: dict[Word, str] = {
    Word.CANCEL: "huy",
    Word.DELETE: "huy",
    Word.BACK: "lui",
    Word.SKIP: "bo",
    Word.PREVIEW: "xem",
    Word.SEND: "xem",
    Word.SAVE: "cat",
}
PREVIEW_VERBS: dict[Word, str] = {
    **{w: v for w, v in WORD_VERBS.items() if w is not Word.SKIP},
    Word.SEND: "gui",
    Word.MORE: "them",
    Word.EDIT: "sua",
}


def verb_meant(form: Form, draft: Draft, text: str) -> str | None:
    """The verb that a reserved word or the words shown mean here."""
    words = WORD_VERBS if form.step(draft.at) else PREVIEW_VERBS
    word = keyword(text)
    return verb_shown(form, draft, text) or (words.get(word) if word else None)
