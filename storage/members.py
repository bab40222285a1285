"""Members: who holds which role over what, who is to decide about whom, how to reach somebody."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.roles import Act, Grant, Role, may_give, units_for
from bot.domain.text import fold
from bot.domain.units import PLACES
from storage.database import READS
from storage.tables.people import Account, Draft, Member, WebSession
from storage.tables.people import Role as RoleRow
from storage.tables.units import Unit, UnitBelow

# Statements built once, on tables instead of classes, are for what each report that is sent asks.
_m, _r = Member.__table__.c, RoleRow.__table__.c
REACHED = ("pending", "active")
"""States of members who may be written to: withdrawn consent ends that."""


# -- scope ------------------------------------------------------------------------------


def below(above: Collection[int], today: date) -> Select[int]:
    """Ids of the units below these today, or, where one of the two has been closed, until then."""
    upper, lower = aliased(Unit), aliased(Unit)
    lasting = or_(
        UnitBelow.until > today,
        UnitBelow.until >= upper.valid_to,
        UnitBelow.until >= lower.valid_to,
    )
    return (
        select(UnitBelow.unit_id)
        .join(upper, upper.id == UnitBelow.ancestor_id)
        .join(lower, lower.id == UnitBelow.unit_id)
        .where(UnitBelow.ancestor_id.in_(above), UnitBelow.since <= today, lasting)
    )


def within(session: Session, unit_id: int, above: Collection[int], today: date) -> bool:
    statement = below(above, today).where(UnitBelow.unit_id == unit_id).limit(1)
    return bool(above) and session.scalar(statement) is not None


# -- roles ------------------------------------------------------------------------------


def in_force(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    return and_(_r.since <= now, or_(_r.until.is_(None), _r.until > now))


def roles_of(session: Session, member_id: int, now: datetime, lock: bool = False) -> list[RoleRow]:
    """lock: nobody can end these roles before this transaction ends, if it can act at all."""
    statement = (
        select(RoleRow)
        .join(Member, Member.id == RoleRow.member_id)
        .where(RoleRow.member_id == member_id, Member.state == "active", in_force(now))
        .order_by(RoleRow.id)
        .execution_options(populate_existing=lock)
    )
    acts = lock and READS not in session.info
    locked = statement.with_for_update(read=True, of=RoleRow) if acts else statement
    return list(session.scalars(locked))


def grants_of(
    session: Session, member_id: int, now: datetime, lock: bool = False
) -> tuple[Grant, ...]:
    rows = roles_of(session, member_id, now, lock)
    return tuple(Grant(Role(row.role), row.unit_id) for row in rows)


def allows(
    session: Session, member_id: int, act: Act, unit_id: int, now: datetime, today: date
) -> bool:
    """Whether this member may do this about this unit, asked by the transaction that does it."""
    grants = grants_of(session, member_id, now, lock=True)
    return within(session, unit_id, units_for(act, grants), today)


def may_give_here(
    session: Session, member_id: int, role: str, unit_id: int, now: datetime, today: date
) -> bool:
    """Whether this member may give, or take back, this role over this unit."""
    grants = grants_of(session, member_id, now, lock=True)
    return within(session, unit_id, may_give(Role(role), grants), today)


def roles_beyond(
    session: Session, giver_id: int, member_id: int, now: datetime, today: date
) -> list[RoleRow]:
    """Roles of a member that the giver could not give: an access code would hand them over."""
    return [
        row
        for row in roles_of(session, member_id, now)
        if not may_give_here(session, giver_id, row.role, row.unit_id, now, today)
    ]


def give_role(
    session: Session, member_id: int, role: str, unit_id: int, now: datetime, by: int | None = None
) -> RoleRow:
    """Harmless when it is held already."""
    held = (RoleRow.member_id == member_id, RoleRow.role == role, RoleRow.unit_id == unit_id)
    if row := session.scalar(select(RoleRow).where(*held, in_force(now)).limit(1)):
        return row
    row = RoleRow(
        member_id=member_id, role=role, unit_id=unit_id, since=now, until=None, granted_by=by
    )
    session.add(row)
    session.flush()
    return row


def end_roles(
    session: Session,
    member_id: int,
    now: datetime,
    role: str | None = None,
    unit_id: int | None = None,
) -> list[RoleRow]:
    """Ends all roles of a member, or those of one kind or over one unit."""
    held = (RoleRow.member_id == member_id, in_force(now))
    rows = list(session.scalars(select(RoleRow).where(*held)))
    ended = [r for r in rows if role in (None, r.role) and unit_id in (None, r.unit_id)]
    for row in ended:
        row.until = now
    session.flush()
    return ended


def is_last_admin(session: Session, row: RoleRow, now: datetime) -> bool:
    """Whether nobody else could administer the organisation once this role has ended."""
    root = session.get_one(Unit, row.unit_id).root_id
    others = (
        select(RoleRow.id)
        .join(Unit, Unit.id == RoleRow.unit_id)
        .join(Member, Member.id == RoleRow.member_id)
        .where(RoleRow.role == Role.ADMIN, RoleRow.id != row.id, in_force(now))
        .where(Unit.root_id == root, Member.state == "active")
    )
    return row.role == Role.ADMIN and session.scalar(others.limit(1)) is None


# -- finding and reaching people ----------------------------------------------------------


_ACCOUNTS = (
    select(Account.id)
    .join(Member, Member.id == Account.member_id)
    .where(Account.member_id == bindparam("member"), Account.reachable)
    .where(Member.state.in_(REACHED))
    .order_by(Account.id)
)


def accounts_of(session: Session, member_id: int) -> list[int]:
    """Where to write to a member; nowhere once consent has been taken back."""
    return list(session.scalars(_ACCOUNTS, {"member": member_id}))


def unlink(session: Session, account: Account, keeper_id: int) -> None:
    """The account reaches nobody's data any more; its drafts go to the account that stays."""
    session.execute(delete(WebSession).where(WebSession.account_id == account.id))
    mine = Draft.account_id == account.id
    session.execute(update(Draft).where(mine).values(account_id=keeper_id))
    account.member_id, account.draft_id, account.offered, account.held = None, None, [], None
    session.flush()


