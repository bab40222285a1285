"""What leaders read once a week: done, due and overdue by unit as it was at any moment.

What it was a week ago is counted anew from the days that stand in the records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, extract, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.schedules import Stage, add_months, period
from storage import schedules
from storage.due_parts import Span, alive, heard_since, looked_after
from storage.lagging import REPORT, REVIEW
from storage.reach import Reach
from storage.reports import GONE
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.reminders import (
    Extension,
    PeriodReport,
    PeriodReportVersion,
    Response,
    ReviewPeriod,
    Schedule,
)
from storage.tables.units import Unit, UnitBelow

WEEK = timedelta(days=7)
BEHIND, AHEAD = timedelta(days=60), timedelta(days=14)
"""Periods due so long ago, or so soon, are those of now."""
STALE, WAITS = 6, 2
"""Months without news, and days that a report may wait, where no schedule says otherwise."""
WEAK, FAILED = ("cam_chung", "dung"), ("chua_dat",)


@dataclass(frozen=True, slots=True)
class Count:
    """Done, still to do in time, and overdue."""

    done: int = 0
    due: int = 0
    late: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.done + other.done, self.due + other.due, self.late + other.late)

    @property
    def whole(self) -> int:
        return self.done + self.due + self.late


Counts = dict[int, Count]
"""By unit."""


def total(counts: Counts) -> Count:
    return sum(counts.values(), Count())


def counts(session: Session, reach: Reach, at: datetime) -> dict[str, Counts]:
    """By kind of thing, as it was at a moment (local time)."""
    on = schedules.active(session, reach.root_id)
    return {what: run(session, on, reach, at) for what, run in STATISTICS.items()}


def _sum(session: Session, rows: Any, at: datetime) -> Counts:
    """Of rows (unit_id, done, due_on); done: null where it does not count at all."""
    its = rows.subquery().c
    late = its.due_on < (at.date() if its.due_on.type.python_type is date else at)
    asked = select(its.unit_id, _number(its.done), _number(~its.done & ~late),
                   _number(~its.done & late))  # fmt: skip
    rows = session.execute(asked.group_by(its.unit_id)).all()
    return {row[0]: Count(*row[1:]) for row in rows}


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def current(session: Session, on: list[Schedule], what: str, today: date) -> list[ReviewPeriod]:
    """The periods of now: the same ones today and for last week."""
    its = select(ReviewPeriod).where(
        ReviewPeriod.schedule_id.in_([s.id for s in on if s.what == what]),
        ReviewPeriod.first <= today, ReviewPeriod.due_on.between(today - BEHIND, today + AHEAD),
    )  # fmt: skip
    return list(session.scalars(its.order_by(ReviewPeriod.due_on)))


# -- the statistics -------------------------------------------------------------------------------


def _reports(session: Session, on: list[Schedule], reach: Reach, at: datetime) -> Counts:
    """Of units on the periods of now."""
    found: Counts = {}
    for one in current(session, on, REPORT, reach.today):
        schedule = session.get_one(Schedule, one.schedule_id)
        span = Span(one.due_on, one.due_on, reach.today, reach.zone)
        its = (PeriodReport.period_id == one.id, PeriodReport.unit_id == Unit.id)
        sent = exists(
            select(PeriodReportVersion.id)
            .join(PeriodReport, PeriodReport.id == PeriodReportVersion.report_id)
            .where(*its, PeriodReportVersion.at < at)
            .correlate(Unit)
        )
        back = exists().where(*its, PeriodReport.state == "returned", PeriodReport.decided_at < at)
        later = select(func.max(Extension.until)).where(
            Extension.what == REPORT, Extension.subject_id == one.id,
            Extension.unit_id == Unit.id, Extension.state == "granted", Extension.decided_at < at,
        )  # fmt: skip
        due = func.coalesce(later.scalar_subquery(), one.due_on, type_=ReviewPeriod.due_on.type)
        rows = select(Unit.id.label("unit_id"), (sent & ~back).label("done"), due.label("due_on"))
        rows = rows.where(looked_after(schedule, span), reach.inside(Unit.id))
        found = _plus(found, _sum(session, rows, at))
    return found


def _plus(one: Counts, other: Counts) -> Counts:
    return {u: one.get(u, Count()) + other.get(u, Count()) for u in {*one, *other}}


def _reviews(session: Session, on: list[Schedule], reach: Reach, at: datetime) -> Counts:
    """Of models in the periods of now: whether something was heard of them."""
    found: Counts = {}
    for one in current(session, on, REVIEW, reach.today):
        schedule = session.get_one(Schedule, one.schedule_id)
        rows = select(
            Enrolment.registrant_id.label("unit_id"), _heard(one, reach, at).label("done"),
            ReviewPeriod.due_on.label("due_on"),
        ).where(
            ReviewPeriod.id == one.id, Enrolment.accepted_on <= at.date(), reach.shown(),
            alive(schedule, extract("year", ReviewPeriod.first), ReviewPeriod.due_on),
            reach.inside(Enrolment.registrant_id),
        )  # fmt: skip
        found = _plus(found, _sum(session, rows, at))
    return found


def _heard(one: ReviewPeriod, reach: Reach, at: datetime) -> ColumnElement[bool]:
    begin = Span(one.first, one.last, reach.today, reach.zone).at(one.first)
    answered = exists().where(
        Response.what == REVIEW, Response.subject_id == Enrolment.id, Response.at >= begin,
        Response.at < at, Response.answer != "not_mine",
    )  # fmt: skip
    told = exists().where(
        Report.initiative_id == Enrolment.initiative_id, Report.enrolment_id == Enrolment.id,
        Report.state.not_in(GONE), Report.sent_at >= begin, Report.sent_at < at,
    )  # fmt: skip
    return or_(answered, told)


def _recommendations(session: Session, on: list[Schedule], reach: Reach, at: datetime) -> Counts:
    """Those not done, and those that were within the week."""
    one = Recommendation
    decided = and_(one.state != "open", one.decided_at < at)
    rows = (
        select(Enrolment.registrant_id.label("unit_id"), decided.label("done"), one.due_on)
        .join(Enrolment, Enrolment.id == one.enrolment_id)
        .join(Inspection, Inspection.id == one.inspection_id)
        .where(Inspection.day <= at.date(), or_(~decided, one.decided_at >= at - WEEK))
        .where(reach.inside(Enrolment.registrant_id), reach.shown())
    )
    return _sum(session, rows, at)


def _waiting(session: Session, on: list[Schedule], reach: Reach, at: datetime) -> Counts:
    """Reports that nobody has decided about, and those decided within the week."""
    allowed = max(
        [Stage.read(s.stages)[0].days for s in on if s.what == "report_waiting"] or [WAITS]
    )
    since = func.coalesce(Report.waits_from, Report.sent_at, type_=Report.sent_at.type)
    decided = and_(Report.state != "sent", Report.decided_at < at)
    rows = (
        select(Enrolment.registrant_id.label("unit_id"), decided.label("done"),
               since.label("due_on"))
        .join(Enrolment, Enrolment.id == Report.enrolment_id)
        .where(Report.kind != "inspect", Report.state != "withdrawn", since < at)
        .where(or_(~decided, Report.decided_at >= at - WEEK))
        .where(reach.inside(Enrolment.registrant_id), reach.shown())
    )  # fmt: skip
    day = Span(at.date(), at.date(), reach.today, reach.zone).at(at.date() - timedelta(allowed - 1))
    return _sum(session, rows, day)


STATISTICS: dict[str, Callable[[Session, list[Schedule], Reach, datetime], Counts]] = {
    REPORT: _reports,
    REVIEW: _reviews,
    "recommendation": _recommendations,
    "report_waiting": _waiting,
}


# -- silent units, models at risk -----------------------------------------------------------------


def silent_since(today: date) -> date:
    """The quarter's first day; in its first month still that of the one before."""
    return period("quarter", today - timedelta(30))[0]


