"""What people say of their models themselves, counted apart."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from storage import extensions, reminders, self_reports
from storage.scope import SYSTEM, Scope
from storage.tables.reminders import Reminder, Schedule
from tests.make import NOW, make_enrolment, make_member, make_unit, the_root
from tests.storage.inspected import confirmed

FIRST, LAST = date(2022, 10, 1), date(2022, 12, 31)
DAY = date(2022, 12, 14)


@pytest.fixture
def xa(session):
    return make_unit(session)


@pytest.fixture
def lan(session, xa):
    return make_member(session, unit=xa)


def make_model(session, xa):
    return make_enrolment(session, place=xa, accepted_on=date(2022, 3, 1))


def respond(session, enrolment, lan, answer, day=DAY):
    return reminders.respond(
        session, what="initiative_review", subject_id=enrolment.id, answer=answer, day=day,
        unit_id=enrolment.registrant_id, member_id=lan.id, now=NOW,
    )  # fmt: skip


def counted(session, scope=SYSTEM):
    return self_reports.by_unit(session, scope, the_root(session).id, FIRST, LAST)


def test_the_last_answer_of_each_model_counts(session, xa, lan):
    one, two = make_model(session, xa), make_model(session, xa)
    for enrolment, answer in ((one, "changed"), (one, "good"), (two, "stopped")):
        respond(session, enrolment, lan, answer)
    assert counted(session) == {xa.id: {"good": 1, "stopped": 1}}
    assert self_reports.in_total(counted(session)) == Counter(good=1, stopped=1)


def test_of_this_period_alone_and_not_what_says_nothing(session, xa, lan):
    respond(session, make_model(session, xa), lan, "good", day=date(2022, 9, 14))
    respond(session, make_model(session, xa), lan, "not_mine")
    assert counted(session) == {}


def test_who_may_not_see_a_model_does_not_count_it(session, xa, lan):
    respond(session, make_model(session, xa), lan, "good")
    assert counted(session, Scope()) == {}


def test_inspected_since_it_is_no_longer_just_said(session, xa, lan):
    one = make_model(session, xa)
    row = respond(session, one, lan, "good", day=date(2022, 12, 1))
    confirmed(session, one, author=lan)
    assert not self_reports.unchecked(session, row)
    assert counted(session) == {}


def make_reminder(session, xa, lan):
    schedule = Schedule(
        root_id=xa.root_id, unit_id=xa.root_id, code="ra-soat", what="initiative_review",
        label="Rà soát", stages=[[-1, "person"]], changed_at=NOW,
    )  # fmt: skip
    session.add(schedule)
    session.flush()
    row = {
        "schedule_id": schedule.id, "what": "initiative_review", "subject_id": 1, "unit_id": xa.id,
        "due_on": DAY, "stage": -1, "rung": "person", "member_id": lan.id, "state": "sent",
        "snoozes": 0, "send_from": NOW, "at": NOW,
    }  # fmt: skip
    reminders.add(session, [row])
    return session.scalars(select(Reminder)).one()


def test_more_time_is_decided_once_and_then_it_is_due_later(session, xa, lan):
    one = make_reminder(session, xa, lan)
    asked = extensions.ask(session, one, lan.id, LAST, "Mùa gặt", NOW)
    assert asked
    assert extensions.ask(session, one, lan.id, LAST, "Mùa gặt", NOW) is None
    assert extensions.decide(session, asked, "granted", lan.id, NOW)
    assert not extensions.decide(session, asked, "refused", lan.id, NOW)
    assert extensions.granted(session, [one]) == {("initiative_review", 1, xa.id): LAST}
    assert one.state == "listed"
