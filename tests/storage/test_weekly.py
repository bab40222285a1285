"""The week in numbers: as it is, and as it was a week ago, by the days in the records."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from storage import period_reports, reports, schedules, weekly
from storage.reach import Reach
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.people import Member
from storage.tables.records import Enrolment
from storage.tables.reminders import ReviewPeriod
from storage.tables.units import Unit
from storage.weekly import Count
from tests.make import make_enrolment, make_sector

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2022, 12, 23, 9, tzinfo=ZONE)
TODAY, WEEK = NOW.date(), timedelta(days=7)
SPRING = date(2022, 3, 1)


@pytest.fixture
def reach(session: Session, huyen: Unit, xa: Unit, focal: Member) -> Reach:
    schedules.ensure_schedules(session, huyen.id, NOW)
    schedules.ensure_periods(session, huyen.id, TODAY)
    return Reach(huyen.id, (huyen.id,), (huyen.id,), TODAY, ZONE)


@pytest.fixture
def model(session: Session, xa: Unit) -> Enrolment:
    return make_enrolment(session, place=xa, accepted_on=SPRING)


def now_and_before(session: Session, reach: Reach, what: str) -> tuple[Count, Count]:
    found = (weekly.counts(session, reach, at)[what] for at in (NOW, NOW - WEEK))
    now, before = map(weekly.total, found)
    return now, before


def report(session: Session, one: Enrolment, member: Member, sent: datetime, **more):
    values: dict[str, Any] = {
        "kind": "update",
        "state": "accepted",
        "answers": {},
        "has_results": False,
    }
    about: dict[str, Any] = {
        "key": f"{one.id}{sent}",
        "enrolment": one,
        "author_id": member.id,
        "now": sent,
    }
    return reports.add(session, **(about | values | more))


# -- reports on periods ---------------------------------------------------------------------------


def send(session: Session, xa: Unit, focal: Member, at: datetime) -> None:
    for period in session.query(ReviewPeriod).filter(ReviewPeriod.due_on < TODAY):
        period_reports.put(
            session, key=f"{period.id}", period_id=period.id, unit_id=xa.id, version=0,
            author_id=focal.id, answers={}, figures={}, now=at,
        )  # fmt: skip


def test_a_week_ago_a_report_of_today_was_still_to_come(session, reach, xa, focal):
    send(session, xa, focal, NOW - timedelta(hours=1))
    # the annual one was overdue then; so was the quarter's, by a day
    assert now_and_before(session, reach, "periodic_report") == (Count(2), Count(late=2))


def test_a_report_of_long_ago_was_there_a_week_ago_too(session, reach, xa, focal):
    send(session, xa, focal, NOW - 2 * WEEK)
    assert now_and_before(session, reach, "periodic_report") == (Count(2), Count(2))


def test_before_its_day_a_report_is_due_but_not_overdue(session, reach):
    at = datetime(2022, 12, 14, 9, tzinfo=ZONE)
    count = weekly.total(weekly.counts(session, reach, at)["periodic_report"])
    assert (count.due, count.late) == (1, 1)


# -- reviews --------------------------------------------------------------------------------------


def test_news_of_this_week_were_not_there_last_week(session, reach, model, focal):
    report(session, model, focal, NOW - timedelta(days=2))
    assert now_and_before(session, reach, "initiative_review") == (Count(1), Count(late=1))


def test_a_model_of_this_week_did_not_count_last_week(session, reach, model):
    model.accepted_on = TODAY - timedelta(days=1)
    assert now_and_before(session, reach, "initiative_review") == (Count(late=1), Count())


# -- recommendations ------------------------------------------------------------------------------


def inspected(session: Session, one: Enrolment, focal: Member, **found) -> Inspection:
    values = {"day": date(2022, 11, 1), "form": "dinh_ky", "working": "tot", "verdict": "tot"}
    source = report(session, one, focal, NOW - 8 * WEEK, kind="inspect")
    row = Inspection(report_id=source.id, enrolment_id=one.id, **(values | found))
    session.add(row)
    session.flush()
    return row


def asked(session: Session, one: Enrolment, focal: Member, **more) -> Recommendation:
    by = inspected(session, one, focal)
    values = {"text": "Bổ sung ảnh", "due_on": date(2022, 12, 10), "enrolment_id": one.id}
    row = Recommendation(inspection_id=by.id, **(values | more))
    session.add(row)
    session.flush()
    return row


def test_what_was_done_this_week_was_overdue_last_week(session, reach, model, focal):
    asked(session, model, focal, state="done", decided_at=NOW - timedelta(days=1))
    assert now_and_before(session, reach, "recommendation") == (Count(1), Count(late=1))


def test_what_was_done_before_that_is_told_no_more(session, reach, model, focal):
    asked(session, model, focal, state="done", decided_at=NOW - timedelta(days=10))
    assert now_and_before(session, reach, "recommendation") == (Count(), Count(1))


def test_what_is_not_done_in_time_is_overdue(session, reach, model, focal):
    asked(session, model, focal, due_on=TODAY - timedelta(days=3))
    assert now_and_before(session, reach, "recommendation") == (Count(late=1), Count(due=1))


# -- reports that wait ----------------------------------------------------------------------------


def test_a_report_waits_and_after_two_days_it_is_overdue(session, reach, model, focal):
    report(session, model, focal, NOW - timedelta(hours=2), state="sent")
    report(session, model, focal, NOW - timedelta(days=3), state="sent")
    report(session, model, focal, NOW - timedelta(days=8), state="sent")
    assert now_and_before(session, reach, "report_waiting") == (Count(due=1, late=2), Count(due=1))


def test_a_decision_of_this_week_counts_as_done(session, reach, model, focal):
    row = report(session, model, focal, NOW - timedelta(days=12))
    row.decided_at = NOW - timedelta(days=1)
    assert now_and_before(session, reach, "report_waiting") == (Count(1), Count(late=1))


# -- whose, and which -----------------------------------------------------------------------------


def test_narrowed_models_count_only_for_those_entitled(session, reach, xa, huyen):
    sector = make_sector(session, "an_ninh_quoc_phong", huyen)
    make_enrolment(session, place=xa, accepted_on=SPRING, sector=sector)
    blind = Reach(huyen.id, reach.units, (), TODAY, ZONE)
    seen = [
        weekly.total(weekly.counts(session, r, NOW)["initiative_review"]) for r in (reach, blind)
    ]
    assert seen == [Count(late=1), Count()]


def test_other_units_do_not_count(session, reach, model, huyen):
    nobody = Reach(huyen.id, (), (), TODAY, ZONE)
    assert not any(weekly.counts(session, nobody, NOW).values())


def test_a_unit_is_silent_until_something_comes_from_it(session, reach, xa, model, focal):
    assert [u.id for u in weekly.silent(session, reach)] == [xa.id]
    report(session, model, focal, NOW - timedelta(days=2))
    assert weekly.silent(session, reach) == []


def test_what_came_before_the_quarter_does_not_count(session, reach, xa, model, focal):
    report(session, model, focal, datetime(2022, 9, 30, 9, tzinfo=ZONE))
    assert len(weekly.silent(session, reach)) == 1


@pytest.mark.parametrize(
    ("day", "since"), [((2022, 12, 23), (2022, 10, 1)), ((2022, 10, 10), (2022, 7, 1))]
)
def test_in_its_first_month_a_quarter_is_not_looked_at_yet(day, since):
    assert weekly.silent_since(date(*day)) == date(*since)


# -- models at risk -------------------------------------------------------------------------------


def risks(session: Session, reach: Reach) -> list[tuple[bool, bool, bool]]:
    found = weekly.at_risk(session, reach, 9)
    assert weekly.risky(session, reach) == len(found)
    return [(one.asked, one.stale, one.weak) for one in found]


def test_a_model_of_which_nothing_was_heard_for_months(session, reach, model):
    assert risks(session, reach) == [(False, True, False)]


def test_a_model_with_news_is_at_no_risk(session, reach, model, focal):
    report(session, model, focal, NOW - timedelta(days=2))
    assert risks(session, reach) == []


def test_a_model_that_did_not_do_what_it_was_asked_for(session, reach, model, focal):
    asked(session, model, focal)
    assert risks(session, reach) == [(True, False, False)]


@pytest.mark.parametrize("found", [{"working": "cam_chung"}, {"verdict": "chua_dat"}])
def test_a_model_whose_last_inspection_found_it_weak(session, reach, model, focal, found):
    inspected(session, model, focal, **found)
    assert risks(session, reach) == [(False, False, True)]


def test_a_later_inspection_counts_instead(session, reach, model, focal):
    inspected(session, model, focal, working="cam_chung")
    row = report(session, model, focal, NOW - timedelta(days=4), kind="inspect")
    session.add(
        Inspection(report_id=row.id, enrolment_id=model.id, day=date(2022, 12, 19), form="phuc_tra",
                   working="tot", verdict="kha")
    )  # fmt: skip
    session.flush()
    assert risks(session, reach) == []
