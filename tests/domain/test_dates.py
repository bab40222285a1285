"""Dates as they are typed, kept and shown. Today is Tuesday, 24 November 2026."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import parse_date
from bot.domain.partial_dates import PartialDate, Precision, clock, short_date

TODAY = date(2026, 11, 24)
DATEISH = st.text("0123456789/-. tháng6đầuămqúyIhôsrcwk")

SURE = {
    "2022-12-20": (
        *("20/12/2022", "20-12-2022", "20.12.2022", "20 12 2022", "20/12/22", "20122022"),
        *("ngày 20 tháng 12 năm 2022", "ngay 20 thang 12 nam 2022", "20 thg 12, 2022"),
        *("2022-12-20", "20/ 12 /2022.", "20/12 năm 2022", "thứ Ba, 20/12/2022"),
    ),
    "1975-04-30": ("30/4/75",),
    "2024-02-29": ("29/2/2024",),
    "2026-11-24": ("hôm nay", "hom nay", "hnay", "sáng nay ạ"),
    "2026-11-23": ("hôm qua", "chiều qua"),
    "2026-11-22": ("hôm kia", "hom kia"),
    "2026-11-21": ("hôm kìa", "3 ngày trước", "cách đây 3 hôm"),
    "2026-11-25": ("mai", "ngày mai"),
    "2026-11-26": ("ngày kia", "2 ngày nữa"),
    "2026-11-16": ("thứ hai tuần trước", "thứ 2 tuần trước", "T2 tuần trước"),
    "2026-12-04": ("thứ sáu tuần sau", "thu sau tuan sau"),
    "2026-11-29": ("chủ nhật tuần này", "cn tuần này"),
    "2026-11-05": ("ngày 5 tháng này",),
    "2025-03-05": ("5/3 năm ngoái", "ngày 5 tháng 3 năm ngoái"),
    "2022-12": (
        "tháng 12/2022",
        "12/2022",
        "tháng 12 năm 2022",
        "T12/2022",
        "thg 12/22",
        "2022-12",
    ),
    "2022-06": ("tháng sáu năm 2022", "thang sau/2022"),
    "2022-05": ("tháng năm 2022", "thang nam nam 2022"),
    "2026-03": ("cuối tháng 3/2026", "đầu tháng ba năm nay", "từ tháng 3/2026 đến nay"),
    "2026-11": ("tháng này", "cuối tháng"),
    "2026-10": ("tháng trước", "tháng vừa qua"),
    "2025-Q4": ("quý IV/2025", "quy 4 nam 2025", "Q4/2025", "quý tư năm ngoái"),
    "2026-Q3": ("quý trước",),
    "2026-H1": ("6 tháng đầu năm", "sáu tháng đầu năm", "6 thang dau nam 2026", "đầu năm nay"),
    "2025-H2": ("6 tháng cuối năm 2025", "6 tháng cuối năm ngoái", "cuối năm 2025", "H2/2025"),
    "2022": ("2022", "năm 2022", "cả năm 2022", "từ năm 2022"),
    "2026": ("năm nay",),
    "2025": ("năm ngoái", "nam truoc"),
    "2024": ("năm kia",),
    "2027": ("sang năm", "năm sau"),
}
GUESSED = {
    "2026-06-05": ("5/6", "ngày 5 tháng 6", "5-6", "mùng 5 tháng sáu"),
    "2022-03-10": ("mùng 10/3 năm 2022",),
    "2022-12-20": ("thứ Hai, 20/12/2022",),
    "2026-11-20": ("ngày 20",),
    "2026-11-23": ("thứ hai", "thứ 2", "tuần này"),
    "2026-11-29": ("chủ nhật", "cn"),
    "2026-11-16": ("tuần trước", "tuan qua"),
    "2026-03": ("tháng 3", "thg 3", "T3", "thang ba", "cuối tháng 3"),
    "2026-06": ("tháng sáu", "Tháng 6"),
    "2026-12": ("tháng sau",),
    "2026-Q1": ("quý I", "quý 1", "quý một", "q1"),
    "2022-Q2": ("giữa năm 2022",),
    "2026-H1": ("6 tháng đầu",),
}


def rows(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(raw, kept) for kept, raws in table.items() for raw in raws]


@pytest.mark.parametrize(("raw", "kept"), rows(SURE))
def test_dates_which_are_clear(raw: str, kept: str) -> None:
    parsed = parse_date(raw, TODAY)
    assert parsed
    assert (parsed.date.to_json(), parsed.guessed) == (kept, False)


@pytest.mark.parametrize(("raw", "kept"), rows(GUESSED))
def test_dates_which_must_be_confirmed(raw: str, kept: str) -> None:
    parsed = parse_date(raw, TODAY)
    assert parsed
    assert (parsed.date.to_json(), parsed.guessed) == (kept, True)


def test_a_half_year_still_to_come_is_a_guess() -> None:
    parsed = parse_date("6 tháng cuối năm", date(2027, 1, 5))
    assert parsed
    assert parsed.guessed


@pytest.mark.parametrize(
    "raw",
    [
        *("", "chưa rõ", "31/2", "29/2/2026", "32/1/2026", "5/13", "0/0/2022", "tháng 13", "quý 5"),
        *("tháng chạp", "tháng giêng", "mùng 3 Tết", "15/7 âm lịch", "rằm tháng 7", "thang sau"),
        *("8h30", "8 giờ 30", "4.200", "2,5 ha", "12", "đầu", "1/1/1800", "9 tháng đầu năm"),
        *(
            "2 năm trước",
            "thứ năm 2022",
            "ngày 5 năm 2022",
            "3 ngày trước 2022",
            "tuần",
            "20/12/2022 hoặc 21/12/2022",
            "2022" * 30_000,
        ),
    ],
)
def test_what_is_no_date(raw: str) -> None:
    assert parse_date(raw, TODAY) is None


@pytest.mark.parametrize(
    ("kept", "start", "end", "shown"),
    [
        ("2022-12-23", date(2022, 12, 23), date(2022, 12, 23), "23/12/2022"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "tháng 2/2024"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "quý I/2026"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "quý IV/2026"),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), "6 tháng đầu năm 2026"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "6 tháng cuối năm 2026"),
        ("2022", date(2022, 1, 1), date(2022, 12, 31), "năm 2022"),
    ],
)
def test_periods(kept: str, start: date, end: date, shown: str) -> None:
    period = PartialDate.from_json(kept)
    assert (period.start, period.end, period.format()) == (start, end, shown)


@pytest.mark.parametrize("text", ["", "2022-13", "2026-Q5", "2026-02-30", "0000", "20/12/2022"])
def test_what_was_never_stored_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - date's own words are as good as ours
        PartialDate.from_json(text)


@given(st.dates(), st.sampled_from(Precision))
def test_dates_are_stored_and_read_back(day: date, precision: Precision) -> None:
    period = PartialDate(day, precision)
    assert PartialDate.from_json(period.to_json()) == period
    assert period.start <= day <= period.end


@given(st.dates(date(1930, 1, 1), date(2090, 12, 31)), st.sampled_from(Precision))
def test_what_is_shown_can_be_typed_again(day: date, precision: Precision) -> None:
    period = PartialDate(day, precision)
    parsed = parse_date(period.format(), TODAY)
    assert parsed
    assert (parsed.date, parsed.guessed) == (period, False)


def test_how_dates_are_written() -> None:
    assert short_date(date(2022, 2, 3)) == "03/02/2022"
    assert clock(datetime(2026, 11, 24, 9, 0)) == "09:00 24/11/2026"  # noqa: DTZ001


@given(st.text() | DATEISH, st.dates())
def test_any_text_can_be_read_on_any_day(raw: str, today: date) -> None:
    parse_date(raw, today)
