"""Schedules as rows: those a new organisation begins with, how they change, their periods."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bot.domain.schedule_words import code_for
from bot.domain.schedules import DEFAULTS, GRACE, Stage, due_days, period
from storage import replanning
from storage.bundles import Rules
from storage.once import put_once
from storage.tables.reminders import PeriodReport, ReviewPeriod, Schedule

AHEAD = timedelta(days=100)
"""Periods are there so long before they fall due: early answers are welcome."""
WEEK = timedelta(days=7)
DEFAULT_CODES = frozenset(one.code for one in DEFAULTS)


def ensure_schedules(session: Session, root_id: int, now: datetime) -> None:
    """Those of `DEFAULTS` that the organisation does not have yet."""
    known = _codes(session, root_id)
    session.add_all(
        Schedule(
            root_id=root_id, unit_id=root_id, code=one.code, what=one.what, label=one.label,
            rule=one.rule, period=one.period, stages=[list(stage) for stage in one.stages],
            roles=[role.value for role in one.roles], number=one.number, window=one.window,
            state="active" if one.active else "paused", changed_at=now,
        )
        for one in DEFAULTS
        if one.code not in known
    )  # fmt: skip
    session.flush()


def _codes(session: Session, root_id: int) -> set[str]:
    return set(session.scalars(select(Schedule.code).where(Schedule.root_id == root_id)))


def active(session: Session, root_id: int) -> list[Schedule]:
    return [one for one in kept(session, root_id) if one.state == "active"]


def kept(session: Session, root_id: int) -> list[Schedule]:
    """All that were not ended."""
    its = select(Schedule).where(Schedule.root_id == root_id, Schedule.state != "ended")
    return list(session.scalars(its.order_by(Schedule.id)))


def is_default(schedule: Schedule) -> bool:
    """Put by the program: it would come back, so it is never ended."""
    return schedule.code in DEFAULT_CODES


# -- periods ------------------------------------------------------------------------------------


def ensure_periods(session: Session, root_id: int, today: date) -> None:
    """Those of active schedules that begin to be asked for."""
    for schedule in active(session, root_id):
        _put_periods(session, schedule, today)


def _put_periods(session: Session, schedule: Schedule, today: date) -> None:
    """What fell due before somebody decided on it is not asked for afterwards."""
    if not schedule.rule:
        return
    begin, end = today - timedelta(GRACE), today + AHEAD
    if schedule.changed_by is not None:
        begin = min(max(begin, schedule.changed_at.date()), today)
    its = select(ReviewPeriod.first).where(
        ReviewPeriod.schedule_id == schedule.id,
        or_(ReviewPeriod.last >= begin, ReviewPeriod.due_on >= begin),
    )
    known = set(session.scalars(its))
    found: dict[date, dict[str, Any]] = {}
    for day in due_days(schedule.rule, begin, end):
        first, last = period(schedule.period, day)
        if first not in known:
            values = {"kind": schedule.period, "first": first, "last": last, "due_on": day}
            found.setdefault(first, {"schedule_id": schedule.id, **values})
    put_once(session, ReviewPeriod, list(found.values()))


def _follow_rule(session: Session, schedule: Schedule, today: date) -> replanning.Moves:
    """Periods not due yet get the day of the rule, or go where it has none for them (unless
    somebody has reported on them). One whose new day has passed keeps the old one, this time."""
    moves: replanning.Moves = {}
    its = select(ReviewPeriod).where(
        ReviewPeriod.schedule_id == schedule.id, ReviewPeriod.due_on >= today
    )
    for row in session.scalars(its).all():
        around = due_days(schedule.rule, row.first, row.last + WEEK)
        days = [day for day in around if period(row.kind, day)[0] == row.first]
        reported = exists().where(PeriodReport.period_id == row.id)
        if not days and not session.scalar(select(reported)):
            moves[row.due_on] = None
            session.delete(row)
        elif days and row.due_on != days[0] >= today:
            moves[row.due_on] = row.due_on = days[0]
    session.flush()
    return moves


# -- changes ------------------------------------------------------------------------------------


def change(
    session: Session, schedule: Schedule, revision: int, values: Mapping[str, Any], by: int,
    rules: Rules, now: datetime,
) -> bool:  # fmt: skip
    """New values of its columns, with all that follows for what was planned. False: somebody else
    changed it since that revision; nothing happened."""
    session.refresh(schedule, with_for_update=True)
    if schedule.revision != revision or schedule.state == "ended":
        return False
    stages, state = Stage.read(schedule.stages), schedule.state
    for name, value in values.items():
        setattr(schedule, name, value)
    schedule.revision, schedule.changed_at, schedule.changed_by = revision + 1, now, by
    session.flush()
    today = now.astimezone(rules.zone).date()
    plan = replanning.Plan(session, schedule, stages, rules, now)
    if "rule" in values:
        plan.move(_follow_rule(session, schedule, today))
    if schedule.state == "active":
        _put_periods(session, schedule, today)
    plan.follow(state, values.keys())
    return True


def add(
    session: Session, root_id: int, values: Mapping[str, Any], stages: Sequence[Stage], by: int,
    rules: Rules, now: datetime,
) -> Schedule:  # fmt: skip
    code = code_for(values["label"], _codes(session, root_id) | DEFAULT_CODES)
    schedule = Schedule(
        root_id=root_id, code=code, stages=stored(stages), changed_at=now, changed_by=by, **values
    )
    session.add(schedule)
    session.flush()
    _put_periods(session, schedule, now.astimezone(rules.zone).date())
    return schedule


def stored(stages: Sequence[Stage]) -> list[list[Any]]:
    return [[stage.days, stage.rung.value] for stage in stages]
