"""One turn of a form: pure. `needs` says what must be known, `advance` makes the next draft."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation.checklist import ticked
from bot.conversation.correcting import corrected, is_edited, replaced, step_meant
from bot.conversation.form import PREVIEW, Draft, Form, Json, Kind, Lookup, State, Step, World
from bot.conversation.kinds import checked, collected, everything, read, toggled, typed
from bot.conversation.listing import LIST_VERBS, list_verb
from bot.conversation.messages import Said
from bot.conversation.preview import at_preview
from bot.conversation.reading import (
    Doubt,
    Missed,
    Reading,
    Taken,
    choices,
    code,
    taken,
)
from bot.conversation.verbs import VERBS, actions, send, verb_meant, walk_on
from bot.conversation.walk import (
    SKIPPED,
    answer_step,
    asks,
    collecting,
    empty,
    go_on,
    go_to,
    kinds,
    missing,
    next_step,
    stands,
)
from bot.domain.keywords import Word, is_typed_cancel_with_accent, keyword, match_choice

SEARCHED = frozenset({Kind.UNIT, Kind.INITIATIVE})
LISTED = frozenset({Kind.CHOICE, Kind.MANY, Kind.CHECKLIST})
MISSES_BEFORE_HELP = 3
STALE = "Nút ấy thuộc câu trước nên không đổi gì ạ. Phiếu đang ở đây:"
LIST_CHANGED = "Câu trên đã đổi nên xin {ac} chọn lại câu này ạ."
NOT_ASKED = "Lần này chỉ ghi lại những câu được hỏi, nên Trợ lý chưa giữ {thing} ạ."
THINGS = {Kind.PHOTOS: "ảnh", Kind.PLACE: "vị trí", Kind.PHONE: "số điện thoại"}


def start(
    form: Form, answers: dict[str, Json] | None = None, only: Mapping[str, str] | None = None
) -> Draft:
    draft = Draft(form.name, form.fingerprint, "", dict(answers or {}), kinds(form))
    draft = replace(draft, only=dict(only or {}))
    return replace(draft, at=next_step(form, draft))


def needs(form: Form, draft: Draft, said: Said | None) -> tuple[Lookup, ...]:
    """What storage must be asked before this turn (said) or before showing the draft (None)."""
    step = step_meant(form, draft) if is_edited(said) else form.step(draft.at)
    if step is None or not step.offer:
        return ()
    known = form.live(draft.answers)
    lookups: tuple[Lookup, ...] = (step.lookup(known),)
    if said and step.kind in SEARCHED and (text := typed(said)):
        lookups += (step.lookup(known, text),)
    return lookups


def settle(form: Form, draft: Draft, world: World) -> Draft:
    """Pass over a step that has nothing to ask: nothing is offered, or the answer picked from an
    earlier list is in the new one, too. Unchanged when there is something to ask."""
    step = form.step(draft.at)
    answer = draft.answers.get(draft.at, SKIPPED)
    if step is None or not (step.silent_without_choices or "old" in answer):
        return draft
    among = choices(step, form.live(draft.answers), world)
    if step.silent_without_choices and not among:
        return go_on(form, draft.with_answer(step.key, answer))
    if "old" in answer:
        return _compared(form, draft, step, [c.value for c in among])
    return draft


def _compared(form: Form, draft: Draft, step: Step, offered: list[Json]) -> Draft:
    answer = {k: v for k, v in draft.answers[step.key].items() if k != "old"}
    values = answer["v"] if collecting(step) else [answer["v"]]
    if all(v in offered for v in values):
        draft = draft.with_answer(step.key, answer)
        return draft if collecting(step) else go_on(form, draft)
    return replace(draft.without_answer(step.key), notes=(*draft.notes, LIST_CHANGED))


def refit(form: Form, draft: Draft) -> Draft:
    """After a redeploy that changed the form: keep the answers whose step and kind remain."""
    if draft.fingerprint != form.fingerprint:
        now, then = kinds(form), draft.kinds
        answers = {k: a for k, a in draft.answers.items() if k in now and now[k] == then.get(k)}
        draft = replace(
            draft, fingerprint=form.fingerprint, kinds=now, answers=answers, asking=None, misses=0
        )
        retyped = now.get(draft.at, "") != then.get(draft.at, "")
        if retyped or (form.step(draft.at) is None and missing(form, draft)):
            return go_on(form, draft)
    return draft if stands(form, draft) else go_on(form, draft)


def advance(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    """The draft after what was said. Total: whatever was said, some draft comes out."""
    world = replace(world, page=draft.page) if world.page != draft.page else world
    here = refit(form, draft)
    turned = _turn(form, replace(here, notes=()) if here.notes else here, said, world)
    turned = turned if stands(form, turned) else go_on(form, turned)
    answered = turned.answers != draft.answers and turned.at == PREVIEW
    if form.straight and answered and turned.state is State.OPEN:
        turned = send(form, turned)
    return replace(turned, revision=draft.revision + 1)


def _turn(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    if said.button:
        return _pressed(form, draft, said.button, world)
    if is_edited(said):
        return corrected(form, draft, said.text, world)
    if said.problem:
        draft = replace(draft, notes=(said.problem,))
    step, kind = form.step(draft.at), _thing(said)
    if kind and not (step and step.kind is kind):
        draft = _for_its_step(form, draft, kind, said, world)
        said = Said(text=said.text)
    if not draft.notes:
        return _heard(form, draft, said, world)
    if not (said.text or _thing(said)):
        return draft
    after = _heard(form, replace(draft, notes=()), said, world)
    return replace(after, notes=(*draft.notes, *after.notes))


def _thing(said: Said) -> Kind | None:
    if said.photos:
        return Kind.PHOTOS
    return Kind.PLACE if said.place else Kind.PHONE if said.phone else None


def _for_its_step(form: Form, draft: Draft, kind: Kind, said: Said, world: World) -> Draft:
    """A picture sent while something else is asked is kept for its own step, if there is one."""
    steps = form.applicable(draft.answers)
    target = next((s for s in steps if s.kind is kind and not s.hidden), None)
    if target is None:
        return replace(draft, notes=(*draft.notes, f"Phiếu này không có chỗ để {THINGS[kind]} ạ."))
    if not asks(draft, target):
        return replace(draft, notes=(*draft.notes, NOT_ASKED.format(thing=THINGS[kind])))
    known = form.live(draft.answers)
    reading = checked(target, read(target, replace(said, text=""), known, world), known, world)
    if not isinstance(reading, Taken):
        why = reading.why if isinstance(reading, Missed) else reading.text
        return replace(draft, notes=(*draft.notes, why))
    words = reading.answer["t"] if kind is Kind.PHOTOS else THINGS[kind]
    notes = tuple(n for n in (f"Trợ lý đã giữ {words} cho phiếu này.", reading.note) if n)
    draft = replace(draft, notes=(*draft.notes, *notes))
    return answer_step(form, draft, target, reading.answer)


def _heard(form: Form, draft: Draft, said: Said, world: World) -> Draft:
    if draft.asking is not None:
        if chosen := _chosen(draft.asking, said.text):
            return _effect(form, draft, chosen, world)
        draft = replace(draft, asking=None)
    step = form.step(draft.at)
    if step is None:
        return at_preview(form, draft, said.text)
    if verb := list_verb(step, draft, said.text, form.live(draft.answers), world):
        return _of_list(form, draft, step, verb, world)
    if verb := _verb(form, draft, step, said):
        return VERBS[verb](form, draft)
    reading = read(step, said, form.live(draft.answers), world)
    if isinstance(reading, Missed) and _nod(draft, step, said):
        return VERBS["bo"](form, draft)
    draft = replace(draft, last=step.key) if said.text else draft
    return _answered(form, draft, step, reading, world)


def _verb(form: Form, draft: Draft, step: Step, said: Said) -> str | None:
    """The reserved word that is the whole message; the name of a person comes before."""
    if _thing(said):
        return None
    word = keyword(said.text)
    if word is Word.CANCEL and step.personal and not is_typed_cancel_with_accent(said.text):
        return None
    if word is Word.DONE:
        away = draft.adding or draft.editing
        return "xong" if collecting(step) else "xem" if away else None
    if step.kind not in LISTED and _nod(draft, step, said):
        return "bo"
    return verb_meant(form, draft, said.text)


def _nod(draft: Draft, step: Step, said: Said) -> bool:
    """ "Không" to what may be passed over; "đúng" or "tiếp" to what is written there already."""
    word = keyword(said.text)
    if empty(draft, step):
        return word is Word.NO and not step.required
    return word in (Word.YES, Word.NEXT)


def _answered(form: Form, draft: Draft, step: Step, reading: Reading, world: World) -> Draft:
    known = form.live(draft.answers)
    reading = checked(step, reading, known, world)
    if isinstance(reading, Missed):
        return _missed(draft, step, reading)
    if isinstance(reading, Doubt):
        return replace(draft, asking={"text": reading.text, "options": list(reading.options)})
    if step.several:
        reading = collected(step, reading, known)
    draft = answer_step(form, draft, step, reading.answer, reading.fills)
    if reading.note:
        draft = replace(draft, notes=(reading.note, *draft.notes))
    return replace(draft, misses=0) if reading.stay else go_on(form, draft)


def _missed(draft: Draft, step: Step, reading: Missed) -> Draft:
    misses = draft.misses + 1
    notes = [reading.why]
    if misses >= MISSES_BEFORE_HELP:
        way_out = "“để sau” để cất lại" if step.required else "“bỏ qua” để sang câu sau"
        notes += [step.help] if step.help not in reading.why else []
        notes += [f"Nếu khó, {{ac}} nhắn {way_out}, hoặc “trợ giúp” để được chỉ dẫn."]
    return replace(draft, misses=misses, notes=tuple(notes))


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


def _effect(form: Form, draft: Draft, option: dict[str, Json], world: World) -> Draft:
    draft = replace(draft, asking=None)
    step = form.step(draft.at)
    match option["do"]:
        case "answer" if step:
            answer = {"v": option["v"], "t": option["t"]}
            fills, note = option.get("fills", {}), option.get("note", "")
            reading = Taken(answer, note=note, fills=fills)
            return _answered(form, draft, step, reading, world)
        case "cancel":
            return replace(draft, state=State.CANCELLED)
        case "leave":
            return replace(draft, state=State.LEFT)
        case "send":
            return send(form, draft)
        case "edit":
            return go_to(draft, option["v"], editing=True)
        case "replace":
            return replaced(form, draft, option)
        case "walk":
            return walk_on(form, draft)
    return draft


def _pressed(form: Form, draft: Draft, button: str, world: World) -> Draft:
    """A button says `step:revision:choice`; one that is not shown now changes nothing."""
    at, _, rest = button.partition(":")
    revision, _, choice = rest.partition(":")
    if at == draft.at and revision == str(draft.revision):
        if draft.asking is not None:
            options = {code(o): o for o in draft.asking["options"]}
            if choice in options:
                return _effect(form, draft, options[choice], world)
        elif choice in actions(form, draft):
            return VERBS[choice](form, draft)
        elif (step := form.step(at)) and choice in LIST_VERBS and step.page:
            return _of_list(form, draft, step, choice, world)
        elif (step := form.step(at)) and (picked := _picked(form, draft, step, choice, world)):
            return _answered(form, draft, step, picked, world)
    return replace(draft, notes=(STALE,))


def _of_list(form: Form, draft: Draft, step: Step, verb: str, world: World) -> Draft:
    if verb == "tiep":
        return replace(draft, page=draft.page + 1)
    return _answered(form, draft, step, everything(step, form.live(draft.answers), world), world)


def _picked(form: Form, draft: Draft, step: Step, choice: str, world: World) -> Taken | None:
    known = form.live(draft.answers)
    among = choices(step, known, world)
    picked = next((c for c in among if code(c.value) == choice), None)
    if picked and step.kind is Kind.MANY:
        return toggled(step, picked, known, among)
    if picked and step.kind is Kind.CHECKLIST:
        return ticked(step, picked, known, world)
    return taken(picked) if picked else None
