"""What the queries of `storage.due` are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    null,
    or_,
    select,
)

from bot.domain.roles import Role as RoleName
from storage.reports import GONE
from storage.tables.people import Member, Role
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import Response, ReviewPeriod, Schedule
from storage.tables.units import Unit, UnitBelow

Rows = Select[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """Due days from first to last, as they are in a zone, asked for today."""

    first: date
    last: date
    today: date
    zone: ZoneInfo

    def days(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.first, column <= self.last)

    def moments(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.at(self.first), column < self.at(self.last + timedelta(1)))

    def at(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


@dataclass(frozen=True, slots=True)
class What:
    """rows: what is due, as (subject_id, unit_id, due_on: a day or a moment, member_id: null where
    it concerns those with the schedule's roles over the unit, or who decides for it). calendar: it
    falls due on the days of the schedule's rule. sure: nobody's weekly cap holds it back. earlier:
    what falls into a quiet time moves to before it."""

    label: str
    rows: Callable[[Schedule, Span], Rows]
    calendar: bool = False
    sure: bool = False
    earlier: bool = False


WHATS: dict[str, What] = {}
NOBODY = cast(null(), BigInteger)
"""In place of a member: those with the schedule's roles are meant."""


def what(name: str, label: str, **more: bool) -> Callable[[Callable[[Schedule, Span], Rows]], Any]:
    def register(rows: Callable[[Schedule, Span], Rows]) -> Callable[[Schedule, Span], Rows]:
        WHATS[name] = What(label, rows, **more)
        return rows

    return register


def columns(subject: Any, unit: Any, due: Any, member: Any) -> tuple[Any, ...]:
    return (
        subject.label("subject_id"),
        unit.label("unit_id"),
        due.label("due_on"),
        member.label("member_id"),
    )


def periods(schedule: Schedule, span: Span) -> ColumnElement[bool]:
    return and_(ReviewPeriod.schedule_id == schedule.id, span.days(ReviewPeriod.due_on))


def under(top: Any, unit: Any, day: Any) -> ColumnElement[bool]:
    return exists().where(
        UnitBelow.ancestor_id == top, UnitBelow.unit_id == unit, UnitBelow.since <= day,
        UnitBelow.until > day,
    )  # fmt: skip


def looked_after(schedule: Schedule, span: Span) -> ColumnElement[bool]:
    """Units that stand today, have somebody to answer for them and somebody above."""
    focal = exists().where(
        Role.unit_id == Unit.id, Role.role == RoleName.FOCAL.value, Role.until.is_(None)
    )
    stands = and_(Unit.valid_from <= span.today, Unit.valid_to > span.today)
    within = under(schedule.unit_id, Unit.id, span.today)
    return and_(stands, Unit.id != schedule.root_id, focal, within)


def owner() -> Any:
    """Who registered an enrolment, while they belong to us."""
    return (
        select(func.min(Report.author_id))
        .join(Member, Member.id == Report.author_id)
        .where(*_of_enrolment(), Report.kind == "register", Member.state == "active")
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _of_enrolment() -> tuple[ColumnElement[bool], ...]:
    return (
        Report.initiative_id == Enrolment.initiative_id,
        Report.enrolment_id == Enrolment.id,
        Report.state.not_in(GONE),
    )


def alive(schedule: Schedule, year: Any, day: Any) -> ColumnElement[bool]:
    """Accepted in a year, at work, and of a unit below the schedule's."""
    return and_(
        Enrolment.year == year,
        Enrolment.state == "accepted",
        Enrolment.activity == "active",
        under(schedule.unit_id, Enrolment.registrant_id, day),
    )


def heard_since(day: Any, moment: Any) -> ColumnElement[bool]:
    """Something was said about an enrolment since a day, which begins at that moment."""
    answered = exists().where(
        Response.what == "initiative_review", Response.subject_id == Enrolment.id,
        Response.day >= day, Response.answer != "not_mine",
    )  # fmt: skip
    return or_(answered, exists().where(*_of_enrolment(), Report.sent_at >= moment))


def holds(schedule: Schedule, span: Span) -> ColumnElement[bool]:
    """Roles of the schedule within its unit."""
    within = under(schedule.unit_id, Role.unit_id, span.today)
    return and_(Role.role.in_(schedule.roles), Role.until.is_(None), within)


def holders_below(unit: Any, day: Any, chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Role.until.is_(None), chosen, under(unit, Role.unit_id, day))


def among(roles: Any) -> ColumnElement[bool]:
    """A role that a JSON list names; its text is the same on both databases."""
    named = cast(roles, String)
    return or_(*(and_(Role.role == r.value, named.contains(f'"{r.value}"')) for r in RoleName))


def answered(what: str, subject: Any, member: Any, *answers: str) -> ColumnElement[bool]:
    return exists().where(
        Response.what == what, Response.subject_id == subject, Response.member_id == member,
        Response.answer.in_(answers),
    )  # fmt: skip
