"""What an inspection asked for, from the owner's answer to the day it is done."""

import pytest
from sqlalchemy import select

from bot.domain.roles import Role
from storage import recommendations
from storage.tables.people import Member, Task
from tests.handlers.chatting import LATER, focal
from tests.handlers.inspecting import reported
from tests.make import make_member
from tests.storage.inspected import confirmed


@pytest.fixture
def enrolment(session, root):
    return reported(session, root, LATER.date())


@pytest.fixture
def owner(session, chat, enrolment):
    return chat(session.scalars(select(Member).where(Member.name == "Hồ Văn Hà")).one())


@pytest.fixture
def inspector(session, root, chat):
    return chat(make_member(session, name="Lê Thị Hương", unit=root, role=Role.INSPECTOR))


@pytest.fixture
def asked(session, enrolment, inspector):
    author = session.get_one(Member, inspector.person.member_id)
    inspection = confirmed(session, enrolment, author=author, asks="Làm biển tên")
    return recommendations.of_inspection(session, inspection.id)


def claim(owner, asked, *said):
    owner.tap(f"kp:{asked.id}")
    return owner.say(*said)


def test_the_owner_sees_it_among_what_is_to_do(owner, asked):
    assert "Khắc phục: Làm biển tên (hạn 15/1/2023)" in str(owner.hear("việc cần làm")[0].options)


def test_words_are_enough_and_who_inspected_is_told(session, owner, asked, inspector, chat):
    focal_person = chat(focal(session))
    assert "Cảm ơn" in claim(owner, asked, "Đã làm biển tên")
    assert (asked.state, asked.answer["text"]) == ("claimed", "Đã làm biển tên")
    told = {letter.account_id for letter in owner.letters}
    assert told == {inspector.account.id, focal_person.account.id}


def test_neither_words_nor_a_picture_is_asked_again(owner, asked):
    owner.tap(f"kp:{asked.id}")
    assert "Bỏ qua" not in str(owner.hear("bỏ qua")[0].actions)
    assert "hoặc gửi ảnh" in owner.say("bỏ qua")
    assert asked.state == "open"


def test_agreed_it_is_done_and_the_owner_is_thanked(owner, asked, inspector):
    claim(owner, asked, "Đã làm biển tên")
    assert "Đã ghi là xong" in inspector.tap(f"kn_xong:{asked.id}")
    assert (asked.state, asked.decided_by) == ("done", inspector.person.member_id)
    assert "công nhận là xong" in inspector.letters[-1].reply.text


def test_or_more_is_asked_and_what_was_before_is_kept(owner, asked, inspector):
    claim(owner, asked, "Đã làm biển tên")
    inspector.tap(f"kn_chua:{asked.id}")
    inspector.say("Ghi rõ tên thôn", "20/1/2023")
    assert (asked.state, asked.text) == ("open", "Ghi rõ tên thôn")
    assert "Trước đó: Làm biển tên (trả lời: Đã làm biển tên)" in owner.tap(f"kn:{asked.id}")
    claim(owner, asked, "Đã ghi tên thôn")
    assert "Trước đó: Làm biển tên" in inspector.tap(f"kn:{asked.id}")


def test_it_may_be_dropped_after_a_question(owner, asked, inspector):
    assert "Thôi kiến nghị" in inspector.tap(f"kn_thoi:{asked.id}")
    assert asked.state == "open"
    inspector.tap(f"kn_thoi:{asked.id}:co")
    assert asked.state == "dropped"


def test_the_second_of_two_is_shown_what_the_first_did(owner, asked, inspector):
    claim(owner, asked, "Đã làm biển tên")
    inspector.tap(f"kn_xong:{asked.id}")
    assert "Hiện: đã xong" in inspector.tap(f"kn_thoi:{asked.id}:co")
    assert "Hiện: đã xong" in inspector.tap(f"kn_chua:{asked.id}")
    assert "Hiện: đã xong" in owner.tap(f"kp:{asked.id}")


def test_the_list_counts_and_pages(session, inspector, enrolment):
    for n in range(9):
        confirmed(session, enrolment, asks=f"Việc {n}", form=f"{n}")
    (reply,) = inspector.hear(button="kn_ds")
    assert "9 chưa xong, 0 quá hạn, 0 báo đã khắc phục" in reply.text
    assert [o.label for o in reply.options][-1] == "Xem tiếp"
    assert len(inspector.hear(button="kn_ds:1")[0].options) == 1


def test_an_opinion_reaches_the_team_and_the_list(session, owner, asked, inspector):
    owner.tap(f"yk:{asked.inspection_id}")
    assert "đã chuyển ý kiến" in owner.say("Xin lùi hạn vì mùa gặt")
    assert "Xin lùi hạn" in owner.letters[-1].reply.text
    task = session.scalars(select(Task)).one()
    assert "Ý kiến của chủ mô hình (1)" in str(inspector.hear(button="kn_ds")[0].options)
    assert "Xin lùi hạn" in inspector.tap(f"yk_xem:{task.id}")
    inspector.tap(f"yk_xem:{task.id}:xong")
    assert task.done_by == inspector.person.member_id
    assert "đã có người xem" in inspector.tap(f"yk_xem:{task.id}:xong")
    assert "Chưa có ý kiến" in inspector.tap("yk_ds")


@pytest.mark.parametrize("button", ["kn:x", "kn:999", "kn_xong:x", "kp:999", "yk:1", "yk_xem:9"])
def test_made_up_buttons_change_nothing(session, root, chat, asked, button):
    stranger = chat(make_member(session, unit=root))
    before = asked.state
    assert "ạ" in stranger.tap(button)
    assert asked.state == before
