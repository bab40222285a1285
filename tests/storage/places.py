"""The units of the demo, for tests that need real ones."""

from datetime import date
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables.units import Unit
from storage.unit_import import import_units

TODAY = date(2026, 11, 24)


def load_units(session: Session) -> None:
    with resources.as_file(resources.files("storage.demo").joinpath("units.csv")) as path:
        report = import_units(session, path)
    assert report.written, str(report)


def unit(session: Session, name: str, on: date = TODAY) -> Unit:
    """The unit of that name on a day."""
    lives = Unit.valid_from <= on, Unit.valid_to > on
    return session.scalars(select(Unit).where(Unit.name == name, *lives)).one()
