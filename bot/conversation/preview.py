"""What is said at the preview: send, or which answer to edit or to add."""

from dataclasses import replace

from bot.conversation.form import Draft, Form, Json, Step
from bot.conversation.verbs import PREVIEW_HELP, VERBS, verb_meant
from bot.conversation.walk import go_to, left_to_add, rows
from bot.domain.keywords import Word, edit_target, keyword, match_choice
from bot.domain.numbers import parse_count
from bot.domain.text import fold, tokens, without_politeness

EDITS = ("sua lai ", "sua phan ", "sua muc ", "sua cau ", "sua dong ", "sua ", "them muc ", "them ")


def at_preview(form: Form, draft: Draft, text: str) -> Draft:
    if verb := verb_meant(form, draft, text):
        return VERBS[verb](form, draft)
    if keyword(text) in (Word.YES, Word.DONE, Word.NEXT):
        return _ask_to_send(form, draft)
    lines = rows(form, draft)
    steps, words = [*lines, *left_to_add(form, draft)], _wanted(text)
    if exact := [s for s in steps if fold(s.label) == words and words]:  # "sửa năm" is not line 5
        return go_to(draft, exact[0].key, editing=True)
    if (number := edit_target(text)) is not None:
        return _edit_line(form, draft, lines, number)
    if count := parse_count(text, len(lines)):
        return _send_or_edit(form, draft, count, lines[count - 1])
    hits = () if words.isdigit() else match_choice(words, [s.label for s in steps])
    if len(hits) == 1:
        return go_to(draft, steps[hits[0]].key, editing=True)
    return replace(draft, notes=(_help(form),))


def _wanted(text: str) -> str:
    """ "ten" from "sửa tên nhé", "anh" from "thêm ảnh"; "" from anything else."""
    folded = fold(" ".join(without_politeness(tokens(text))))
    return next((folded.removeprefix(e) for e in EDITS if folded.startswith(e)), "")


def _help(form: Form) -> str:
    return PREVIEW_HELP.format(send=form.sent_word)


def _edit_line(form: Form, draft: Draft, lines: list[Step], number: int) -> Draft:
    if 1 <= number <= len(lines):
        return go_to(draft, lines[number - 1].key, editing=True)
    return replace(draft, notes=(f"Phiếu có {len(lines)} dòng ạ. " + _help(form),))


def _send_or_edit(form: Form, draft: Draft, number: int, step: Step) -> Draft:
    options = [
        _sending(form),
        {"label": f"Sửa dòng {number} ({step.label})", "do": "edit", "v": step.key},
    ]
    text = f"{{Ac}} muốn {form.sent_word} hay sửa dòng {number} ạ?"
    return replace(draft, asking={"text": text, "options": options})


def _ask_to_send(form: Form, draft: Draft) -> Draft:
    options = [_sending(form), {"label": "Chưa, để xem lại", "do": "again"}]
    text = f"{{Ac}} {form.sent_word} phiếu này ạ?"
    return replace(draft, asking={"text": text, "options": options})


def _sending(form: Form) -> dict[str, Json]:
    return {"label": f"{form.sent_word.capitalize()} phiếu", "do": "send"}
