"""Who is talking: accounts with their member, roles and draft, one statement each per batch."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    String,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage import reference
from storage.prepared import Prepared, Rows
from storage.tables.delivery import Counter, Inbox, Outbox
from storage.tables.people import Account, Draft, Member, Role

Chat = tuple[str, str, str]
"""(platform, bot, external id)"""


class Kept(NamedTuple):
    """A draft as it stands in the database; revision is the one it was read with."""

    form: str
    body: dict[str, Any]
    revision: int


@dataclass(slots=True)
class Known:
    """An account with all that one turn needs to know of its person. waits: a message of this chat
    has raised, or its pictures are on the way; those that come after it wait."""

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
    mail: int = 0
    menu: str = ""
    waits: bool = False
    draft: Kept | None = None
    grants: list[tuple[str, int]] = field(default_factory=list)


class Overtaken(Exception):
    """Another process has written what was read here: run the messages again."""


# Built once, on tables instead of classes: these run for every batch.
_accounts, _drafts = cast(Table, Account.__table__), cast(Table, Draft.__table__)
_members, _inbox = cast(Table, Member.__table__), Inbox.__table__.c
_counter = Counter.__table__.c
_a, _m, _d, _r = _accounts.c, _members.c, _drafts.c, Role.__table__.c
# Only who is active has rights: as in storage.members.roles_of.
_RIGHTS = (
    select(func.aggregate_strings(_r.role + ":" + func.cast(_r.unit_id, String), " "))
    .where(
        _r.member_id == _a.member_id,
        _r.since <= bindparam("now"),
        or_(_r.until.is_(None), _r.until > bindparam("now")),
    )
    .scalar_subquery()
)
_WAITS = exists().where(
    _inbox.state.in_(("retry", "fetch")),
    _inbox.chat == _a.external_id,
    _inbox.platform == _a.platform,
    _inbox.bot == _a.bot,
)
_VERSION = select(_counter.value).where(_counter.name == "units").scalar_subquery()
_JOINED = select(
    _VERSION, _a.id, _a.platform, _a.bot, _a.external_id, _a.member_id, _m.name, _m.address,
    _m.unit_id, _m.state, _a.draft_id, _a.offered, _a.held, _a.reachable, _a.mail, _a.menu, _WAITS,
    _d.form, _d.body, _d.revision, _RIGHTS,
).select_from(
    _accounts.outerjoin(_members, _a.member_id == _m.id).outerjoin(_drafts, _d.id == _a.draft_id)
)  # fmt: skip
_BY_CHAT = Prepared(
    _JOINED.where(
        _a.platform == bindparam("platform"),
        _a.bot == bindparam("bot"),
        _a.external_id == bindparam("chat"),
    )
)
_BY_ID = Prepared(_JOINED.where(_a.id == bindparam("id")))
_PLATFORM = select(_a.platform).where(_a.id == bindparam("account"))
_NEW = insert(_accounts).values(offered=[], mail=0, reachable=True)
_DRAFTS = select(_d.id, _d.form, _d.body, _d.revision).where(
    _d.id.in_(bindparam("ids", expanding=True))
)
_STATE = Prepared(
    update(_accounts)
    .where(_a.id == bindparam("account"), _a.mail == bindparam("read"))
    .values(
        mail=bindparam("counted"),
        draft_id=bindparam("draft"),
        offered=bindparam("shown"),
        held=bindparam("keep"),
        menu=bindparam("has"),
        reachable=True,  # who writes in can be written to
        checks=0,
    )
)
_OFFER = (
    update(_accounts)
    .where(_a.id == bindparam("account"), _a.draft_id.is_(None))
    .values(offered=bindparam("shown"))
)
_SAVE = Prepared(
    update(_drafts)
    .where(_d.id == bindparam("draft"), _d.revision == bindparam("read"))
    .values(body=bindparam("new"), revision=bindparam("rev"), updated_at=bindparam("now"))
)
_DROP = Prepared(delete(_drafts).where(_d.id == bindparam("draft")))
_ADD = Prepared(
    insert(_drafts).returning(_d.id),
    "account_id", "member_id", "form", "body", "revision", "created_at", "updated_at",
)  # fmt: skip
_outbox = cast(Table, Outbox.__table__)
_later = _outbox.alias("later").c
_number = select(_outbox.c.number).where(_outbox.c.id == bindparam("row")).scalar_subquery()
_OFFER_LATE = _OFFER.where(
    ~exists().where(
        _later.account_id == bindparam("account"),
        _later.number > _number,
        _later.lane != "menu",
        ~_later.own,
    )
)


# -- who ------------------------------------------------------------------------------------


def known(session: Session, chats: Iterable[Chat], now: datetime) -> dict[Chat, Known]:
    """Everybody of these chats; a chat never heard of gets its account row here."""
    chats = list(dict.fromkeys(chats))
    found = _by_chat(session, chats, now)
    if new := [chat for chat in chats if chat not in found]:
        rows = [
            {"platform": p, "bot": b, "external_id": x, "held": None, "created_at": now}
            for p, b, x in new
        ]
        session.connection().execute(_NEW, rows)
        found |= _by_chat(session, new, now)
    return found


def known_chat(session: Session, chat: Chat, now: datetime) -> Known | None:
    """None: never heard of; nothing is written."""
    return _by_chat(session, [chat], now).get(chat)


def known_account(session: Session, account_id: int, now: datetime) -> Known | None:
    rows = _BY_ID.rows(session, {"id": account_id, "now": now})
    return next(iter(_people(session, rows).values()), None)


def _by_chat(session: Session, chats: Iterable[Chat], now: datetime) -> dict[Chat, Known]:
    each = [{"platform": p, "bot": b, "chat": x, "now": now} for p, b, x in chats]
    return _people(session, _BY_CHAT.rows_of_all(session, each))


def _people(session: Session, rows: Rows) -> dict[Chat, Known]:
    people: dict[Chat, Known] = {}
    for row in rows:
        (
            version, account_id, platform, bot, external_id, member_id, name, address, unit_id,
            state, draft_id, offered, held, reachable, mail, menu, waits, form, body, revision,
            rights,
        ) = row  # fmt: skip
        session.info.setdefault(reference.VERSION, version)
        chat = (platform, bot, external_id)
        people[chat] = Known(
            account_id, chat, member_id, name or "", address or "", unit_id, state or "", draft_id,
            offered or [], held, reachable, mail, menu, waits,
            Kept(form, body, revision) if form is not None else None,
            _grants(rights) if state == "active" else [],
        )  # fmt: skip
    return people


def _grants(rights: str | None) -> list[tuple[str, int]]:
    each = (right.split(":") for right in rights.split(" ")) if rights else ()
    return sorted((role, int(unit_id)) for role, unit_id in each)


def platform_of(session: Session, account_id: int) -> str | None:
    found: str | None = session.connection().scalar(_PLATFORM, {"account": account_id})
    return found


# -- where an account stands ------------------------------------------------------------------


def save_states(session: Session, people: Collection[Known], more: Mapping[int, int]) -> None:
    """Its draft, the choices last shown, what it holds, and how many messages more its mailbox has.

    Ascending, as everybody locks accounts. Raises Overtaken when somebody else has put mail in
    since it was read."""
    rows = [
        {
            "account": p.account_id, "read": p.mail, "counted": p.mail + more.get(p.account_id, 0),
            "draft": p.draft_id, "shown": p.offered, "keep": p.held, "has": p.menu,
        }
        for p in sorted(people, key=lambda p: p.account_id)
    ]  # fmt: skip
    if rows and _STATE.do_all(session, rows) != len(rows):
        raise Overtaken
    for person in people:
        person.mail += more.get(person.account_id, 0)


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
    if rows and _SAVE.do_all(session, rows) != len(rows):
        raise Overtaken


def drop_draft(session: Session, draft_id: int) -> None:
    _DROP.do(session, {"draft": draft_id})


def add_draft(
    session: Session,
    account_id: int,
    member_id: int | None,
    form: str,
    body: dict[str, Any],
    now: datetime,
) -> int:
    values = {
        "account_id": account_id, "member_id": member_id, "form": form, "body": body,
        "revision": body["revision"], "created_at": now, "updated_at": now,
    }  # fmt: skip
    draft_id: int = _ADD.value(session, values)
    return draft_id
