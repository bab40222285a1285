"""Guidance: whom it is for, who has seen it and carried it out, what waits for whom."""

from datetime import timedelta

import pytest

from bot.domain.roles import Role
from storage import guidance, reminders
from storage.guidance import DONE, SEEN
from tests.make import NOW, make_member, make_role, make_unit

TODAY = NOW.date()


def send(session, unit, author, roles=(Role.FOCAL,), **more):
    values = {"send_on": TODAY, "due_on": None, **more}
    return guidance.add(
        session, root_id=unit.root_id, unit_id=unit.id, roles=[str(r) for r in roles],
        text="Rà soát", author_id=author.id, created_at=NOW, **values,
    )  # fmt: skip


@pytest.fixture
def sent(session, huyen, approver, focal):
    return send(session, huyen, approver)


def say(session, one, member, answer):
    return reminders.respond(
        session, what="guidance", subject_id=one.id, unit_id=one.unit_id, member_id=member.id,
        answer=answer, day=TODAY, now=NOW,
    )  # fmt: skip


def test_it_is_for_those_roles_below_the_unit(session, huyen, xa, approver, focal):
    lan = make_member(session, unit=xa)
    one = send(session, huyen, approver, (Role.FOCAL, Role.MEMBER))
    assert guidance.number(session, one) == 2
    assert guidance.is_for(session, one, lan.id)
    assert guidance.number(session, send(session, xa, approver, (Role.MEMBER,))) == 1


def test_never_for_its_author_nor_twice_for_anybody(session, huyen, xa, focal):
    make_role(session, focal, Role.FOCAL, huyen)
    other = make_member(session, unit=xa, role=Role.FOCAL)
    make_role(session, other, Role.LEADER, huyen)
    one = send(session, huyen, focal, (Role.FOCAL, Role.LEADER))
    assert [m.member.id for m in guidance.without(session, one, SEEN)] == [other.id]


def test_to_carry_it_out_is_to_have_seen_it(session, sent, focal):
    assert guidance.number(session, sent, SEEN) == 0
    say(session, sent, focal, DONE)
    assert (guidance.number(session, sent, SEEN), guidance.number(session, sent, DONE)) == (1, 1)
    assert guidance.without(session, sent, SEEN) == []


def test_who_has_not_by_unit_and_page(session, huyen, xa, sent, focal):
    khe = make_unit(session, "Xã Thạch Khê", parent=huyen)
    _, ba = (make_member(session, name=n, unit=khe, role=Role.FOCAL) for n in ("An", "Ba"))
    say(session, sent, focal, SEEN)
    found = guidance.without(session, sent, SEEN, 1, 1)
    assert [(m.member.id, m.unit.id) for m in found] == [(ba.id, khe.id)]
    assert len(guidance.without(session, sent, DONE)) == 3


def test_the_last_word_is_that_it_is_done(session, sent, focal):
    assert guidance.answer_of(session, sent.id, focal.id) is None
    for answer in (DONE, SEEN):
        say(session, sent, focal, answer)
    last = guidance.answer_of(session, sent.id, focal.id)
    assert last
    assert last.answer == DONE


def waiting(session, member):
    return [one.id for one in guidance.waiting(session, member.id, TODAY, 8)]


def test_it_waits_until_seen_and_with_a_day_until_done(session, huyen, approver, focal, sent):
    due = send(session, huyen, approver, due_on=TODAY + timedelta(9))
    assert set(waiting(session, focal)) == {sent.id, due.id}
    for one in (sent, due):
        say(session, one, focal, SEEN)
    assert waiting(session, focal) == [due.id]
    say(session, due, focal, DONE)
    assert waiting(session, focal) == []


def test_what_is_sent_later_or_taken_back_waits_for_nobody(session, huyen, approver, focal, sent):
    send(session, huyen, approver, send_on=TODAY + timedelta(1))
    assert guidance.withdraw(session, sent, NOW)
    assert not guidance.withdraw(session, sent, NOW)
    assert waiting(session, focal) == []


def test_those_above_see_what_went_below_them(session, huyen, xa, approver, sent):
    below = send(session, xa, approver)
    assert [g.id for g in guidance.sent_to(session, [xa.id], TODAY, 8)] == [below.id]
    assert len(guidance.sent_to(session, [huyen.id], TODAY, 8)) == 2


def test_who_has_answered_has_been_reached(session, sent, focal):
    assert guidance.told(session, sent.id) == set()
    row = say(session, sent, focal, SEEN)
    assert guidance.told(session, sent.id) == {focal.id}
    assert [n.id for n in guidance.notes(session, sent.id, 8)] == []
    assert row.member_id == focal.id
