"""The outbox as a queue: what a courier may send next, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Table,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from bot.conversation.host import Sent
from bot.conversation.messages import Reply
from bot.logs import redact
from storage.outbox import REMINDER
from storage.prepared import Prepared
from storage.tables.delivery import Outbox, RemoteFile
from storage.tables.people import Account
from storage.tables.records import Photo

LONGEST_ERROR = 500
MAYBE = "maybe arrived: "
"""How the error of a message begins that may be there all the same."""

TURNS = {"reply": 0, REMINDER: 2}
"""What goes before what; all else lies between."""
Bot = tuple[str, str]
"""(platform, bot), as accounts have them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The next message of one chat. open: the platform's id of the message whose buttons still
    work there. mail: how many messages the chat has had, where no other of them waits; else 0.
    doubt: it may have arrived already."""

    account_id: int
    number: int
    bot: Bot
    chat: str
    lane: str
    attempts: int
    at: datetime
    reply: Reply
    open: str = ""
    mail: int = 0
    doubt: bool = False

    @property
    def turn(self) -> tuple[int, datetime, int]:
        """Sorts replies before notices before reminders, then by age."""
        return TURNS.get(self.lane, 1), self.at, self.number


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that its platform took."""

    letter: Letter
    sent: Sent
    at: datetime

    @property
    def opens(self) -> bool:
        return self.sent.buttons and self.letter.lane == "reply"

    @property
    def closes(self) -> bool:
        """A notice leaves the question of a form alone."""
        return bool(self.letter.open) and self.letter.lane == "reply"


# A partial index serves only a query that has its condition literally.
_WAITS = text("outbox.state IN ('late', 'ready')")
_IS_OPEN = text("outbox.open")
_TURN = case(TURNS, value=Outbox.lane, else_=1)
# A row that was tried holds up its chat until it is due again; one planned for later does not.
_CANDIDATES = select(
    Outbox.id,
    func.row_number()
    .over(partition_by=Outbox.account_id, order_by=(_TURN, Outbox.number))
    .label("place"),
    func.count().over(partition_by=Outbox.account_id).label("waiting"),
).where(_WAITS, or_(Outbox.due_at <= bindparam("now"), Outbox.attempts > 0))


_shown = aliased(Outbox, name="shown")
_OPEN = (
    select(_shown.message_id)
    .where(_shown.account_id == Outbox.account_id, text("shown.open"))
    .order_by(_shown.number.desc())
    .limit(1)
    .scalar_subquery()
)


_row = Outbox.__table__.c
_SENT = Prepared(
    update(cast(Table, Outbox.__table__))
    .where(_row.account_id == bindparam("account"), _row.number == bindparam("of_number"))
    .values(
        state="sent",
        message_id=bindparam("message"),
        open=bindparam("is_open"),
        sent_at=bindparam("now"),
    )
)
_CLOSE = Prepared(
    update(cast(Table, Outbox.__table__))
    .where(_row.account_id == bindparam("account"), _IS_OPEN)
    .values(open=False)
)


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
            Outbox.account_id,
            Outbox.number,
            Account.platform,
            Account.bot,
            Account.external_id,
            Outbox.lane,
            Outbox.attempts,
            Outbox.at,
            Outbox.body,
            Outbox.error,
            _OPEN.label("open_id"),
            case((first.c.waiting == 1, Account.mail), else_=0).label("mail"),
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
        account_id=row.account_id,
        number=row.number,
        bot=(row.platform, row.bot),
        chat=row.external_id,
        lane=row.lane,
        attempts=row.attempts,
        at=row.at,
        reply=Reply.from_json(row.body),
        open=row.open_id or "",
        mail=row.mail,
        doubt=row.error.startswith(MAYBE),
    )


def mark_sent(session: Session, delivered: Collection[Delivered]) -> None:
    """Each is in its chat now; an answer closes what was open there before."""
    if closing := [{"account": d.letter.account_id} for d in delivered if d.closes]:
        _CLOSE.do_all(session, closing)
    rows = [
        {
            "account": d.letter.account_id,
            "of_number": d.letter.number,
            "message": d.sent.message or None,
            "is_open": d.opens,
            "now": d.at,
        }
        for d in delivered
    ]
    _SENT.do_all(session, rows)
    for each in delivered:
        for name, remote in each.sent.remote.items():
            note_remote(session, each.letter.bot, name, remote, each.at)


def note_remote(session: Session, bot: Bot, name: str, remote: str, now: datetime) -> None:
    session.merge(RemoteFile(platform=bot[0], bot=bot[1], hash=name, name=remote, at=now))


def remote_names(session: Session, bot: Bot, hashes: Collection[str]) -> dict[str, str]:
    """What the platform calls those of the files that it has already, by hash; a clean picture as
    the one it came as, where that can be shown again."""
    there = (RemoteFile.platform == bot[0], RemoteFile.bot == bot[1])
    own = select(RemoteFile.hash, RemoteFile.name).where(*there, RemoteFile.hash.in_(hashes))
    came = (
        select(Photo.clean, RemoteFile.name)
        .join(RemoteFile, RemoteFile.hash == Photo.hash)
        .where(*there, Photo.clean.in_(hashes))
    )
    found = [*session.execute(came), *session.execute(own)]
    return {hash: name for hash, name in found if hash}


def mark_failed(
    session: Session,
    letter: Letter,
    error: str,
    retry_at: datetime | None,
    *,
    unsure: bool = False,
) -> None:
    """Sending did not work; without retry_at it is given up."""
    more: dict[str, Any] = {"due_at": retry_at} if retry_at else {"state": "failed"}
    maybe = MAYBE if unsure or letter.doubt else ""
    error = (maybe + redact(error))[:LONGEST_ERROR]
    session.execute(
        update(Outbox)
        .where(Outbox.account_id == letter.account_id, Outbox.number == letter.number)
        .values(attempts=Outbox.attempts + 1, error=error, **more)
    )


def mark_unreachable(session: Session, account_id: int) -> bool:
    """True when it was reachable until now. What waits goes on when the member writes again."""
    marked = session.execute(
        update(Account)
        .where(Account.id == account_id, Account.reachable)
        .values(reachable=False)
        .returning(Account.id)
    )
    return marked.first() is not None


def not_found(session: Session, account_id: int) -> int:
    """How often in a row the platform has not known this chat."""
    counted = (
        update(Account)
        .where(Account.id == account_id)
        .values(checks=Account.checks + 1)
        .returning(Account.checks)
    )
    return session.scalar(counted) or 0


def move(session: Session, bot: Bot, old: str, new: str) -> bool:
    """A chat has another name now. False: there is one of that name already."""
    named = (Account.platform == bot[0], Account.bot == bot[1])
    if session.scalar(select(Account.id).where(*named, Account.external_id == new)):
        return False
    session.execute(
        update(Account).where(*named, Account.external_id == old).values(external_id=new)
    )
    return True


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
