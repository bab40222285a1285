"""Where a draft stands in its form: pure questions about the two, and the step that comes next."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation.form import PREVIEW, Answer, Draft, Form, Json, Kind, Step

SKIPPED: Answer = {"v": None, "t": ""}


def collecting(step: Step) -> bool:
    """Whether its answer may come in several messages, until "xong"."""
    return step.several or step.kind in (Kind.PHOTOS, Kind.MANY)


def kinds(form: Form) -> dict[str, str]:
    return {s.key: s.kind.value for s in form.steps}


def empty(draft: Draft, step: Step) -> bool:
    return step.key not in draft.answers or draft.answers[step.key]["v"] is None


def missing(form: Form, draft: Draft) -> list[Step]:
    """Required steps without an answer, in order."""
    steps = form.applicable(draft.answers)
    return [s for s in steps if s.required and not s.hidden and empty(draft, s)]


def rows(form: Form, draft: Draft) -> list[Step]:
    """The numbered lines of the preview."""
    steps = form.applicable(draft.answers)
    return [s for s in steps if not s.hidden and draft.answers.get(s.key, SKIPPED)["t"]]


def left_to_add(form: Form, draft: Draft) -> list[Step]:
    """Steps one may still add at the preview."""
    steps = form.applicable(draft.answers)
    return [s for s in steps if _optional(s) and empty(draft, s)]


def leg(form: Form, draft: Draft) -> list[Step]:
    """The steps one is walking through now: the first ones, or the additional ones."""
    steps = form.applicable(draft.answers)
    if draft.adding:
        return [s for s in steps if _optional(s)]
    return [s for s in steps if not (s.later or s.hidden or s.silent_without_choices)]


def kept_answers(form: Form, draft: Draft) -> dict[str, Json]:
    """What is sent: the answers of steps that apply and were answered."""
    steps = form.applicable(draft.answers)
    return {s.key: draft.answers[s.key] for s in steps if not empty(draft, s)}


def next_step(form: Form, draft: Draft) -> str:
    """First unanswered applicable step of the leg, else the preview."""
    for step in form.applicable(draft.answers):
        if step.key not in draft.answers and _asked_now(draft, step):
            return step.key
    return PREVIEW


def go_on(form: Form, draft: Draft) -> Draft:
    at = next_step(form, draft)
    on_the_way = at != PREVIEW
    return replace(
        draft,
        at=at,
        misses=0,
        asking=None,
        editing=draft.editing and on_the_way,
        adding=draft.adding and on_the_way,
    )


def answer_step(form: Form, draft: Draft, step: Step, answer: Answer) -> Draft:
    """Put an answer in; a silent question that depended on the old one is to be asked again."""
    if draft.answers.get(step.key) != answer:
        for other in form.steps:
            if other.silent_without_choices and step.key in other.about:
                draft = draft.without_answer(other.key)
    return draft.with_answer(step.key, answer)


def fill_in(form: Form, draft: Draft, fills: Mapping[str, Answer]) -> Draft:
    """Answers that come along with another one; what the member has answered stays."""
    for key, answer in fills.items():
        if form.step(key) and key not in draft.answers:
            draft = draft.with_answer(key, answer)
    return draft


def _optional(step: Step) -> bool:
    return not (step.required or step.hidden or step.silent_without_choices)


def _asked_now(draft: Draft, step: Step) -> bool:
    if step.hidden:
        return False
    if draft.adding:
        return _optional(step)
    if draft.editing:
        return step.required or step.silent_without_choices
    return not step.later
