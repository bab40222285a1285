"""How a unit counts: by the places within it, by the bodies below it, or as an organisation."""

from sqlalchemy import Select, select

from bot.domain.units import CUM, KINDS
from storage.tables.units import Unit
from storage.tally import PLACE, REGISTRANT, ROOT
from storage.units import below


def basis(unit: Unit, year: int) -> str:
    """Territories count by place, bodies by registrant; an organisation that lives on after the
    year by itself, since nothing of it can be elsewhere (a closed one reads its time)."""
    if unit.id == unit.root_id and unit.valid_to.year > year >= unit.valid_from.year:
        return ROOT
    kind = KINDS[unit.kind]
    return PLACE if kind.place or kind.tree == CUM else REGISTRANT


def all_of(unit: Unit, year: int) -> Select[int]:
    """Ids of the units that count under this one for a year."""
    if basis(unit, year) == ROOT:
        return select(Unit.id).where(Unit.root_id == unit.id)
    return below(unit.id, year)
