"""What the clock does about reminders, for transcripts: all that is due, then one message each."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.schedules import Attention
from bot.domain.timing import Hours
from bot.handlers.registry import Talk
from bot.scheduling.reminding import letter
from storage import bundles, reminders, schedules
from storage.bundles import Rules
from storage.planning import due_rows
from storage.recipients import People

MANY = 1000


def _rules(zone: ZoneInfo) -> Rules:
    return Rules(zone, Hours(), _working, Attention())


def _working(day: date) -> bool:
    return day.weekday() < 5


def collect(session: Session, root_id: int, now: datetime, zone: ZoneInfo) -> None:
    schedules.ensure_schedules(session, root_id, now)
    schedules.ensure_periods(session, root_id, now.astimezone(zone).date())
    people = People(session, now)
    for schedule in schedules.active(session, root_id):
        reminders.add(session, due_rows(session, schedule, people, _rules(zone), now))


def bundle(talk: Talk) -> int:
    """The messages whose hour it is."""
    members = bundles.due_members(talk.session, talk.now, _rules(talk.zone), MANY)
    put = bundles.bundle(talk.session, members, talk.now, _rules(talk.zone))
    talk.letters += [letter(number, account_id) for number, account_id in put]
    return len(put)
