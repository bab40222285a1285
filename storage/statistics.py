"""The numbers of a unit in a year: built, registered, by sector and by part."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, reduce
from operator import add
from typing import Any

from sqlalchemy import Date, Select, bindparam, case, func, select, union_all
from sqlalchemy.orm import Session

from bot.domain.figures import SectorLine, Totals
from storage.basis import SECTOR, UNIT, YEAR, asked, basis, below_asked
from storage.registered import registered
from storage.sectors import sectors
from storage.tables.records import Tally, TallyTotal
from storage.tables.units import Sector, Unit, UnitBelow
from storage.tally import BASIC, FURTHER, PLACE, REGISTRANT, ROOT

Sums = tuple[int, int, int]
"""planned, built, unplanned."""
NONE: Sums = (0, 0, 0)
KNOWN_ON = bindparam("known_on", type_=Date())

TALLIED = {PLACE: Tally.place_id, REGISTRANT: Tally.registrant_id, ROOT: Tally.root_id}


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    """sector_id None: all. known_on: only what was known at the end of that day. points: places
    of work are counted, not initiatives."""

    year: int
    unit_id: int
    sector_id: int | None = None
    known_on: date | None = None
    points: bool = False


def totals(session: Session, query: StatisticsQuery, as_of: datetime) -> Totals:
    """The numbers of one unit; narrowed enrolments are in them, as numbers only."""
    unit = session.get_one(Unit, query.unit_id)
    sums = sums_by_sector(session, query, unit)
    planned, built, unplanned = (sum(column) for column in zip(NONE, *sums.values(), strict=True))
    target, targeted = registered(session, unit, query.year, query.sector_id)
    named = sectors_of(session, unit.root_id, query.year, sums)
    only = next((s.label for s in named if s.id == query.sector_id), "")
    lines = tuple(SectorLine(s.id, s.code, s.label, sums.get(s.id, NONE)[1]) for s in named)
    return Totals(
        year=query.year,
        unit_id=unit.id,
        unit=unit.name,
        built=built,
        unplanned=unplanned,
        registered=target if targeted else planned,
        targeted=targeted,
        as_of=as_of,
        known_on=query.known_on,
        sector_id=query.sector_id,
        sector=only,
        sectors=() if query.sector_id else lines,
        points=query.points,
    )


def sums_by_sector(session: Session, query: StatisticsQuery, unit: Unit) -> dict[int, Sums]:
    """In one statement, so that a row folded meanwhile is counted exactly once."""
    one_sector, known = query.sector_id is not None, query.known_on is not None
    statement = _sums(basis(unit, query.year), one_sector, known, query.points)
    wanted = asked(unit, query.year, query.sector_id) | {"known_on": query.known_on}
    rows = session.execute(statement, wanted)
    return {sector: (int(p), int(b), int(u)) for sector, p, b, u in rows}


@cache
def _sums(by: str, one_sector: bool, known: bool, points: bool) -> Select[Any]:
    """By sector. The folded totals and the tail not folded yet; of a past day the tally itself."""
    inside = select(below_asked().cte("inside").c.unit_id)
    measures = {m: (m, FURTHER[m]) if points else (m,) for m in BASIC}

    def of_unit(column: Any) -> Any:
        return column == UNIT if by == ROOT else column.in_(inside)

    columns = (
        reduce(add, (getattr(TallyTotal, one) for one in each)).label(m)
        for m, each in measures.items()
    )
    folded = select(TallyTotal.sector_id, *columns).where(
        TallyTotal.year == YEAR, TallyTotal.by == by, of_unit(TallyTotal.unit_id)
    )
    changes = (
        case((Tally.measure.in_(each), Tally.change), else_=0).label(m)
        for m, each in measures.items()
    )
    rows = select(Tally.sector_id, *changes).where(of_unit(TALLIED[by]))
    if known:
        sources = [rows.where(Tally.year == YEAR, Tally.day <= KNOWN_ON)]
    else:
        # + 0: by the few unfolded rows, not by the index of a year with its hundreds of thousands
        sources = [folded, rows.where(~Tally.folded, Tally.year + 0 == YEAR)]
    both = union_all(*sources).subquery()
    numbers = (func.sum(both.c[measure]) for measure in measures)
    summed = select(both.c.sector_id, *numbers).group_by(both.c.sector_id)
    return summed.where(both.c.sector_id == SECTOR) if one_sector else summed


def lived(unit: Unit, year: int) -> bool:
    return unit.valid_from.year <= year and unit.valid_to > date(year, 1, 1)


def sectors_of(
    session: Session, root_id: int, year: int, counted: Collection[int] = ()
) -> list[Sector]:
    """Those of the year, and others under which something was counted all the same."""
    found = sectors(session, root_id, year)
    missing = set(counted) - {sector.id for sector in found}
    return found + list(session.scalars(select(Sector).where(Sector.id.in_(missing))))


def latest_year(session: Session, unit_id: int, before: int = 9999) -> int | None:
    """The last year up to `before` for which anything is counted below a unit."""
    ever = select(UnitBelow.unit_id).where(UnitBelow.ancestor_id == unit_id)
    unit = session.get_one(Unit, unit_id)
    years = union_all(
        select(TallyTotal.year).where(TallyTotal.unit_id.in_(ever)),
        select(Tally.year).where(~Tally.folded, TALLIED[basis(unit, 1)].in_(ever)),
    ).subquery()
    newest = select(years.c.year).where(years.c.year <= before).distinct()
    for year in map(int, session.scalars(newest.order_by(years.c.year.desc())).all()):
        sums = sums_by_sector(session, StatisticsQuery(year, unit_id), unit)
        if any(planned or built for planned, built, _ in sums.values()):
            return year
    return None
