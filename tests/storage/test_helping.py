"""Policies, programmes, bodies that help, publicity."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from storage import helping
from storage.tables.helping import Policy
from storage.tables.units import Unit
from tests.make import NOW, make_enrolment, make_initiative, make_member, make_unit, the_root

TODAY = date(2022, 12, 23)


@pytest.fixture
def root(session: Session) -> Unit:
    return the_root(session)


def policy(session: Session, root: Unit, **more: Any) -> Policy:
    author = make_member(session)
    given: dict[str, Any] = {"name": "Cho vay", "author_id": author.id, "now": NOW} | more
    return helping.add_policy(session, root_id=root.id, **given)


@pytest.mark.parametrize(
    ("needs", "sectors", "need", "sector", "fits"),
    [
        ([], [], "von", "kinh_te", True),
        (["von"], [], "von", "kinh_te", True),
        (["von"], [], "ky_thuat", "kinh_te", False),
        (["von"], ["kinh_te"], "von", "ntm_dtvm", False),
        (["von"], ["kinh_te"], "", "kinh_te", True),
    ],
)
def test_policies_fit_by_need_and_sector(
    session: Session, root: Unit, needs: Any, sectors: Any, need: str, sector: str, fits: bool
) -> None:
    one = policy(session, root, needs=needs, sectors=sectors)
    found = helping.fitting(session, root.id, TODAY, need, sector)
    assert (one in found) is fits


def test_a_policy_holds_to_the_end_of_its_last_day(session: Session, root: Unit) -> None:
    one = policy(session, root, until=TODAY)
    assert list(helping.policies(session, root.id, TODAY)) == [one]
    assert helping.policies(session, root.id, TODAY + timedelta(1)) == []


def test_what_is_ended_is_offered_no_more_but_stays_noted(session: Session, root: Unit) -> None:
    one, initiative = policy(session, root), make_initiative(session)
    assert helping.toggle_use(session, initiative.id, one.id, one.author_id, NOW)
    helping.end_policy(session, one, TODAY)
    assert helping.policies(session, root.id, TODAY) == []
    assert list(helping.used(session, initiative.id)) == [one]


def test_a_second_tap_takes_the_note_away(session: Session, root: Unit) -> None:
    one, initiative = policy(session, root), make_initiative(session)
    noted = [helping.toggle_use(session, initiative.id, one.id, one.author_id, NOW) for _ in "ab"]
    assert noted == [True, False]
    assert list(helping.used(session, initiative.id)) == []


def test_programmes_named_before_are_offered_the_most_used_first(
    session: Session, root: Unit
) -> None:
    for name in ("Nông thôn mới", "Chuyển đổi số", "Nông thôn mới", ""):
        make_initiative(session).programme = name
    session.flush()
    assert helping.programmes(session, root.id, 6) == ["Nông thôn mới", "Chuyển đổi số"]


def test_bodies_that_help_near_by_come_first(session: Session, root: Unit) -> None:
    xa = make_unit(session)
    women = make_unit(session, "Hội LHPN xã Thạch Lạc", "hoi_phu_nu", xa)
    one, other = make_enrolment(session, place=xa), make_enrolment(session, place=xa)
    helping.follow(session, other, women.id)
    assert helping.helpers(session, one, 6) == [women.id]
    assert helping.bodies_at(session, xa.id, TODAY, 6) == [women.id]


def test_publicity_is_counted_and_read_newest_first(session: Session, root: Unit) -> None:
    initiative, author = make_initiative(session), make_member(session)
    for day in (TODAY - timedelta(1), TODAY):
        helping.publish(
            session, initiative_id=initiative.id, kind="article", title="Đường hoa", where="Báo",
            day=day, author_id=author.id, at=NOW,
        )  # fmt: skip
    assert helping.times_told(session, initiative.id) == 2
    assert [row.day for row in helping.publicity(session, initiative.id, 1)] == [TODAY]
