"""Coming in: consent, the questions, being let in, invitations."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.invitations import grouped
from bot.domain.roles import Role
from storage import invitations
from storage.tables.people import Draft, Member, Task
from tests.handlers.chatting import Chat, Open, focal, unit
from tests.make import NOW, make_account, make_member


def count(session: Session, table: type[Draft] | type[Member]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def join(chat: Chat, *answers: str) -> str:
    return chat.say("/start", "1", *answers, "gửi")


# -- consent ----------------------------------------------------------------------------------


def test_the_first_words_say_who_asks_what_is_stored_and_how_to_refuse(chat: Open) -> None:
    (reply,) = chat().hear("xin chào")
    assert "Huyện Thạch Hà lưu tên, tài khoản, đơn vị" in reply.text
    assert [o.label for o in reply.options] == ["Đồng ý", "Không", "Đọc đầy đủ"]


def test_nothing_is_stored_before_consent(session: Session, chat: Open) -> None:
    chat().say("xin chào", "Đọc đầy đủ")
    assert (count(session, Draft), count(session, Member)) == (0, 0)


@pytest.mark.parametrize("no", ["2", "không", "khong"])
def test_who_refuses_is_thanked_and_forgotten(session: Session, chat: Open, no: str) -> None:
    assert "không lập hồ sơ" in chat().say("xin chào", no)
    assert (count(session, Draft), count(session, Member)) == (0, 0)


def test_the_whole_text_names_rights_terms_and_contact(chat: Open) -> None:
    text = chat().say("/start", "3")
    for words in ("15 ngày", "20 ngày", "Liên hệ: Văn phòng", "giấy tờ tùy thân", "khiếu nại"):
        assert words in text


@pytest.mark.parametrize("yes", ["1", "đồng ý", "dong y", "vâng"])
def test_consent_can_be_typed(chat: Open, yes: str) -> None:
    assert "thế nào cho phải" in chat().say("/start", yes)


@pytest.mark.parametrize(
    "name",
    [
        "Lan https://xau.example",
        "xau.vn",
        "Lan 0912345678",
        "<b>Lan</b>",
        "L\u0430n",  # a Cyrillic letter that looks like one of ours
        "Võ Thị Mai (Quản trị)",
    ],
)
def test_a_name_that_others_will_be_shown_is_letters_alone(chat: Open, name: str) -> None:
    assert "chỉ gồm chữ" in chat().say("/start", "1", "bà", name)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Lan", "đ/c Lan", "H’Hen Niê", "Y-Nhí Kbuôr", "Lê V. Lò."]
)
def test_names_of_all_our_peoples_are_taken(chat: Open, name: str) -> None:
    assert "xã, phường nào" in chat().say("/start", "1", "bà", name)


def test_refusing_later_erases_what_was_begun(session: Session, chat: Open) -> None:
    one = chat()
    one.say("/start", "1", "bà")
    one.tap("cmd:start:khong")
    assert count(session, Draft) == 0


# -- joining ------------------------------------------------------------------------------------


def test_a_joiner_waits_and_the_focal_person_has_two_buttons(session: Session, chat: Open) -> None:
    make_account(session, focal(session))
    one = chat()
    text = join(one, "bà", "Bà Lê Thị Lan", "thach lac")
    assert "Trần Văn Bình (Xã Thạch Lạc)" in text
    member = session.get_one(Member, one.person.member_id)
    assert (member.name, member.address, member.state) == ("Lê Thị Lan", "bà", "pending")
    (letter,) = one.letters
    assert "Lê Thị Lan xin vào Xã Thạch Lạc" in letter.reply.text
    assert len(letter.reply.options) == 2


def test_huy_is_a_name_when_a_name_is_asked(session: Session, chat: Open) -> None:
    one = chat()
    one.say("/start", "1", "anh", "Huy", "1", "thạch lạc", "gửi")
    assert session.get_one(Member, one.person.member_id).name == "Huy"


def test_one_tap_lets_in_and_the_second_learns_of_it(session: Session, chat: Open) -> None:
    first, second = chat(focal(session)), chat(focal(session, "Hồ Thị Mai"))
    one = chat()
    join(one, "bà", "Lê Thị Lan", "thạch lạc")
    yes, no = (o.data for o in one.letters[0].reply.options)
    assert "đã vào Xã Thạch Lạc" in first.tap(yes)
    assert "đã được đồng ý (Trần Văn Bình" in second.tap(no)
    assert any("Từ nay bà là hội viên" in x.reply.text for x in first.letters)


def test_no_asks_the_joiner_to_choose_again_with_a_reason_if_wished(
    session: Session, chat: Open
) -> None:
    boss, one = chat(focal(session)), chat()
    join(one, "bà", "Lê Thị Lan", "thạch lạc")
    boss.tap(one.letters[0].reply.options[1].data)
    assert "chọn lại" in boss.letters[-1].reply.text
    boss.tap(re.sub("khong", "lydo", one.letters[0].reply.options[1].data))
    boss.say("Bà ở xã Thạch Khê ạ", "gửi")
    assert "Bà ở xã Thạch Khê" in boss.letters[-1].reply.text


def test_a_stranger_cannot_let_anybody_in(session: Session, chat: Open) -> None:
    make_account(session, focal(session))
    one, other = chat(), chat(make_member(session, unit=unit(session, "Xã Thạch Khê")))
    join(one, "bà", "Lê Thị Lan", "thạch lạc")
    other.tap(one.letters[0].reply.options[0].data)
    assert session.get_one(Member, one.person.member_id).state == "pending"


# -- invitations --------------------------------------------------------------------------------


def invite(session: Session, role: str = Role.FOCAL, reusable: bool = False) -> invitations.Fresh:
    return invitations.create(
        session, unit_id=unit(session).id, role=role, now=NOW, reusable=reusable
    )


@pytest.mark.parametrize("how", ["deep link", "code"])
def test_who_is_invited_comes_in_at_once_after_consent(
    session: Session, chat: Open, how: str
) -> None:
    fresh, one = invite(session), chat()
    typed = f"/start {fresh.token}" if how == "deep link" else grouped(fresh.code).lower()
    assert "Thư mời của Xã Thạch Lạc (đầu mối)" in one.say(typed)
    text = one.say("1", "chị", "Hồ Thị Mai", "gửi")  # no question for the unit
    assert "Từ nay chị là đầu mối của Xã Thạch Lạc" in text
    assert [g.role for g in one.person.grants] == [Role.FOCAL]


def test_a_meeting_codes_joiner_waits(session: Session, chat: Open) -> None:
    fresh, one = invite(session, Role.MEMBER, reusable=True), chat()
    one.say(grouped(fresh.code), "1", "chị", "Hồ Thị Mai", "gửi")
    assert one.person.state == "pending"
    assert session.scalars(select(Task)).one().unit_id == fresh.unit_id


def test_a_member_is_greeted_again_and_has_the_new_role(session: Session, chat: Open) -> None:
    fresh, one = invite(session), chat(make_member(session))
    assert "Kính chào lại chị Nguyễn Thị Lan" in one.say("/start")
    assert "Từ nay chị là đầu mối" in one.say(f"/start {fresh.token}")


def test_a_wrong_code_is_answered_with_a_sentence(chat: Open) -> None:
    assert "Mã mời này chưa đúng" in chat().say("2222-2222-2222")
