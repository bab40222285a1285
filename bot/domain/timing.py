"""The right hour: windows in which people are reminded, on days on which they work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Span = tuple[time, time]
"""From, and up to but without."""

Working = Callable[[date], bool]

AHEAD = 366
"""Days looked ahead: a calendar without one working day in a year is a mistake, and ignored."""

BACK = 31
"""Days a thing may move earlier: longer than any holidays."""

FRESH = timedelta(hours=1)
"""So long the text of a reminder is true."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When an organisation reminds; quiet goes over midnight. Defaults: domain.md 7."""

    office: tuple[Span, ...] = ((time(7, 30), time(11)), (time(14), time(17)))
    evening: Span = (time(19), time(20, 30))
    quiet: Span = (time(21), time(6, 30))

    def of(self, window: str) -> tuple[Span, ...]:
        return (self.evening,) if window == "evening" else self.office


def overlap(one: Span, other: Span) -> bool:
    """Spans may go over midnight."""
    return _holds(one, other[0]) or _holds(other, one[0])


def _holds(span: Span, moment: time) -> bool:
    start, end = span
    return start <= moment < end if start < end else moment >= start or moment < end


def slot(wanted: datetime, window: str, hours: Hours, working: Working) -> datetime:
    """The earliest moment from `wanted` on inside a window ("office", "evening") of a working day.

    wanted: aware, in the zone of the organisation. So what falls into the night, a weekend or a
    holiday moves to the next working morning, or evening."""
    ahead = (wanted.date() + timedelta(n) for n in range(AHEAD))
    for start, end in _windows(filter(working, ahead), window, hours, wanted):
        if end > wanted:
            return max(start, wanted)
    return slot(wanted, window, hours, lambda _: True)


def slot_before(
    wanted: datetime, latest: datetime, window: str, hours: Hours, working: Working
) -> datetime | None:
    """For what must not come after `latest`: a slot up to then, else it moves earlier, to where the
    last window before `wanted` begins. None: there was no such window for a month."""
    if (at := slot(wanted, window, hours, working)) <= latest:
        return at
    end = min(wanted, latest)
    back = (end.date() - timedelta(n) for n in range(BACK))
    before = (start for start, _ in _windows(filter(working, back), window, hours, wanted, -1))
    return next((start for start in before if start <= end), None)


def ends(at: datetime, window: str, hours: Hours) -> datetime:
    """The end of the window that `at` lies in; `at` itself outside of all."""
    today = _windows(iter([at.date()]), window, hours, at)
    return next((end for start, end in today if start <= at < end), at)


def lasts(at: datetime, hours: Hours) -> datetime:
    """Until when a reminder that was made at `at` may be said as it is: not after its window."""
    end = max(ends(at, window, hours) for window in ("office", "evening"))
    return min(end, at + FRESH) if end > at else at + FRESH


def window_of(window: str, liked: str, is_official: bool) -> str:
    """The window of a schedule, where "own" is as the person likes, else as people of their kind
    do: officials (with a role beyond member) in office hours, villagers in the evening."""
    if window != "own":
        return window
    return liked or ("office" if is_official else "evening")


def _windows(
    days: Iterator[date], window: str, hours: Hours, like: datetime, step: int = 1
) -> Iterator[tuple[datetime, datetime]]:
    """Those of each day, in the zone of `like`; backwards with a step of -1."""
    for day in days:
        for start, end in hours.of(window)[::step]:
            yield (
                datetime.combine(day, start, like.tzinfo),
                datetime.combine(day, end, like.tzinfo),
            )
