"""Who is talking: accounts, their member, roles and draft, read one statement each per batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session

from storage.tables.delivery import Seen
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
    grants: list[tuple[str, int]] = field(default_factory=list)


_a, _m, _d = Account.__table__.c, Member.__table__.c, Draft.__table__.c
_COLUMNS = (
    _a.id, _a.platform, _a.bot, _a.external_id, _a.member_id, _m.name, _m.address, _m.unit_id,
    _m.state, _a.draft_id, _a.offered, _a.held,
)  # fmt: skip
_JOINED = select(*_COLUMNS).select_from(
    Account.__table__.outerjoin(Member.__table__, _a.member_id == _m.id)
)
_BY_CHAT = _JOINED.where(
    tuple_(_a.platform, _a.bot, _a.external_id).in_(bindparam("chats", expanding=True))
)
_BY_ID = _JOINED.where(_a.id.in_(bindparam("ids", expanding=True)))
_ROLES = select(Role.member_id, Role.role, Role.unit_id).where(
    Role.member_id.in_(bindparam("ids", expanding=True)), Role.until.is_(None)
)
_DRAFTS = select(_d.id, _d.account_id, _d.member_id, _d.form, _d.body, _d.updated_at).where(
    _d.id.in_(bindparam("ids", expanding=True))
)
_SEEN = select(Seen.platform, Seen.bot, Seen.key).where(
    tuple_(Seen.platform, Seen.bot, Seen.key).in_(bindparam("keys", expanding=True))
)
_STATE = (
    update(Account)
    .where(and_(_a.id == bindparam("account")))
    .values(
        draft_id=bindparam("draft"),
        offered=bindparam("shown"),
        held=bindparam("keep"),
        reachable=True,  # who writes in can be written to
    )
)
_SAVE = (
    update(Draft)
    .where(_d.id == bindparam("draft"))
    .values(body=bindparam("new"), revision=bindparam("rev"), updated_at=bindparam("now"))
)


def known(session: Session, chats: Iterable[Chat], now: datetime) -> dict[Chat, Known]:
    """Everybody of these chats; a chat never heard of gets its account row here."""
    chats = list(dict.fromkeys(chats))
    found = _read(session, _BY_CHAT, {"chats": chats})
    new = [c for c in chats if c not in found]
    if new:
        rows = [
            {"platform": p, "bot": b, "external_id": x, "offered": [], "mail": 0,
             "reachable": True, "created_at": now}
            for p, b, x in new
        ]  # fmt: skip
        session.execute(insert(Account), rows)
        found |= _read(session, _BY_CHAT, {"chats": new})
    return found


def known_account(session: Session, account_id: int) -> Known | None:
    return next(iter(_read(session, _BY_ID, {"ids": [account_id]}).values()), None)


def _read(session: Session, statement: Any, values: dict[str, Any]) -> dict[Chat, Known]:
    people: dict[Chat, Known] = {}
    for row in session.execute(statement, values):
        chat = (row.platform, row.bot, row.external_id)
        people[chat] = Known(
            row.id, chat, row.member_id, row.name or "", row.address or "", row.unit_id,
            row.state or "", row.draft_id, row.offered or [], row.held,
        )  # fmt: skip
    _add_roles(session, people.values())
    return people


def _add_roles(session: Session, people: Iterable[Known]) -> None:
    members = {p.member_id: p for p in people if p.member_id is not None}
    if not members:
        return
    for member_id, role, unit_id in session.execute(_ROLES, {"ids": list(members)}):
        members[member_id].grants.append((role, unit_id))


def seen(session: Session, keys: Sequence[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Which of these (platform, bot, key) have committed before."""
    return {(r[0], r[1], r[2]) for r in session.execute(_SEEN, {"keys": list(keys)})}


def note_seen(session: Session, keys: Sequence[tuple[str, str, str]], now: datetime) -> None:
    rows = [{"platform": p, "bot": b, "key": k, "at": now} for p, b, k in keys]
    if rows:
        session.execute(insert(Seen), rows)


def drafts(session: Session, ids: Iterable[int]) -> dict[int, Any]:
    """Rows (id, account_id, member_id, form, body, updated_at) by id."""
    wanted = list(ids)
    return {r.id: r for r in session.execute(_DRAFTS, {"ids": wanted})} if wanted else {}


def save_drafts(session: Session, bodies: dict[int, dict[str, Any]], now: datetime) -> None:
    rows = [
        {"draft": i, "new": body, "rev": body["revision"], "now": now} for i, body in bodies.items()
    ]
    if rows:
        session.connection().execute(_SAVE, rows)


def save_states(session: Session, people: Iterable[Known]) -> None:
    """What an account stands at: its draft, the choices last shown, what it holds."""
    rows = [
        {"account": p.account_id, "draft": p.draft_id, "shown": p.offered, "keep": p.held}
        for p in people
    ]
    if rows:
        session.connection().execute(_STATE, rows)


def add_draft(
    session: Session, known: Known, form: str, body: dict[str, Any], now: datetime
) -> int:
    result = session.execute(
        insert(Draft).returning(Draft.id),
        {"account_id": known.account_id, "member_id": known.member_id, "form": form, "body": body,
         "revision": body["revision"], "created_at": now, "updated_at": now},
    )  # fmt: skip
    return result.scalar_one()


def offer(session: Session, account_id: int, options: list[Any]) -> None:
    """The choices last shown, unless a form is being filled in: there numbers are its own."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.draft_id.is_(None))
        .values(offered=options)
        .execution_options(synchronize_session=False)
    )
