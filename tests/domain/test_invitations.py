"""Tokens for links and codes for typing: how strong, and how they may be written."""

import math
import re
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.invitations import (
    ALPHABET,
    CODE_LENGTH,
    GUESSES,
    TOKEN_BYTES,
    code_in,
    digest,
    grouped,
    is_code,
    key_in,
    new_code,
    new_token,
)

TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz01234_"
CODE = "K7M29RTX4HNJ"


def test_a_token_has_128_bits_and_more_and_fits_a_telegram_deep_link() -> None:
    token = new_token(secrets.token_bytes)
    assert TOKEN_BYTES * 8 >= 128
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,64}", token)


def test_a_code_has_50_bits_and_more() -> None:
    assert CODE_LENGTH * math.log2(len(ALPHABET)) > 50
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_a_hundred_thousand_guesses_are_hopeless() -> None:
    live_codes = 10_000
    assert 100_000 * live_codes / len(ALPHABET) ** CODE_LENGTH < 1e-6
    # a thousand sources at the limit, all the week a code lives
    week = 1000 * GUESSES * 24 * 7
    assert week * live_codes / len(ALPHABET) ** CODE_LENGTH < 1e-5


def test_a_code_is_shown_in_groups() -> None:
    assert grouped(new_code(lambda letters: letters[0])) == "2222-2222-2222"


@pytest.mark.parametrize(
    "typed",
    [
        "K7M2-9RTX-4HNJ",
        "k7m2 9rtx 4hnj",
        "K7M29RTX4HNJ",
        "  k7m2 – 9rtx – 4hnj ",
        "Ｋ７Ｍ２－９ＲＴＸ－４ＨＮＪ",
        "K7MZ-9RTX-4HNJ",  # Z for 2
    ],
)
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert code_in(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "xin chào",
        "cam on ban",
        "K7M2-9RTX",
        "K7M2-9RTX-4HNJ-22",
        "O0I1-LL00-1111",
        "42",
        "x" * 99,
    ],
)
def test_other_words_are_no_code(typed: str) -> None:
    assert code_in(typed) == ""


def test_a_letter_that_is_in_no_code_is_not_guessed_at() -> None:
    assert code_in("K7M2-9RTX-4HN0") == ""


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"https://dvk.vn/i/{TOKEN}",
        f"Vào đây: https://t.me/dvk?start={TOKEN} nhé",
        f" {TOKEN} ",
    ],
)
def test_a_token_is_found_in_what_people_paste(text: str) -> None:
    assert key_in(text) == TOKEN


@pytest.mark.parametrize(
    "text", ["", "dongy", "khong", "bắt đầu", "https://dvk.vn/i/abc", "a" * 33]
)
def test_what_is_no_invitation_is_left_alone(text: str) -> None:
    assert key_in(text) == ""


@given(st.text(max_size=400))
def test_any_text_gives_some_key_or_none(text: str) -> None:
    key = key_in(text)
    assert key == "" or re.fullmatch(r"[A-Za-z0-9_-]{12,64}", key)


def test_what_is_stored_tells_nothing_of_the_key() -> None:
    for key in (TOKEN, CODE):
        assert len(digest(key)) == 64
        assert key.lower() not in digest(key)
    assert is_code(CODE)
    assert not is_code(TOKEN)
