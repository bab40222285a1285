"""Reports on a period, many at a time: who has sent, what waits, what a written report needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.period_report import OUTLINE, REMARK, RIGHT
from bot.domain.roles import Role
from storage.members import below
from storage.period_reports import ACCEPTED, PAPER, RETURNED, SENT, its_report, open_periods, stands
from storage.tables.people import Role as RoleRow
from storage.tables.reminders import PeriodReport, ReviewPeriod, Schedule
from storage.tables.units import Unit

ORDER = {RETURNED: 1, PAPER: 2, SENT: 3, ACCEPTED: 4}
"""Of a list of units, after those that have sent nothing."""


def expected(period_id: int, held: Collection[int], today: date) -> Select[Unit, PeriodReport]:
    """Units below those held that have somebody to report on this period, or have reported."""
    answered_for = exists().where(
        RoleRow.unit_id == Unit.id, RoleRow.role == Role.FOCAL.value, RoleRow.until.is_(None)
    )
    return (
        select(Unit, PeriodReport)
        .select_from(ReviewPeriod)
        .join(Schedule, Schedule.id == ReviewPeriod.schedule_id)
        .join(Unit, and_(Unit.root_id == Schedule.root_id, Unit.id.in_(below(held, today))))
        .outerjoin(PeriodReport, its_report())
        .where(ReviewPeriod.id == period_id, Unit.id.not_in(held))
        .where(or_(PeriodReport.id.is_not(None), and_(answered_for, stands(today))))
    )


def any_below(session: Session, held: Collection[int], today: date) -> bool:
    """Whether somebody below these units answers for one of their own."""
    theirs = select(RoleRow.id).where(RoleRow.role == Role.FOCAL.value, RoleRow.until.is_(None))
    lower = (RoleRow.unit_id.in_(below(held, today)), RoleRow.unit_id.not_in(held))
    return bool(held) and session.scalar(theirs.where(*lower).limit(1)) is not None


def units_of(
    session: Session, period_id: int, held: Collection[int], today: date, most: int, skip: int
) -> list[tuple[Unit, PeriodReport | None]]:
    """Those that have sent nothing first."""
    order = case(ORDER, value=PeriodReport.state, else_=0)
    rows = expected(period_id, held, today).order_by(order, Unit.folded, Unit.id)
    return [(unit, one) for unit, one in session.execute(rows.limit(most).offset(skip))]


def counts(
    session: Session, period_id: int, held: Collection[int], today: date
) -> Mapping[str, int]:
    """{state, "" for nothing sent: how many units}."""
    state = func.coalesce(PeriodReport.state, "")
    rows = expected(period_id, held, today).with_only_columns(state, func.count())
    return {str(one): int(number) for one, number in session.execute(rows.group_by(state))}


def periods(session: Session, root_id: int, today: date) -> list[ReviewPeriod]:
    """What may be reported on, due last first."""
    rows = open_periods(root_id, today).with_only_columns(ReviewPeriod)
    newest = rows.order_by(ReviewPeriod.due_on.desc(), ReviewPeriod.id.desc())
    return list(session.scalars(newest))


def waiting(session: Session, held: Collection[int], today: date) -> Sequence[PeriodReport]:
    """What was sent from below these units and waits for a decision, oldest first."""
    if not held:
        return []
    sent = select(PeriodReport).where(PeriodReport.state == SENT)
    mine = sent.where(PeriodReport.unit_id.in_(below(held, today)))
    return session.scalars(mine.order_by(PeriodReport.sent_at, PeriodReport.id)).all()


def returned(session: Session, units: Collection[int]) -> Sequence[PeriodReport]:
    """What came back to these units, oldest first."""
    theirs = select(PeriodReport).where(PeriodReport.unit_id.in_(units))
    back = theirs.where(PeriodReport.state == RETURNED)
    return session.scalars(back.order_by(PeriodReport.decided_at, PeriodReport.id)).all()


@dataclass(frozen=True, slots=True)
class Told:
    """What a unit has reported on a period. state "": nothing yet. parts: {"I": ((label, text), …)}
    in the order of the outline. remark: what is not right about the figures ("": nothing)."""

    unit_id: int
    unit: str
    state: str
    parts: Mapping[str, tuple[tuple[str, str], ...]]
    remark: str
    figures: Mapping[str, Any]


def of_period(session: Session, period_id: int, unit_ids: Sequence[int]) -> list[Told]:
    """In the order of the units that are asked for."""
    rows = select(Unit, PeriodReport).outerjoin(
        PeriodReport,
        and_(PeriodReport.unit_id == Unit.id, PeriodReport.period_id == period_id),
    )
    found = {u.id: (u, one) for u, one in session.execute(rows.where(Unit.id.in_(unit_ids)))}
    return [_told(*found[unit_id]) for unit_id in unit_ids if unit_id in found]


def _told(unit: Unit, report: PeriodReport | None) -> Told:
    answers = report.answers if report else {}
    remark = answers.get(REMARK, {"v": RIGHT})
    return Told(
        unit.id, unit.name, report.state if report else "", in_parts(answers),
        "" if remark["v"] == RIGHT else str(remark["t"]), report.figures if report else {},
    )  # fmt: skip


def in_parts(answers: Mapping[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    parts: dict[str, tuple[tuple[str, str], ...]] = {}
    for question in OUTLINE:
        if text := answers.get(question.key, {"t": ""})["t"]:
            parts[question.part] = (*parts.get(question.part, ()), (question.label, text))
    return parts
