"""What has become of a unit, and what it has come from."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables.units import Unit, UnitSuccession


def heir(session: Session, unit_id: int, day: date) -> int | None:
    """The unit itself, or what it has become by that day; None where that is not one unit."""
    unit = session.get_one(Unit, unit_id)
    if unit.valid_to > day:
        return unit_id
    became = session.scalars(
        select(UnitSuccession.new_id).where(UnitSuccession.old_id == unit_id)
    ).all()
    return heir(session, became[0], day) if len(became) == 1 else None


def as_of(session: Session, unit_ids: Sequence[int], day: date) -> list[int]:
    """The units as they were on an earlier day: those merged into them stand in for later ones."""
    found: list[int] = []
    for unit_id in dict.fromkeys(unit_ids):
        unit = session.get_one(Unit, unit_id)
        if unit.valid_from <= day:
            found.append(unit_id)
        else:
            came = select(UnitSuccession.old_id).where(UnitSuccession.new_id == unit_id)
            found += as_of(session, session.scalars(came.order_by("old_id")).all(), day)
    return found