def people_below(
    session: Session,
    above: Sequence[int],
    today: date,
    typed: str = "",
    most: int = 8,
    skip: int = 0,
) -> list[Member]:
    """Members of these units and below, whose name contains what was typed; pending ones too."""
    if not above:
        return []
    statement = (
        select(Member)
        .where(Member.unit_id.in_(below(above, today)), Member.state.in_(REACHED))
        .where(Member.folded.contains(fold(typed), autoescape=True))
        .order_by(Member.folded, Member.id)
        .limit(most)
        .offset(skip)
    )
    return list(session.scalars(statement))


def is_place(session: Session, unit_id: int) -> bool:
    """Whether one can live there; the organisation as a whole counts, too."""
    unit = session.get_one(Unit, unit_id)
    return unit.kind in PLACES or unit.root_id == unit_id


def unit_name(session: Session, unit_id: int | None) -> str:
    unit = session.get(Unit, unit_id) if unit_id else None
    return unit.name if unit else ""


# -- what is known of a member --------------------------------------------------------------


def rename(member: Member, name: str) -> None:
    member.name, member.folded = name, fold(name)


def create(
    session: Session,
    *,
    root_id: int,
    account_id: int,
    name: str,
    address: str,
    consent_version: str,
    consent_at: datetime,
    now: datetime,
) -> Member:
    """The member an account belongs to, from now on with consent. Who had taken it back returns
    as the same member, without the roles of before."""
    account = session.get_one(Account, account_id)
    member = session.get(Member, account.member_id) if account.member_id else None
    if member is None:
        member = Member(root_id=root_id, created_at=now, unit_id=None, phone="", state="pending")
        session.add(member)
    if member.state == "withdrawn":
        member.state = "pending"
    rename(member, name)
    member.address = address
    member.consent_version, member.consent_at = consent_version, consent_at
    session.flush()
    account.member_id = member.id
    return member
