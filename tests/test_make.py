"""The makers make what the database accepts, on both databases."""

from datetime import date

from sqlalchemy import select

from storage.tables.units import UnitBelow
from tests.make import make_account, make_enrolment, make_member, make_root, make_unit


def test_one_call_makes_all_it_stands_on(session):
    made = make_enrolment(session, built_on=date(2022, 12, 1))
    assert (made.state, made.accepted_on) == ("accepted", date(2022, 12, 1))


def test_a_leaf_is_below_everything_above_it(session):
    root = make_root(session)
    hamlet = make_unit(session, "Thôn Đông Bàn", "thon", parent=make_unit(session, parent=root))
    query = select(UnitBelow.depth).where(UnitBelow.unit_id == hamlet.id)
    assert sorted(session.scalars(query)) == [0, 1, 2]


def test_an_account_needs_no_member(session):
    assert make_account(session).member_id is None
    assert make_account(session, make_member(session)).member_id
