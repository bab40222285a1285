"""The demo's clock: forward only, and every hour on the way is lived through."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.demo_clock import Clock, Moving, stops, target
from bot.errors import Refused

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 12, 14)
"""A Monday."""


def at(day: int, hour: int = 9, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def hour(moment: datetime) -> datetime:
    """The tests take some time themselves."""
    return moment.replace(minute=0, second=0, microsecond=0)


class Ticks:
    def __init__(self) -> None:
        self.clock = Clock.on(DAY, VIETNAM)
        self.seen: list[datetime] = []

    async def tick(self) -> None:
        self.seen.append(hour(self.clock.local()))

    @property
    def moving(self) -> Moving:
        return Moving(self.clock, self.tick, lambda: weekdays)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_a_day_begins_at_nine_and_runs():
    clock = Clock.on(DAY, VIETNAM)
    first = clock.local()
    assert timedelta() <= first - at(14) < timedelta(seconds=5)
    assert clock.local() > first


def test_without_a_day_it_is_ours():
    assert abs(Clock.on(None, VIETNAM)() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("where", "now", "then"),
    [
        ("hour", at(14), at(14, 10)),
        ("evening", at(14), at(14, 19)),
        ("evening", at(14, 19), at(15, 19)),
        ("workday", at(14), at(15, 8)),
        ("workday", at(18, 20), at(21, 8)),  # over the weekend
        ("week", at(14), at(21)),
        ("2026-12-20", at(14), at(20, 8)),
    ],
)
def test_each_way_leads_somewhere(where: str, now: datetime, then: datetime):
    assert target(where, now, weekdays) == then


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("2026-12-13", "không lùi"),
        ("2026-12-14", "không lùi"),
        ("2027-12-14", "92 ngày"),
        ("", "chọn một ngày"),
        ("mai", "chọn một ngày"),
        ("2026-02-30", "chọn một ngày"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(where: str, sentence: str):
    with pytest.raises(Refused, match=sentence):
        target(where, at(14), weekdays)


def test_on_the_way_are_the_hours_in_which_people_are_written_to():
    assert list(stops(at(14), at(15, 10))) == [
        at(14, 14), at(14, 19), at(15, 8), at(15, 10),
    ]  # fmt: skip


async def test_everything_on_the_way_happens(ticks: Ticks):
    await ticks.moving.move("workday")
    assert ticks.seen == [at(14, 14), at(14, 19), at(15, 8)]
    assert ticks.moving.shown() == {"now": "thứ Ba, 15/12/2026 08:00", "day": "2026-12-15"}


async def test_what_is_refused_moves_nothing(ticks: Ticks):
    with pytest.raises(Refused):
        await ticks.moving.move("2026-12-01")
    assert (ticks.seen, hour(ticks.clock.local())) == ([], at(14))
