"""Where a draft stands in its form: pure questions about the two, and the step that comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.conversation.form import PREVIEW, Answer, Answers, Draft, Form, Json, Kind, Step
from bot.domain.checklist import unmarked

SKIPPED: Answer = {"v": None, "t": ""}
CHANGED = "Câu trên đã đổi nên xin {{ac}} ghi lại: {labels}."


def collecting(step: Step) -> bool:
    """Whether its answer may come in several messages, until "xong"."""
    return step.several or step.kind in (Kind.PHOTOS, Kind.MANY, Kind.CHECKLIST)


def kinds(form: Form) -> dict[str, str]:
    return {s.key: s.kind.value for s in form.steps}


def empty(draft: Draft, step: Step) -> bool:
    """Not answered, not to the end, passed over, or to be looked at again."""
    answer = draft.answers.get(step.key, SKIPPED)
    if step.kind is Kind.CHECKLIST and unmarked(answer["v"]):
        return True
    return answer["v"] in (None, []) or "old" in answer


def missing(form: Form, draft: Draft) -> list[Step]:
    """Required steps without an answer, in order; who had nothing to ask is passed over."""
    steps = form.applicable(draft.answers)
    lacking = (s for s in steps if s.required and not s.hidden and empty(draft, s))
    return [s for s in lacking if not (s.silent_without_choices and s.key in draft.answers)]


def rows(form: Form, draft: Draft) -> list[Step]:
    """The numbered lines of the preview."""
    steps = form.applicable(draft.answers)
    answered = (s for s in steps if s.label and not s.hidden and not empty(draft, s))
    return [s for s in answered if asks(draft, s)]


def left_to_add(form: Form, draft: Draft) -> list[Step]:
    """Steps one may still add at the preview."""
    steps = form.applicable(draft.answers)
    return [s for s in steps if _optional(s) and empty(draft, s) and asks(draft, s)]


def asks(draft: Draft, step: Step) -> bool:
    """Whether this answer may be changed: all may, or those that are asked again and what depended
    on them."""
    return not draft.only or step.key in draft.only or "old" in draft.answers.get(step.key, SKIPPED)


def leg(form: Form, draft: Draft) -> list[Step]:
    """The steps one is walking through now: the first ones, or the additional ones."""
    return [s for s in form.applicable(draft.answers) if _walked(draft, s)]


def before(form: Form, draft: Draft) -> Step | None:
    """The step that was asked before this one: of this leg, or a silent one that had to speak."""
    asked = None
    for step in form.applicable(draft.answers):
        if step.key == draft.at:
            return asked
        if _walked(draft, step) or (_spoke(draft, step) and not draft.adding):
            asked = step
    return None


def stands(form: Form, draft: Draft) -> bool:
    """Whether the draft is at a step that can be asked, or at the preview."""
    step = form.step(draft.at)
    if step is None or step.hidden:
        return draft.at == PREVIEW
    return form.applies(step, draft.answers)


def kept_answers(form: Form, draft: Draft) -> dict[str, Json]:
    """What is sent: the answers of steps that apply and were answered."""
    steps = form.applicable(draft.answers)
    answered = {s.key: draft.answers[s.key] for s in steps if not empty(draft, s)}
    return {key: {"v": answer["v"], "t": answer["t"]} for key, answer in answered.items()}


def next_step(form: Form, draft: Draft) -> str:
    """First unanswered applicable step of the leg, else the preview; on the way, what is asked
    again."""
    again = _again(form, draft)
    for step in form.applicable(draft.answers):
        along = draft.adding and not step.required
        asked = _optional(step) if along else not (step.later or step.hidden)
        lacks = step.key not in draft.answers or "old" in draft.answers[step.key]
        lacks = lacks or (bool(step.marks) and empty(draft, step))
        if step.key in again or (asked and lacks and (step.required or asks(draft, step))):
            return step.key
    return PREVIEW


def _again(form: Form, draft: Draft) -> set[str]:
    """Of what is asked again that which comes after the present question."""
    if not draft.only or draft.editing or draft.adding or draft.at == PREVIEW:
        return set()
    keys = [s.key for s in form.steps]
    return {*draft.only}.intersection(keys[keys.index(draft.at) + 1 if draft.at in keys else 0 :])


def go_on(form: Form, draft: Draft) -> Draft:
    at = next_step(form, draft)
    return go_to(draft, at, adding=draft.adding and at != PREVIEW)


def go_to(draft: Draft, key: str, *, editing: bool = False, adding: bool = False) -> Draft:
    """Where others stay as they are, a question that has to be asked all the same joins those that
    are asked again."""
    only = draft.only
    if only and key not in (PREVIEW, *only):
        only = {**only, key: ""}
    return replace(
        draft, at=key, misses=0, asking=None, page=0, editing=editing, adding=adding, only=only
    )


def answer_step(
    form: Form, draft: Draft, step: Step, answer: Answer, fills: Mapping[str, Answer] | None = None
) -> Draft:
    """Put an answer in, with those that come along: they take the place of what this step brought
    along before, never of what the member said. What depends on a changed answer is reviewed."""
    had = draft.answers
    answers = {k: a for k, a in had.items() if a.get("by") != step.key} | {step.key: answer}
    along = {k: a for k, a in (fills or {}).items() if form.step(k) and k not in answers}
    answers |= {k: {**a, "by": step.key} for k, a in along.items()}
    changed = {k for k in had.keys() | answers.keys() if _value(had, k) != _value(answers, k)}
    draft = replace(draft, answers=answers)
    others = (s for s in form.steps if changed.intersection(s.about) and s.key in answers)
    depending = [s for s in others if s.key != step.key and s.key not in along]
    return _reviewed(draft, depending) if depending else draft


def _reviewed(draft: Draft, depending: Iterable[Step]) -> Draft:
    """A silent question that depended on the old answer is to be asked again; what was picked from
    a list that depended on it is marked, and compared with the new list (`settle`)."""
    answers, later = dict(draft.answers), []
    for step in depending:
        if step.silent_without_choices:
            del answers[step.key]
        elif not empty(draft, step) and (step.several or step.kind in (Kind.CHOICE, Kind.MANY)):
            answers[step.key] = {**answers[step.key], "old": True}
            later += [step.label.lower()] if step.later else []
    notes = (*draft.notes, CHANGED.format(labels=", ".join(later))) if later else draft.notes
    return replace(draft, answers=answers, notes=notes)


def _value(answers: Answers, key: str) -> Json:
    return answers.get(key, SKIPPED)["v"]


def _optional(step: Step) -> bool:
    return not (step.required or step.hidden or step.silent_without_choices)


def _walked(draft: Draft, step: Step) -> bool:
    if draft.adding:
        return _optional(step) and asks(draft, step)
    if draft.only:
        return step.key in draft.only
    return not (step.later or step.hidden or step.silent_without_choices)


def _spoke(draft: Draft, step: Step) -> bool:
    return step.silent_without_choices and not empty(draft, step)
