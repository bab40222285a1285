"""The outbox as a mailbox: messages put in once and numbered per account, read back in order."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, false, func, insert, select, text, update
from sqlalchemy.orm import Session

from bot.conversation.channels import channel
from bot.conversation.host import Mail
from bot.conversation.messages import Reply, Said
from storage.prepared import Prepared
from storage.tables.delivery import Outbox
from storage.tables.people import Account

REPLY, NOTICE, MENU, REMINDER = "reply", "notice", "menu", "reminder"
"""Lanes: an answer; news; the chat's list of commands, which nobody reads as a message; what is
due."""
Row = dict[str, Any]
NEW_MAIL = "new_mail"
"""Key in `Session.info`: ids of the accounts whose mailboxes grew in this session."""


@dataclass(slots=True)
class Post:
    """A message to put in; a repeated key does nothing, and belongs to one account for ever.

    own: the member's own words, kept for their history. late: the text is still to be evaluated.
    fresh: nobody can have put this key in before.
    """

    key: str
    account_id: int
    reply: Reply | Said
    lane: str = REPLY
    own: bool = False
    due_at: datetime | None = None
    late: bool = False
    fresh: bool = False


@dataclass(slots=True)
class Box:
    """The mailbox of an account: how many messages it ever had, and on which platform."""

    mail: int
    platform: str

    def next(self) -> int:
        self.mail += 1
        return self.mail


@dataclass(frozen=True, slots=True)
class Late:
    """A row whose text is still to be evaluated."""

    id: int
    key: str
    account_id: int
    platform: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that was put in and may go at once."""

    account_id: int
    number: int
    lane: str
    at: datetime
    reply: Reply | Said


# Built once, on tables instead of classes: these run for every message.
_accounts, _rows = cast(Table, Account.__table__), cast(Table, Outbox.__table__)
_account, _outbox = _accounts.c, _rows.c
_COUNT = (
    update(_accounts)
    .where(_account.id == bindparam("account"))
    .values(mail=_account.mail + bindparam("more"))
)
_KNOWN = select(_outbox.key).where(_outbox.key.in_(bindparam("keys", expanding=True)))
_LAST = select(_account.id, _account.mail, _account.platform).where(
    _account.id.in_(bindparam("accounts", expanding=True))
)
_LOCK = _LAST.order_by(_account.id).with_for_update()  # does nothing on SQLite
_INSERT = Prepared(
    insert(_rows).values(attempts=text("0"), open=false(), error=text("''")),
    "key", "account_id", "number", "lane", "own", "body", "state", "at", "due_at", "sent_at",
)  # fmt: skip

# The partial index serves only a query that has its condition literally.
_LATE = text("outbox.state = 'late' AND outbox.state IN ('late', 'ready')")
_FIRST_LATE = select(func.min(_outbox.number)).where(
    _outbox.account_id == bindparam("account"), _LATE
)
_MAIL = (
    select(_outbox.number, _outbox.own, _outbox.key, _outbox.body, _outbox.at, _outbox.state)
    .where(
        _outbox.account_id == bindparam("account"),
        _outbox.number > bindparam("after"),
        _outbox.number < bindparam("before"),
    )
    .limit(bindparam("most"))
)
_OLDEST = _MAIL.order_by(_outbox.number)
_NEWEST = _MAIL.order_by(_outbox.number.desc())
_NO_END = 2**31 - 1


def put(
    session: Session,
    *,
    key: str,
    account_id: int,
    reply: Reply | Said,
    now: datetime,
    lane: str = REPLY,
    own: bool = False,
    due_at: datetime | None = None,
    late: bool = False,
) -> int | None:
    """The number in the account's mailbox, or None when the key is already there."""
    return put_many(session, [Post(key, account_id, reply, lane, own, due_at, late)], now)[0]


def put_many(session: Session, posts: Sequence[Post], now: datetime) -> list[int | None]:
    """The numbers of all posts, None for each whose key is already there, or who has no account."""
    numbers = {row["key"]: row["number"] for row in put_rows(session, posts, now)}
    return [numbers.pop(post.key, None) for post in posts]


def put_rows(session: Session, posts: Sequence[Post], now: datetime) -> list[Row]:
    """The same; returns the rows of those that were put in."""
    if not posts:
        return []
    session.flush()
    connection = session.connection()
    boxes = _boxes(connection, posts)
    known = set(connection.scalars(_KNOWN, {"keys": [post.key for post in posts]}))
    fresh: dict[str, Post] = {}
    for post in posts:
        if post.key not in known and post.account_id in boxes:
            fresh.setdefault(post.key, post)
    if fresh:
        _count(connection, fresh.values())
    return put_counted(session, fresh.values(), boxes, now)


def _boxes(connection: Connection, posts: Iterable[Post]) -> dict[int, Box]:
    """Their mailboxes, locked in ascending order as everybody does, so that nobody can put the
    same keys in after we looked."""
    accounts = {"accounts": sorted({post.account_id for post in posts})}
    return {a: Box(mail, platform) for a, mail, platform in connection.execute(_LOCK, accounts)}


