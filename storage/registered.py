"""How many a unit undertook to build: its target, else those of its parts."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from storage.basis import all_of
from storage.tables.units import Target, Unit, UnitBelow


def registered(
    session: Session, unit: Unit, year: int, sector_id: int | None = None
) -> tuple[int, int]:
    """(the number, of how many units the targets are): (0, 0) where none is set.

    The unit's own target counts, else the sum of its parts'; where a part has one, those below it
    are contained in it and not counted again.
    """
    own = _per_unit(year, sector_id).where(Target.unit_id == unit.id)
    if (number := session.scalar(own)) is not None:
        return int(number), 1
    each = _per_unit(year, sector_id).where(*_topmost(unit, year, sector_id)).subquery()
    total, units = session.execute(select(func.sum(each.c.number), func.count())).one()
    return int(total or 0), int(units)


def _per_unit(year: int, sector_id: int | None) -> Select[int]:
    """The undivided target where there is one, else the sum over kinds, sectors or both."""
    undivided = Target.sector_id == sector_id if sector_id else Target.sector_id.is_(None)
    whole = Target.kind == ""
    number = func.coalesce(
        func.sum(case((and_(undivided, whole), Target.value))),
        func.sum(case((undivided, Target.value))),
        func.sum(case((whole, Target.value))),
        func.sum(Target.value),
    )
    rows = select(number.label("number")).where(Target.year == year).group_by(Target.unit_id)
    return rows.where(Target.sector_id == sector_id) if sector_id else rows


def _topmost(unit: Unit, year: int, sector_id: int | None) -> list[Any]:
    """Targets within the unit that are not contained in another one within it."""
    upper, path, way = aliased(Target), aliased(UnitBelow), aliased(UnitBelow)
    contained = (
        select(path.unit_id)
        .join(upper, upper.unit_id == path.ancestor_id)
        .join(way, way.unit_id == upper.unit_id)
        .where(path.unit_id == Target.unit_id, path.depth > 0, upper.year == year)
        .where(way.ancestor_id == unit.id, *_during(path, year), *_during(way, year))
        .correlate(Target)
    )
    if sector_id:
        contained = contained.where(upper.sector_id == sector_id)
    return [Target.unit_id.in_(all_of(unit, year)), ~exists(contained)]


def _during(path: Any, year: int) -> tuple[ColumnElement[bool], ...]:
    return path.since < date(year + 1, 1, 1), path.until > date(year, 1, 1)
