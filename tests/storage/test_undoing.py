"""Taking back a move: who may, which one, and what stays."""

import pytest
from sqlalchemy.orm import Session

from bot.domain.lifecycle import Life
from bot.domain.roles import Role
from bot.errors import Refused
from storage import lifecycle, members
from storage.lifecycle import history, last_standing, state_from_log
from storage.tables.people import Member
from storage.tables.records import Enrolment
from storage.tables.units import Unit
from storage.tally import recount, standing
from tests.make import NOW, make_enrolment, make_member
from tests.storage.living import DAY, LATER, back, make


def test_taking_back_leaves_both_entries(session: Session, one: Enrolment, focal: Member) -> None:
    make(session, one, focal, "begin")
    wrong = make(session, one, focal, "stop", reason="Bấm nhầm nút")
    undone = back(session, wrong, focal)
    assert Life.of(one) == Life("building") == state_from_log(session, one.id)
    assert (undone.undoes, undone.author_id, undone.at) == (wrong.id, focal.id, LATER)
    assert len(history(session, one.id)) == 3
    assert standing(session) == recount(session)


def test_step_by_step_from_the_last(session: Session, one: Enrolment, focal: Member) -> None:
    first, second = (make(session, one, focal, name) for name in ("begin", "propose"))
    with pytest.raises(Refused, match="“Đề nghị công nhận”"):
        back(session, first, focal)
    back(session, second, focal)
    assert last_standing(session, one.id) == first
    back(session, first, focal)
    assert last_standing(session, one.id) is None
    with pytest.raises(Refused, match="đã được hoàn tác"):
        back(session, second, focal)


def test_a_superior_may_a_colleague_may_not(
    session: Session, one: Enrolment, focal: Member, approver: Member, xa: Unit
) -> None:
    make(session, one, focal, "begin")
    wrong = make(session, one, focal, "pause", reason="Mưa lũ kéo dài")
    for other in (make_member(session, unit=xa, role="focal"), make_member(session, unit=xa)):
        with pytest.raises(Refused, match="cấp trên"):
            back(session, wrong, other)
    back(session, wrong, approver)


def test_nobody_below_takes_back(
    session: Session, one: Enrolment, focal: Member, approver: Member
) -> None:
    wrong = make(session, one, approver, "stop", reason="Không còn người làm")
    with pytest.raises(Refused, match="cấp trên"):
        back(session, wrong, focal)


def test_an_author_without_the_role_may_no_more_and_a_colleague_may_then(
    session: Session, one: Enrolment, focal: Member, xa: Unit
) -> None:
    wrong = make(session, one, focal, "begin")
    members.end_roles(session, focal.id, NOW)
    with pytest.raises(Refused):
        back(session, wrong, focal)
    back(session, wrong, make_member(session, unit=xa, role=Role.FOCAL))


def test_what_was_made_in_one_go(session: Session, xa: Unit, focal: Member) -> None:
    both = [make_enrolment(session, place=xa, built_on=DAY) for _ in range(2)]
    made = [make(session, one, focal, "begin") for one in both]
    make(session, both[0], focal, "propose")
    assert lifecycle.made_with(session, made[0]) == made
