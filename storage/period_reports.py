"""Reports of units on a period: what is open, what was sent, what those above decide."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.roles import Act, units_for
from bot.domain.units import KINDS
from storage import deciding, members, reminders
from storage.due_parts import under
from storage.tables.reminders import (
    Extension,
    PeriodReport,
    PeriodReportVersion,
    Response,
    ReviewPeriod,
    Schedule,
)
from storage.tables.units import Unit
from storage.units import ancestors

WHAT = "periodic_report"
SENT, RETURNED, ACCEPTED, PAPER = "sent", "returned", "accepted", "paper"
WAITS = (SENT, PAPER)
"""States about which those above may decide."""
OPEN_FOR = timedelta(days=365)
"""So long after it was due a period can still be reported on."""


# -- periods ------------------------------------------------------------------------------------


def open_periods(root_id: int, today: date) -> Select[ReviewPeriod, Schedule]:
    """Those that have begun and are not older than a year, with their schedules."""
    return (
        select(ReviewPeriod, Schedule)
        .join(Schedule, Schedule.id == ReviewPeriod.schedule_id)
        .where(Schedule.root_id == root_id, Schedule.what == WHAT, Schedule.state == "active")
        .where(ReviewPeriod.first <= today, ReviewPeriod.due_on > today - OPEN_FOR)
    )


def stands(today: date) -> ColumnElement[bool]:
    """Units that report: they stand, and are below the schedule's, which has none above."""
    living = and_(Unit.valid_from <= today, Unit.valid_to > today)
    return and_(living, Unit.id != Unit.root_id, under(Schedule.unit_id, Unit.id, today))


Row = tuple[ReviewPeriod, Unit, PeriodReport | None]


def of_units(session: Session, root_id: int, units: Collection[int], today: date) -> list[Row]:
    """Each open period of each of these units: what is still to be sent first, by due day."""
    if not units:
        return []
    lacking = case((_lacks(), 0), else_=1)
    rows = (
        open_periods(root_id, today)
        .join(Unit, and_(Unit.id.in_(units), stands(today)))
        .outerjoin(PeriodReport, its_report())
        .with_only_columns(ReviewPeriod, Unit, PeriodReport)
        .order_by(lacking, ReviewPeriod.due_on, Unit.folded, ReviewPeriod.id)
    )
    return [(period, unit, report) for period, unit, report in session.execute(rows)]


def its_report() -> ColumnElement[bool]:
    return and_(PeriodReport.period_id == ReviewPeriod.id, PeriodReport.unit_id == Unit.id)


def _lacks() -> ColumnElement[bool]:
    return or_(PeriodReport.id.is_(None), PeriodReport.state == RETURNED)


def is_open(session: Session, period_id: int, unit_id: int, today: date) -> bool:
    """Whether this unit may report on this period now."""
    unit = session.get(Unit, unit_id)
    rows = of_units(session, unit.root_id, [unit_id], today) if unit else []
    return any(period.id == period_id for period, _, _ in rows)


def due_on(session: Session, period: ReviewPeriod, unit_id: int) -> date:
    """Later where more time was granted."""
    granted = select(func.max(Extension.until)).where(
        Extension.what == WHAT, Extension.subject_id == period.id, Extension.unit_id == unit_id,
        Extension.state == "granted",
    )  # fmt: skip
    return max(period.due_on, session.scalar(granted) or period.due_on)


# -- what is sent -------------------------------------------------------------------------------


def find(session: Session, period_id: int, unit_id: int) -> PeriodReport | None:
    one = select(PeriodReport).where(
        PeriodReport.period_id == period_id, PeriodReport.unit_id == unit_id
    )
    return session.scalar(one.execution_options(populate_existing=True))


def by_key(session: Session, key: str) -> PeriodReport | None:
    return session.scalar(select(PeriodReport).where(PeriodReport.key == key))


