"""Requests for help in the chat: who is told what, and what the second one is told."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import helping, reports, support
from storage.members import accounts_of
from storage.tables.helping import SupportRequest
from storage.tables.people import Audit, Member
from storage.tables.records import Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Land
from tests.make import make_member


@pytest.fixture
def own(session: Session, root: Unit, chat: Open) -> Land:
    return Land(session, root, root, root, 2022, chat, inside=True)


@pytest.fixture
def asked(own: Land, chat: Open) -> SupportRequest:
    """By somebody who has an account."""
    report = own.report()
    chat(own.session.get_one(Member, report.author_id))
    report.answers = {**report.answers, "ho_tro": {"v": "von", "t": "Vốn"}}
    support.note(own.session, report, LATER)
    return own.session.scalars(select(SupportRequest)).one()


def letters(own: Land, one: Chat, request: SupportRequest) -> list[str]:
    """What the member who asked was written by this person's doing."""
    author = own.session.get_one(Report, request.report_id).author_id
    mine = accounts_of(own.session, author)
    return [letter.reply.text for letter in one.letters if letter.account_id in mine]


def test_the_member_is_told_who_takes_it_on_and_what_came_of_it(
    own: Land, asked: SupportRequest
) -> None:
    leader = own.somebody(Role.LEADER)
    leader.tap(f"ht_nhan:{asked.id}")
    leader.tap(f"ht_xong:{asked.id}")
    leader.say("Ngân hàng sẽ liên hệ trong tuần")
    taken, closed = letters(own, leader, asked)
    assert "đã nhận giúp chị việc cần hỗ trợ (vốn)" in taken
    assert "trả lời: “Ngân hàng sẽ liên hệ trong tuần”. Cảm ơn chị" in closed


def test_the_second_is_told_who_took_it(own: Land, asked: SupportRequest) -> None:
    first, second = own.somebody(Role.LEADER), own.somebody(Role.FOCAL)
    first.tap(f"ht_nhan:{asked.id}")
    assert "chị Nguyễn Thị Lan đã nhận ngày 23/12/2022" in second.tap(f"ht_nhan:{asked.id}")
    assert asked.taken_by == first.person.member_id
    assert letters(own, second, asked) == []


def test_a_second_tap_of_ones_own_changes_nothing(own: Land, asked: SupportRequest) -> None:
    one = own.somebody(Role.LEADER)
    one.tap(f"ht_nhan:{asked.id}")
    assert "đã nhận việc này rồi" in one.tap(f"ht_nhan:{asked.id}")
    assert len(letters(own, one, asked)) == 1


def test_what_was_taken_back_meanwhile_is_not_closed_twice(
    own: Land, asked: SupportRequest
) -> None:
    one = own.somebody(Role.LEADER)
    one.tap(f"ht_nhan:{asked.id}")
    one.tap(f"ht_xong:{asked.id}")
    report = own.session.get_one(Report, asked.report_id)
    reports.correct(own.session, report, {}, False, report.author_id, LATER)
    support.note(own.session, report, LATER)
    assert "đã xong rồi" in one.say("Ngân hàng sẽ liên hệ")
    assert asked.note == support.NOT_NEEDED


def test_policies_that_fit_are_offered_when_it_is_closed(own: Land, asked: SupportRequest) -> None:
    author = make_member(own.session).id
    about: dict[str, Any] = {"root_id": own.root.id, "author_id": author, "now": LATER}
    fits = helping.add_policy(own.session, name="Vay vốn việc làm", needs=["von"], **about)
    helping.add_policy(own.session, name="Tập huấn kỹ thuật", needs=["ky_thuat"], **about)
    one = own.somebody(Role.LEADER)
    assert "Chính sách phù hợp: Vay vốn việc làm" in one.tap(f"ht_nhan:{asked.id}")
    [question] = one.hear(button=f"ht_xong:{asked.id}")
    labels = [option.label for option in question.options]
    assert labels == ["Vay vốn việc làm", "Không dùng chính sách nào"]
    one.say("1", "Ngân hàng sẽ liên hệ")
    assert asked.policy_id == fits.id
    assert "theo chính sách: Vay vốn việc làm" in letters(own, one, asked)[-1]


def test_it_is_work_for_those_who_may_help(own: Land, asked: SupportRequest) -> None:
    wanted = {Role.LEADER: True, Role.FOCAL: True, Role.INSPECTOR: False, Role.MEMBER: False}
    for role, there in wanted.items():
        replies = own.somebody(role).hear("việc cần làm")
        labels = [o.label for reply in replies for o in reply.options]
        assert ("Cần hỗ trợ (1)" in labels) == there


def test_what_is_done_is_in_the_log(own: Land, asked: SupportRequest) -> None:
    one = own.somebody(Role.LEADER)
    for button in ("ht_nhan", "ht_thoi", "ht_nhan", "ht_xong"):
        one.tap(f"{button}:{asked.id}")
    one.say("Ngân hàng sẽ liên hệ")
    done = own.session.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert done == ["take", "give_back", "take", "close"]
