"""One turn of a form: pure. `needs` says what must be known, `advance` makes the next draft."""

from dataclasses import replace
from typing import Any

from bot.conversation.form import PREVIEW, Draft, Form, Json, Kind, Lookup, State, Step, World
from bot.conversation.kinds import (
    Doubt,
    Missed,
    Reading,
    Taken,
    choices,
    code,
    collect,
    read,
    several,
    taken,
    typed,
)
from bot.conversation.messages import Said
from bot.conversation.verbs import PREVIEW_HELP, PREVIEW_VERBS, VERBS, WORD_VERBS, send
from bot.conversation.walk import (
    SKIPPED,
    answer_step,
    collecting,
    fill_in,
    go_on,
    kinds,
    left_to_add,
    missing,
    next_step,
    rows,
)
from bot.domain.keywords import (
    Word,
    edit_target,
    is_typed_cancel_with_accent,
    keyword,
    match_choice,
)
from bot.domain.numbers import parse_count
from bot.domain.text import fold

SEARCHED = frozenset({Kind.UNIT, Kind.INITIATIVE})
MISSES_BEFORE_HELP = 3
STALE = "Nút ấy thuộc câu trước nên không đổi gì ạ. Phiếu đang ở đây:"


def start(form: Form, answers: dict[str, Json] | None = None) -> Draft:
    draft = Draft(form.name, form.fingerprint, "", dict(answers or {}), kinds(form))
    return replace(draft, at=next_step(form, draft))


def needs(form: Form, draft: Draft, said: Said | None) -> tuple[Lookup, ...]:
    """What storage must be asked before this turn (said) or before showing the draft (None)."""
    step = form.step(draft.at)
    if step is None or not step.offer:
        return ()
    lookups: tuple[Lookup, ...] = (step.lookup(draft.answers),)
    if said and step.kind in SEARCHED and (text := typed(said)):
        lookups += (step.lookup(draft.answers, text),)
    return lookups


def settle(form: Form, draft: Draft, world: World) -> Draft:
    """Pass over a step that has nothing to offer; unchanged when there is something to ask."""
    step = form.step(draft.at)
    if step is None or not step.silent_without_choices or choices(step, draft.answers, world):
        return draft
    return go_on(form, draft.with_answer(step.key, SKIPPED))


def refit(form: Form, draft: Draft) -> Draft:
    """After a redeploy that changed the form: keep the answers whose step and kind remain."""
    if draft.fingerprint == form.fingerprint:
        return draft
    now = kinds(form)
    answers = {k: a for k, a in draft.answers.items() if now.get(k) == draft.kinds.get(k)}
    fitted = replace(
        draft, fingerprint=form.fingerprint, kinds=now, answers=answers, asking=None, misses=0
    )
    stays = draft.at in now and now[draft.at] == draft.kinds.get(draft.at)
    if stays or (draft.at == PREVIEW and not missing(form, fitted)):
        return fitted
    return replace(fitted, at=next_step(form, fitted), editing=False, adding=False)


