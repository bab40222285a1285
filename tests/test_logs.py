"""Logs: no token, cookie or phone number in any part of a record; no forged records."""

import io
import logging
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs import FORMAT, Redacting, redact

TOKEN = "123456789:AAcanaryBBccDDeeFFggHHiiJJkkLLmmNN"
CANARIES = [
    f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
    f"InvalidToken: the token `{TOKEN}` was rejected",
    "GET https://bot-api.zaloplatforms.com/bot987654321:canary-canary_canary/getMe",
    "GET /i/canaryCANARYcanary0123?x=1 200",
    "https://t.me/dvk_bot?start=canaryCANARY",
    "GET /the/canaryCANARY and /tep/canaryCANARY",
    "Cookie: dvk=canary; other=canary",
    "{'Set-Cookie': 'dvk=canary; HttpOnly'}",
    "headers {'X-CSRF-Token': 'canary'}",
    "Authorization: Bearer canary",
    "X-Telegram-Bot-Api-Secret-Token: canary",
    "postgresql+psycopg://dvk:canary@db/dvk",
    "token=canary",
]
PHONES = [
    "0912345678",
    "+84912345678",
    "84 912 345 678",
    "(+84) 912.345.678",
    "0912-345-678",
    "(0239) 3 845 678",
    "tel:0912345678,",
    "sđt:0912345678",
]


class Log:
    """A logger whose output can be read."""

    def __init__(self, secrets=()):
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(logging.Formatter(FORMAT))
        handler.addFilter(Redacting(secrets))
        self.logger = logging.Logger("test")
        self.logger.addHandler(handler)

    @property
    def text(self):
        return self.stream.getvalue()


@pytest.fixture
def log():
    return Log()


@pytest.mark.parametrize("secret", CANARIES)
def test_a_secret_appears_nowhere(log, secret):
    log.logger.warning(secret)
    log.logger.warning("sent %s", secret)
    try:
        raise RuntimeError(secret) from ValueError(secret)
    except RuntimeError as error:
        log.logger.exception("failed: %r", error, stack_info=True)
    assert "canary" not in log.text.lower()


@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_number_appears_nowhere(log, phone):
    log.logger.warning("gọi %s nhé", phone)
    log.logger.warning("answers %s", {"phone": phone})
    assert "345678" not in "".join(c for c in log.text if c.isdigit())


@settings(deadline=None)
@given(st.from_regex(r"(0|\+84)[ .-]?([35789]\d)([ .-]?\d){7}", fullmatch=True), st.text())
def test_no_phone_number_is_left_in_any_text(phone, rest):
    assert phone not in redact(f"{rest} {phone}")


def test_the_secrets_of_the_settings_are_known_by_heart():
    log = Log(["hunter2", "", "hunter22"])
    log.logger.warning("x hunter22 y hunter2 z")
    assert log.text.endswith("x *** y *** z\n")


@pytest.mark.parametrize(
    "text",
    [
        "report DVK-2026-0042 accepted",
        "2022-12-23 08:00:00 step took 0.0123 s",
        "138 built, 135 registered, 102,2 %",
        "account 12345 retried in 64.0 s",
        "listening on http://127.0.0.1:8080/",
    ],
)
def test_what_is_harmless_stays(text):
    assert redact(text) == text


def test_a_message_cannot_look_like_two_records(log):
    log.logger.warning("name %s", "Lan\r\n2026-01-01 CRITICAL root: forged\u2028\x1b[31m")
    assert log.text.count("\n") == 1
    assert r"Lan\r\n2026" in log.text
    assert "\x1b" not in log.text


def test_nor_can_an_exception(log):
    try:
        raise RuntimeError("Lan\n2026-01-01 CRITICAL root: forged")
    except RuntimeError:
        log.logger.exception("failed")
    first, *rest = log.text.splitlines()
    assert first.endswith("ERROR test: failed")
    assert all(line.startswith("  | ") for line in rest)


def test_wrong_arguments_do_not_lose_a_record(log):
    log.logger.warning("a %d", "b")
    assert "a %d ('b',)" in log.text


def test_two_handlers_may_share_a_record(log):
    other = Log()
    log.logger.addHandler(other.logger.handlers[0])
    try:
        raise RuntimeError("no")
    except RuntimeError:
        log.logger.exception("100 %% of %s", "x")
    assert log.text == other.text
    assert "100 % of x\n  | Traceback" in log.text


@pytest.mark.parametrize("bad", ["1" * 100_000, "0 " * 50_000, "/i/" * 30_000, "a://b:" * 20_000])
def test_long_text_takes_no_time(log, bad):
    start = time.process_time()
    log.logger.warning(bad)
    assert time.process_time() - start < 0.5
    assert len(log.text) < 70_000
