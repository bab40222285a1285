"""Choosing a model to report on: what somebody says of themself opens nobody else's models."""

import pytest
from sqlalchemy.orm import Session

from storage import joining, picking, reports, search
from storage.scope import Scope
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.make import NOW, make_enrolment, make_initiative, make_member, make_unit, the_root


@pytest.fixture
def xa(session: Session) -> Unit:
    """A commune of the province's district with a model."""
    huyen = make_unit(session, "Huyện Can Lộc", "huyen")
    xa = make_unit(session, "Xã Tùng Lộc", "xa", huyen)
    make_enrolment(session, place=xa, initiative=make_initiative(session, "Đường hoa"))
    return xa


def offered(session: Session, member: Member, *bodies: Unit, typed: str = "duong hoa") -> int:
    for body in bodies:
        joining.add_body(session, member.id, body.id)
    session.flush()
    asked = (session, Scope.of(member.id, ()), member.id)
    found, listed = picking.offer(*asked, typed, 2026), picking.offer(*asked, "", 2026)
    assert len(found.choices) == len(listed.choices)
    return len(found.choices)


def test_members_see_the_models_of_their_commune(session: Session, xa: Unit) -> None:
    thon = make_unit(session, "Thôn Một", "thon", xa)
    hoi = make_unit(session, "Hội LHPN xã Tùng Lộc", "hoi_phu_nu", xa)
    assert offered(session, make_member(session, unit=xa)) == 1
    assert offered(session, make_member(session, unit=thon), hoi) == 0
    make_enrolment(
        session, place=xa, registrant=hoi, initiative=make_initiative(session, "Đường hoa của Hội")
    )
    assert offered(session, make_member(session, unit=thon), hoi) == 1


def test_who_still_waits_sees_none_of_the_unit_they_named(session: Session, xa: Unit) -> None:
    assert offered(session, make_member(session, unit=xa, state="pending")) == 0


def test_naming_a_unit_elsewhere_as_ones_body_opens_nothing(session: Session, xa: Unit) -> None:
    stranger = make_member(session, unit=make_unit(session, "Xã Thạch Lạc"))
    huyen = make_unit(session, "Huyện Thạch Hà", "huyen")
    assert offered(session, stranger, xa, huyen, the_root(session)) == 0


# -- what is typed --------------------------------------------------------------------------


def picked(session: Session, typed: str, before: int = 2026) -> tuple[list[str], bool]:
    rows, sure = search.pick(session, search.EVERYTHING, typed, before)
    return [initiative.name for initiative, _ in rows], sure


def test_words_are_found_in_names_and_places(session: Session, xa: Unit) -> None:
    tri = make_unit(session, "Xã Thạch Trị")
    make_enrolment(session, place=tri, initiative=make_initiative(session, "Đường xanh"))
    make_enrolment(session, place=tri, initiative=make_initiative(session, "Nhà sạch, vườn đẹp"))
    assert picked(session, "duong hoa tung loc") == (["Đường hoa"], False)
    assert picked(session, "đường th") == (["Đường xanh"], False)
    assert picked(session, "thach tri xanh") == (["Đường xanh"], False)
    assert picked(session, "NHÀ SẠCH VƯỜN ĐẸP") == (["Nhà sạch, vườn đẹp"], True)
    assert picked(session, "100%") == picked(session, "?!") == ([], False)


def test_a_whole_name_is_sure_among_longer_ones(session: Session, xa: Unit) -> None:
    for number in range(search.MOST + 1):
        initiative = make_initiative(session, f"Đường hoa số {number}", year=2024)
        make_enrolment(session, 2024, place=xa, initiative=initiative)
    assert picked(session, "duong hoa") == (["Đường hoa"], True)
    assert picked(session, "duong hoa", 2022) == ([], False)


def test_a_code_is_sure_and_a_number_may_belong_to_several_years(session: Session) -> None:
    for year in (2022, 2023):
        initiative = make_initiative(session, f"Đường hoa {year}", year=year)
        initiative.code_number = 7
        make_enrolment(session, year, initiative=initiative)
    assert picked(session, "7") == (["Đường hoa 2023", "Đường hoa 2022"], True)
    assert picked(session, "DVK-2022-0007") == (["Đường hoa 2022"], True)
    assert picked(session, "7", before=2023) == (["Đường hoa 2022"], True)
    assert picked(session, "8") == ([], True)


def test_who_belongs_to_the_whole_still_finds_what_they_reported(
    session: Session, xa: Unit
) -> None:
    member = make_member(session, unit=the_root(session))
    own = make_enrolment(session, 2021, initiative=make_initiative(session, "Hoa nhà", year=2021))
    reports.add(
        session, key="1", kind="update", enrolment=own, author_id=member.id, answers={},
        has_results=True, now=NOW,
    )  # fmt: skip
    for number in range(search.MOST + 1):
        make_enrolment(session, place=xa, initiative=make_initiative(session, f"Hoa {number}"))
    assert offered(session, member, typed="hoa") == 1
