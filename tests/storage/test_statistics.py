"""Totals of a unit in a year: what counts where, and against what it is measured."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain.figures import Totals
from bot.domain.roles import Grant, Role
from storage.counted import by_part, counted, parts
from storage.database import Database
from storage.scope import SYSTEM, Scope
from storage.statistics import StatisticsQuery, latest_year, totals
from storage.tables.units import Unit
from storage.tally import fold_everything, sync
from storage.units import add_unit, rebuild_below, succeed
from tests.make import (
    make_enrolment,
    make_initiative,
    make_root,
    make_sector,
    make_target,
    make_unit,
    the_root,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = date(2022, 12, 23)


def enrol(session: Session, place: Unit | None = None, **values: Any) -> None:
    enrolment = make_enrolment(session, place=place, **{"built_on": DAY, **values})
    sync(session, enrolment, enrolment.built_on or enrolment.accepted_on or DAY)


def ask(session: Session, unit: Unit, year: int = 2022, **values: Any) -> Totals:
    return totals(session, StatisticsQuery(year, unit.id, **values), NOW)


@pytest.fixture
def province(session: Session) -> Unit:
    return make_root(session, "Tỉnh Hà Tĩnh", "tinh")


@pytest.fixture
def huyen(session: Session, province: Unit) -> Unit:
    return make_unit(session, "Huyện Thạch Hà", "huyen", province, valid_to=date(2025, 7, 1))


@pytest.fixture
def xa(session: Session, huyen: Unit) -> Unit:
    return make_unit(session, "Xã Thạch Lạc", "xa", huyen, valid_to=date(2025, 7, 1))


def test_planned_built_and_unplanned(session: Session, xa: Unit, huyen: Unit) -> None:
    enrol(session, xa)
    enrol(session, xa, built_on=None, accepted_on=DAY)
    enrol(session, xa, origin="unplanned")
    found = ask(session, huyen)
    assert (found.built, found.registered, found.unplanned, found.difference) == (2, 2, 1, 0)
    assert found.targeted == 0


def test_folded_or_not_the_numbers_are_the_same(
    session: Session, xa: Unit, huyen: Unit, province: Unit
) -> None:
    for unit in (xa, huyen, xa):
        enrol(session, unit)
    before = [ask(session, unit) for unit in (xa, huyen, province)]
    fold_everything(session)
    assert [ask(session, unit) for unit in (xa, huyen, province)] == before
    assert [found.built for found in before] == [2, 3, 3]


def test_by_sector_in_their_order_with_none_left_out(session: Session, xa: Unit) -> None:
    for code in ("van_hoa_xa_hoi", "kinh_te", "kinh_te"):
        enrol(session, xa, sector=make_sector(session, code, the_root(session)))
    lines = ask(session, xa).sectors
    assert [(line.code, line.built) for line in lines[:3]] == [
        ("kinh_te", 2),
        ("ntm_dtvm", 0),
        ("van_hoa_xa_hoi", 1),
    ]


def test_one_sector_only(session: Session, xa: Unit) -> None:
    kt, vh = (make_sector(session, code) for code in ("kinh_te", "van_hoa_xa_hoi"))
    enrol(session, xa, sector=kt)
    enrol(session, xa, sector=vh)
    make_target(session, xa, 4, sector=kt)
    found = ask(session, xa, sector_id=kt.id)
    assert (found.built, found.registered, found.sector, found.sectors) == (1, 4, "Kinh tế", ())
    assert ask(session, xa, sector_id=vh.id).registered == 1


def test_narrowed_ones_are_numbers_too(session: Session, xa: Unit) -> None:
    enrol(session, xa, sector=make_sector(session, "an_ninh_quoc_phong"))
    assert ask(session, xa).built == 1


def test_a_unit_s_own_target_comes_before_those_of_its_parts(
    session: Session, xa: Unit, huyen: Unit, province: Unit
) -> None:
    hamlet = make_unit(session, "Thôn Vĩnh Thịnh", "thon", xa)
    make_target(session, hamlet, 2)
    assert ask(session, huyen).registered == 2
    make_target(session, xa, 7)
    make_target(session, make_unit(session, "Xã Thạch Khê", "xa", huyen), 5)
    assert (ask(session, huyen).registered, ask(session, huyen).targeted) == (12, 2)
    make_target(session, huyen, 10)
    assert (ask(session, huyen).registered, ask(session, huyen).targeted) == (10, 1)
    assert ask(session, province).registered == 10


def test_targets_by_sector_add_up_to_the_whole(session: Session, xa: Unit) -> None:
    make_target(session, xa, 4, sector=make_sector(session, "kinh_te"))
    make_target(session, xa, 3, sector=make_sector(session, "ntm_dtvm"))
    assert ask(session, xa).registered == 7
    make_target(session, xa, 6)
    assert ask(session, xa).registered == 6


def test_a_target_of_another_year_is_not_this_year_s(session: Session, xa: Unit) -> None:
    make_target(session, xa, 4, year=2021)
    assert ask(session, xa).targeted == 0


def test_a_target_of_nought_is_a_target(session: Session, xa: Unit) -> None:
    enrol(session, xa)
    make_target(session, xa, 0)
    found = ask(session, xa)
    assert (found.registered, found.percentage, found.difference) == (0, None, 1)


def test_bodies_count_what_they_register(session: Session, xa: Unit, huyen: Unit) -> None:
    women = make_unit(session, "Hội LHPN huyện", "hoi_phu_nu", huyen, "doan_the")
    branch = make_unit(session, "Hội LHPN xã", "hoi_phu_nu", women, "doan_the")
    enrol(session, xa, registrant=branch)
    enrol(session, xa)
    assert ask(session, women).built == 1
    assert ask(session, huyen).built == 2


def test_a_successor_rolls_its_predecessors_up(session: Session, xa: Unit, province: Unit) -> None:
    new = add_unit(
        session, kind="xa", name="Thạch Lạc", parent=province, valid_from=date(2025, 7, 1)
    )
    succeed(session, xa, new, date(2025, 7, 1))
    rebuild_below(session)
    enrol(session, xa)
    enrol(session, new, year=2026)
    assert [ask(session, new, year).built for year in (2022, 2026)] == [1, 1]
    assert [ask(session, xa, year).built for year in (2022, 2026)] == [1, 0]


def test_a_closed_root_reads_its_time(session: Session) -> None:
    root = make_root(session)
    enrol(session, make_unit(session, "Xã Thạch Lạc", "xa", root, valid_to=date(2025, 7, 1)))
    later = make_unit(session, "Phường Hà Huy Tập", "phuong", root, valid_from=date(2025, 7, 1))
    enrol(session, later, year=2026)
    root.valid_to = date(2025, 7, 1)
    rebuild_below(session)
    assert [ask(session, root, year).built for year in (2022, 2026)] == [1, 0]


def test_two_organisations_do_not_mix(session: Session, xa: Unit) -> None:
    other = make_root(session, "Tỉnh Nghệ An", "tinh")
    foreign = make_unit(session, "Xã Nghi Lộc", "xa", other)
    initiative = make_initiative(session, root=other)
    enrol(session, foreign, initiative=initiative, sector=make_sector(session, root=other))
    enrol(session, xa)
    assert [ask(session, root).built for root in (other, the_root(session))] == [1, 1]


def test_what_was_known_on_a_day(session: Session, xa: Unit, province: Unit) -> None:
    first = make_enrolment(session, place=xa, accepted_on=date(2022, 3, 1))
    sync(session, first, date(2022, 3, 1))
    first.built_on = date(2022, 11, 30)
    sync(session, first, date(2022, 11, 30))
    first.state = "withdrawn"
    sync(session, first, date(2023, 1, 5))
    fold_everything(session)
    days = [date(2022, 2, 28), date(2022, 3, 1), date(2022, 12, 31), date(2023, 1, 5)]
    for unit in (xa, province):
        found = [ask(session, unit, known_on=day) for day in days]
        assert [(f.registered, f.built) for f in found] == [(0, 0), (1, 0), (1, 1), (0, 0)]


def test_the_latest_year_with_numbers(session: Session, xa: Unit, huyen: Unit) -> None:
    assert latest_year(session, huyen.id) is None
    enrol(session, xa)
    assert latest_year(session, huyen.id) == 2022
    fold_everything(session)
    enrol(session, xa, year=2023)
    assert latest_year(session, huyen.id) == 2023
    assert latest_year(session, huyen.id, before=2022) == 2022


def test_nothing_at_all(session: Session, huyen: Unit) -> None:
    found = ask(session, huyen)
    assert found.empty
    assert found.percentage is None


# -- what stands behind a number ----------------------------------------------------------


def test_the_parts_of_a_huyen_and_what_is_in_no_commune(
    session: Session, xa: Unit, huyen: Unit
) -> None:
    make_unit(session, "Xã Thạch Đài", "xa", huyen)
    agency = make_unit(session, "Bảo hiểm xã hội huyện", "co_quan", huyen)
    make_target(session, xa, 3)
    enrol(session, xa)
    enrol(session, agency)
    figures, many = by_part(session, StatisticsQuery(2022, huyen.id), NOW)
    assert [row[:3] for row in figures.rows] == [
        ("Xã Thạch Đài", 0, 0),
        ("Xã Thạch Lạc", 3, 1),
        ("Không thuộc xã nào", None, 1),
    ]
    assert figures.total[:3] == ("Cộng", 3, 2)
    assert many == 2


def test_parts_are_shown_in_pages(session: Session, huyen: Unit) -> None:
    for n in range(5):
        make_unit(session, f"Xã {n}", "xa", huyen)
    query = StatisticsQuery(2022, huyen.id)
    pages = [by_part(session, query, NOW, start, most=2)[0].rows for start in (0, 2, 4)]
    assert [len(rows) for rows in pages] == [2, 2, 1]


def test_the_parts_of_a_body_are_bodies(session: Session, huyen: Unit) -> None:
    women = make_unit(session, "Hội LHPN huyện", "hoi_phu_nu", huyen, "doan_the")
    branch = make_unit(session, "Hội LHPN xã", "hoi_phu_nu", women, "doan_the")
    assert parts(session, women, 2022) == [branch]
    assert women not in parts(session, huyen, 2022)


def test_the_enrolments_behind_a_number(session: Session, xa: Unit, huyen: Unit) -> None:
    enrol(session, xa, initiative=make_initiative(session, "Đường hoa"), owner="Chị Lan")
    enrol(session, xa, initiative=make_initiative(session, "Cổng an ninh"))
    enrol(session, xa, built_on=None, accepted_on=DAY)
    found, many, hidden = counted(session, StatisticsQuery(2022, huyen.id), SYSTEM)
    assert [(one.name, one.place) for one in found] == [
        ("Đường hoa", "Xã Thạch Lạc"),
        ("Cổng an ninh", "Xã Thạch Lạc"),
    ]
    assert (many, hidden) == (2, 0)


def test_narrowed_ones_are_counted_but_not_listed(session: Session, xa: Unit, huyen: Unit) -> None:
    enrol(session, xa, sector=make_sector(session, "an_ninh_quoc_phong"))
    enrol(session, xa, sector=make_sector(session, "kinh_te"))
    scope = Scope.of(None, [Grant(Role.ADMIN, huyen.id)])
    found, many, hidden = counted(session, StatisticsQuery(2022, huyen.id), scope)
    assert (len(found), many, hidden) == (1, 1, 1)


def test_a_reader_cannot_count_a_row_twice(database: Database) -> None:
    """Folding between two questions changes nothing that is told."""
    with database.writing() as session:
        xa = make_unit(session)
        enrol(session, xa)
    with database.reading() as session:
        before = ask(session, xa)
    with database.writing() as session:
        fold_everything(session)
    with database.reading() as session:
        assert replace(ask(session, xa)) == before
