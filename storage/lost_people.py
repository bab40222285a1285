"""Who cannot be written to: they left, or never came; and communes that nobody answers for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from bot.domain.roles import Role as RoleName
from bot.domain.units import COMMUNES
from storage.due_parts import under
from storage.members import REACHED
from storage.reach import Reach
from storage.tables.people import Account, Member, Role
from storage.tables.units import Unit


@dataclass(frozen=True, slots=True)
class Lost:
    """left: they had an account."""

    member: Member
    unit: Unit
    left: bool


def _lost(reach: Reach, *what: Any) -> Select[Any]:
    theirs = Account.member_id == Member.id
    return (
        select(*what)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Member.state.in_(REACHED), reach.inside(Member.unit_id))
        .where(~exists().where(theirs, Account.reachable))
    )


def people(session: Session, reach: Reach, most: int, skip: int = 0) -> list[Lost]:
    """Those with a role beyond member first."""
    left = exists().where(Account.member_id == Member.id)
    beyond = exists().where(
        Role.member_id == Member.id, Role.until.is_(None), Role.role != RoleName.MEMBER.value
    )
    order = (beyond.desc(), Unit.folded, Member.folded, Member.id)
    rows = _lost(reach, Member, Unit, left).order_by(*order).limit(most).offset(skip)
    return [Lost(row[0], row[1], bool(row[2])) for row in session.execute(rows).all()]


def count(session: Session, reach: Reach) -> int:
    return session.scalar(_lost(reach, func.count(Member.id)).select_from(Member)) or 0


def headless(session: Session, reach: Reach) -> Sequence[Unit]:
    """Communes for which nobody answers."""
    return session.scalars(select(Unit).where(_headless(reach)).order_by(Unit.folded)).all()


def count_headless(session: Session, reach: Reach) -> int:
    return session.scalar(select(func.count(Unit.id)).where(_headless(reach))) or 0


def _headless(reach: Reach) -> ColumnElement[bool]:
    tomorrow = reach.today + timedelta(1)
    held = exists().where(
        Role.unit_id == Unit.id, Role.role == RoleName.FOCAL.value, Role.until.is_(None)
    )
    return and_(
        Unit.kind.in_(COMMUNES), Unit.valid_from < tomorrow, Unit.valid_to > reach.today, ~held,
        reach.inside(Unit.id), under(reach.root_id, Unit.id, reach.today),
    )  # fmt: skip


def had_account(session: Session, member_id: int) -> bool:
    return session.scalar(select(Account.id).where(Account.member_id == member_id)) is not None
