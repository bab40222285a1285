"""A period in somebody's words: "quý 4", "6 tháng", with or without accents, beside a unit."""

from datetime import date

import pytest

from bot.domain.period_words import Named, parse_period


@pytest.mark.parametrize(
    ("said", "named", "rest"),
    [
        ("quý 4", Named("quarter", 4), ""),
        ("quy iv xã Thạch Lạc", Named("quarter", 4), "xã Thạch Lạc"),
        ("quý 3 năm nay", Named("quarter", 3, 2026), ""),
        ("6 tháng", Named("half"), ""),
        ("sáu tháng đầu năm 2026", Named("half", 1, 2026), ""),
        ("Thạch Lạc tháng 11/2026", Named("month", 11, 2026), "Thạch Lạc"),
        ("năm ngoái", Named("year", 0, 2025), ""),
        ("xã Nam Điền", None, "xã Nam Điền"),
        ("", None, ""),
    ],
)
def test_what_is_said(said: str, named: Named | None, rest: str) -> None:
    assert parse_period(said, 2026) == (named, rest)


@pytest.mark.parametrize(
    ("named", "kind", "first", "meant"),
    [
        (Named("quarter", 4), "quarter", date(2026, 10, 1), True),
        (Named("quarter", 4), "quarter", date(2026, 7, 1), False),
        (Named("half"), "half", date(2026, 1, 1), True),
        (Named("half", 2), "half", date(2026, 1, 1), False),
        (Named("year", 0, 2025), "year", date(2026, 1, 1), False),
    ],
)
def test_which_period_is_meant(named: Named, kind: str, first: date, meant: bool) -> None:
    assert named.is_(kind, first) is meant
