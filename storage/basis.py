"""How a unit counts: by the places within it, by the bodies below it, or as an organisation.

Statements are built once, since building them takes longer than running them; what is asked for
comes in as parameters.
"""

from typing import Any

from sqlalchemy import BigInteger, Date, Integer, Select, bindparam

from bot.domain.units import CUM, KINDS
from storage.tables.units import Unit, UnitBelow
from storage.tally import PLACE, REGISTRANT, ROOT
from storage.units import counting_below, year_of

UNIT = bindparam("unit", type_=BigInteger())
YEAR = bindparam("year", type_=Integer())
SECTOR = bindparam("sector", type_=BigInteger())
FIRST = bindparam("first", type_=Date())
NEXT_FIRST = bindparam("next_first", type_=Date())
"""The days the year and the next one begin."""


def basis(unit: Unit, year: int) -> str:
    """Territories count by place, bodies by registrant; an organisation that lives on after the
    year by itself, since nothing of it can be elsewhere (a closed one reads its time)."""
    if unit.id == unit.root_id and unit.valid_to.year > year >= unit.valid_from.year:
        return ROOT
    kind = KINDS[unit.kind]
    return PLACE if kind.place or kind.tree == CUM else REGISTRANT


def asked(unit: Unit, year: int, sector_id: int | None = None) -> dict[str, Any]:
    first, next_first = year_of(year)
    days = {"first": first, "next_first": next_first}
    return {"unit": unit.id, "year": year, "sector": sector_id, **days}


def below_asked() -> Select[int]:
    """`storage.units.below` of the unit and year that are asked for."""
    return counting_below(FIRST, NEXT_FIRST).where(UnitBelow.ancestor_id == UNIT)
