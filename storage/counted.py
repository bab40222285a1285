"""What stands behind a number: the parts of a unit, and the enrolments that were counted."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select, union
from sqlalchemy.orm import Session

from bot.domain.figures import BUILT_MEANS, RULES, Figures, percent
from bot.domain.text import sort_key
from bot.domain.units import BODIES, COMMUNES, KINDS
from storage.basis import FIRST, NEXT_FIRST, UNIT, asked, basis, below_asked
from storage.scope import Scope, visible
from storage.statistics import StatisticsQuery, totals
from storage.tables.records import CoReporter, Enrolment, Initiative, Report
from storage.tables.units import Unit, UnitBelow, UnitParent, UnitSuccession
from storage.tally import BUILT, PLACE, REGISTRANT, ROOT, SITES
from storage.units import below

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
    found = session.scalars(_parts(), _asked_parts(unit, year))
    return sorted(found, key=lambda part: sort_key(part.name))


def kind_of_parts(session: Session, unit: Unit, year: int) -> str | None:
    """What it is made of, in one word; None: nothing smaller."""
    return session.scalar(_one_kind(), _asked_parts(unit, year))


def _asked_parts(unit: Unit, year: int) -> dict[str, Any]:
    """Territories are made of communes or greater ones, bodies of bodies."""
    body = basis(unit, year) == REGISTRANT or not (KINDS[unit.kind].place or unit.kind == "cum")
    return asked(unit, year) | {"kinds": BODIES if body else (*COMMUNES, *ABOVE_COMMUNES)}


@cache
def _parts() -> Select[Unit]:
    direct = union(
        select(UnitParent.unit_id).where(UnitParent.parent_id == UNIT),
        select(UnitSuccession.old_id).where(UnitSuccession.new_id == UNIT),
    )
    counts = below_asked().where(UnitBelow.unit_id == Unit.id, UnitBelow.depth == 1)
    living = select(Unit).where(Unit.valid_from < NEXT_FIRST, Unit.valid_to > FIRST)
    return living.where(Unit.kind.in_(bindparam("kinds", expanding=True))).where(
        Unit.id.in_(direct), exists(counts.correlate(Unit))
    )


@cache
def _one_kind() -> Select[str]:
    return _parts().with_only_columns(Unit.kind).limit(1)


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
        f"Đã xây dựng: {BUILT_MEANS}. {RULES[query.points]}",
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
    worth = func.sum(SITES) if query.points else func.count(Enrolment.id)
    statement = select(worth).select_from(Enrolment).join(Initiative).where(~exists(commune))
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
    ordered = allowed.order_by(Initiative.code_year, Initiative.code_number, Enrolment.id)
    page = ordered.offset(start).limit(most)
    found = [
        Counted(initiative.code, initiative.name, owner, where)
        for initiative, owner, where in session.execute(page)
    ]
    every, shown = (
        session.scalar(select(func.count()).select_from(each.subquery())) or 0
        for each in (rows, allowed)
    )
    return found, shown, every - shown


def behind(session: Session, query: StatisticsQuery) -> tuple[int, int]:
    """How many accepted reports and how many people stand behind a number; it counts neither."""
    unit = session.get_one(Unit, query.unit_id)
    rows = select(Enrolment.id, Enrolment.initiative_id).join(Initiative)
    inside = rows.where(_counted(unit, query)).cte("inside")
    told = select(Report.id, Report.author_id.label("member_id")).where(
        Report.enrolment_id.in_(select(inside.c.id)), Report.kind != "inspect",
        Report.state == "accepted",
    ).cte("told")  # fmt: skip
    joined = select(CoReporter.member_id).where(
        CoReporter.initiative_id.in_(select(inside.c.initiative_id))
    )
    people = union(select(told.c.member_id), joined).subquery()
    reports = session.scalar(select(func.count()).select_from(told)) or 0
    return reports, session.scalar(select(func.count()).select_from(people)) or 0


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
