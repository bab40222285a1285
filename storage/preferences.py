"""When somebody likes to be reminded, and how what already waits for them follows."""

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage import due  # noqa: F401 (its queries register themselves)
from storage.due_parts import WHATS
from storage.tables.reminders import Preference, Reminder


def sure() -> list[str]:
    """What is told even to those who want to be left in peace."""
    return [name for name, what in WHATS.items() if what.sure]


def preference(session: Session, member_id: int) -> Preference:
    """Where nobody has chosen: as people of their kind are reminded."""
    return session.get(Preference, member_id) or Preference(member_id=member_id, window="")


def like(session: Session, member_id: int, window: str) -> None:
    chosen = preference(session, member_id)
    chosen.window = window
    session.add(chosen)
    session.flush()


def rest(session: Session, member_id: int, until: date, begins: datetime) -> None:
    """Nothing before this day, which begins then: what waits, too."""
    _keep(session, member_id, until)
    session.execute(
        update(Reminder)
        .where(Reminder.member_id == member_id, Reminder.state == "waiting")
        .where(Reminder.send_from < begins, Reminder.what.not_in(sure()))
        .values(send_from=begins)
    )


def wake(session: Session, member_id: int, now: datetime) -> None:
    """As before: what waits comes at the next good hour, unless it was put off by itself or has an
    hour of its own."""
    _keep(session, member_id, None)
    session.execute(
        update(Reminder)
        .where(Reminder.member_id == member_id, Reminder.state == "waiting")
        .where(Reminder.snoozes == 0, Reminder.send_until.is_(None), Reminder.send_from > now)
        .values(send_from=now)
    )


def _keep(session: Session, member_id: int, until: date | None) -> None:
    chosen = preference(session, member_id)
    chosen.quiet_until = until
    session.add(chosen)
    session.flush()
