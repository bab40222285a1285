"""Who lags now, by unit: what is overdue, who has not reported, what nobody has inspected.

Asked of the same queries that reminders come from, so that what climbed the whole ladder stays here
until it is done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.roles import Role as RoleName
from bot.domain.schedules import Stage
from storage import schedules
from storage.due_now import LONG, Thing
from storage.due_parts import WHATS, Span, looked_after, under
from storage.reach import Reach
from storage.tables.lifecycle import Recommendation
from storage.tables.people import Member, Role
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import Bundle, Extension, Reminder, ReviewPeriod, Schedule
from storage.tables.units import Unit
from storage.units import units_of

REPORT, REVIEW, INSPECT = "periodic_report", "initiative_review", "not_inspected"
OVERDUE = (REPORT, "target_missing", REVIEW, "recommendation", "report_waiting", "conclusion")
"""What a unit can be late with; the others have lists of their own."""
OPEN_FOR = timedelta(days=365)
Due = tuple[Schedule, Thing]


@dataclass(frozen=True, slots=True)
class Lag:
    """What lags in a unit: how many things, and since when the oldest is due."""

    unit_id: int
    number: int
    since: date


def by_unit(rows: Iterable[tuple[int, int, Any]], reach: Reach) -> list[Lag]:
    """One for each unit, the longest first."""
    numbers: dict[int, int] = defaultdict(int)
    since: dict[int, date] = {}
    for unit_id, number, first in rows:
        day = _day(first, reach)
        numbers[unit_id] += number
        since[unit_id] = min(day, since.get(unit_id, day))
    found = (Lag(unit_id, number, since[unit_id]) for unit_id, number in numbers.items())
    return sorted(found, key=lambda lag: (-lag.number, lag.since, lag.unit_id))


def _day(moment: date | datetime, reach: Reach) -> date:
    return moment.astimezone(reach.zone).date() if isinstance(moment, datetime) else moment


# -- what is overdue ------------------------------------------------------------------------------


def overdue(session: Session, reach: Reach) -> list[Lag]:
    found: list[tuple[int, int, Any]] = []
    for _, rows in _late(session, reach):
        its = rows.subquery().c
        asked = select(its.unit_id, func.count(its.subject_id.distinct()), func.min(its.due_on))
        found += [(u, n, first) for u, n, first in session.execute(asked.group_by(its.unit_id))]
    return by_unit(found, reach)


def overdue_things(session: Session, reach: Reach) -> list[Due]:
    """Each of them for itself, the oldest first."""
    found = [
        (schedule, Thing(subject, unit, _day(due, reach), member))
        for schedule, rows in _late(session, reach)
        for subject, unit, due, member in session.execute(rows)
    ]
    return sorted(found, key=lambda one: (one[1].due_on, one[0].id, one[1].subject_id))


def _late(session: Session, reach: Reach) -> Iterator[tuple[Schedule, Select[Any]]]:
    for schedule in schedules.active(session, reach.root_id):
        span = _span(session, schedule, reach) if schedule.what in OVERDUE else None
        if span:
            yield schedule, _rows(schedule, span, reach)


def _span(session: Session, schedule: Schedule, reach: Reach) -> Span | None:
    """Due days of what is late by now. Of reviews the last one counts: it asks for all before."""
    wait = max(1, Stage.read(schedule.stages)[0].days)
    last = reach.today - timedelta(wait)
    first = reach.today - (OPEN_FOR if WHATS[schedule.what].calendar else LONG)
    if schedule.what == REVIEW:
        its = select(func.max(ReviewPeriod.due_on)).where(ReviewPeriod.schedule_id == schedule.id)
        due = session.scalar(its.where(ReviewPeriod.due_on.between(first, last)))
        if due is None:
            return None
        first = last = due
    return Span(first, last, reach.today, reach.zone)


def _rows(schedule: Schedule, span: Span, reach: Reach) -> Select[Any]:
    """Within reach, without what got more time."""
    rows = WHATS[schedule.what].rows(schedule, span).subquery()
    its = rows.c
    later = exists().where(
        Extension.what == schedule.what, Extension.subject_id == its.subject_id,
        Extension.unit_id == its.unit_id, Extension.state == "granted",
        Extension.until >= reach.today,
    )  # fmt: skip
    chosen = select(its.subject_id, its.unit_id, its.due_on, its.member_id)
    chosen = chosen.where(reach.inside(its.unit_id), ~later)
    enrolment = _enrolment(schedule.what, its.subject_id)
    if enrolment is None:
        return chosen
    return chosen.where(exists().where(Enrolment.id == enrolment, reach.shown()))


def _enrolment(what: str, subject: Any) -> Any:
    """Of which model a thing is; None: of none."""
    if what == REVIEW:
        return subject
    if what == "recommendation":
        one = select(Recommendation.enrolment_id).where(Recommendation.id == subject)
        return one.correlate_except(Recommendation).scalar_subquery()
    if what == "report_waiting":
        one = select(Report.enrolment_id).where(Report.id == subject)
        return one.correlate_except(Report).scalar_subquery()
    return None


# -- who has not reported -------------------------------------------------------------------------


def periods(session: Session, root_id: int, today: date) -> list[ReviewPeriod]:
    """Those on which units report, the one due nearest to today first."""
    its = (
        select(ReviewPeriod)
        .join(Schedule, Schedule.id == ReviewPeriod.schedule_id)
        .where(Schedule.root_id == root_id, Schedule.what == REPORT, Schedule.state == "active")
        .where(ReviewPeriod.first <= today, ReviewPeriod.due_on > today - LONG)
    )
    return sorted(
        session.scalars(its), key=lambda p: (abs(p.due_on - today), p.due_on > today, p.id)
    )


def unreported(session: Session, period: ReviewPeriod, reach: Reach) -> list[Lag]:
    """Units from which a report on a period is still to come; since: when it is due."""
    things = unreported_things(session, period, reach)
    return by_unit(((t.unit_id, 1, t.due_on) for _, t in things), reach)


def unreported_things(session: Session, period: ReviewPeriod, reach: Reach) -> list[Due]:
    schedule = session.get_one(Schedule, period.schedule_id)
    span = Span(period.due_on, period.due_on, reach.today, reach.zone)
    rows = WHATS[REPORT].rows(schedule, span).subquery()
    later = select(Extension.unit_id, func.max(Extension.until)).where(
        Extension.what == REPORT, Extension.subject_id == period.id, Extension.state == "granted"
    )
    granted = {r[0]: r[1] for r in session.execute(later.group_by(Extension.unit_id))}
    asked = select(rows.c.unit_id).where(
        rows.c.subject_id == period.id, reach.inside(rows.c.unit_id)
    )
    return [
        (schedule, Thing(period.id, unit, granted.get(unit, period.due_on)))
        for unit in session.scalars(asked)
    ]


def reporting(session: Session, period: ReviewPeriod, reach: Reach) -> int:
    """How many units report on a period."""
    schedule = session.get_one(Schedule, period.schedule_id)
    span = Span(period.due_on, period.due_on, reach.today, reach.zone)
    its = select(func.count(Unit.id)).where(looked_after(schedule, span), reach.inside(Unit.id))
    return session.scalar(its) or 0


# -- what nobody has inspected --------------------------------------------------------------------


def uninspected(session: Session, year: int, reach: Reach) -> list[Lag]:
    """Models at work in a year, by who registered them."""
    unit = Enrolment.registrant_id
    asked = select(unit, func.count(Enrolment.id), func.min(Enrolment.accepted_on))
    rows = session.execute(asked.where(not_inspected(year, reach)).group_by(unit))
    return by_unit(((u, n, first) for u, n, first in rows), reach)


def not_inspected(year: int, reach: Reach) -> ColumnElement[bool]:
    return and_(
        Enrolment.year == year, Enrolment.state == "accepted", Enrolment.activity == "active",
        Enrolment.inspected_on.is_(None), reach.inside(Enrolment.registrant_id), reach.shown(),
    )  # fmt: skip


def inspectors(session: Session, year: int, reach: Reach, own: Reach) -> list[Due]:
    """Those who inspect these units: what they were last reminded of in a year, or will be first.
    own: all units of the asker; over others nobody is nudged."""
    found: list[Due] = []
    for schedule in schedules.active(session, reach.root_id):
        if schedule.what == INSPECT and (period := _asked(session, schedule, year, reach.today)):
            span = Span(period.due_on, period.due_on, reach.today, reach.zone)
            rows = WHATS[INSPECT].rows(schedule, span).subquery()
            at = rows.c.unit_id
            near = or_(reach.inside(at), *(under(at, unit, reach.today) for unit in reach.units))
            asked = select(rows).where(rows.c.subject_id == period.id, own.inside(at), near)
            found += [(schedule, Thing(*row)) for row in session.execute(asked)]
    return found


def _asked(session: Session, schedule: Schedule, year: int, today: date) -> ReviewPeriod | None:
    its = select(ReviewPeriod).where(
        ReviewPeriod.schedule_id == schedule.id,
        ReviewPeriod.first.between(date(year, 1, 1), date(year, 12, 31)),
    )
    rows = sorted(session.scalars(its), key=lambda p: (p.due_on > today, abs(p.due_on - today)))
    return rows[0] if rows else None


# -- who answers for it ---------------------------------------------------------------------------


def focal_people(session: Session, units: Collection[int]) -> dict[int, list[Member]]:
    rows = session.execute(
        select(Role.unit_id, Member)
        .join(Member, Member.id == Role.member_id)
        .where(Role.unit_id.in_(units), Role.role == RoleName.FOCAL.value, Role.until.is_(None))
        .where(Member.state == "active")
        .order_by(Role.id)
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for unit_id, member in rows:
        found[unit_id].append(member)
    return found


def names(session: Session, lags: Sequence[Lag]) -> dict[int, str]:
    found = units_of(session, (lag.unit_id for lag in lags))
    return {unit_id: unit.name for unit_id, unit in found.items()}


def reminded(
    session: Session, unit_id: int, whats: Collection[str], since: date
) -> tuple[int, date | None]:
    """How many messages told people of such things in a unit, and when the last one."""
    its = (
        select(func.count(Bundle.id.distinct()), func.max(Bundle.day))
        .join(Reminder, Reminder.bundle_id == Bundle.id)
        .where(Reminder.unit_id == unit_id, Reminder.what.in_(whats), Bundle.day >= since)
    )
    number, last = session.execute(its).one()
    return number, last
