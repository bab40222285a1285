"""Who lags, by unit, from the queries that reminders come from; what leaders' nudges put in."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import lagging, lost_people, nudges, period_reports, reply_rates, schedules
from storage.lagging import Lag
from storage.reach import Reach
from storage.reply_rates import Rate
from storage.tables.people import Member
from storage.tables.reminders import Bundle, Reminder, Response, ReviewPeriod, Schedule
from storage.tables.units import Unit
from tests.make import (
    make_account,
    make_asking_to_inspect,
    make_enrolment,
    make_member,
    make_sector,
    make_unit,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2022, 12, 23, 16, tzinfo=ZONE)
TODAY = NOW.date()
SPRING = date(2022, 3, 1)
ANNUAL, QUARTER = date(2022, 11, 30), date(2022, 12, 15)


@pytest.fixture
def reach(session: Session, huyen: Unit, xa: Unit, focal: Member) -> Reach:
    make_account(session, focal)
    schedules.ensure_schedules(session, huyen.id, NOW)
    schedules.ensure_periods(session, huyen.id, TODAY)
    return Reach(huyen.id, (huyen.id,), (huyen.id,), TODAY, ZONE)


def quarter(session: Session) -> ReviewPeriod:
    its = select(ReviewPeriod).join(Schedule).where(Schedule.code == "bao-cao-quy")
    return session.scalars(its.where(ReviewPeriod.due_on == QUARTER)).one()


def test_the_period_due_nearest_comes_first(session: Session, reach: Reach) -> None:
    days = [p.due_on for p in lagging.periods(session, reach.root_id, TODAY)]
    assert days[:2] == [QUARTER, ANNUAL]


def test_who_has_not_reported(session: Session, reach: Reach, xa: Unit, focal: Member) -> None:
    period = quarter(session)
    assert lagging.unreported(session, period, reach) == [Lag(xa.id, 1, QUARTER)]
    period_reports.put(
        session, key="1", period_id=period.id, unit_id=xa.id, version=0, author_id=focal.id,
        answers={}, figures={}, now=NOW,
    )  # fmt: skip
    assert lagging.unreported(session, period, reach) == []
    assert lagging.reporting(session, period, reach) == 1


def test_what_is_overdue_in_one_unit_is_summed(session: Session, reach: Reach, xa: Unit) -> None:
    make_enrolment(session, place=xa, accepted_on=SPRING)
    assert lagging.overdue(session, reach) == [Lag(xa.id, 3, ANNUAL)]
    whats = [schedule.what for schedule, _ in lagging.overdue_things(session, reach)]
    assert sorted(whats) == ["initiative_review", "periodic_report", "periodic_report"]


def test_it_stays_there_however_long_ago_the_ladder_ended(session: Session, reach: Reach, xa: Unit):
    later = Reach(reach.root_id, reach.units, (), TODAY + timedelta(60), ZONE)
    assert lagging.overdue(session, later) == [Lag(xa.id, 2, ANNUAL)]


def test_narrowed_models_are_for_those_entitled(session: Session, reach: Reach, xa: Unit, huyen):
    sector = make_sector(session, "an_ninh_quoc_phong", huyen)
    make_enrolment(session, place=xa, accepted_on=SPRING, sector=sector)
    blind = Reach(huyen.id, reach.units, (), TODAY, ZONE)
    assert [lag.number for lag in lagging.overdue(session, blind)] == [2]
    assert lagging.uninspected(session, 2022, blind) == []
    assert lagging.uninspected(session, 2022, reach) == [Lag(xa.id, 1, SPRING)]


def test_inspectors_above_the_asker_are_not_theirs_to_nudge(session, reach, xa, huyen) -> None:
    make_enrolment(session, place=xa, accepted_on=SPRING)
    make_asking_to_inspect(session)
    above = make_member(session, unit=huyen, role=Role.INSPECTOR)
    here = Reach(huyen.id, (xa.id,), (), TODAY, ZONE)
    assert lagging.inspectors(session, 2022, here, here) == []
    [(_, thing)] = lagging.inspectors(session, 2022, here, reach)
    assert thing.member_id == above.id


# -- nudging --------------------------------------------------------------------------------------


def planned(session: Session, reach: Reach, at: datetime = NOW) -> nudges.Plan:
    dues = lagging.unreported_things(session, quarter(session), reach)
    return nudges.plan(session, dues, at, ZONE, besides=0)


def test_a_nudge_is_a_reminder_of_today(session: Session, reach: Reach, focal: Member) -> None:
    assert nudges.nudge(session, planned(session, reach)) == 1
    row = session.scalars(select(Reminder)).one()
    assert (row.stage, row.member_id, row.state, row.send_from) == (8, focal.id, "waiting", NOW)


def test_two_who_nudge_at_once_are_one(session: Session, reach: Reach) -> None:
    both = [planned(session, reach), planned(session, reach)]
    assert [nudges.nudge(session, one) for one in both] == [1, 0]


def test_tomorrow_it_can_be_nudged_again(session: Session, reach: Reach) -> None:
    nudges.nudge(session, planned(session, reach))
    assert (planned(session, reach).rows, planned(session, reach).today) == ([], 1)
    assert planned(session, reach, NOW + timedelta(1)).rows


def test_what_was_handed_on_is_asked_of_who_has_it(session, reach, xa, focal) -> None:
    other = make_member(session, unit=xa)
    due = lagging.unreported_things(session, quarter(session), reach)[0]
    row = planned(session, reach).rows[0] | {"stage": 1, "state": "handed", "handed_to": other.id}
    session.add(Reminder(**row | {"at": NOW - timedelta(5)}))
    session.flush()
    assert due[1].unit_id == xa.id
    assert planned(session, reach).people == [other.id]


# -- who cannot be reached ------------------------------------------------------------------------


def test_who_left_and_who_never_came(session: Session, reach: Reach, xa: Unit, focal: Member):
    assert lost_people.count(session, reach) == 0
    make_member(session, "Nguyễn Thị Lan", xa)
    gone = make_member(session, "Trần Văn Ba", xa)
    make_account(session, gone).reachable = False
    session.flush()
    found = lost_people.people(session, reach, 9)
    assert [(one.member.name, one.left) for one in found] == [
        ("Nguyễn Thị Lan", False), ("Trần Văn Ba", True),
    ]  # fmt: skip


def test_communes_nobody_answers_for(session: Session, reach: Reach, huyen: Unit) -> None:
    other = make_unit(session, "Xã Thạch Khê", parent=huyen)
    assert [unit.id for unit in lost_people.headless(session, reach)] == [other.id]
    assert lost_people.count_headless(session, reach) == 1


# -- who answers ----------------------------------------------------------------------------------


def sent(session: Session, reach: Reach, days: int = 3, **more) -> Reminder:
    [row] = planned(session, reach).rows
    at = NOW - timedelta(days)
    member = session.get_one(Member, row["member_id"])
    account = make_account(session, member)
    bundle = Bundle(member_id=member.id, account_id=account.id, day=at.date(), window="x", at=at)
    session.add(bundle)
    session.flush()
    one = Reminder(**row | {"state": "sent", "bundle_id": bundle.id, "at": at, "stage": 5} | more)
    session.add(one)
    session.flush()
    return one


def rate(session: Session, reach: Reach) -> Rate:
    [found] = reply_rates.rates(session, reach.root_id, TODAY - timedelta(90)).values()
    return found


def test_who_was_told_and_did_it(session: Session, reach: Reach) -> None:
    sent(session, reach, settled_at=NOW - timedelta(1))
    assert rate(session, reach) == Rate(1, 1, 2.0)
    assert rate(session, reach).percent == 100


def test_who_was_told_and_did_not(session: Session, reach: Reach) -> None:
    sent(session, reach)
    assert rate(session, reach) == Rate(1, 0, None)


def test_who_was_told_twice_counts_once(session: Session, reach: Reach) -> None:
    first = sent(session, reach, settled_at=NOW - timedelta(1))
    again = {c.name: getattr(first, c.name) for c in Reminder.__table__.columns if c.name != "id"}
    session.add(Reminder(**again | {"stage": 6}))
    session.flush()
    assert rate(session, reach) == Rate(1, 1, 2.0)


def test_an_answer_that_settles_nothing_is_one_too(session: Session, reach: Reach) -> None:
    one = sent(session, reach)
    session.add(
        Response(
            what=one.what, subject_id=one.subject_id, unit_id=one.unit_id, member_id=one.member_id,
            answer="coming", day=TODAY, at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert rate(session, reach) == Rate(1, 1, 3.0)


def test_what_was_sent_before_is_not_asked_about(session: Session, reach: Reach) -> None:
    sent(session, reach, days=100)
    assert reply_rates.rates(session, reach.root_id, TODAY - timedelta(90)) == {}
