"""Who decides about what: those with the right over a unit, else over the nearest above."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.domain.roles import ALLOWED, Act, Role
from bot.domain.units import KINDS
from storage.members import in_force
from storage.prepared import Prepared
from storage.reference import kept
from storage.tables.people import Member
from storage.tables.people import Role as RoleRow
from storage.tables.units import Unit
from storage.units import ancestors

# Built once, on tables instead of classes: each report that is sent asks it.
_m, _r = Member.__table__.c, RoleRow.__table__.c


def approvers_for(
    session: Session, unit_id: int, now: datetime, besides: int | None = None
) -> list[int]:
    return list(deciders(session, unit_id, now, besides))


def deciders(
    session: Session, unit_id: int, now: datetime, besides: int | None = None
) -> dict[int, str]:
    """Who decides for a unit, and how they are called: its focal persons, else those of the nearest
    unit above in its own tree, else in any, at last the administrators. besides: the asker, who may
    not."""
    day = now.date()
    way = kept(session, ("way", unit_id, day), lambda: _way(session, unit_id, day))
    focal = _holders(session, Role.FOCAL, way, now, besides)
    if focal:
        return dict(sorted(focal[min(focal, key=way.index)].items()))
    admins = _holders(session, Role.ADMIN, way, now, besides)
    return dict(sorted(one for held in admins.values() for one in held.items()))


def who_may(
    session: Session, act: Act, unit_id: int, now: datetime, besides: int | None = None
) -> list[int]:
    """Who may do this about a unit: those with such a role over it, else over the nearest above."""
    day = now.date()
    way = kept(session, ("way", unit_id, day), lambda: _way(session, unit_id, day))
    held: dict[int, set[int]] = {}
    for role in ALLOWED[act]:
        for unit, people in _holders(session, role, way, now, besides).items():
            held.setdefault(unit, set()).update(people)
    return sorted(held[min(held, key=way.index)]) if held else []


def _way(session: Session, unit_id: int, day: date) -> list[int]:
    """A unit, those above it in its own tree, those above it in any."""
    tree = KINDS[session.get_one(Unit, unit_id).kind].tree
    above = [ancestors(session, unit_id, day, t) for t in (tree, None)]
    return list(dict.fromkeys([unit_id, *above[0], *above[1]]))


def admins_of(session: Session, unit_id: int, now: datetime) -> list[int]:
    way = [unit_id, *ancestors(session, unit_id, now.date())]
    return sorted(set().union(*_holders(session, Role.ADMIN, way, now, None).values()))


@cache
def _holding(units: int) -> Prepared:
    """Who holds a role over one of so many units."""
    theirs = _r.unit_id.in_([bindparam(f"unit{n}") for n in range(units)])
    return Prepared(
        select(_r.unit_id, _m.id, _m.address, _m.name)
        .where(theirs, _r.role == bindparam("role"), in_force(bindparam("now")))
        .where(_r.member_id == _m.id, _m.state == "active", _m.id != bindparam("besides"))
    )


def _holders(
    session: Session, role: Role, units: Sequence[int], now: datetime, besides: int | None
) -> dict[int, dict[int, str]]:
    """Who holds a role over these units: {unit: {member: address and name}}."""
    asked: dict[str, Any] = {f"unit{n}": unit_id for n, unit_id in enumerate(units)}
    asked |= {"role": role.value, "now": now, "besides": besides or 0}
    found: dict[int, dict[int, str]] = {}
    session.flush()
    for unit_id, member_id, address, name in _holding(len(units)).rows(session, asked):
        found.setdefault(unit_id, {})[member_id] = f"{address} {name}".strip()
    return found
