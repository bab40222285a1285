"""How many a unit undertook to build: its target, else those of its parts."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from storage.basis import FIRST, NEXT_FIRST, SECTOR, UNIT, YEAR, asked, basis, below_asked
from storage.tables.units import Target, Unit, UnitBelow
from storage.tally import ROOT


def registered(
    session: Session, unit: Unit, year: int, sector_id: int | None = None
) -> tuple[int, int]:
    """(the number, of how many units the targets are): (0, 0) where none is set.

    The unit's own target counts, else the sum of its parts'; where a part has one, those below it
    are contained in it and not counted again.
    """
    wanted = asked(unit, year, sector_id)
    one_sector = sector_id is not None
    if (number := session.scalar(_own(one_sector), wanted)) is not None:
        return int(number), 1
    whole = basis(unit, year) == ROOT
    total, units = session.execute(_parts(whole, one_sector), wanted).one()
    return int(total or 0), int(units)


@cache
def _own(one_sector: bool) -> Select[int]:
    return _per_unit(one_sector).where(Target.unit_id == UNIT)


@cache
def _parts(whole: bool, one_sector: bool) -> Select[Any, int]:
    """The topmost targets within the unit: those that are not contained in another one in it."""
    inside: ColumnElement[bool] = Target.unit_id.in_(below_asked())
    if whole:
        inside = exists(select(Unit.id).where(Unit.id == Target.unit_id, Unit.root_id == UNIT))
    each = _per_unit(one_sector).where(inside, ~_contained(one_sector)).subquery()
    return select(func.sum(each.c.number), func.count(each.c.number))


def _per_unit(one_sector: bool) -> Select[int]:
    """The undivided target where there is one, else the sum over kinds, sectors or both."""
    undivided = Target.sector_id == SECTOR if one_sector else Target.sector_id.is_(None)
    whole = Target.kind == ""
    number = func.coalesce(
        func.sum(case((and_(undivided, whole), Target.value))),
        func.sum(case((undivided, Target.value))),
        func.sum(case((whole, Target.value))),
        func.sum(Target.value),
    )
    rows = select(number.label("number")).where(Target.year == YEAR).group_by(Target.unit_id)
    return rows.where(Target.sector_id == SECTOR) if one_sector else rows


def _contained(one_sector: bool) -> ColumnElement[bool]:
    """Nested, not joined: from each target upwards, whatever the planner thinks of the tables."""
    upper, path, way = aliased(Target), aliased(UnitBelow), aliased(UnitBelow)
    inside = exists(
        select(way.unit_id)
        .where(way.ancestor_id == UNIT, way.unit_id == upper.unit_id, *_during(way))
        .correlate(upper)
    )
    has_one = select(upper.id).where(upper.unit_id == path.ancestor_id, upper.year == YEAR, inside)
    if one_sector:
        has_one = has_one.where(upper.sector_id == SECTOR)
    return exists(
        select(path.unit_id)
        .where(path.unit_id == Target.unit_id, path.depth > 0, *_during(path))
        .where(exists(has_one.correlate(path)))
        .correlate(Target)
    )


def _during(path: Any) -> tuple[ColumnElement[bool], ...]:
    return path.since < NEXT_FIRST, path.until > FIRST
