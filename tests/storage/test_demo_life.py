"""What a leader finds in the demo: no list is empty, and the article's figures stay."""

import shutil
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.roles import Act, Role
from storage import commendation, members, replication, support
from storage.database import open_database
from storage.demo.inspection import NET_HOUSE
from storage.demo.life import add_life
from storage.demo.load import load_demo
from storage.demo.reports import at_nine
from storage.scope import Scope
from storage.tables.records import Enrolment, Initiative
from storage.tally import recount, standing
from tests.storage.places import TODAY


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory):
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("life") / "demo.db")
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        people = load_demo(session, TODAY)
        add_life(session, TODAY, people)
    yield database, people
    database.close()


@pytest.fixture
def session(loaded):
    with loaded[0].reading() as session:
        yield session


@pytest.fixture
def eyes(session, loaded):
    def of(role):
        member_id = loaded[1][role]
        return Scope.of(member_id, members.grants_of(session, member_id, at_nine(TODAY)))

    return of


def test_a_leader_sees_what_spread_and_was_written_about(session, eyes):
    [row] = replication.spread(session, eyes(Role.LEADER), 8)
    assert (row.initiative.name, row.copies, row.publicity) == (NET_HOUSE, 1, 1)
    assert row.places == ("Xã Thạch Lạc",)


@pytest.mark.parametrize("role", [Role.LEADER, Role.FOCAL, Role.APPROVER])
def test_a_request_waits(session, eyes, role):
    [(request, _, initiative)] = support.waiting(session, eyes(role), 8)
    assert (request.need, request.state) == ("von", "open")
    assert initiative.illustration


def test_a_proposal_waits_for_the_approver(session, eyes):
    [(row, enrolment, _)] = commendation.proposed(session, eyes(Role.APPROVER), Act.RECOGNISE, 8)
    assert "minh họa" in row.merit
    assert (enrolment.year, enrolment.stage) == (TODAY.year, "building")


def test_all_of_it_says_that_it_is_made_up(session):
    new = session.scalars(select(Initiative).where(Initiative.code_year == TODAY.year)).all()
    assert len(new) == 5
    assert all(one.name.startswith("Mô hình minh họa") for one in new)


def test_the_figures_of_2022_stay(session):
    of_2022 = select(Enrolment.origin).where(Enrolment.year == 2022)
    assert Counter(session.scalars(of_2022)) == {"planned": 135, "unplanned": 3}
    assert standing(session) == recount(session)


@pytest.mark.parametrize("today", [date(2022, 12, 23), date(2025, 7, 2), date(2030, 1, 1)])
def test_it_loads_on_any_day(database, today):
    with database.writing() as session:
        add_life(session, today, load_demo(session, today))
