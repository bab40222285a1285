"""The unit that an option of a command means: by its number, or by its name."""

from sqlalchemy.orm import Session

from bot.errors import Refused
from storage.statistics import lived
from storage.tables.units import Unit
from storage.unit_search import find_units


def unit_meant(session: Session, typed: str, unknown: str, year: int | None = None) -> int:
    """Of several with this name the one that lived in the year. Raises Refused with a sentence
    that names those like it; unknown says what to do where there is none."""
    number = int(typed) if typed.isascii() and typed.isdigit() else 0
    if number and session.get(Unit, number) is not None:
        return number
    found = find_units(session, typed, most=20)
    meant = found.choices if found.sure else ()
    if year is not None:
        living = (c for c in meant if lived(session.get_one(Unit, c.value), year))
        meant = tuple(living) or meant
    if len(meant) == 1:
        return int(meant[0].value)
    names = "; ".join(f"{c.label} (số {c.value})" for c in meant or found.choices)
    raise Refused(
        f"Có mấy đơn vị gần với “{typed}”: {names}. Ghi số của đơn vị, ví dụ: --unit 12."
        if names
        else f"Chưa có đơn vị “{typed}”. {unknown}"
    )