def put(
    session: Session,
    *,
    key: str,
    period_id: int,
    unit_id: int,
    version: int,
    author_id: int,
    answers: Mapping[str, Any],
    figures: Mapping[str, Any],
    now: datetime,
    state: str = SENT,
    note: str = "",
) -> PeriodReport | None:
    """Send it, or anew over the version that was seen (0: none). None: another one came meanwhile,
    or it has been accepted."""
    session.scalar(select(Unit.id).where(Unit.id == unit_id).with_for_update())  # one at a time
    report = find(session, period_id, unit_id)
    if (report.version if report else 0) != version or (report and report.state == ACCEPTED):
        return None
    if report is None:
        report = PeriodReport(period_id=period_id, unit_id=unit_id, version=0)
        session.add(report)
    report.key, report.author_id, report.sent_at = key, author_id, now
    report.answers, report.figures = dict(answers), dict(figures)
    report.state, report.reason, report.marks = state, note, {}
    report.decided_by = report.decided_at = None
    report.version += 1
    session.flush()
    session.add(
        PeriodReportVersion(
            report_id=report.id, version=report.version, answers=report.answers,
            figures=report.figures, author_id=author_id, at=now,
        )
    )  # fmt: skip
    session.flush()
    return report


def on_paper(session: Session, report: PeriodReport, today: date, now: datetime) -> None:
    """Nobody is reminded of it any more; that it was so answered is kept as any answer is."""
    session.add(
        Response(
            what=WHAT, subject_id=report.period_id, unit_id=report.unit_id,
            member_id=report.author_id, answer="on_paper", note=report.reason, day=today, at=now,
        )
    )  # fmt: skip
    reminders.settle(session, WHAT, report.period_id, now, unit_id=report.unit_id)


def earlier_answers(session: Session, period_id: int, unit_id: int) -> Mapping[str, Any]:
    """What the unit said about the period before this one."""
    period = session.get(ReviewPeriod, period_id)
    found = (
        select(PeriodReport.answers)
        .join(ReviewPeriod, ReviewPeriod.id == PeriodReport.period_id)
        .where(PeriodReport.unit_id == unit_id, PeriodReport.state != PAPER)
        .where(ReviewPeriod.last < (period.last if period else date.min))
        .order_by(ReviewPeriod.last.desc(), ReviewPeriod.first.desc())
    )
    return session.scalar(found.limit(1)) or {}


# -- deciding -----------------------------------------------------------------------------------


def decide(
    session: Session,
    report: PeriodReport,
    version: int,
    state: str,
    *,
    by: int,
    now: datetime,
    reason: str | None = None,
    marks: Mapping[str, str] | None = None,
    among: Sequence[str] = WAITS,
) -> bool:
    """About the version that was seen; False: somebody was faster, or it was changed since."""
    values: dict[str, Any] = {"state": state, "decided_by": by, "decided_at": now}
    values |= {"marks": dict(marks or {})} | ({"reason": reason} if reason is not None else {})
    done = session.execute(
        update(PeriodReport)
        .where(PeriodReport.id == report.id, PeriodReport.version == version)
        .where(PeriodReport.state.in_(among))
        .values(**values)
        .returning(PeriodReport.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(report)
    if done and state == ACCEPTED:
        reminders.settle(session, WHAT, report.period_id, now, unit_id=report.unit_id)
    return done is not None


def receivers(session: Session, unit_id: int, now: datetime, besides: int) -> list[int]:
    """Those to whom a unit reports: over the unit above it in its own tree, else over the nearest
    above; administrators where there is nobody else."""
    unit, day = session.get_one(Unit, unit_id), now.date()
    up = ancestors(session, unit_id, day, KINDS[unit.kind].tree) or ancestors(session, unit_id, day)
    if not up:
        return []
    told = deciding.who_may(session, Act.RECEIVE_PERIODS, up[0], now, besides)
    return told or deciding.who_may(session, Act.ACCEPT_PERIODS, up[0], now, besides)


def accepts(
    session: Session, member_id: int, report: PeriodReport, now: datetime, today: date
) -> bool:
    """Whether this member may decide about it: by a role above the unit, never about one's own."""
    grants = members.grants_of(session, member_id, now, lock=True)
    held = [u for u in units_for(Act.ACCEPT_PERIODS, grants) if u != report.unit_id]
    return member_id != report.author_id and members.within(session, report.unit_id, held, today)
