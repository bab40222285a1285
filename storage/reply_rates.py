"""How many of those who were reminded answered, and how soon: so that useless schedules end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.schedules import GRACE
from storage.tables.reminders import Bundle, Reminder, Response, Schedule

IN_TIME = timedelta(days=GRACE)
"""So long after the due day an answer is still one to the reminder."""


@dataclass(frozen=True, slots=True)
class Rate:
    """sent: things that people were told of, each once for each of them. days: half of those who
    answered took no longer; None where nobody did."""

    sent: int
    answered: int
    days: float | None = None

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.sent) if self.sent else 0


def rates(session: Session, root_id: int, since: date) -> dict[int, Rate]:
    """By schedule, of what was sent since a day; schedules that sent nothing are left out."""
    said = _said(session, since)
    took: dict[int, list[float | None]] = defaultdict(list)
    for row in session.execute(_told(root_id, since)):
        ends = [row.settled, said.get((row.what, row.subject_id, row.member_id))]
        took[row.schedule_id].append(_days(row.told, row.due_on, ends))
    return {number: _rate(days) for number, days in took.items()}


def _told(root_id: int, since: date) -> Any:
    one = Reminder
    thing = (one.schedule_id, one.what, one.subject_id, one.unit_id, one.due_on, one.member_id)
    return (
        select(*thing, func.min(Bundle.at).label("told"), func.min(one.settled_at).label("settled"))
        .join(Bundle, Bundle.id == one.bundle_id)
        .join(Schedule, Schedule.id == one.schedule_id)
        .where(Schedule.root_id == root_id, Bundle.day >= since)
        .group_by(*thing)
    )


def _said(session: Session, since: date) -> dict[tuple[str, int, int], datetime]:
    """An answer such as "coming" leaves the thing due."""
    one = Response
    its = select(one.what, one.subject_id, one.member_id, func.max(one.at)).where(one.day >= since)
    rows = session.execute(its.group_by(one.what, one.subject_id, one.member_id))
    return {(what, subject, member): at for what, subject, member, at in rows}


def _days(told: datetime, due_on: date, ends: Iterable[datetime | None]) -> float | None:
    """From when they were told until they answered; None: they did not in time."""
    after = [at for at in ends if at and at >= told and at.date() <= due_on + IN_TIME]
    return (min(after) - told) / timedelta(days=1) if after else None


def _rate(took: list[float | None]) -> Rate:
    answered = [days for days in took if days is not None]
    return Rate(len(took), len(answered), median(answered) if answered else None)
