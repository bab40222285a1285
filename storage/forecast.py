"""Whom a schedule will write to in the next days, by the same rules as the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.schedules import Stage, due_days
from storage import reminders
from storage.bundles import Rules
from storage.planning import due_rows
from storage.recipients import People
from storage.tables.people import Member
from storage.tables.reminders import Reminder, Schedule
from storage.tables.units import Unit

DAYS = 7
"""Tomorrow is the first of them."""
FAR = timedelta(days=400)
PLANNED = ("waiting", "paused")


@dataclass(frozen=True, slots=True)
class Forecast:
    """people: day → who is written to on it, each with the unit that it is about."""

    people: Mapping[date, Mapping[int, int]] = field(default_factory=dict)

    def on(self, day: date) -> Mapping[int, int]:
        return self.people.get(day, {})


def forecast(session: Session, schedule: Schedule, rules: Rules, now: datetime) -> Forecast:
    """From today on. Of a paused schedule: if it went on now."""
    local = now.astimezone(rules.zone)
    rows: dict[tuple[object, ...], reminders.Row] = {}
    for row in _planned(session, schedule):
        rows[_key(row)] = row
    people = People(session, now)
    for n in range(DAYS + 1):
        midnight = datetime.combine(local.date() + timedelta(n), time(), rules.zone)
        for row in due_rows(session, schedule, people, rules, max(midnight, local)):
            rows.setdefault(_key(row), row)
    found: dict[date, dict[int, int]] = {}
    for row in rows.values():
        if row["state"] in PLANNED:
            day = max(row["send_from"].astimezone(rules.zone), local).date()
            found.setdefault(day, {}).setdefault(row["member_id"], row["unit_id"])
    return Forecast(found)


def _planned(session: Session, schedule: Schedule) -> list[reminders.Row]:
    its = select(Reminder).where(Reminder.schedule_id == schedule.id, Reminder.state.in_(PLANNED))
    names = ("subject_id", "unit_id", "due_on", "stage", "member_id", "state", "send_from")
    return [{name: getattr(row, name) for name in names} for row in session.scalars(its)]


def _key(row: reminders.Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("subject_id", "unit_id", "due_on", "stage", "member_id"))


def next_due(schedule: Schedule, today: date) -> date | None:
    """None: it has no calendar of its own, or none of its days is near."""
    if not schedule.rule:
        return None
    return next(iter(due_days(schedule.rule, today, today + FAR)), None)


def next_stage(schedule: Schedule, today: date) -> tuple[date, Stage] | None:
    """The next day after today on which somebody may be reminded, by the calendar alone."""
    if not schedule.rule:
        return None
    stages = Stage.read(schedule.stages)
    first = today - timedelta(max(stage.days for stage in stages))
    days = due_days(schedule.rule, first, today + FAR)
    found = [(day + timedelta(stage.days), stage) for day in days for stage in stages]
    return min((one for one in found if one[0] > today), key=lambda one: one[0], default=None)


def names_by_unit(
    session: Session, people: Mapping[int, int], most: int
) -> list[tuple[int, str, list[str]]]:
    """(unit, its name, names of its people), the units with most people first."""
    units: dict[int, list[int]] = {}
    for member_id, unit_id in people.items():
        units.setdefault(unit_id, []).append(member_id)
    found = sorted(units.items(), key=lambda one: (-len(one[1]), one[0]))[:most]
    return [
        (
            unit_id,
            session.get_one(Unit, unit_id).name,
            [session.get_one(Member, one).name for one in sorted(members)[:most]],
        )
        for unit_id, members in found
    ]
