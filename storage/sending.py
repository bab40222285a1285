"""The outbox as a queue: what a courier may send next, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, or_, select, text, tuple_, update
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.logs import redact
from storage.tables.delivery import Outbox, Seen
from storage.tables.people import Account

KEEP_SENT = timedelta(days=90)
KEEP_SEEN = timedelta(days=3)
KEEP_SEEN_WEB = timedelta(days=90)
SEEN_LOOK = timedelta(days=2)
LONGEST_ERROR = 500

Bot = tuple[str, str]
"""(platform, bot), as accounts have them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The next message of one chat."""

    id: int
    account_id: int
    bot: Bot
    chat: str
    lane: str
    attempts: int
    at: datetime
    reply: Reply

    @property
    def turn(self) -> tuple[bool, int]:
        """Sorts replies before notices, then by age."""
        return self.lane != "reply", self.id


# The partial index serves only a query that has its condition literally.
_WAITS = text("outbox.state IN ('late', 'ready')")
_TURN = case((Outbox.lane == "reply", 0), else_=1)
# A row that was tried holds up its chat until it is due again; one planned for later does not.
_CANDIDATES = select(
    Outbox.id,
    func.row_number()
    .over(partition_by=Outbox.account_id, order_by=(_TURN, Outbox.number))
    .label("place"),
).where(_WAITS, or_(Outbox.due_at <= bindparam("now"), Outbox.attempts > 0))


def _heads(candidates: Any) -> Any:
    first = candidates.subquery()
    return (
        select(Outbox, Account)
        .join(first, first.c.id == Outbox.id)
        .join(Account, Account.id == Outbox.account_id)
        .where(
            first.c.place == 1,
            Outbox.state == "ready",
            Outbox.due_at <= bindparam("now"),
            Account.reachable,
            tuple_(Account.platform, Account.bot).in_(bindparam("bots", expanding=True)),
        )
        .order_by(_TURN, Outbox.id)
        .limit(bindparam("most"))
        .with_only_columns(
            Outbox.id,
            Outbox.account_id,
            Account.platform,
            Account.bot,
            Account.external_id,
            Outbox.lane,
            Outbox.attempts,
            Outbox.at,
            Outbox.body,
        )
    )


_NEXT = _heads(_CANDIDATES)
_NEXT_OF = _heads(_CANDIDATES.where(Outbox.account_id.in_(bindparam("accounts", expanding=True))))


def waiting(
    session: Session,
    bots: Collection[Bot],
    now: datetime,
    most: int = 200,
    accounts: Collection[int] | None = None,
) -> list[Letter]:
    """The next message of each chat (of these accounts), replies first, then oldest first.

    A chat has none while its next one is late, or was tried and is not due again.
    """
    asked = {"bots": list(bots), "now": now, "most": most}
    if accounts is None:
        rows = session.execute(_NEXT, asked)
    else:
        rows = session.execute(_NEXT_OF, asked | {"accounts": list(accounts)})
    return [_letter(row) for row in rows]


def _letter(row: Any) -> Letter:
    return Letter(
        id=row.id,
        account_id=row.account_id,
        bot=(row.platform, row.bot),
        chat=row.external_id,
        lane=row.lane,
        attempts=row.attempts,
        at=row.at,
        reply=Reply.from_json(row.body),
    )


def mark_sent(session: Session, row_id: int, message_id: str | None, now: datetime) -> None:
    _set(session, row_id, state="sent", message_id=message_id, sent_at=now)


def mark_failed(session: Session, row_id: int, error: str, retry_at: datetime | None) -> None:
    """Sending did not work; without retry_at it is given up."""
    more: dict[str, Any] = {"due_at": retry_at} if retry_at else {"state": "failed"}
    error = redact(error)[:LONGEST_ERROR]
    _set(session, row_id, attempts=Outbox.attempts + 1, error=error, **more)


def _set(session: Session, row_id: int, **values: Any) -> None:
    session.execute(update(Outbox).where(Outbox.id == row_id).values(**values))


def mark_unreachable(session: Session, account_id: int) -> bool:
    """True when it was reachable until now. What waits goes on when the member writes again."""
    marked = session.execute(
        update(Account)
        .where(Account.id == account_id, Account.reachable)
        .values(reachable=False)
        .returning(Account.id)
    )
    return marked.first() is not None


def depth(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many messages are due, and since when the first."""
    found = session.execute(
        select(func.count(), func.min(Outbox.due_at))
        .select_from(Outbox)
        .join(Account, Account.id == Outbox.account_id)
        .where(_WAITS, Outbox.due_at <= now, Account.reachable)
    ).one()
    return found[0], found[1]


def stuck(session: Session, older_than: datetime) -> int:
    """How many messages have been due since before then: nobody takes them."""
    return depth(session, older_than)[0]


def purge(session: Session, now: datetime, most: int = 5000) -> int:
    """Forget old keys of messages and what was sent long ago, except mailboxes of the web.

    Returns how many rows went; call again while it is `most` or more, but seldom otherwise: the
    outbox is read whole.
    """
    return _purge_seen(session, now, most) + _purge_sent(session, now, most)


def _purge_seen(session: Session, now: datetime, most: int) -> int:
    soon, at_last = now - KEEP_SEEN, now - KEEP_SEEN_WEB
    # Not all the web's rows are looked at each time; what one misses goes at last.
    ours = and_(Seen.at < soon, Seen.at > soon - SEEN_LOOK, Seen.platform != "web")
    key = (Seen.platform, Seen.bot, Seen.key)
    old = select(*key).where(or_(Seen.at < at_last, ours)).limit(most)
    gone = session.execute(delete(Seen).where(tuple_(*key).in_(old)).returning(Seen.at))
    return len(gone.all())


def _purge_sent(session: Session, now: datetime, most: int) -> int:
    old = (
        select(Outbox.id)
        .join(Account, Account.id == Outbox.account_id)
        .where(
            Account.platform != "web",
            Outbox.state.in_(("sent", "failed")),
            Outbox.at < now - KEEP_SENT,
        )
        .limit(most)
    )
    gone = session.execute(delete(Outbox).where(Outbox.id.in_(old)).returning(Outbox.id))
    return len(gone.all())
