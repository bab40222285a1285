"""How codes of initiatives are typed."""

import pytest

from bot.domain.codes import code, parse_code


@pytest.mark.parametrize("typed", ["DVK-2026-0042", "dvk 2026-42", " DVK2026-0042 ", "2026 42"])
def test_a_code_however_it_is_typed(typed: str) -> None:
    assert parse_code(typed) == (2026, 42)


@pytest.mark.parametrize("typed", ["42", "0042", "DVK-42"])
def test_a_number_alone_may_be_of_any_year(typed: str) -> None:
    assert parse_code(typed) == (None, 42)


@pytest.mark.parametrize("typed", ["", "DVK", "mô hình 42", "42 hộ", "2026-0042-1", "1234567"])
def test_what_is_no_code(typed: str) -> None:
    assert parse_code(typed) is None


def test_what_is_written_is_read() -> None:
    assert parse_code(code(2026, 42)) == (2026, 42)
