"""Every registered form can be asked from end to end, and every choice it shows can be typed."""

import pytest

from bot.conversation.form import Form, Kind, Step, World
from bot.conversation.kinds import read
from bot.conversation.messages import Said
from bot.conversation.reading import Missed, Taken, code
from bot.domain.keywords import keyword
from bot.domain.text import fold
from bot.domain.wording import say
from bot.handlers.registry import FORMS, LOOKUPS, load_handlers
from tests.conversation.chat import TODAY

list(load_handlers())
STEPS = [(handler.form, step) for handler in FORMS.values() for step in handler.form.steps]
each_step = pytest.mark.parametrize(
    ("form", "step"), STEPS, ids=[f"{form.name}.{step.key}" for form, step in STEPS]
)


@each_step
def test_a_question_can_be_asked_or_is_hidden(form: Form, step: Step) -> None:
    assert step.hidden or step.ask
    assert step.label or step.hidden or step.silent_without_choices
    assert "{" not in say(step.ask + step.help, "bà")


@each_step
def test_what_a_question_offers_is_registered(form: Form, step: Step) -> None:
    assert not step.offer or step.offer in LOOKUPS
    if not step.hidden and step.kind in (Kind.CHOICE, Kind.MANY):
        assert bool(step.offer) != bool(step.options)
    if step.kind in (Kind.UNIT, Kind.INITIATIVE):
        assert step.offer


@each_step
def test_a_question_depends_on_no_later_one(form: Form, step: Step) -> None:
    """Unless it is silent: then it is asked again where a later answer gives a reason to."""
    if step.silent_without_choices:
        return
    keys = [s.key for s in form.steps]
    assert not set(step.about) & set(keys[keys.index(step.key) :])


@each_step
def test_every_choice_can_be_typed_with_and_without_accents(form: Form, step: Step) -> None:
    for number, choice in enumerate(step.options, 1):
        for text in (choice.label, fold(choice.label), str(number), *choice.words):
            reading = read(step, Said(text=text), {}, World(TODAY, "bà"))
            # "ba" is "bà" and the third choice: it is asked about.
            assert not isinstance(reading, Missed), text
            may_be = [reading.answer] if isinstance(reading, Taken) else reading.options[:-1]
            meant = [choice.value] if step.kind is Kind.MANY else choice.value
            assert meant in [answer["v"] for answer in may_be], text


@each_step
def test_a_button_fits_into_64_bytes(form: Form, step: Step) -> None:
    button = f"f:{10**9}:{step.key}:{10**4}:{code('x')}"
    assert len(button) <= 64


@pytest.mark.parametrize("name", FORMS)
def test_labels_are_told_apart_when_a_member_says_edit(name: str) -> None:
    labels = [fold(s.label) for s in FORMS[name].form.steps if s.label]
    assert len(set(labels)) == len(labels)
    assert not any(keyword(f"sửa {label}") for label in labels)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_asks_something_and_what_it_requires_comes_first(name: str) -> None:
    steps = [s for s in FORMS[name].form.steps if not s.hidden]
    assert steps
    assert not any(s.required and s.later for s in steps)
