"""Who is talking: accounts with their member, roles and draft, one statement each per batch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, exists, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from storage.tables.delivery import Outbox, Seen
from storage.tables.people import Account, Draft, Member, Role

Chat = tuple[str, str, str]
"""(platform, bot, external id)"""


@dataclass(slots=True)
class Known:
    """An account with all that one turn needs to know of its person."""

    account_id: int
    chat: Chat
    member_id: int | None
    name: str
    address: str
    unit_id: int | None
    state: str
    draft_id: int | None
    offered: list[Any]
    held: dict[str, Any] | None
    reachable: bool = True
    grants: list[tuple[str, int]] = field(default_factory=list)


class Kept(NamedTuple):
    """A draft as it stands in the database; revision is the one it was read with."""

    form: str
    body: dict[str, Any]
    revision: int


class Overtaken(Exception):
    """Another process has written a draft since it was read: run the messages again."""


# Built once, on tables instead of classes: these run for every batch.
_accounts, _drafts = cast(Table, Account.__table__), cast(Table, Draft.__table__)
_seen = cast(Table, Seen.__table__)
_a, _m, _d, _r = _accounts.c, Member.__table__.c, _drafts.c, Role.__table__.c
_JOINED = select(
    _a.id, _a.platform, _a.bot, _a.external_id, _a.member_id, _m.name, _m.address, _m.unit_id,
    _m.state, _a.draft_id, _a.offered, _a.held, _a.reachable,
).select_from(_accounts.outerjoin(Member.__table__, _a.member_id == _m.id))  # fmt: skip
_BY_CHAT = _JOINED.where(
    tuple_(_a.platform, _a.bot, _a.external_id).in_(bindparam("chats", expanding=True))
)
_BY_ID = _JOINED.where(_a.id.in_(bindparam("ids", expanding=True)))
# Only who is active has rights: as in storage.members.roles_of.
_ROLES = select(_r.member_id, _r.role, _r.unit_id).where(
    _r.member_id.in_(bindparam("ids", expanding=True)),
    _r.since <= bindparam("now"),
    or_(_r.until.is_(None), _r.until > bindparam("now")),
)
_PLATFORM = select(_a.platform).where(_a.id == bindparam("account"))
_NEW = insert(_accounts).values(offered=[], mail=0, reachable=True)
_DRAFTS = select(_d.id, _d.form, _d.body, _d.revision).where(
    _d.id.in_(bindparam("ids", expanding=True))
)
_SEEN = select(_seen.c.platform, _seen.c.bot, _seen.c.key).where(
    tuple_(_seen.c.platform, _seen.c.bot, _seen.c.key).in_(bindparam("keys", expanding=True))
)
_NOTE_SEEN = insert(_seen)
_STATE = (
    update(_accounts)
    .where(_a.id == bindparam("account"))
    .values(
        draft_id=bindparam("draft"),
        offered=bindparam("shown"),
        held=bindparam("keep"),
        reachable=True,  # who writes in can be written to
    )
)
_OFFER = (
    update(_accounts)
    .where(_a.id == bindparam("account"), _a.draft_id.is_(None))
    .values(offered=bindparam("shown"))
)
_SAVE = (
    update(_drafts)
    .where(_d.id == bindparam("draft"), _d.revision == bindparam("read"))
    .values(body=bindparam("new"), revision=bindparam("rev"), updated_at=bindparam("now"))
)
_outbox = cast(Table, Outbox.__table__)
_later = _outbox.alias("later").c
_number = select(_outbox.c.number).where(_outbox.c.id == bindparam("row")).scalar_subquery()
_OFFER_LATE = _OFFER.where(
    ~exists().where(_later.account_id == bindparam("account"), _later.number > _number, ~_later.own)
)


# -- who ------------------------------------------------------------------------------------


def known(session: Session, chats: Iterable[Chat], now: datetime) -> dict[Chat, Known]:
    """Everybody of these chats; a chat never heard of gets its account row here."""
    chats = list(dict.fromkeys(chats))
    found = _read(session, _BY_CHAT, {"chats": chats}, now)
    if new := [chat for chat in chats if chat not in found]:
        rows = [
            {"platform": p, "bot": b, "external_id": x, "held": None, "created_at": now}
            for p, b, x in new
        ]
        session.connection().execute(_NEW, rows)
        found |= _read(session, _BY_CHAT, {"chats": new}, now)
    return found


def known_account(session: Session, account_id: int, now: datetime) -> Known | None:
    return next(iter(_read(session, _BY_ID, {"ids": [account_id]}, now).values()), None)


def _read(
    session: Session, statement: Any, values: dict[str, Any], now: datetime
) -> dict[Chat, Known]:
    people: dict[Chat, Known] = {}
    for row in session.connection().execute(statement, values):
        chat = (row.platform, row.bot, row.external_id)
        people[chat] = Known(
            row.id, chat, row.member_id, row.name or "", row.address or "", row.unit_id,
            row.state or "", row.draft_id, row.offered or [], row.held, row.reachable,
        )  # fmt: skip
    _add_roles(session, people.values(), now)
    return people


def _add_roles(session: Session, people: Iterable[Known], now: datetime) -> None:
    """One person may be here by several accounts."""
    members = defaultdict(list)
    for person in people:
        if person.member_id is not None and person.state == "active":
            members[person.member_id].append(person)
    if members:
        asked = {"ids": list(members), "now": now}
        for member_id, role, unit_id in session.connection().execute(_ROLES, asked):
            for person in members[member_id]:
                person.grants.append((role, unit_id))


def platform_of(session: Session, account_id: int) -> str | None:
    found: str | None = session.connection().scalar(_PLATFORM, {"account": account_id})
    return found


# -- what has been done ---------------------------------------------------------------------


def seen(session: Session, keys: Sequence[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Which of these (platform, bot, key) have committed before."""
    rows = session.connection().execute(_SEEN, {"keys": list(keys)})
    return {(row[0], row[1], row[2]) for row in rows}


