"""When a message that was not taken is sent again, and when it never is."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.messages import Reply
from bot.delivery.patience import Patience, next_try
from bot.errors import SendError
from storage.sending import Letter

BOT = ("telegram", "telegram")
LOST = SendError("connection lost", unsure=True)
AWAY = SendError("502")


def now():
    return datetime.now(UTC)


def letter(attempts=0, age=timedelta(0), **reply):
    return Letter(1, 1, BOT, "1", "reply", attempts, now() - age, Reply("a", **reply))


def wait(letter, error, chance=0.5):
    at = now()
    again = next_try(letter, error, at, chance, Patience())
    return again and (again - at).total_seconds()


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 4), (5, 64), (20, 600), (5000, 600)])
def test_pauses_double_up_to_ten_minutes(attempts, seconds):
    assert wait(letter(attempts), AWAY) == seconds


def test_chance_spreads_retries():
    assert wait(letter(), AWAY, 0.0) == 1
    assert wait(letter(), AWAY, 1.0) == 3


def test_the_platform_may_ask_for_more():
    assert wait(letter(), SendError("429", retry_after=90)) == 90


def test_after_a_day_of_trying_it_is_given_up():
    assert wait(letter(100, timedelta(hours=23)), AWAY)
    assert wait(letter(0, timedelta(hours=25)), AWAY)
    assert wait(letter(100, timedelta(hours=25)), AWAY) is None


def test_what_may_have_arrived_is_said_again_only_with_a_code():
    assert wait(letter(), LOST) is None
    assert wait(letter(code="DVK-2026-0042"), LOST)


def test_a_message_can_be_changed_twice():
    assert wait(letter(edits="m1"), LOST)
