"""Briefings: who is asked, whose answer counts, lists, units, and the figures on the agenda."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import true

from bot.domain.roles import Role
from storage import briefings, conclusions, reminders, reports
from storage.units import add_unit, rebuild_below, set_parent
from tests.make import NOW, make_enrolment, make_member, make_role, make_sector, make_unit

DAY = date(2022, 12, 29)


def hold(session, unit, author, day=DAY, **more):
    values = {"kind": "briefing", "state": "planned", "at": NOW + (day - NOW.date()), **more}
    return briefings.add(
        session, root_id=unit.root_id, unit_id=unit.id, topic="Quý IV", place="Xã", day=day,
        author_id=author.id, created_at=NOW, **values,
    )  # fmt: skip


def say(session, briefing, member, answer, day=DAY):
    reminders.respond(
        session, what="briefing", subject_id=briefing.id, unit_id=briefing.unit_id,
        member_id=member.id, answer=answer, day=day, now=NOW,
    )  # fmt: skip


@pytest.fixture
def briefing(session, huyen, approver):
    return hold(session, huyen, approver)


def test_focal_persons_and_leaders_of_it_and_below_are_asked(session, huyen, xa, approver, focal):
    leader = make_member(session, unit=huyen, role=Role.LEADER)
    make_member(session, unit=xa)
    assert {*briefings.invited(session, huyen.id, DAY)} == {focal.id, leader.id}
    assert {*briefings.invited(session, xa.id, DAY)} == {focal.id}


def test_who_has_several_roles_is_asked_once(session, huyen, xa, focal):
    make_role(session, focal, Role.LEADER, huyen)
    assert list(briefings.invited(session, huyen.id, DAY)) == [focal.id]


def test_who_has_left_or_gave_the_role_back_is_not_asked(session, huyen, xa, focal):
    focal.state = "withdrawn"
    gone = make_member(session, unit=xa, role=None)
    make_role(session, gone, Role.FOCAL, xa, until=NOW)
    assert list(briefings.invited(session, huyen.id, DAY)) == []


def test_the_last_answer_counts_if_it_is_for_that_day(session, briefing, xa, focal):
    say(session, briefing, focal, "not_coming")
    say(session, briefing, focal, "coming")
    assert [a.said for a in briefings.asked(session, briefing)] == ["coming"]
    briefings.change(session, briefing, day=DAY + timedelta(1))
    assert [a.said for a in briefings.asked(session, briefing)] == [briefings.SILENT]


def test_silent_ones_first_then_who_cannot_come(session, briefing, xa, focal):
    others = [make_member(session, name=n, unit=xa, role=Role.FOCAL) for n in ("An", "Ba")]
    say(session, briefing, focal, "coming")
    say(session, briefing, others[0], "not_coming")
    assert [a.member.id for a in briefings.asked(session, briefing)] == [
        others[1].id, others[0].id, focal.id,
    ]  # fmt: skip


def test_what_is_to_come_stands_before_what_has_been(session, huyen, approver):
    days = (DAY + timedelta(1), DAY, date(2022, 12, 1), date(2022, 12, 20))
    rows = [hold(session, huyen, approver, day) for day in days]
    hold(session, huyen, approver, state="cancelled")
    found = briefings.listed(session, true(), NOW, 8)
    assert [one.id for one in found] == [rows[n].id for n in (1, 0, 3, 2)]


def test_one_sees_what_one_may_call_and_what_one_is_asked_to(session, huyen, xa, briefing, focal):
    below = hold(session, make_unit(session, "Thôn Một", "thon", xa), focal)
    mine, asked = briefings.called_over([xa.id], DAY), briefings.asked_to(focal.id)
    assert [b.id for b in briefings.listed(session, mine, NOW, 8)] == [below.id]
    assert [b.id for b in briefings.listed(session, asked, NOW, 8)] == [briefing.id]


def test_an_answer_is_waited_for_until_it_is_given(session, briefing, xa, focal):
    assert [b.id for b in briefings.unanswered(session, focal.id, NOW, 4)] == [briefing.id]
    say(session, briefing, focal, "coming")
    assert briefings.unanswered(session, focal.id, NOW, 4) == []


def test_what_is_over_cannot_be_changed(session, briefing):
    assert briefings.change(session, briefing, state="cancelled")
    assert not briefings.change(session, briefing, place="Nhà văn hoá")
    assert briefing.place == "Xã"


def test_the_caller_is_asked_for_conclusions_once_it_is_over(session, briefing, approver):
    assert briefings.without_conclusions(session, approver.id, NOW) == []
    later = NOW + timedelta(30)
    assert [b.id for b in briefings.without_conclusions(session, approver.id, later)] == [
        briefing.id
    ]


def test_units_are_the_highest_with_a_focal_person(session, huyen, xa, focal):
    hamlet = make_unit(session, "Thôn Một", "thon", xa)
    make_member(session, unit=hamlet, role=Role.FOCAL)
    make_unit(session, "Xã Thạch Khê", parent=huyen)
    assert [u.id for u in briefings.units_below(session, huyen.id, DAY)] == [xa.id]
    assert [u.id for u in briefings.units_below(session, hamlet.id, DAY)] == [hamlet.id]


def test_a_cluster_has_its_own_units(session, huyen, xa, focal):
    cluster = add_unit(session, kind="cum", name="Cụm số 1", parent=huyen)
    set_parent(session, xa, cluster, "cum")
    rebuild_below(session)
    assert list(briefings.invited(session, cluster.id, DAY)) == [focal.id]
    assert [u.id for u in briefings.units_below(session, cluster.id, DAY)] == [xa.id]


def agenda(session, briefing):
    now = datetime(2022, 12, 23, 15, 0, tzinfo=NOW.tzinfo)
    return briefings.agenda(session, briefing, briefing.unit_id, now)


def test_the_agenda_counts_what_was_built_and_who_is_silent(session, huyen, xa, focal, briefing):
    silent = make_unit(session, "Xã Thạch Khê", parent=huyen)
    make_member(session, unit=silent, role=Role.FOCAL)
    one = make_enrolment(session, place=xa, built_on=date(2022, 5, 1), sector=make_sector(session))
    report(session, one, focal)
    found = agenda(session, briefing)
    assert (found.totals.built, found.units, found.late) == (1, 2, 0)
    assert [u.id for u in found.silent] == [silent.id]


def report(session, enrolment, author, at=NOW):
    return reports.add(
        session, key=f"{enrolment.id}", kind="register", enrolment=enrolment,
        author_id=author.id, has_results=True, now=at, answers={},
    )  # fmt: skip


def test_silent_means_since_the_last_briefing(session, huyen, xa, focal, approver, briefing):
    hold(session, huyen, approver, date(2022, 11, 20), state="held")
    one = make_enrolment(session, place=xa, built_on=date(2022, 5, 1), sector=make_sector(session))
    report(session, one, focal, NOW - timedelta(60))
    found = agenda(session, briefing)
    assert found.since == date(2022, 11, 20)
    assert [u.id for u in found.silent] == [xa.id]


def test_what_earlier_ones_asked_for_is_on_it_until_done(
    session, huyen, xa, focal, approver, briefing
):
    before = hold(session, huyen, approver, date(2022, 11, 20), state="held")
    values = {"text": "Rà soát", "due_on": DAY, "author_id": approver.id, "at": NOW}
    first, second = conclusions.add(session, before, [xa.id, huyen.id], **values)
    conclusions.decide(session, second, ["open"], "done", by=focal.id, now=NOW)
    assert [c.id for c in agenda(session, briefing).open] == [first.id]
