"""The sectors of an organisation, and the numbers of its codes."""

from sqlalchemy import select

from storage.codes import next_code
from storage.sectors import CLASSIC, ensure_sectors, sectors
from storage.tables.units import Sector
from tests.make import make_root


def test_thach_ha_has_five(session):
    root = make_root(session)
    ensure_sectors(session, root.id)
    assert [sector.code for sector in sectors(session, root.id, 2022)] == [
        "kinh_te",
        "ntm_dtvm",
        "van_hoa_xa_hoi",
        "an_ninh_quoc_phong",
        "xay_dung_dang_htct",
    ]


def test_they_are_made_once(session):
    root = make_root(session)
    first = ensure_sectors(session, root.id)
    first[0].label = "Kinh tế, sinh kế"
    assert ensure_sectors(session, root.id) == first
    assert len(session.scalars(select(Sector)).all()) == 5


def test_only_security_is_narrowed(session):
    found = ensure_sectors(session, make_root(session).id)
    assert [sector.code for sector in found if sector.narrowed] == ["an_ninh_quoc_phong"]


def test_each_belongs_to_one_of_the_classic_four(session):
    found = ensure_sectors(session, make_root(session).id)
    assert {sector.classic for sector in found} == set(CLASSIC)
    assert {s.code: s.classic for s in found}["ntm_dtvm"] == "van_hoa_xa_hoi"


def test_a_sector_holds_in_its_years(session):
    root = make_root(session)
    ensure_sectors(session, root.id)[1].year_to = 2025
    session.flush()
    assert len(sectors(session, root.id, 2025)) == 5
    assert len(sectors(session, root.id, 2026)) == 4


def test_codes_count_by_organisation_and_year(session):
    assert [next_code(session, 1, 2022) for _ in range(3)] == [1, 2, 3]
    assert next_code(session, 1, 2023) == 1
    assert next_code(session, 2, 2022) == 1


def test_a_number_that_was_rolled_back_is_free_again(session):
    with session.begin_nested() as step:
        next_code(session, 1, 2022)
        step.rollback()
    assert next_code(session, 1, 2022) == 1
