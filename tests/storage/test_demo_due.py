"""What the demo is reminded of the day before a quarter's review is due."""

import shutil
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.domain.roles import Role
from storage.database import open_database
from storage.demo.due import add_due
from storage.demo.life import add_life
from storage.demo.load import load_demo
from storage.due_parts import WHATS, Span
from storage.tables.lifecycle import Recommendation
from storage.tables.records import Enrolment, Initiative
from storage.tables.reminders import PeriodReport, Schedule
from storage.tally import recount, standing

TODAY, REVIEW = date(2026, 12, 14), date(2026, 12, 15)


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory):
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("due") / "demo.db")
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        people = load_demo(session, TODAY)
        add_life(session, TODAY, people)
        add_due(session, TODAY, people)
    yield database, people
    database.close()


@pytest.fixture
def session(loaded):
    with loaded[0].reading() as session:
        yield session


def due(session, code, day):
    """Who is concerned by what is due on a day."""
    schedule = session.scalars(select(Schedule).where(Schedule.code == code)).one()
    span = Span(day, day, TODAY, ZoneInfo("Asia/Ho_Chi_Minh"))
    return [row.member_id for row in session.execute(WHATS[schedule.what].rows(schedule, span))]


def test_the_quarters_review_is_due_for_the_member_and_the_focal_person(session, loaded):
    asked = Counter(due(session, "ra-soat", REVIEW))
    assert asked == {loaded[1][Role.MEMBER]: 2, None: 4}  # nobody's: whoever decides for the unit


def test_the_commune_owes_the_quarters_report_and_nothing_older(session):
    assert due(session, "bao-cao-quy", REVIEW) == [None]
    assert due(session, "bao-cao-nam", date(2026, 11, 30)) == []
    assert session.scalars(select(PeriodReport.state)).all() == ["accepted"]


def test_a_recommendation_is_due_in_a_week(session, loaded):
    assert due(session, "kien-nghi", date(2026, 12, 21)) == [loaded[1][Role.MEMBER]]
    assert session.scalars(select(Recommendation.state)).all() == ["open"]


def test_a_report_has_waited_three_days(session):
    assert due(session, "cho-xem", date(2026, 12, 11)) == [None]


def test_all_of_it_says_that_it_is_made_up(session):
    new = session.scalars(select(Initiative).where(Initiative.code_year == 2026)).all()
    assert len(new) == 11
    assert all(one.name.startswith("Mô hình minh họa") for one in new)


def test_the_figures_of_2022_stay(session):
    of_2022 = select(Enrolment.origin).where(Enrolment.year == 2022)
    assert Counter(session.scalars(of_2022)) == {"planned": 135, "unplanned": 3}
    assert standing(session) == recount(session)


@pytest.mark.parametrize("today", [date(2025, 7, 2), date(2027, 2, 10), date(2030, 1, 1)])
def test_it_loads_on_any_day(database, today):
    with database.writing() as session:
        people = load_demo(session, today)
        add_life(session, today, people)
        add_due(session, today, people)
