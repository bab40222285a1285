"""Conclusions of briefings: one row for each unit; who decides first, decides."""

from datetime import date

import pytest

from storage import briefings, conclusions
from tests.make import NOW, make_member, make_unit

DAY = date(2023, 1, 15)


@pytest.fixture
def briefing(session, huyen, approver):
    return briefings.add(
        session, root_id=huyen.id, unit_id=huyen.id, kind="briefing", topic="Quý IV", place="Xã",
        day=NOW.date(), at=NOW, author_id=approver.id, created_at=NOW, state="held",
    )  # fmt: skip


def ask(session, briefing, *units, text="Rà soát", due_on=DAY):
    values = {"text": text, "due_on": due_on, "author_id": briefing.author_id, "at": NOW}
    return conclusions.add(session, briefing, [u.id for u in units], **values)


def decide(session, one, among, state, by):
    return conclusions.decide(session, one, among, state, by=by.id, now=NOW, note="xong")


def test_each_unit_has_its_own(session, briefing, huyen, xa):
    rows = ask(session, briefing, huyen, xa)
    assert [(r.unit_id, r.state) for r in rows] == [(huyen.id, "open"), (xa.id, "open")]


def test_of_two_who_decide_the_first_one_does(session, briefing, xa, focal):
    (one,) = ask(session, briefing, xa)
    assert decide(session, one, ["open"], "done", focal)
    assert not decide(session, one, ["open"], "dropped", focal)
    assert (one.state, one.note, one.done_by) == ("done", "xong", focal.id)


def test_open_ones_first_then_by_day(session, briefing, xa, focal):
    (late,) = ask(session, briefing, xa, due_on=date(2023, 2, 1))
    (done,) = ask(session, briefing, xa)
    (soon,) = ask(session, briefing, xa)
    decide(session, done, ["open"], "done", focal)
    found = conclusions.of_briefing(session, briefing.id, None, 8)
    assert [c.id for c in found] == [soon.id, late.id, done.id]
    assert conclusions.counts(session, briefing.id) == (3, 1)


def test_a_unit_sees_its_own(session, briefing, huyen, xa):
    other = make_unit(session, "Xã Thạch Khê", parent=huyen)
    rows = ask(session, briefing, xa, other)
    found = conclusions.of_briefing(session, briefing.id, [xa.id], 8)
    assert [c.id for c in found] == [rows[0].id]
    assert [c.id for c in conclusions.open_of(session, [other.id], 8)] == [rows[1].id]


def test_its_focal_persons(session, xa, huyen, focal):
    make_member(session, unit=xa)
    assert conclusions.focal_of(session, [xa.id, huyen.id]) == {xa.id: [focal.id]}
