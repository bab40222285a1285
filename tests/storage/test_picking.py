"""Choosing a model to report on: what somebody says of themself opens nobody else's models."""

import pytest
from sqlalchemy.orm import Session

from storage import joining, picking
from storage.scope import Scope
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.make import make_enrolment, make_initiative, make_member, make_unit, the_root


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
