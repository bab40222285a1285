"""What is due by a schedule on a day, with the extensions that were granted."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Select, and_, case, exists, false, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from bot.domain.schedules import Rung, Turn
from storage import due  # noqa: F401 (its queries register themselves)
from storage.due_parts import WHATS, Span
from storage.tables.reminders import Extension, Reminder, ReviewPeriod, Schedule

LONG = timedelta(days=800)
AT_ONCE = 500
"""Numbers that are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Thing:
    """member_id: whom it concerns; None: those with the schedule's roles, or who decides."""

    subject_id: int
    unit_id: int
    due_on: date
    member_id: int | None = None


def new_things(
    session: Session, schedule: Schedule, on: Sequence[Turn], today: date, zone: ZoneInfo
) -> list[tuple[Thing, int]]:
    """What is due now and has no reminder of its stage yet, each with the days of that stage."""
    span = Span(min(t.first for t in on), max(t.last for t in on), today, zone)
    found = []
    if not WHATS[schedule.what].calendar or _falls_due(session, schedule, span):
        rows = WHATS[schedule.what].rows(schedule, span).subquery()
        found = _fresh(session, schedule, on, rows, zone)
    if session.scalar(_granted(schedule).limit(1)) is not None:
        wide = Span(today - LONG, today + LONG, today, zone)
        more = WHATS[schedule.what].rows(schedule, wide).subquery()
        found += _extended(session, schedule, on, more)
    # In one order on both databases: numbers of a list are told from it.
    return sorted(found, key=lambda one: (one[0].due_on, one[0].subject_id, one[0].unit_id))


def _falls_due(session: Session, schedule: Schedule, span: Span) -> bool:
    its = select(ReviewPeriod.id).where(ReviewPeriod.schedule_id == schedule.id)
    return session.scalar(its.where(span.days(ReviewPeriod.due_on)).limit(1)) is not None


def stage_of(on: Sequence[Turn], day: date) -> int | None:
    """The stage that is on for what falls due on a day."""
    return next((t.stage.days for t in on if t.first <= day <= t.last), None)


def _fresh(
    session: Session, schedule: Schedule, on: Sequence[Turn], rows: Subquery, zone: ZoneInfo
) -> list[tuple[Thing, int]]:
    """A moment becomes a day only here: there is no one way to say it to both databases."""
    asked = select(rows)
    if isinstance(rows.c.due_on.type, Date):
        asked = asked.where(~_known(schedule, on, rows, rows.c.due_on))
        seen: set[tuple[int, int, date, int]] = set()
    else:
        seen = _seen(session, schedule, min(t.first for t in on))
    moved = {(s, u) for s, u, _ in session.execute(_granted(schedule))}
    found = []
    for row in session.execute(asked):
        one = _thing(row, zone)
        stage = stage_of(on, one.due_on)
        if stage is None or (one.subject_id, one.unit_id) in moved:
            continue
        if (one.subject_id, one.unit_id, one.due_on, stage) not in seen:
            found.append((one, stage))
    return found


def _known(
    schedule: Schedule, on: Sequence[Turn], rows: Subquery, due_on: Any
) -> ColumnElement[bool]:
    """There is a reminder of its stage already."""
    stage = case(*((due_on.between(t.first, t.last), t.stage.days) for t in on))
    theirs = or_(
        rows.c.member_id.is_(None), Reminder.rung != Rung.PERSON.value,
        Reminder.member_id == rows.c.member_id,
    )  # fmt: skip
    return exists().where(
        theirs,
        Reminder.schedule_id == schedule.id, Reminder.subject_id == rows.c.subject_id,
        Reminder.unit_id == rows.c.unit_id, Reminder.due_on == due_on, Reminder.stage == stage,
    )  # fmt: skip


def _seen(session: Session, schedule: Schedule, first: date) -> set[tuple[int, int, date, int]]:
    its = select(Reminder.subject_id, Reminder.unit_id, Reminder.due_on, Reminder.stage)
    rows = its.where(Reminder.schedule_id == schedule.id, Reminder.due_on >= first)
    return {(s, u, day, stage) for s, u, day, stage in session.execute(rows)}


def _thing(row: Any, zone: ZoneInfo) -> Thing:
    subject_id, unit_id, when, member_id = row
    day = when.astimezone(zone).date() if isinstance(when, datetime) else when
    return Thing(subject_id, unit_id, day, member_id)


def _granted(schedule: Schedule) -> Select[int, int, date]:
    return select(Extension.subject_id, Extension.unit_id, Extension.until).where(
        Extension.what == schedule.what, Extension.state == "granted"
    )


def _extended(
    session: Session, schedule: Schedule, on: Sequence[Turn], rows: Subquery
) -> list[tuple[Thing, int]]:
    """What got more time is due then."""
    later = _granted(schedule).subquery()
    same = and_(later.c.subject_id == rows.c.subject_id, later.c.unit_id == rows.c.unit_id)
    asked = (
        select(rows.c.subject_id, rows.c.unit_id, later.c.until, rows.c.member_id)
        .join(later, same)
        .where(~_known(schedule, on, rows, later.c.until))
        .distinct()
    )
    things = [Thing(*row) for row in session.execute(asked)]
    staged = ((one, stage_of(on, one.due_on)) for one in things)
    return [(one, stage) for one, stage in staged if stage is not None]


def still_due(
    session: Session,
    schedule: Schedule,
    subjects: Collection[int] | None,
    today: date,
    zone: ZoneInfo,
) -> set[tuple[int, int, date]]:
    """(subject, unit, due day) of what is due among these subjects (None: all), whenever; with an
    extension the later day, too."""
    things = due_things(session, schedule, subjects, today, zone)
    found = {(one.subject_id, one.unit_id, one.due_on) for one in things}
    return found | _later(session, schedule, {(s, u) for s, u, _ in found})


def due_things(
    session: Session,
    schedule: Schedule,
    subjects: Collection[int] | None,
    today: date,
    zone: ZoneInfo,
) -> Iterator[Thing]:
    """What is due among these subjects (None: all), whenever."""
    wide = Span(today - LONG, today + LONG, today, zone)
    rows = WHATS[schedule.what].rows(schedule, wide).subquery()
    for some in _chunks(subjects):
        asked = select(rows) if some is None else select(rows).where(rows.c.subject_id.in_(some))
        for row in session.execute(asked):
            yield _thing(row, zone)


def plainly_due(schedule: Schedule, today: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Of a reminder of a calendar's thing: the query gives it still, on its first day."""
    if not WHATS[schedule.what].calendar:
        return false()
    wide = Span(today - LONG, today + LONG, today, zone)
    rows = WHATS[schedule.what].rows(schedule, wide).subquery()
    return exists().where(
        rows.c.subject_id == Reminder.subject_id, rows.c.unit_id == Reminder.unit_id,
        rows.c.due_on == Reminder.due_on,
    )  # fmt: skip


def _later(
    session: Session, schedule: Schedule, due_ones: set[tuple[int, int]]
) -> set[tuple[int, int, date]]:
    rows = session.execute(_granted(schedule))
    return {(s, u, day) for s, u, day in rows if (s, u) in due_ones}


def _chunks(subjects: Collection[int] | None) -> Iterator[list[int] | None]:
    if subjects is None:
        yield None
        return
    whole = sorted(subjects)
    for start in range(0, len(whole), AT_ONCE):
        yield whole[start : start + AT_ONCE]
