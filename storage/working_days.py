"""On which days people work: the table of holidays, and what the organisation says instead."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.timing import Working
from storage.tables.reminders import CalendarDay

TABLE = Path(__file__).parent / "vietnam_days.csv"
"""Written by `storage.holidays_table`."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not as its weekday says."""

    day: date
    working: bool
    name: str


def working_days(session: Session, root_id: int) -> Working:
    """Weekends, public holidays and 27 tháng Chạp to mùng 6 are off, unless told otherwise."""
    own = {row.day: row.working for row in overrides(session, root_id)}
    known = {one.day: one.working for one in known_days().values()} | own
    return lambda day: known[day] if day in known else day.weekday() < SATURDAY


@cache
def known_days() -> Mapping[date, Day]:
    """Public holidays, Tết and substitute working days, as the library has them, to 2050."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        days = ((date.fromisoformat(day), kind, name) for day, kind, name in csv.reader(file))
        return {day: Day(day, kind == "worked", name) for day, kind, name in days}


def coming(first: date, last: date) -> list[Day]:
    """What the table knows of these days."""
    return [one for day, one in known_days().items() if first <= day <= last]


def overrides(
    session: Session, root_id: int, first: date = date.min, last: date = date.max
) -> Sequence[CalendarDay]:
    """What the organisation has decided, in order."""
    own = select(CalendarDay).where(
        CalendarDay.root_id == root_id, CalendarDay.day >= first, CalendarDay.day <= last
    )
    return session.scalars(own.order_by(CalendarDay.day)).all()


def set_days(
    session: Session, root_id: int, days: Iterable[date], working: bool, name: str
) -> None:
    """What was said of them before is replaced."""
    for day in days:
        session.merge(CalendarDay(root_id=root_id, day=day, working=working, name=name))
    session.flush()


def clear_days(session: Session, root_id: int, first: date, last: date) -> int:
    """These days are again as the table says. Returns how many were otherwise."""
    own = delete(CalendarDay).where(
        CalendarDay.root_id == root_id, CalendarDay.day >= first, CalendarDay.day <= last
    )
    return len(session.scalars(own.returning(CalendarDay.day)).all())


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]