def lock(session: Session, accounts: Collection[int]) -> None:
    """Their mailboxes are ours until the commit."""
    session.connection().execute(_LOCK, {"accounts": sorted(accounts)})


def _count(connection: Connection, posts: Iterable[Post]) -> None:
    more = Counter(post.account_id for post in posts)
    connection.execute(_COUNT, [{"account": a, "more": more[a]} for a in sorted(more)])


def put_counted(
    session: Session, posts: Iterable[Post], boxes: Mapping[int, Box], now: datetime
) -> list[Row]:
    """Put in what cannot be there yet; boxes are as before, and somebody else counts them."""
    rows = []
    for post in posts:
        box = boxes[post.account_id]
        rows.append(_row(post, box.next(), box.platform, now))
    if rows:
        _INSERT.do_all(session, rows)
        _note(session, *(row["account_id"] for row in rows))
    return rows


def as_mail(rows: Iterable[Row]) -> dict[int, list[Mail]]:
    """Rows just put in as mailboxes show them, by account, in order; none from a late one on."""
    found: dict[int, list[Mail]] = {}
    ends: set[int] = set()
    for row in rows:
        if row["state"] == "late":
            ends.add(row["account_id"])
        elif row["account_id"] not in ends:
            mail = Mail(row["number"], row["own"], row["key"], row["body"], row["at"])
            found.setdefault(row["account_id"], []).append(mail)
    return found


def ready(posts: Iterable[Post], rows: Iterable[Row]) -> dict[int, list[Ready]]:
    """Rows just put in, by account and in order, where all of them may go at once."""
    replies = {post.key: post.reply for post in posts}
    found: dict[int, list[Ready]] = {}
    others: set[int] = set()
    for row in rows:
        account_id = row["account_id"]
        if row["state"] != "ready" or row["due_at"] > row["at"]:
            others.add(account_id)
        one = Ready(account_id, row["number"], row["lane"], row["at"], replies[row["key"]])
        found.setdefault(account_id, []).append(one)
    return {account_id: each for account_id, each in found.items() if account_id not in others}


def _row(post: Post, number: int, platform: str, now: datetime) -> Row:
    done = (post.own or channel(platform).mailbox) and not post.late
    return {
        "key": post.key,
        "account_id": post.account_id,
        "number": number,
        "lane": post.lane,
        "own": post.own,
        "body": post.reply.to_json(),
        "state": "late" if post.late else "sent" if done else "ready",
        "at": now,
        "due_at": post.due_at or now,
        "sent_at": now if done else None,
    }


def _note(session: Session, *accounts: int) -> None:
    session.info.setdefault(NEW_MAIL, set()).update(accounts)


def mailbox(session: Session, account_id: int, after: int, most: int = 200) -> list[Mail]:
    """Rows numbered above `after`, oldest first, up to the first whose text is not there yet."""
    asked = {"account": account_id, "after": after, "before": _NO_END, "most": most}
    return _up_to_late(session.connection().execute(_OLDEST, asked))


def history(session: Session, account_id: int, before: int = 0, most: int = 50) -> list[Mail]:
    """Rows numbered below `before` (0: the newest), oldest first."""
    connection = session.connection()
    late = connection.scalar(_FIRST_LATE, {"account": account_id}) or _NO_END
    asked = {
        "account": account_id,
        "after": 0,
        "before": min(before or _NO_END, late),
        "most": most,
    }
    # One that was put in between the two statements is late all the same.
    return _up_to_late(connection.execute(_NEWEST, asked).all()[::-1])


def _up_to_late(rows: Iterable[Any]) -> list[Mail]:
    return [Mail(*mail) for *mail, _ in takewhile(lambda row: row.state != "late", rows)]


def counts(session: Session, accounts: Collection[int]) -> dict[int, int]:
    """How many messages were ever put in, by account."""
    if not accounts:
        return {}
    return {a: mail for a, mail, _ in session.execute(_LAST, {"accounts": list(accounts)})}


def late_rows(session: Session, keys: Collection[str] | None = None) -> list[Late]:
    """Rows to evaluate: those with the keys, else all (after a crash), oldest first."""
    found = (
        select(Outbox.id, Outbox.key, Outbox.account_id, Account.platform, Outbox.body)
        .join(Account, Account.id == Outbox.account_id)
        .where(_LATE)
        .order_by(Outbox.id)
    )
    if keys is not None:
        found = found.where(Outbox.key.in_(keys))
    rows = session.execute(found)
    return [Late(id, key, acc, name, Reply.from_json(body)) for id, key, acc, name, body in rows]


def fill_late(session: Session, row: Late, reply: Reply, now: datetime) -> bool:
    """Give a late row its text, once. False: it had one already."""
    sent = channel(row.platform).mailbox
    state: dict[str, Any] = {"state": "sent", "sent_at": now} if sent else {"state": "ready"}
    filled = session.execute(
        update(Outbox)
        .where(Outbox.id == row.id, Outbox.state == "late")
        .values(body=reply.to_json(), **state)
        .returning(Outbox.account_id)
    )
    accounts = filled.scalars().all()
    _note(session, *accounts)
    return bool(accounts)
