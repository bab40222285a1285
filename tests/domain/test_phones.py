"""Telephone numbers as they are typed, kept and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.phones import format_phone, parse_phone


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912 345 678", "+84912345678"),
        ("0239 3845 123", "+842393845123"),
        ("0912345678 (anh Hà)", "+84912345678"),
        ("SĐT: 0912.345.678 - anh Hà, thôn 5", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("+840912345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084 912 345 678", "+84912345678"),
        ("(0239) 3845123", "+842393845123"),
        ("024 3845 1234", "+842438451234"),
        ("０９１２３４５６７８", "+84912345678"),
    ],
)
def test_numbers_of_here(typed: str, phone: str) -> None:
    assert parse_phone(typed) == phone


@pytest.mark.parametrize(
    "typed",
    [
        *("", "anh Hà", "113", "091234567", "09123456789", "0612345678", "+1 912 345 6789"),
        "01234567890",
        "0912345678 hoặc 0987654321",
        "0912345678" * 100_000,
    ],
)
def test_what_is_no_single_number_of_here(typed: str) -> None:
    assert parse_phone(typed) is None


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842393845123", "0239 3845 123"),
        ("+842438451234", "024 3845 1234"),
    ],
)
def test_how_numbers_are_shown(phone: str, shown: str) -> None:
    assert format_phone(phone) == shown


@given(st.text() | st.text("+0123456789 .-()"))
def test_any_text_can_be_read(raw: str) -> None:
    phone = parse_phone(raw)
    assert phone is None or parse_phone(format_phone(phone)) == phone
