"""What stands behind a number: the parts of a unit, and the enrolments that were counted."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from bot.domain.figures import BUILT_MEANS, Figures, percent
from bot.domain.text import sort_key
from bot.domain.units import COMMUNES, KINDS
from storage.basis import basis
from storage.scope import Scope, visible
from storage.statistics import StatisticsQuery, totals
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit, UnitBelow
from storage.tally import BUILT, PLACE, REGISTRANT, ROOT
from storage.units import below, standing_below

ABOVE_COMMUNES = ("tinh", "huyen")


@dataclass(frozen=True, slots=True)
class Counted:
    """One enrolment behind a number."""

    code: str
    name: str
    owner: str
    place: str


def parts(session: Session, unit: Unit, year: int) -> list[Unit]:
    """The units directly below that lived in the year, by name; what merged into it, too."""
    direct = (
        select(UnitBelow.unit_id)
        .where(UnitBelow.ancestor_id == unit.id, UnitBelow.depth == 1)
        .where(UnitBelow.unit_id.in_(standing_below(unit.id, year)))
    )
    found = session.scalars(select(Unit).where(Unit.id.in_(direct)))
    like = [part for part in found if _alike(unit, part)]
    return sorted(like, key=lambda part: sort_key(part.name))


def _alike(unit: Unit, part: Unit) -> bool:
    """Territories are made of communes or greater ones, bodies of bodies."""
    if basis(unit, part.valid_from.year) == REGISTRANT:
        return not KINDS[part.kind].place
    return part.kind in (*COMMUNES, *ABOVE_COMMUNES)


def by_part(
    session: Session, query: StatisticsQuery, as_of: datetime, start: int = 0, most: int = 25
) -> tuple[Figures, int]:
    """One row per part from `start`, after the last the rest "không thuộc xã"; and how many parts
    there are in all. The total is the unit's own: targets need not add up."""
    unit = session.get_one(Unit, query.unit_id)
    units = parts(session, unit, query.year)
    own = totals(session, query, as_of)
    rows: list[tuple[Any, ...]] = [
        (part.name, part_totals.registered, part_totals.built, part_totals.percentage)
        for part in units[start : start + most]
        for part_totals in [totals(session, replace(query, unit_id=part.id), as_of)]
    ]
    if start + most >= len(units) and (rest := outside_communes(session, query, unit)):
        rows.append(("Không thuộc xã nào", None, rest, None))
    figures = Figures(
        f"{own.title}, theo đơn vị",
        ("Đơn vị", "Đăng ký", "Đã xây dựng", "Đạt (%)"),
        tuple(rows),
        ("Cộng", own.registered, own.built, percent(own.built, own.registered)),
        as_of,
        f"Đã xây dựng: {BUILT_MEANS}.",
    )
    return figures, len(units)


def outside_communes(session: Session, query: StatisticsQuery, unit: Unit) -> int:
    """Built ones whose place is no commune nor within one: agencies of a huyện or province."""
    if unit.kind not in ABOVE_COMMUNES:
        return 0
    commune = (
        select(UnitBelow.unit_id)
        .join(Unit, Unit.id == UnitBelow.ancestor_id)
        .where(UnitBelow.unit_id == Enrolment.place_id, Unit.kind.in_(COMMUNES))
        .correlate(Enrolment)
    )
    statement = select(func.count(Enrolment.id)).join(Initiative).where(~exists(commune))
    return session.scalar(statement.where(_counted(unit, query))) or 0


def counted(
    session: Session, query: StatisticsQuery, scope: Scope, start: int = 0, most: int = 8
) -> tuple[list[Counted], int, int]:
    """The built enrolments of a number from `start`, by name; how many may be shown in all, and
    how many are counted but not shown."""
    unit = session.get_one(Unit, query.unit_id)
    place = select(Unit.name).where(Unit.id == Enrolment.place_id).scalar_subquery()
    rows = (
        select(Initiative, Enrolment.owner, place)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(_counted(unit, query))
    )
    allowed = visible(rows, scope)
    page = allowed.order_by(Initiative.folded, Enrolment.id).offset(start).limit(most)
    found = [
        Counted(initiative.code, initiative.name, owner, where)
        for initiative, owner, where in session.execute(page)
    ]
    every, shown = (
        session.scalar(select(func.count()).select_from(each.subquery())) or 0
        for each in (rows, allowed)
    )
    return found, shown, every - shown


def _counted(unit: Unit, query: StatisticsQuery) -> ColumnElement[bool]:
    column = {
        PLACE: Enrolment.place_id,
        REGISTRANT: Enrolment.registrant_id,
        ROOT: Initiative.root_id,
    }[by := basis(unit, query.year)]
    inside = column == unit.id if by == ROOT else column.in_(below(unit.id, query.year))
    sector = Enrolment.sector_id == query.sector_id if query.sector_id else None
    wanted = [BUILT, Enrolment.year == query.year, inside]
    return and_(*wanted, *([sector] if sector is not None else []))