def silent(session: Session, reach: Reach) -> list[Unit]:
    """Units with a focal person, from which and from below which nothing came in this period."""
    since = silent_since(reach.today)
    moment = Span(since, since, reach.today, reach.zone).at(since)
    lies = and_(
        UnitBelow.ancestor_id == Unit.id, UnitBelow.since <= reach.today,
        UnitBelow.until > reach.today,
    )  # fmt: skip
    told = exists(
        select(Report.id)
        .join(Enrolment, Enrolment.id == Report.enrolment_id)
        .join(UnitBelow, UnitBelow.unit_id == Enrolment.registrant_id)
        .where(lies, Report.initiative_id == Enrolment.initiative_id)
        .where(Report.kind != "inspect", Report.state.not_in(GONE), Report.sent_at >= moment)
        .correlate(Unit)
    )
    said = exists(
        select(Response.id)
        .join(UnitBelow, UnitBelow.unit_id == Response.unit_id)
        .where(lies, Response.day >= since)
        .correlate(Unit)
    )
    sent = exists().where(PeriodReport.unit_id == Unit.id, PeriodReport.sent_at >= moment)
    everywhere = Schedule(unit_id=reach.root_id, root_id=reach.root_id)
    span = Span(since, reach.today, reach.today, reach.zone)
    asked = select(Unit).where(looked_after(everywhere, span), reach.inside(Unit.id))
    return list(session.scalars(asked.where(~told, ~said, ~sent).order_by(Unit.folded)))


