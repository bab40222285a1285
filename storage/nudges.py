"""Leaders nudge: a reminder that no schedule asked for, once a day for each thing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.schedules import Rung
from storage import reminders
from storage.lagging import Due
from storage.recipients import People, Person
from storage.tables.reminders import Reminder

AT_ONCE = 500
"""Numbers that are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Plan:
    """rows: as columns of `Reminder`. today: things of which somebody has heard today already."""

    rows: Sequence[reminders.Row]
    today: int

    @property
    def people(self) -> list[int]:
        return list(dict.fromkeys(row["member_id"] for row in self.rows))

    @property
    def units(self) -> list[int]:
        return list(dict.fromkeys(row["unit_id"] for row in self.rows))


def plan(
    session: Session, dues: Sequence[Due], now: datetime, zone: ZoneInfo, besides: int
) -> Plan:
    """Whom it would reach: those whom the things concern, but not who nudges."""
    today = now.astimezone(zone).date()
    told = _told_today(session, dues, datetime.combine(today, time(), zone), today)
    fresh = [due for due in dues if _key(due) not in told]
    people = People(session, now)
    people.learn([thing.member_id for _, thing in fresh if thing.member_id is not None])
    telling = _Telling(session, people, now, zone)
    rows = {
        (*_key(due), row["member_id"]): row
        for due in fresh
        for row in telling.rows(due)
        if row["member_id"] != besides
    }
    return Plan(list(rows.values()), len(dues) - len(fresh))


Key = tuple[int, int, int, date]


def _key(due: Due) -> Key:
    schedule, thing = due
    return (schedule.id, thing.subject_id, thing.unit_id, thing.due_on)


def _told_today(session: Session, dues: Sequence[Due], midnight: datetime, today: date) -> set[Key]:
    """By a schedule or a leader: a reminder whose stage is that of today."""
    one = Reminder
    found: set[Key] = set()
    units = sorted({thing.unit_id for _, thing in dues})
    asked = select(one.schedule_id, one.subject_id, one.unit_id, one.due_on, one.stage)
    for start in range(0, len(units), AT_ONCE):
        some = one.unit_id.in_(units[start : start + AT_ONCE])
        rows = session.execute(asked.where(some, one.at >= midnight))
        found.update((s, t, u, day) for s, t, u, day, stage in rows if (today - day).days == stage)
    return found


@dataclass(frozen=True, slots=True)
class _Telling:
    """Who has what was handed on, by schedule, is read once."""

    session: Session
    people: People
    now: datetime
    zone: ZoneInfo
    handed: dict[int, dict[tuple[int, int, date, int], int]] = field(default_factory=dict)

    def rows(self, due: Due) -> list[reminders.Row]:
        schedule, thing = due
        if schedule.id not in self.handed:
            self.handed[schedule.id] = reminders.handed(self.session, schedule)
        told = self.people.told(schedule, thing, Rung.PERSON)
        return [self._row(due, person, rung) for person, rung in told]

    def _row(self, due: Due, person: Person, rung: Rung) -> reminders.Row:
        schedule, thing = due
        today = self.now.astimezone(self.zone).date()
        key = (thing.subject_id, thing.unit_id, thing.due_on, person.id)
        return {
            "schedule_id": schedule.id, "what": schedule.what, "subject_id": thing.subject_id,
            "unit_id": thing.unit_id, "due_on": thing.due_on,
            "stage": (today - thing.due_on).days, "rung": rung.value,
            "member_id": self.handed[schedule.id].get(key, person.id),
            "state": "waiting" if person.reachable else "listed", "snoozes": 0,
            "send_from": _from(person, self.now, today, self.zone), "at": self.now,
            "send_until": None,
        }  # fmt: skip


def _from(person: Person, now: datetime, today: date, zone: ZoneInfo) -> datetime:
    """At the next good hour, but not while somebody is away."""
    if person.quiet_until and person.quiet_until > today:
        return datetime.combine(person.quiet_until, time(), zone)
    return now


def nudge(session: Session, asked: Plan) -> int:
    """Returns how many are new."""
    return reminders.add(session, asked.rows)
