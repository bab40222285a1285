"""The demo's time: it runs as ours does, and can be moved on: a quarter passes in minutes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.due_words import WEEKDAYS
from bot.domain.timing import Working
from bot.errors import Refused
from bot.scheduling.tick import utc_now

MORNING, EVENING = time(8), time(19)
BEGINS = time(9)
"""A day that is asked for begins then: offices are open, and what is due has come."""
STOPS = (MORNING, time(14), EVENING)
"""Hours in which people are written to: on the way to another day each of them is lived through."""
FARTHEST = timedelta(days=92)
FORWARD = "Đồng hồ dùng thử chỉ chạy tới, không lùi ạ. Xin chọn một ngày sau hôm nay."
TOO_FAR = "Mỗi lần chỉ tới được 92 ngày ạ. Xin chọn một ngày gần hơn, rồi đi tiếp."
NO_DAY = "Xin chọn một ngày trong lịch rồi bấm “Tới ngày này” ạ."


@dataclass(slots=True)
class Clock:
    """shift: how far it is from ours."""

    zone: ZoneInfo
    shift: timedelta = timedelta()

    @classmethod
    def on(cls, today: date | None, zone: ZoneInfo) -> "Clock":
        """Ours; or that day at nine."""
        if today is None:
            return cls(zone)
        return cls(zone, datetime.combine(today, BEGINS, zone) - utc_now())

    def __call__(self) -> datetime:
        return utc_now() + self.shift

    def local(self) -> datetime:
        return self().astimezone(self.zone)

    def forward(self, to: datetime) -> None:
        self.shift += max(to - self(), timedelta())


@dataclass(slots=True)
class Moving:
    """What the bar of the demo's page asks for. tick: all that the clock causes; working: the days
    on which offices work."""

    clock: Clock
    tick: Callable[[], Awaitable[None]]
    working: Callable[[], Working]
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def shown(self) -> dict[str, str]:
        now = self.clock.local()
        return {"now": f"{WEEKDAYS[now.weekday()]}, {now:%d/%m/%Y %H:%M}", "day": f"{now:%Y-%m-%d}"}

    async def move(self, where: str) -> None:
        """A name of `WAYS`, or a day as 2026-12-21. Raises Refused, and nothing has moved."""
        async with self._one:
            to = target(where, self.clock.local(), self.working())
            for stop in stops(self.clock.local(), to):
                self.clock.forward(stop)
                await self.tick()


def target(where: str, now: datetime, working: Working) -> datetime:
    to = WAYS[where](now, working) if where in WAYS else _at(_day(where), MORNING, now)
    if to <= now:
        raise Refused(FORWARD)
    if to - now > FARTHEST:
        raise Refused(TOO_FAR)
    return to


def stops(now: datetime, to: datetime) -> Iterator[datetime]:
    """Every hour of STOPS between the two, and the end."""
    for n in range((to.date() - now.date()).days + 1):
        hours = (_at(now.date() + timedelta(n), hour, now) for hour in STOPS)
        yield from (hour for hour in hours if now < hour < to)
    yield to


def _at(day: date, hour: time, like: datetime) -> datetime:
    return datetime.combine(day, hour, like.tzinfo)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(NO_DAY) from None


def _evening(now: datetime, _: Working) -> datetime:
    """This one, else the next."""
    today = _at(now.date(), EVENING, now)
    return today if now < today else today + timedelta(days=1)


def _workday(now: datetime, working: Working) -> datetime:
    coming = (now.date() + timedelta(n) for n in range(1, FARTHEST.days))
    return _at(next(filter(working, coming)), MORNING, now)


WAYS: dict[str, Callable[[datetime, Working], datetime]] = {
    "hour": lambda now, _: now + timedelta(hours=1),
    "evening": _evening,
    "workday": _workday,
    "week": lambda now, _: now + timedelta(weeks=1),
}
