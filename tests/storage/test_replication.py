"""Origins and copies: the tree, the counts, and who may copy what."""

from datetime import date

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from bot.domain.roles import Grant, Role
from storage import replication
from storage.scope import Scope
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from tests.make import make_enrolment, make_initiative, make_member, make_sector, make_unit

DAY = date(2022, 12, 1)


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


def accepted(session: Session, xa: Unit, origin: int | None = None, **more: str) -> Enrolment:
    initiative = make_initiative(session)
    initiative.origin_id = origin
    sector = make_sector(session, more.get("sector", "kinh_te"))
    return make_enrolment(session, place=xa, sector=sector, initiative=initiative, accepted_on=DAY)


def chain(session: Session, xa: Unit, length: int) -> list[int]:
    ids: list[int] = []
    for _ in range(length):
        ids.append(accepted(session, xa, ids[-1] if ids else None).initiative_id)
    return ids


def leader(unit: Unit) -> Scope:
    return Scope.of(None, [Grant(Role.LEADER, unit.id)])


def test_the_whole_family_is_shown_from_wherever_one_looks(session: Session, xa: Unit) -> None:
    first, second, third = chain(session, xa, 3)
    beside = accepted(session, xa, first).initiative_id
    wanted = [(first, 0), (second, 1), (third, 2), (beside, 1)]
    assert all(replication.tree(session, one, true()) == wanted for one in (first, third, beside))


def test_who_stands_under_one_that_may_not_be_seen_is_moved_up(session: Session, xa: Unit) -> None:
    first, second, third = chain(session, xa, 3)
    seen = Enrolment.initiative_id != second
    assert replication.tree(session, third, seen) == [(first, 0), (third, 1)]


def test_what_nobody_has_accepted_is_in_no_tree(session: Session, xa: Unit) -> None:
    first, second = chain(session, xa, 2)
    waiting = make_enrolment(session, place=xa)
    session.get_one(Initiative, waiting.initiative_id).origin_id = first
    session.flush()
    assert replication.tree(session, first, true()) == [(first, 0), (second, 1)]


def test_a_circle_ends(session: Session, xa: Unit) -> None:
    first, second = chain(session, xa, 2)
    session.get_one(Initiative, first).origin_id = second
    session.flush()
    assert {one for one, _ in replication.tree(session, first, true())} == {first, second}


def test_a_very_long_chain_is_no_trouble(session: Session, xa: Unit) -> None:
    ids = chain(session, xa, 200)
    family = replication.tree(session, ids[100], true())
    assert family == [(one, depth) for depth, one in enumerate(ids)]


def test_narrowed_copies_count_for_those_entitled(session: Session, xa: Unit) -> None:
    first = accepted(session, xa).initiative_id
    accepted(session, xa, first)
    accepted(session, xa, first, sector="an_ninh_quoc_phong")
    admin = Scope.of(None, [Grant(Role.ADMIN, xa.id)])
    assert replication.count_copies(session, leader(xa), first) == 2
    assert replication.count_copies(session, admin, first) == 1


def test_what_spread_is_listed_with_its_places(session: Session, xa: Unit) -> None:
    few, many = (accepted(session, xa).initiative_id for _ in range(2))
    there = make_unit(session, "Xã Thạch Khê")
    for origin in (few, many, many):
        accepted(session, there, origin)
    rows = replication.spread(session, leader(xa), 8)
    assert [(r.initiative.id, r.copies, r.places) for r in rows] == [
        (many, 2, ("Xã Thạch Khê",)),
        (few, 1, ("Xã Thạch Khê",)),
    ]
    assert replication.spread(session, leader(there), 8) == []


def test_a_neighbour_may_copy_what_was_accepted(session: Session, xa: Unit) -> None:
    lan = make_member(session, unit=xa, role=None)
    done, waiting = accepted(session, xa), make_enrolment(session, place=xa)
    hidden = accepted(session, xa, sector="an_ninh_quoc_phong")

    def may(one: Enrolment) -> bool:
        eyes = Scope.of(lan.id, ())
        return replication.copyable(session, eyes, lan.id, one.initiative_id) is not None

    assert [may(one) for one in (done, waiting, hidden)] == [True, False, False]


def test_of_what_was_merged_the_one_that_is_kept_is_copied(session: Session, xa: Unit) -> None:
    kept, gone = accepted(session, xa), accepted(session, xa)
    session.get_one(Initiative, gone.initiative_id).merged_id = kept.initiative_id
    session.flush()
    found = replication.copyable(session, leader(xa), 0, gone.initiative_id)
    assert found is kept
