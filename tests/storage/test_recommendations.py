"""What inspections ask for: who is shown what, in which order, and who decides first."""

from datetime import date

import pytest
from sqlalchemy import true

from storage import recommendations
from tests.make import NOW, make_enrolment, make_member
from tests.storage.inspected import confirmed

TODAY = date(2022, 12, 23)


@pytest.fixture
def enrolment(session):
    return make_enrolment(session, 2022, accepted_on=date(2022, 3, 31))


def ask(session, enrolment, text, due_on):
    inspection = confirmed(session, enrolment, asks=text, due_on=due_on)
    return recommendations.of_inspection(session, inspection.id)


def decide(session, one, among, state):
    by = make_member(session).id
    return recommendations.decide(session, one.id, among, state, by=by, now=NOW)


def test_it_begins_open(session, enrolment):
    one = ask(session, enrolment, "Làm biển tên", date(2023, 1, 15))
    assert (one.state, one.text, one.due_on) == ("open", "Làm biển tên", date(2023, 1, 15))


def test_overdue_first_then_claimed_then_by_day(session, enrolment):
    days = {"sau": 31, "trước": 28, "đã làm": 30}
    rows = {text: ask(session, enrolment, text, date(2022, 12, d)) for text, d in days.items()}
    ask(session, enrolment, "quá hạn", date(2022, 12, 1))
    decide(session, rows["đã làm"], ["open"], "claimed")
    found = recommendations.followed(session, true(), TODAY, 8)
    assert [r.text for r, _ in found] == ["quá hạn", "đã làm", "trước", "sau"]
    assert recommendations.counts(session, true(), TODAY) == (4, 1, 1)


def test_of_two_who_decide_the_first_one_does(session, enrolment):
    one = ask(session, enrolment, "Làm biển tên", date(2023, 1, 15))
    assert decide(session, one, ["open"], "claimed")
    assert decide(session, one, recommendations.OPEN_STATES, "done")
    assert not decide(session, one, recommendations.OPEN_STATES, "dropped")
    assert one.state == "done"


def test_the_next_inspection_ticks_what_is_done(session, enrolment):
    one = ask(session, enrolment, "Làm biển tên", date(2023, 1, 15))
    other = ask(session, make_enrolment(session, 2022), "Việc nhà khác", date(2023, 1, 15))
    confirmed(session, enrolment, form="phuc_tra", done=(one.id, other.id))
    assert (one.state, other.state) == ("done", "open")


def test_nothing_asked_nothing_followed(session, enrolment):
    inspection = confirmed(session, enrolment)
    assert recommendations.of_inspection(session, inspection.id) is None
    assert recommendations.counts(session, true(), TODAY) == (0, 0, 0)
