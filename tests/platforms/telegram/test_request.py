"""HTTP below python-telegram-bot."""

import aiohttp
import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.platforms.telegram.request import (
    Calls,
    Flooded,
    NotSent,
    Polls,
    Unavailable,
    check,
    named,
    proxy_for,
)


def test_a_tapped_message_becomes_no_object() -> None:
    payload = b'{"ok":true,"result":[{"callback_query":{"message":{"message_id":1,"text":"x"}}}]}'
    [update] = Polls.parse_json_payload(payload)["result"]
    assert update["callback_query"] == {"tapped": {"message_id": 1, "text": "x"}}


def test_halves_of_emojis_are_read_as_well() -> None:
    assert Calls.parse_json_payload(b'{"ok":true,"result":"\\ud83d"}')["result"] == "\ud83d"


@pytest.mark.parametrize("payload", [b"<html>", b"[]", b'{"ok":true}', b"\xff"])
def test_what_is_no_answer(payload: bytes) -> None:
    with pytest.raises(TelegramError):
        Calls.parse_json_payload(payload)


@pytest.mark.parametrize(
    ("status", "payload", "seconds"),
    [(429, b'{"parameters":{"retry_after":7}}', 7), (429, b"<html>", 5)],
)
def test_asked_to_wait(status: int, payload: bytes, seconds: float) -> None:
    with pytest.raises(Flooded) as found:
        check(status, payload)
    assert found.value.seconds == seconds


def test_trouble_of_the_server() -> None:
    with pytest.raises(Unavailable):
        check(502, b"")


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (aiohttp.ConnectionTimeoutError(), NotSent),
        (aiohttp.SocketTimeoutError(), TimedOut),
        (aiohttp.ServerDisconnectedError(), NetworkError),
        (TimeoutError(), TimedOut),
    ],
)
def test_errors_have_the_names_of_python_telegram_bot(
    problem: Exception, kind: type[Exception]
) -> None:
    assert type(named(problem)) is kind


def test_this_machine_needs_no_proxy() -> None:
    for url in ("http://127.0.0.1:8081/bot", "http://localhost/bot", "http://[::1]:1/bot"):
        assert proxy_for(url) is None
