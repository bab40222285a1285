"""What became of units, and what they came from."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from storage.succession import as_of, heir
from storage.tables.units import Unit
from storage.units import succeed
from tests.make import make_unit

SUMMER, BEFORE, AFTER = date(2025, 7, 1), date(2022, 12, 31), date(2026, 1, 1)


@pytest.fixture
def old(session: Session) -> list[Unit]:
    return [make_unit(session, f"Xã Cũ {n}") for n in (1, 2)]


@pytest.fixture
def new(session: Session) -> list[Unit]:
    return [make_unit(session, f"Xã Mới {n}", valid_from=SUMMER) for n in (1, 2)]


def test_a_merged_unit_has_one_heir(session: Session, old: list[Unit], new: list[Unit]) -> None:
    succeed(session, old[0], new[0], SUMMER)
    assert heir(session, old[0].id, BEFORE) == old[0].id
    assert heir(session, old[0].id, AFTER) == new[0].id


def test_a_divided_unit_has_none(session: Session, old: list[Unit], new: list[Unit]) -> None:
    for unit in new:
        succeed(session, old[0], unit, SUMMER, share="part")
    old[0].valid_to = SUMMER
    assert heir(session, old[0].id, AFTER) is None


def test_before_the_merger_its_parts_stand(
    session: Session, old: list[Unit], new: list[Unit]
) -> None:
    for unit in old:
        succeed(session, unit, new[0], SUMMER)
    ids = [unit.id for unit in old]
    assert as_of(session, [new[0].id], BEFORE) == ids
    assert as_of(session, [new[0].id], AFTER) == [new[0].id]
    assert as_of(session, [new[1].id], BEFORE) == []
