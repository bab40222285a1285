"""What is forgotten in time: keys of messages, and what was sent long ago."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from bot.conversation.channels import WEB
from storage import forgetting
from storage.tables.delivery import Outbox, Seen
from storage.tables.people import Account

KEEP_SENT = timedelta(days=90)
KEEP_SEEN = timedelta(days=3)
KEEP_SEEN_WEB = timedelta(days=90)
SEEN_LOOK = timedelta(days=2)


def purge(session: Session, now: datetime, most: int = 5000) -> int:
    """Forget old keys of messages, what was sent long ago, except mailboxes of the web, and what is
    left of erased text.

    Returns how many rows went; call again while it is `most` or more, but seldom otherwise: the
    outbox is read whole.
    """
    if forgetting.some(session):
        return most
    return _purge_seen(session, now, most) + _purge_sent(session, now, most)


def _purge_seen(session: Session, now: datetime, most: int) -> int:
    soon, at_last = now - KEEP_SEEN, now - KEEP_SEEN_WEB
    # Not all the web's rows are looked at each time; what one misses goes at last.
    ours = and_(Seen.at < soon, Seen.at > soon - SEEN_LOOK, Seen.platform != WEB)
    key = (Seen.platform, Seen.bot, Seen.key)
    old = select(*key).where(or_(Seen.at < at_last, ours)).limit(most)
    gone = session.execute(delete(Seen).where(tuple_(*key).in_(old)).returning(Seen.at))
    return len(gone.all())


def _purge_sent(session: Session, now: datetime, most: int) -> int:
    old = (
        select(Outbox.id)
        .join(Account, Account.id == Outbox.account_id)
        .where(
            Account.platform != WEB,
            Outbox.state.in_(("sent", "failed")),
            Outbox.at < now - KEEP_SENT,
        )
        .limit(most)
    )
    gone = session.execute(delete(Outbox).where(Outbox.id.in_(old)).returning(Outbox.id))
    return len(gone.all())
