"""Following and helping an initiative: who does, its programme, its policies, its publicity."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from bot.domain.units import BODIES
from storage.tables.helping import Policy, PolicyUse, Publicity
from storage.tables.people import Role
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit, UnitBelow

Row = TypeVar("Row")
MOST_POLICIES = 500


# -- the body that helps, the programme ---------------------------------------------------------


def follow(session: Session, enrolment: Enrolment, unit_id: int | None) -> None:
    enrolment.follower_id = unit_id
    session.flush()


def helpers(session: Session, enrolment: Enrolment, most: int) -> list[int]:
    """Bodies that follow others of the same place or registrant, the busiest first."""
    near = or_(
        Enrolment.place_id == enrolment.place_id,
        Enrolment.registrant_id == enrolment.registrant_id,
    )
    return list(
        session.scalars(
            select(Enrolment.follower_id)
            .where(near, Enrolment.follower_id.is_not(None))
            .group_by(Enrolment.follower_id)
            .order_by(func.count().desc(), Enrolment.follower_id)
            .limit(most)
        )
    )


def bodies_at(session: Session, place_id: int, today: date, most: int) -> list[int]:
    """Bodies that stand below a place today, by name."""
    return list(
        session.scalars(
            select(Unit.id)
            .join(UnitBelow, UnitBelow.unit_id == Unit.id)
            .where(UnitBelow.ancestor_id == place_id, Unit.kind.in_(BODIES))
            .where(UnitBelow.since <= today, UnitBelow.until > today)
            .where(Unit.valid_from <= today, Unit.valid_to > today)
            .group_by(Unit.id, Unit.folded)
            .order_by(func.min(UnitBelow.depth), Unit.folded)
            .limit(most)
        )
    )


def people_of(session: Session, unit_id: int, roles: Collection[str], now: datetime) -> list[int]:
    """Who holds one of these roles over the unit itself."""
    held = select(Role.member_id).where(Role.unit_id == unit_id, Role.role.in_(roles))
    lasting = or_(Role.until.is_(None), Role.until > now)
    return list(session.scalars(held.where(lasting, Role.since <= now).distinct()))


def programmes(session: Session, root_id: int, most: int) -> list[str]:
    """Names given before, the most used first. The condition in words is that of its index."""
    return list(
        session.scalars(
            select(Initiative.programme)
            .where(text("initiative.programme <> ''"), Initiative.root_id == root_id)
            .group_by(Initiative.programme)
            .order_by(func.count().desc(), Initiative.programme)
            .limit(most)
        )
    )


# -- policies -----------------------------------------------------------------------------------


def in_force(today: date) -> ColumnElement[bool]:
    return or_(Policy.until.is_(None), Policy.until >= today)


def add_policy(
    session: Session,
    *,
    root_id: int,
    name: str,
    author_id: int,
    now: datetime,
    words: str = "",
    needs: Iterable[str] = (),
    sectors: Iterable[str] = (),
    until: date | None = None,
) -> Policy:
    policy = Policy(
        root_id=root_id, name=name, text=words, needs=[*needs], sectors=[*sectors], until=until,
        author_id=author_id, at=now,
    )  # fmt: skip
    return _added(session, policy)


def end_policy(session: Session, policy: Policy, today: date) -> None:
    """From today on nobody is pointed to it; who uses it keeps the note."""
    policy.until = today - timedelta(1)
    session.flush()


def policies(
    session: Session, root_id: int, today: date, most: int = MOST_POLICIES, skip: int = 0
) -> Sequence[Policy]:
    """Those in force, newest first."""
    held = select(Policy).where(Policy.root_id == root_id, in_force(today))
    return session.scalars(held.order_by(Policy.id.desc()).limit(most).offset(skip)).all()


def fits(policy: Policy, need: str, sector: str) -> bool:
    """need "" is none that is known: then the sector decides."""
    answers = not policy.needs or not need or need in policy.needs
    return answers and (not policy.sectors or sector in policy.sectors)


def fitting(session: Session, root_id: int, today: date, need: str, sector: str) -> list[Policy]:
    return [p for p in policies(session, root_id, today) if fits(p, need, sector)]


def used(session: Session, initiative_id: int) -> Sequence[Policy]:
    return session.scalars(
        select(Policy)
        .join(PolicyUse, PolicyUse.policy_id == Policy.id)
        .where(PolicyUse.initiative_id == initiative_id)
        .order_by(Policy.id)
    ).all()


def toggle_use(
    session: Session, initiative_id: int, policy_id: int, author_id: int, now: datetime
) -> bool:
    """Note that the initiative could use a policy, or take the note away; returns whether it is
    there now."""
    row = session.get(PolicyUse, (initiative_id, policy_id))
    if row is None:
        noted = {"initiative_id": initiative_id, "policy_id": policy_id}
        _added(session, PolicyUse(**noted, author_id=author_id, at=now))
        return True
    session.delete(row)
    session.flush()
    return False


# -- publicity ------------------------------------------------------------------------------------


def publish(session: Session, **values: Any) -> Publicity:
    """initiative_id, kind, title, where, day, author_id, at."""
    return _added(session, Publicity(**values))


def publicity(
    session: Session, initiative_id: int, most: int, skip: int = 0
) -> Sequence[Publicity]:
    """Newest first."""
    told = select(Publicity).where(Publicity.initiative_id == initiative_id)
    ordered = told.order_by(Publicity.day.desc(), Publicity.id.desc())
    return session.scalars(ordered.limit(most).offset(skip)).all()


def times_told(session: Session, initiative_id: int) -> int:
    counted = select(func.count()).where(Publicity.initiative_id == initiative_id)
    return session.scalar(counted) or 0


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
