"""The right hour: inside a window, on a working day, never in Tết."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.timing import Hours, ends, slot, slot_before, window_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = Hours()
TET = [date(2026, 2, 14) + timedelta(n) for n in range(9)]
SUBSTITUTE = date(2026, 8, 22)
"""A Saturday that is worked for a Monday off."""


def working(day: date) -> bool:
    return day == SUBSTITUTE or (day.weekday() < 5 and day not in TET)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=ZONE)
)
windows = st.sampled_from(["office", "evening"])


@pytest.mark.parametrize(
    ("wanted", "window", "found"),
    [
        ("2026-11-24 08:15", "office", "2026-11-24 08:15"),  # inside: at once
        ("2026-11-24 05:00", "office", "2026-11-24 07:30"),
        ("2026-11-24 11:00", "office", "2026-11-24 14:00"),  # the end is outside
        ("2026-11-24 21:30", "office", "2026-11-25 07:30"),  # the night: the next morning
        ("2026-11-27 18:00", "office", "2026-11-30 07:30"),  # Friday evening: Monday
        ("2026-11-27 18:00", "evening", "2026-11-27 19:00"),
        ("2026-11-27 20:30", "evening", "2026-11-30 19:00"),
        ("2026-02-13 17:00", "office", "2026-02-23 07:30"),  # Tết
        ("2026-02-13 20:30", "evening", "2026-02-23 19:00"),
        ("2026-08-22 00:00", "office", "2026-08-22 07:30"),  # a Saturday that is worked
    ],
)
def test_the_earliest_hour_that_suits(wanted: str, window: str, found: str) -> None:
    assert slot(at(wanted), window, HOURS, working) == at(found)


@given(moments, windows)
def test_an_hour_lies_in_a_window_of_a_working_day(wanted: datetime, window: str) -> None:
    found = slot(wanted, window, HOURS, working)
    assert any(start <= found.time() < end for start, end in HOURS.of(window))
    assert working(found.date())
    assert found.date() not in TET
    assert found >= wanted


@given(moments, windows)
def test_asking_twice_changes_nothing(wanted: datetime, window: str) -> None:
    once = slot(wanted, window, HOURS, working)
    assert slot(once, window, HOURS, working) == once


@given(moments, moments, windows)
def test_what_is_wanted_later_is_not_sent_earlier(
    one: datetime, other: datetime, window: str
) -> None:
    early, late = sorted([one, other])
    assert slot(early, window, HOURS, working) <= slot(late, window, HOURS, working)


def test_a_calendar_without_any_working_day_holds_up_nothing() -> None:
    assert slot(at("2026-11-28 09:00"), "office", HOURS, lambda _: False) == at("2026-11-28 09:00")


# -- what must not come later -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "latest", "found"),
    [
        ("2026-11-24 06:00", "2026-11-24 09:00", "2026-11-24 07:30"),
        ("2026-11-24 08:00", "2026-11-24 09:00", "2026-11-24 08:00"),
        ("2026-11-24 12:00", "2026-11-24 13:30", "2026-11-24 07:30"),  # the same morning
        ("2026-11-23 06:00", "2026-11-23 07:00", "2026-11-20 14:00"),  # Monday early: Friday
        ("2026-02-18 08:00", "2026-02-18 09:00", "2026-02-13 14:00"),  # in Tết: before it
        ("2026-11-24 15:00", "2026-11-24 14:30", "2026-11-24 14:00"),  # wanted too late
    ],
)
def test_what_must_not_come_later_moves_earlier(wanted: str, latest: str, found: str) -> None:
    assert slot_before(at(wanted), at(latest), "office", HOURS, working) == at(found)


def test_without_a_working_day_for_a_month_there_is_no_hour_before() -> None:
    monday = at("2026-11-23 06:00")
    assert slot_before(monday, monday, "office", HOURS, lambda day: day > monday.date()) is None


@given(moments, st.timedeltas(timedelta(0), timedelta(3)), windows)
def test_an_hour_before_is_never_too_late(wanted: datetime, spare: timedelta, window: str) -> None:
    found = slot_before(wanted, wanted + spare, window, HOURS, working)
    assert found is not None
    assert found <= wanted + spare
    assert slot(found, window, HOURS, working) == found


# -- windows ----------------------------------------------------------------------------------


@given(moments, windows)
def test_the_window_of_an_hour_ends_after_it(wanted: datetime, window: str) -> None:
    found = slot(wanted, window, HOURS, working)
    end = ends(found, window, HOURS)
    assert found < end
    assert end.date() == found.date()
    assert end.time() in [span[1] for span in HOURS.of(window)]


def test_outside_of_all_windows_there_is_nothing_to_wait_for() -> None:
    noon = at("2026-11-24 12:00")
    assert ends(noon, "office", HOURS) == noon


@pytest.mark.parametrize(
    ("window", "liked", "is_official", "found"),
    [
        ("office", "evening", False, "office"),  # what a schedule demands
        ("own", "office", False, "office"),
        ("own", "evening", True, "evening"),
        ("own", "", False, "evening"),
        ("own", "", True, "office"),
    ],
)
def test_people_are_reminded_when_they_like(
    window: str, liked: str, is_official: bool, found: str
) -> None:
    assert window_of(window, liked, is_official) == found


def test_an_organisation_sets_its_own_hours() -> None:
    summer = Hours(office=((time(7), time(11, 30)),))
    assert slot(at("2026-11-24 12:00"), "office", summer, working) == at("2026-11-25 07:00")
