"""Messages that came in: each once; those whose handling raised are tried again in order, at last
set aside for an administrator.

state: retry (with those of the same chat that wait behind it), fetch (its pictures are still with
the platform; others wait behind it too), slow (the same for long: nobody waits any more), aside,
done, dropped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, func, select, text, tuple_
from sqlalchemy.orm import Session

from bot.conversation.messages import Incoming, Said
from bot.logs import redact
from storage.accounts import Chat
from storage.prepared import Prepared
from storage.tables.delivery import Inbox, Seen

RETRY, ASIDE, DONE, DROPPED = "retry", "aside", "done", "dropped"
FETCH, SLOW = "fetch", "slow"
HOLDING = (RETRY, FETCH)
A_DAY = timedelta(days=1)
LONGEST = 8_000
"""Characters kept of a traceback; its end says what happened."""

Key = tuple[str, str, str]
"""(platform, bot, key of a message)"""
_inbox = Inbox.__table__.c
_NOTE = Prepared(
    text(
        "INSERT INTO seen (platform, bot, key, at) VALUES (:platform, :bot, :key, :at) "
        "ON CONFLICT DO NOTHING RETURNING platform, bot, key"
    ).bindparams(bindparam("at", type_=Seen.__table__.c.at.type))
)

_RETRIES = (
    select(_inbox.id, _inbox.state, _inbox.retry_at, _inbox.platform, _inbox.bot, _inbox.chat)
    .where(_inbox.state.in_(HOLDING))
    .order_by(_inbox.id)
)


class Runner(Protocol):
    """The part of a batch that runs one message; True: its effects are in the transaction."""

    def handle(self, message: Incoming, attempt: int = 1) -> bool: ...


def note_seen(session: Session, keys: Iterable[Key], now: datetime) -> set[Key]:
    """Those that were never seen before; from now on they were, if this transaction commits."""
    rows = [{"platform": p, "bot": b, "key": k, "at": now} for p, b, k in keys]
    return {(p, b, k) for p, b, k in _NOTE.rows_of_all(session, rows)}


def wait_behind(session: Session, message: Incoming, now: datetime) -> None:
    _store(session, message, now)


@dataclass(frozen=True, slots=True)
class ToFetch:
    """A message whose pictures are still with the platform."""

    id: int
    bot: tuple[str, str]
    said: Said
    attempts: int
    at: datetime
    slow: bool


def wait_for_pictures(session: Session, message: Incoming, now: datetime) -> None:
    _store(session, message, now, FETCH)


def to_fetch(
    session: Session, bots: Iterable[tuple[str, str]], now: datetime, most: int = 100
) -> list[ToFetch]:
    """What is due for these (platform, bot), oldest first."""
    due = select(Inbox).where(
        Inbox.state.in_([FETCH, SLOW]),
        Inbox.retry_at.is_(None) | (Inbox.retry_at <= now),
        tuple_(Inbox.platform, Inbox.bot).in_(list(bots)),
    )
    rows = session.scalars(due.order_by(Inbox.id).limit(most))
    return [
        ToFetch(
            row.id,
            (row.platform, row.bot),
            incoming(row).said,
            row.attempts,
            row.at,
            row.state == SLOW,
        )
        for row in rows
    ]


def not_fetched(session: Session, row: Inbox, retry_at: datetime, *, slow: bool) -> None:
    row.attempts, row.retry_at, row.state = row.attempts + 1, retry_at, SLOW if slow else FETCH
    session.flush()
    if slow:
        _go_on(session, _album(session, row))


def fetched(session: Session, row: Inbox, said: Said, now: datetime) -> None:
    """From now on it is a message like others; pieces of an album become one, when all of them
    that have come so far are here."""
    row.payload = {**row.payload, "said": said.to_json(), "here": True}
    row.retry_at = now + A_DAY  # nothing is left to be fetched
    session.flush()
    album = [row] if row.state == SLOW else [*_album(session, row)] or [row]
    _go_on(session, album)


def _album(session: Session, row: Inbox) -> Sequence[Inbox]:
    """The pieces of its album that are waited for, in their order."""
    if not row.payload.get("album"):
        return ()
    own = {"platform": row.platform, "bot": row.bot, "chat": row.chat, "state": FETCH}
    rows = session.scalars(select(Inbox).filter_by(**own).order_by(Inbox.id))
    return [each for each in rows if each.payload.get("album") == row.payload["album"]]


def _go_on(session: Session, album: Sequence[Inbox]) -> None:
    if not album or not all(row.payload.get("here") for row in album):
        return
    first, *rest = album
    first.payload = {**first.payload, "said": _together(album).to_json()}
    first.state, first.attempts, first.retry_at = RETRY, 0, None
    for row in rest:
        row.state, row.payload, row.retry_at = DONE, {}, None
    session.flush()


def _together(album: Sequence[Inbox]) -> Said:
    """All pictures of an album, and whatever was written under one of them."""
    each = [incoming(row).said for row in album]
    return replace(
        each[0],
        text="\n".join(said.text for said in each if said.text),
        photos=tuple(name for said in each for name in said.photos),
        problem=next((said.problem for said in each if said.problem), ""),
    )


def failed(
    session: Session,
    message: Incoming,
    trace: str,
    attempt: int,
    retry_at: datetime | None,
    now: datetime,
) -> str:
    """Note an attempt that raised; without a time for the next one the message is set aside.

    Returns the reference by which the author may ask and an administrator finds it.
    """
    row = _row(session, message) or _store(session, message, now)
    row.state = RETRY if retry_at else ASIDE
    row.attempts, row.retry_at, row.error = attempt, retry_at, redact(trace[-LONGEST:])
    session.flush()
    return row.reference


def unreadable(row: Inbox, trace: str) -> None:
    """Set aside for an administrator; nobody can be told of it but in the list."""
    row.state, row.retry_at, row.error = ASIDE, None, redact(trace[-LONGEST:])


def any_due(session: Session, now: datetime) -> bool:
    due = (_inbox.state == RETRY, _inbox.retry_at.is_(None) | (_inbox.retry_at <= now))
    return session.scalar(select(_inbox.id).where(*due).limit(1)) is not None


def due_retries(session: Session, now: datetime, most: int = 50) -> list[Inbox]:
    """In the order they came: what is due and what waits behind it; see `run_again`."""
    resting: set[Chat] = set()
    due: list[int] = []
    for row_id, state, retry_at, *chat in session.execute(_RETRIES):
        place = (chat[0], chat[1], chat[2])
        if place in resting or state == FETCH or (retry_at and retry_at > now):
            resting.add(place)
        else:
            due.append(row_id)
    query = select(Inbox).where(Inbox.id.in_(due[:most])).order_by(Inbox.id)
    return list(session.scalars(query)) if due else []


def run_again(session: Session, row: Inbox, batch: Runner) -> None:
    """Run a due message, unless an earlier one of its chat still has to be tried."""
    if row.id != _first(session, row):
        return
    if batch.handle(incoming(row), row.attempts + 1):
        row.state, row.payload, row.retry_at = DONE, {}, None
        session.flush()


def incoming(row: Inbox) -> Incoming:
    said = Said.from_json(row.payload["said"])
    more = {name: row.payload.get(name, "") for name in ("tapped", "group", "album")}
    return Incoming(row.platform, row.bot, row.key, row.chat, said, row.payload["echo"], **more)


def aside(session: Session) -> list[Inbox]:
    """What waits for an administrator, oldest first."""
    query = select(Inbox).where(Inbox.state.in_([ASIDE, RETRY])).order_by(Inbox.id)
    return list(session.scalars(query))


def find(session: Session, reference: str) -> Inbox | None:
    return session.scalar(select(Inbox).where(func.upper(Inbox.reference) == reference.upper()))


def retry(session: Session, row: Inbox, now: datetime) -> None:
    """The running bot takes it up within seconds, with as many attempts as a new message."""
    row.state, row.attempts, row.retry_at = RETRY, 0, now
    session.flush()


def drop(session: Session, row: Inbox) -> None:
    """Give it up; what was said is forgotten, the traceback stays."""
    row.state, row.payload, row.retry_at = DROPPED, {}, None
    session.flush()


def purge(session: Session, before: datetime) -> None:
    session.execute(delete(Inbox).where(Inbox.state.in_([DONE, DROPPED]), Inbox.at < before))


def _row(session: Session, message: Incoming) -> Inbox | None:
    own = {"platform": message.platform, "bot": message.bot, "key": message.key}
    return session.scalar(select(Inbox).filter_by(**own))


def _store(session: Session, message: Incoming, now: datetime, state: str = RETRY) -> Inbox:
    payload: dict[str, Any] = {"said": message.said.to_json(), "echo": message.echo}
    payload |= {"tapped": message.tapped, "group": message.group, "album": message.album}
    row = Inbox(
        platform=message.platform,
        bot=message.bot,
        key=message.key,
        chat=message.chat,
        payload=payload,
        state=state,
        attempts=0,
        reference="",
        error="",
        at=now,
        retry_at=None,
    )
    session.add(row)
    session.flush()
    row.reference = f"T{row.id}"
    return row


def _first(session: Session, row: Inbox) -> int | None:
    own = {"platform": row.platform, "bot": row.bot, "chat": row.chat}
    first = select(func.min(Inbox.id)).filter_by(**own).where(Inbox.state.in_(HOLDING))
    return session.scalar(first)
