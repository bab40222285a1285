"""What Telegram's refusals mean for a message."""

import pytest
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.errors import SendError
from bot.platforms.telegram.request import Flooded, NotSent, Unavailable
from bot.platforms.telegram.troubles import Floods, send_error


def meant(problem: TelegramError, chat: str = "501") -> SendError:
    return send_error(problem, chat, Floods())


@pytest.mark.parametrize(
    ("problem", "permanent", "gone"),
    [
        (Forbidden("Forbidden: bot was blocked by the user"), True, True),
        (Forbidden("Forbidden: user is deactivated"), True, True),
        (BadRequest("Chat not found"), False, True),
        (BadRequest("PEER_ID_INVALID"), False, True),
        (BadRequest("not enough rights to send text messages to the chat"), True, True),
        (BadRequest("message text is empty"), True, False),
        (InvalidToken("7:secret"), False, False),
    ],
)
def test_what_will_never_arrive(problem: TelegramError, permanent: bool, gone: bool) -> None:
    error = meant(problem)
    assert (error.permanent, error.gone, error.unsure) == (permanent, gone, False)
    assert "7:secret" not in str(error)


@pytest.mark.parametrize(
    ("problem", "unsure"),
    [
        (NotSent("no connection"), False),
        (Unavailable(500), False),
        (Unavailable(502), False),
        (Unavailable(504), True),
        (TimedOut(), True),
        (NetworkError("the connection broke"), True),
        (TelegramError("the answer is no JSON"), True),
    ],
)
def test_what_may_have_arrived(problem: TelegramError, unsure: bool) -> None:
    error = meant(problem)
    assert (error.permanent, error.unsure) == (False, unsure)


def whole(floods: Floods, chat: str, seconds: float = 10) -> bool:
    return send_error(Flooded(seconds), chat, floods).whole_bot


def test_one_chat_waits_alone_however_often() -> None:
    floods = Floods(clock=lambda: 0.0)
    assert [whole(floods, "1"), whole(floods, "1")] == [False, False]


def test_two_at_the_same_time_mean_the_bot() -> None:
    floods = Floods(clock=lambda: 0.0)
    assert [whole(floods, "1"), whole(floods, "2")] == [False, True]


def test_one_after_the_other_does_not() -> None:
    now = [0.0]
    floods = Floods(clock=lambda: now[0])
    whole(floods, "1", 10)
    now[0] = 11.0
    assert not whole(floods, "2")


def test_groups_have_a_limit_of_their_own() -> None:
    floods = Floods(clock=lambda: 0.0)
    assert [whole(floods, chat) for chat in ("-1", "-2", "3")] == [False] * 3