@dataclass(frozen=True, slots=True)
class AtRisk:
    """asked: a recommendation is overdue; stale: nothing was heard for months; weak: the last
    inspection found it hardly working, or not good enough."""

    enrolment: Enrolment
    initiative: Initiative
    asked: bool
    stale: bool
    weak: bool


def _risks(session: Session, reach: Reach) -> tuple[ColumnElement[bool], ...]:
    on = schedules.active(session, reach.root_id)
    months = next((s.number for s in on if s.what == "stale" and s.number), STALE)
    since = add_months(reach.today, -months)
    moment = Span(since, since, reach.today, reach.zone).at(since)
    asked = exists().where(
        Recommendation.enrolment_id == Enrolment.id, Recommendation.state == "open",
        Recommendation.due_on < reach.today,
    )  # fmt: skip
    looked = exists().where(Inspection.enrolment_id == Enrolment.id, Inspection.day >= since)
    stale = and_(Enrolment.accepted_on < since, ~heard_since(since, moment), ~looked)
    last = (
        select(Inspection.id)
        .where(Inspection.enrolment_id == Enrolment.id, Inspection.state == "confirmed")
        .order_by(Inspection.day.desc(), Inspection.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    bad = or_(Inspection.working.in_(WEAK), Inspection.verdict.in_(FAILED))
    weak = exists(select(Inspection.id).where(Inspection.id == last, bad).correlate(Enrolment))
    return asked, stale, weak


def _at_work(reach: Reach) -> ColumnElement[bool]:
    return and_(
        Enrolment.year == reach.today.year, Enrolment.state == "accepted",
        Enrolment.activity == "active", reach.inside(Enrolment.registrant_id), reach.shown(),
    )  # fmt: skip


def risky(session: Session, reach: Reach) -> int:
    its = select(func.count(Enrolment.id)).where(_at_work(reach), or_(*_risks(session, reach)))
    return session.scalar(its) or 0


def at_risk(session: Session, reach: Reach, most: int, skip: int = 0) -> list[AtRisk]:
    """The latest registered last."""
    risks = _risks(session, reach)
    rows = (
        select(Enrolment, Initiative, *risks)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .where(_at_work(reach), or_(*risks))
        .order_by(Initiative.code_year, Initiative.code_number)
        .limit(most)
        .offset(skip)
    )
    return [AtRisk(r[0], r[1], *map(bool, r[2:])) for r in session.execute(rows).all()]
