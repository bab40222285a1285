"""Finding initiatives: near-duplicates, one's own; what is not shown."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from storage import duplicates
from storage.initiatives import of_member
from storage.tables.records import Enrolment
from storage.tables.units import Unit
from storage.units import rebuild_below, succeed
from tests.make import (
    make_enrolment,
    make_initiative,
    make_member,
    make_sector,
    make_unit,
    the_root,
)

SUMMER = date(2025, 7, 1)


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


def make(session: Session, xa: Unit, name: str, year: int = 2022, **more: Any) -> Enrolment:
    initiative = make_initiative(session, name, year=year)
    return make_enrolment(session, year, place=xa, initiative=initiative, **more)


def alike(session: Session, xa: Unit, typed: str, year: int = 2022) -> list[str]:
    found = duplicates.alike(session, typed, "", None, xa.id, xa.id, year)
    return [one.initiative.name for one in found]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Tuyến đường hoa thôn Vĩnh Thịnh", "tuyen duong hoa thon vinh thinh"),
        ("Tuyến đường hoa thôn Vĩnh Thịnh", "Tuyến đường hoa của thôn Vĩnh Thịnh"),
        ("Nhà sạch, vườn đẹp", "Vườn đẹp nhà sạch"),
        ("Trồng hoa lan trong nhà lưới", "Trồng hoa lan trong nhà lứoi"),
    ],
)
def test_nearly_the_same_name_is_shown(session: Session, xa: Unit, name: str, typed: str) -> None:
    make(session, xa, name)
    assert alike(session, xa, typed) == [name]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Khu dân cư mẫu", "Xây dựng khu dân cư kiểu mẫu"),
        ("Xây dựng khu dân cư kiểu mẫu", "Khu dân cư mẫu"),
        ("Xây dựng khu dân cư kiểu mẫu", "Xây dựng khu dân cư đảm bảo an ninh trật tự"),
        ("Xây dựng chi bộ xuất sắc", "Nâng cao chất lượng chi bộ"),
        ("Nhà lưới sản xuất rau củ quả", "Trồng hoa lan trong nhà lưới"),
    ],
)
def test_models_of_the_article_are_kept_apart(
    session: Session, xa: Unit, name: str, typed: str
) -> None:
    make(session, xa, name)
    assert alike(session, xa, typed) == []


def test_only_the_same_unit_and_year(session: Session, xa: Unit) -> None:
    make(session, xa, "Đường hoa", 2021)
    make(session, make_unit(session, "Xã Thạch Trị"), "Đường hoa")
    assert alike(session, xa, "Đường hoa") == []


def mine(session: Session, home: Unit, before: int = 2026) -> list[str]:
    member = make_member(session, unit=home)
    return [i.name for i, _ in of_member(session, member.id, [home.id], before)]


def test_those_of_the_own_commune_and_of_what_was_merged_into_it(session: Session) -> None:
    old, new = make_unit(session, "Xã Cũ"), make_unit(session, "Xã Mới", valid_from=SUMMER)
    succeed(session, old, new, SUMMER)
    rebuild_below(session)
    make(session, old, "Đường hoa")
    assert mine(session, new) == ["Đường hoa"]


def test_those_at_the_own_hamlet(session: Session, xa: Unit) -> None:
    thon = make_unit(session, "Thôn Một", "thon", xa)
    make(session, thon, "Đường hoa")
    make(session, xa, "Hàng rào xanh")
    assert mine(session, thon) == ["Đường hoa"]


def test_neighbours_are_not_shown_narrowed_ones(session: Session, xa: Unit) -> None:
    make(session, xa, "Tiếng kẻng", sector=make_sector(session, "an_ninh_quoc_phong"))
    assert mine(session, xa) == []


def test_who_belongs_to_the_whole_has_no_neighbours(session: Session, xa: Unit) -> None:
    make(session, xa, "Đường hoa")
    assert mine(session, the_root(session)) == []