def advance(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    """The draft after what was said. Total: whatever was said, some draft comes out."""
    fitted = replace(refit(form, draft), notes=())
    return replace(_turn(form, fitted, said, world), revision=draft.revision + 1)


def _turn(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    if said.button:
        return _pressed(form, draft, said.button, world)
    if said.problem:
        return replace(draft, notes=(said.problem,))
    if draft.asking is not None and said.text and (chosen := _chosen(draft.asking, said.text)):
        return _effect(form, draft, chosen)
    draft = replace(draft, asking=None)
    step = form.step(draft.at)
    if step is None:
        return _at_preview(form, replace(draft, at=PREVIEW), said, world)
    return _at_step(form, draft, step, said, world)


def _at_step(form: Form, draft: Draft, step: Step, said: Said, world: World) -> Draft:
    verb = _verb(step, said)
    if verb is not None:
        return VERBS[verb](form, draft)
    if said.photos and step.kind is not Kind.PHOTOS:
        return _photos_elsewhere(form, draft, said, world)
    return _answered(form, draft, step, read(step, said, draft.answers, world))


def _verb(step: Step, said: Said) -> str | None:
    """The reserved word that is the whole message; the name of a person comes before."""
    if said.photos or said.place or said.phone:
        return None
    word = keyword(said.text)
    if word is Word.CANCEL and step.personal and not is_typed_cancel_with_accent(said.text):
        return None
    if word is Word.NO and not step.required and step.kind not in (Kind.CHOICE, Kind.MANY):
        return "bo"
    if word is Word.DONE:
        return "xong" if collecting(step) else None
    return WORD_VERBS.get(word) if word else None


def _answered(form: Form, draft: Draft, step: Step, reading: Reading) -> Draft:
    if isinstance(reading, Missed):
        return _missed(draft, step, reading)
    if isinstance(reading, Doubt):
        return replace(draft, asking={"text": reading.text, "options": list(reading.options)})
    answer = collect(step, reading.answer, draft.answers) if step.several else reading.answer
    draft = fill_in(form, answer_step(form, draft, step, answer), reading.fills)
    draft = replace(draft, notes=(reading.note,) if reading.note else (), misses=0)
    return draft if reading.stay or step.several else go_on(form, draft)


def _missed(draft: Draft, step: Step, reading: Missed) -> Draft:
    misses = draft.misses + 1
    notes: tuple[str, ...] = (reading.why,)
    if misses >= MISSES_BEFORE_HELP:
        way_out = "“để sau” để cất lại" if step.required else "“bỏ qua” để sang câu sau"
        help_ = f"Nếu khó, {{ac}} nhắn {way_out}, hoặc “trợ giúp” để được chỉ dẫn."
        notes += tuple(n for n in (step.help, help_) if n)
    return replace(draft, misses=misses, notes=notes)


def _photos_elsewhere(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    """A picture sent while something else is asked is kept for the photo step, if there is one."""
    target = next((s for s in form.applicable(draft.answers) if s.kind is Kind.PHOTOS), None)
    reading = read(target, said, draft.answers, world) if target else None
    if target is None or not isinstance(reading, Taken):
        return replace(draft, notes=("Phiếu này không có chỗ để ảnh ạ.",))
    kept = f"Trợ lý đã giữ {reading.answer['t']} cho phiếu này."
    notes = tuple(n for n in (kept, reading.note) if n)
    return replace(answer_step(form, draft, target, reading.answer), notes=notes)


def _at_preview(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    if said.photos:
        return _photos_elsewhere(form, draft, said, world)
    word = keyword(said.text)
    if word in (Word.YES, Word.DONE):
        return _ask_to_send(draft)
    if word in PREVIEW_VERBS:
        return VERBS[PREVIEW_VERBS[word]](form, draft)
    return _edit_or_add(form, draft, said.text)


def _edit_or_add(form: Form, draft: Draft, text: str) -> Draft:
    lines = rows(form, draft)
    number = edit_target(text)
    if number is not None:
        return _edit_line(draft, lines, number)
    count = parse_count(text, 99)
    if count is not None and 1 <= count <= len(lines):
        return _send_or_edit(draft, count, lines[count - 1])
    verb, _, rest = fold(text).partition(" ")
    among = {"sua": lines, "them": left_to_add(form, draft)}.get(verb, [])
    if hit := _by_label(among, rest):
        return replace(draft, at=hit.key, editing=True)
    return replace(draft, notes=(PREVIEW_HELP,), misses=draft.misses + 1)


def _edit_line(draft: Draft, lines: list[Step], number: int) -> Draft:
    if not 1 <= number <= len(lines):
        return replace(draft, notes=(f"Phiếu có {len(lines)} dòng ạ. " + PREVIEW_HELP,))
    return replace(draft, at=lines[number - 1].key, editing=True, misses=0)


def _by_label(steps: list[Step], words: str) -> Step | None:
    hits = match_choice(words, [s.label for s in steps]) if words else ()
    return steps[hits[0]] if len(hits) == 1 else None


def _send_or_edit(draft: Draft, number: int, step: Step) -> Draft:
    options = [
        {"label": "Gửi phiếu", "do": "send"},
        {"label": f"Sửa dòng {number} ({step.label})", "do": "edit", "v": step.key},
    ]
    text = f"{{Ac}} muốn gửi hay sửa dòng {number} ạ?"
    return replace(draft, asking={"text": text, "options": options})


def _ask_to_send(draft: Draft) -> Draft:
    options = [{"label": "Gửi phiếu", "do": "send"}, {"label": "Chưa, để xem lại", "do": "again"}]
    return replace(draft, asking={"text": "{Ac} gửi phiếu này ạ?", "options": options})


def _chosen(asking: dict[str, Any], text: str) -> dict[str, Json] | None:
    """The effect that an answer to a question about an answer means; None: something else."""
    options: list[dict[str, Json]] = asking["options"]
    hits = match_choice(text, [o["label"] for o in options])
    if len(hits) == 1:
        return options[hits[0]]
    word = keyword(text)
    again = next((o for o in options if o["do"] == "again"), None)
    plain_question = len(options) == 2 or options[0]["do"] in ("cancel", "send")
    if word is Word.YES and again and plain_question:
        return options[0]
    return again if word in (Word.NO, Word.BACK) else None


def _effect(form: Form, draft: Draft, option: dict[str, Json]) -> Draft:
    draft = replace(draft, asking=None)
    step = form.step(draft.at)
    match option["do"]:
        case "answer" if step:
            answer = {"v": option["v"], "t": option["t"]}
            fills, note = option.get("fills", {}), option.get("note", "")
            return _answered(form, draft, step, Taken(answer, note=note, fills=fills))
        case "cancel":
            return replace(draft, state=State.CANCELLED)
        case "leave":
            return replace(draft, state=State.LEFT)
        case "send":
            return send(form, draft)
        case "edit":
            return replace(draft, at=option["v"], editing=True)
    return draft


def _pressed(form: Form, draft: Draft, button: str, world: World) -> Draft:
    """A button says `step:revision:choice`; one of another step or revision changes nothing."""
    at, _, rest = button.partition(":")
    revision, _, choice = rest.partition(":")
    if at != draft.at or revision != str(draft.revision):
        return _stale(draft)
    if choice in VERBS:
        return VERBS[choice](form, replace(draft, asking=None))
    if draft.asking is not None:
        options = {code(o): o for o in draft.asking["options"]}
        return _effect(form, draft, options[choice]) if choice in options else _stale(draft)
    return _picked(form, draft, choice, world)


def _picked(form: Form, draft: Draft, choice: str, world: World) -> Draft:
    step = form.step(draft.at)
    among = choices(step, draft.answers, world) if step else ()
    offered = {code(c.value): c for c in among}
    if step is None or choice not in offered:
        return _stale(draft)
    picked = offered[choice]
    if step.kind is not Kind.MANY:
        return _answered(form, draft, step, taken(picked))
    had = draft.answers.get(step.key, SKIPPED)["v"] or []
    kept = [c for c in offered.values() if (c.value in had) != (c == picked)]
    return draft.with_answer(step.key, several(kept))


def _stale(draft: Draft) -> Draft:
    return replace(draft, notes=(STALE,))
