"""Who sees what, whatever the year and whatever became of the units."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Act, Grant, Role
from storage.scope import SYSTEM, Scope, covers, visible
from storage.tables.records import Enrolment, Report
from storage.tables.units import Unit
from storage.units import add_unit, below, close_unit, rebuild_below, set_parent, succeed
from tests.make import (
    NOW,
    make_enrolment,
    make_member,
    make_root,
    make_sector,
    make_unit,
)

NEW_YEAR, SUMMER = date(2025, 1, 1), date(2025, 7, 1)


def scope(role: Role, unit: Unit) -> Scope:
    return Scope.of(None, [Grant(role, unit.id)])


def seen(session: Session, scope: Scope) -> set[int]:
    return set(session.scalars(visible(select(Enrolment.id), scope)))


@pytest.fixture
def huyen(session: Session) -> Unit:
    return make_unit(session, "Huyện Thạch Hà", "huyen", make_root(session, "Tỉnh Hà Tĩnh", "tinh"))


@pytest.fixture
def xa(session: Session, huyen: Unit) -> Unit:
    return make_unit(session, "Xã Thạch Lạc", "xa", huyen)


def test_the_system_sees_everything(session: Session, xa: Unit) -> None:
    own = make_enrolment(session, place=xa)
    assert seen(session, SYSTEM) == {own.id}


def test_nobody_sees_nothing(session: Session, xa: Unit) -> None:
    make_enrolment(session, place=xa)
    assert seen(session, Scope()) == set()


@pytest.mark.parametrize("role", Role)
def test_by_place_from_above_if_the_role_may(session: Session, xa: Unit, role: Role) -> None:
    own = make_enrolment(session, place=xa)
    huyen = session.get_one(Unit, xa.root_id)
    expected = set() if role is Role.MEMBER else {own.id}
    assert seen(session, scope(role, huyen)) == expected


def test_not_from_beside(session: Session, xa: Unit, huyen: Unit) -> None:
    make_enrolment(session, place=xa)
    beside = make_unit(session, "Xã Thạch Khê", "xa", huyen)
    assert seen(session, scope(Role.LEADER, beside)) == set()


def test_by_registrant(session: Session, xa: Unit, huyen: Unit) -> None:
    women = make_unit(session, "Hội LHPN huyện", "hoi_phu_nu", huyen, "doan_the")
    branch = make_unit(session, "Hội LHPN xã", "hoi_phu_nu", women, "doan_the")
    own = make_enrolment(session, place=xa, registrant=branch)
    make_enrolment(session, place=xa)
    assert seen(session, scope(Role.FOCAL, women)) == {own.id}


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.MEMBER])
def test_narrowed_ones_need_a_right_of_their_own(session: Session, xa: Unit, role: Role) -> None:
    own = make_enrolment(session, place=xa, sector=make_sector(session, "an_ninh_quoc_phong"))
    entitled = role in (Role.FOCAL, Role.LEADER, Role.APPROVER)
    assert seen(session, scope(role, xa)) == ({own.id} if entitled else set())


def test_a_right_elsewhere_does_not_open_narrowed_ones(session: Session, xa: Unit) -> None:
    make_enrolment(session, place=xa, sector=make_sector(session, "an_ninh_quoc_phong"))
    other = make_unit(session, "Xã Thạch Khê")
    grants = [Grant(Role.ADMIN, xa.id), Grant(Role.LEADER, other.id)]
    assert seen(session, Scope.of(None, grants)) == set()


def test_authors_see_their_own_also_narrowed(session: Session, xa: Unit) -> None:
    own = make_enrolment(session, place=xa, sector=make_sector(session, "an_ninh_quoc_phong"))
    author = make_member(session)
    session.add(
        Report(
            key="r",
            kind="register",
            initiative_id=own.initiative_id,
            enrolment_id=own.id,
            author_id=author.id,
            state="sent",
            version=1,
            answers={},
            sent_at=NOW,
        )
    )
    assert seen(session, Scope.of(author.id, [])) == {own.id}
    assert seen(session, Scope.of(make_member(session).id, [])) == set()


def changed_tree(session: Session) -> list[Unit]:
    """A commune that moves at New Year and is merged in summer; a huyện that ends then."""
    root = make_root(session, "Tỉnh Hà Tĩnh", "tinh")
    huyen = add_unit(session, kind="huyen", name="Thạch Hà", parent=root)
    city = add_unit(session, kind="huyen", name="Thành phố Hà Tĩnh", parent=root)
    moving = add_unit(session, kind="xa", name="Thạch Lạc", parent=huyen)
    staying = add_unit(session, kind="xa", name="Thạch Long", parent=huyen)
    living_on = add_unit(session, kind="xa", name="Hộ Độ", parent=huyen)
    new = add_unit(session, kind="xa", name="Lạc Long", parent=root, valid_from=SUMMER)
    set_parent(session, moving, city, "hanh_chinh", NEW_YEAR)
    set_parent(session, living_on, root, "hanh_chinh", SUMMER)
    for old in (moving, staying):
        succeed(session, old, new, SUMMER)
    for closed in (huyen, city):
        close_unit(session, closed, SUMMER)
    rebuild_below(session)
    return [root, huyen, city, moving, staying, living_on, new]


def test_each_year_is_seen_as_the_units_stood_then(session: Session) -> None:
    """`visible` reads the year of each enrolment as `below` reads a given one."""
    units = changed_tree(session)
    years = (2022, 2024, 2025, 2026)
    made = {
        (unit.id, year): make_enrolment(session, place=unit, year=year).id
        for unit, year in product(units, years)
    }
    for leader in units:
        under = {
            made[unit, year]
            for year in years
            for unit in set(session.scalars(below(leader.id, year)))
        }
        assert seen(session, scope(Role.LEADER, leader)) == under


def test_a_closed_huyen_covers_its_communes_in_its_time(session: Session) -> None:
    _, huyen, city, moving, *_ = changed_tree(session)

    def may(held: Unit, year: int) -> bool:
        return covers(session, [Grant(Role.LEADER, held.id)], Act.STATISTICS, moving.id, year)

    assert [may(huyen, year) for year in (2022, 2024, 2025, 2026)] == [True, True, False, False]
    assert [may(city, year) for year in (2022, 2024, 2025)] == [False, False, True]


def test_one_s_own_unit_is_covered_whenever(session: Session) -> None:
    huyen = changed_tree(session)[1]
    grants = [Grant(Role.LEADER, huyen.id)]
    assert covers(session, grants, Act.STATISTICS, huyen.id, 2030)
    assert not covers(session, grants, Act.REVIEW, huyen.id, 2030)