def note_seen(session: Session, keys: Sequence[tuple[str, str, str]], now: datetime) -> None:
    rows = [{"platform": p, "bot": b, "key": k, "at": now} for p, b, k in keys]
    session.connection().execute(_NOTE_SEEN, rows)


# -- where an account stands ------------------------------------------------------------------


def save_states(session: Session, people: Iterable[Known]) -> None:
    """Its draft, the choices last shown, what it holds. Ascending, as everybody locks accounts."""
    rows = [
        {"account": p.account_id, "draft": p.draft_id, "shown": p.offered, "keep": p.held}
        for p in sorted(people, key=lambda p: p.account_id)
    ]
    if rows:
        session.connection().execute(_STATE, rows)


def offer(session: Session, choices: Mapping[int, list[Any]]) -> None:
    """The choices last shown, by account, unless a form is being filled in: there numbers are its
    own."""
    rows = [{"account": account, "shown": choices[account]} for account in sorted(choices)]
    if rows:
        session.connection().execute(_OFFER, rows)


def offer_late(session: Session, row_id: int, account_id: int, options: list[Any]) -> None:
    """Choices of a text that came late: not if something else has been shown since."""
    values = {"account": account_id, "shown": options, "row": row_id}
    session.connection().execute(_OFFER_LATE, values)


# -- drafts -----------------------------------------------------------------------------------


def drafts(session: Session, ids: Iterable[int]) -> dict[int, Kept]:
    wanted = list(ids)
    rows = session.connection().execute(_DRAFTS, {"ids": wanted}) if wanted else ()
    return {row.id: Kept(row.form, row.body, row.revision) for row in rows}


def save_drafts(session: Session, changed: Mapping[int, Kept], now: datetime) -> None:
    """Raises Overtaken when one of them is no longer the revision that was read."""
    rows = [
        {"draft": i, "new": kept.body, "rev": kept.body["revision"], "read": kept.revision,
         "now": now}
        for i, kept in sorted(changed.items())
    ]  # fmt: skip
    if rows and session.connection().execute(_SAVE, rows).rowcount != len(rows):
        raise Overtaken


def add_draft(
    session: Session,
    account_id: int,
    member_id: int | None,
    form: str,
    body: dict[str, Any],
    now: datetime,
) -> int:
    result = session.execute(
        insert(_drafts).returning(_d.id),
        {"account_id": account_id, "member_id": member_id, "form": form, "body": body,
         "revision": body["revision"], "created_at": now, "updated_at": now},
    )  # fmt: skip
    draft_id: int = result.scalar_one()
    return draft_id
