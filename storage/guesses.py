"""Wrong codes that were typed: many of them from one account or address are slowed down."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.invitations import GUESS_WINDOW, GUESSES
from storage.tables.people import Guess


def by_account(account_id: int) -> str:
    """The source of what is typed in a chat; of a page it is an address."""
    return f"account:{account_id}"


def too_many(session: Session, source: str, now: datetime) -> bool:
    recent = (Guess.source == source, Guess.at > now - GUESS_WINDOW)
    count = session.scalar(select(func.count()).select_from(Guess).where(*recent))
    return (count or 0) >= GUESSES


def note(session: Session, source: str, now: datetime) -> None:
    session.execute(delete(Guess).where(Guess.at < now - 24 * GUESS_WINDOW))
    session.add(Guess(source=source, at=now))
    session.flush()
