"""Targets: in force at once the first time; amended with a reason, once somebody agrees."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from bot.errors import Refused
from storage import targets
from storage.registered import registered
from storage.tables.lifecycle import TargetChange
from storage.tables.people import Member
from storage.tables.units import Unit
from storage.targets import Undertaking
from tests.make import NOW, make_member, make_sector, make_unit

LATER = NOW + timedelta(days=1)


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


@pytest.fixture
def focal(session: Session, xa: Unit) -> Member:
    return make_member(session, unit=xa, role=Role.FOCAL)


def undertake(
    session: Session, by: Member, what: Undertaking, value: int, reason: str = "", **more: bool
) -> TargetChange:
    return targets.undertake(session, what, value, author_id=by.id, now=NOW, reason=reason, **more)


def number(session: Session, unit: Unit) -> int:
    return registered(session, unit, 2022)[0]


def test_the_first_one_is_in_force_at_once(session: Session, xa: Unit, focal: Member) -> None:
    change = undertake(session, focal, Undertaking(xa.id, 2022), 12)
    assert (change.state, change.before, number(session, xa)) == ("in_force", None, 12)


def test_an_amendment_waits_and_keeps_the_old_value(
    session: Session, xa: Unit, focal: Member
) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    change = undertake(session, focal, what, 15, "Thêm ba thôn")
    assert (change.state, change.before, change.value) == ("proposed", 12, 15)
    assert number(session, xa) == 12


def test_once_agreed_to_it_counts_and_everything_is_kept(
    session: Session, xa: Unit, focal: Member
) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    change = undertake(session, focal, what, 15, "Thêm ba thôn")
    assert targets.decide(session, change, True, by=focal.id, now=LATER)
    assert number(session, xa) == 15
    told = [(c.before, c.value, c.reason) for c in targets.history(session, xa.id, 2022, 9)]
    assert told == [(12, 15, "Thêm ba thôn"), (None, 12, "")]


def test_refused_it_changes_nothing(session: Session, xa: Unit, focal: Member) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    change = undertake(session, focal, what, 3, "Khó khăn")
    assert targets.decide(session, change, False, by=focal.id, now=LATER, note="Xin giữ nguyên")
    assert (change.state, change.note, number(session, xa)) == ("refused", "Xin giữ nguyên", 12)


def test_whoever_comes_second_decides_nothing(session: Session, xa: Unit, focal: Member) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    change = undertake(session, focal, what, 15, "Thêm ba thôn")
    assert targets.decide(session, change, False, by=focal.id, now=LATER)
    assert not targets.decide(session, change, True, by=focal.id, now=LATER)
    assert number(session, xa) == 12


def test_a_newer_wish_takes_the_place_of_an_open_one(
    session: Session, xa: Unit, focal: Member
) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    first = undertake(session, focal, what, 15, "Thêm ba thôn")
    undertake(session, focal, what, 16, "Thêm bốn thôn")
    session.refresh(first)
    assert first.state == "replaced"
    assert not targets.decide(session, first, True, by=focal.id, now=LATER)


def test_who_decides_amends_at_once(session: Session, xa: Unit, focal: Member) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    assert undertake(session, focal, what, 15, "Nhầm", decides=True).state == "in_force"
    assert number(session, xa) == 15


@pytest.mark.parametrize(
    ("value", "reason", "say"), [(12, "Nhầm", "đang là 12"), (9, " ", "lý do")]
)
def test_what_changes_nothing_or_has_no_reason_is_refused(
    session: Session, xa: Unit, focal: Member, value: int, reason: str, say: str
) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    with pytest.raises(Refused, match=say):
        undertake(session, focal, what, value, reason)


def test_sectors_and_kinds_are_targets_of_their_own(
    session: Session, xa: Unit, focal: Member
) -> None:
    sector = make_sector(session, root=session.get_one(Unit, xa.root_id))
    for kind, value in (("collective", 4), ("individual", 2)):
        undertake(session, focal, Undertaking(xa.id, 2022, sector.id, kind), value)
    assert number(session, xa) == 6
    assert [t.value for t in targets.of_unit(session, xa.id, 2022)] == [4, 2]


def test_proposals_are_those_below_ones_own_units(
    session: Session, xa: Unit, focal: Member
) -> None:
    what = Undertaking(xa.id, 2022)
    undertake(session, focal, what, 12)
    change = undertake(session, focal, what, 15, "Thêm ba thôn")
    other = make_unit(session, "Xã Khác")
    found = [targets.proposed(session, [u], NOW.date(), 9) for u in (xa.root_id, xa.id, other.id)]
    assert [[c.id for c in rows] for rows in found] == [[change.id], [change.id], []]
    assert session.scalars(select(TargetChange.state)).all() == ["in_force", "proposed"]
