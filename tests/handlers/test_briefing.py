"""Briefings and visits: calling, answering, changing, cancelling, and the figures before."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.handlers.briefing_figures import counted, remind
from storage.tables.reminders import Briefing, Reminder, Response
from tests.handlers.calling import a_focal, talk_of, the_leader, told
from tests.handlers.chatting import LATER, unit
from tests.make import make_enrolment, make_initiative, make_member, make_sector

SAID = ("giao ban", "1", "Sơ kết quý IV", "bỏ qua", "Hội trường UBND", "29/12/2022", "14h")


@pytest.fixture
def leader(session, root, chat):
    return the_leader(session, root, chat)


@pytest.fixture
def minh(session, root, chat):
    return a_focal(session, chat)


def call(one, *said, sends="gửi"):
    one.tap("gb_moi")
    return one.say(*(said or SAID), sends)


def only(session):
    return session.scalars(select(Briefing)).one()


def test_everybody_with_a_part_in_it_is_asked(session, leader, minh):
    assert "Đã mời 1 người" in call(leader)
    (letter,) = told(leader, minh)
    assert "Giao ban Huyện Thạch Hà: Sơ kết quý IV" in letter.text
    assert "14 giờ, thứ Năm, 29/12/2022" in letter.text
    assert [o.label for o in letter.options] == ["Sẽ dự", "Không dự được"]


def test_how_many_will_be_asked_is_said_before(leader, minh):
    leader.tap("gb_moi")
    assert "Sẽ mời 1 người" in leader.say("giao ban", "1")


def test_where_there_is_nobody_one_hears_how_to_invite(session, leader):
    assert "Mời một người" in call(leader)
    assert session.scalars(select(Briefing)).all() == []


def test_a_unit_of_others_cannot_be_called(session, minh):
    minh.tap("gb_moi")
    assert "chưa tìm thấy" in minh.say("giao ban", "Thạch Khê")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("hôm qua", "đã qua"), ("tháng 12", "ghi rõ ngày"), ("31/2/2023", "chưa hiểu")],
)
def test_a_day_that_cannot_be(leader, minh, typed, answer):
    leader.tap("gb_moi")
    leader.say(*SAID[:5])
    assert answer in leader.say(typed)


def test_an_hour_that_cannot_be(leader, minh):
    leader.tap("gb_moi")
    leader.say(*SAID[:6])
    assert "8 giờ 30" in leader.say("lúc nào cũng được")


def test_an_hour_that_has_passed_today(session, leader, minh):
    assert "Giờ này đã qua" in call(leader, *SAID[:5], "hôm nay", "8h")
    leader.say("sửa giờ", "20h", "gửi")
    assert only(session).day == LATER.date()


def test_who_comes_and_who_does_not_may_think_again(session, leader, minh):
    call(leader)
    minh.tap(f"gb_vang:{only(session).id}")
    minh.say("đi họp ở tỉnh")
    assert "lý do: đi họp ở tỉnh" in leader.tap(f"gb_ds:{only(session).id}")
    minh.tap(f"gb_di:{only(session).id}")
    assert "Sẽ dự (1):" in leader.tap(f"gb_ds:{only(session).id}")


def test_the_reason_may_be_kept_to_oneself(session, leader, minh):
    call(leader)
    minh.tap(f"gb_vang:{only(session).id}")
    assert "Cảm ơn" in minh.say("bỏ qua")
    assert "Không dự được (1):" in leader.tap(f"gb_ds:{only(session).id}")


def test_a_second_tap_is_the_same_answer(session, leader, minh):
    call(leader)
    for _ in range(2):
        minh.tap(f"gb_di:{only(session).id}")
    assert [r.answer for r in session.scalars(select(Response))] == ["coming"]


def test_silent_ones_stand_first(session, root, leader, minh, chat):
    chat(make_member(session, name="Lê Văn An", unit=unit(session, "Xã Thạch Khê"), role="focal"))
    call(leader)
    minh.tap(f"gb_di:{only(session).id}")
    page = leader.tap(f"gb_ds:{only(session).id}")
    assert page.index("Lê Văn An") < page.index("Trần Văn Minh")


def test_after_it_has_begun_nobody_answers(session, leader, minh):
    call(leader)
    only(session).at = LATER - timedelta(hours=1)
    assert "đã bắt đầu" in minh.tap(f"gb_di:{only(session).id}")


def test_another_day_asks_everybody_again(session, leader, minh):
    call(leader)
    minh.tap(f"gb_di:{only(session).id}")
    leader.tap(f"gb_gio:{only(session).id}")
    assert "báo 1 người" in leader.say("sửa ngày", "30/12/2022", "gửi")
    assert "trả lời lại" in told(leader, minh)[-1].text
    assert "Chưa trả lời (1):" in leader.tap(f"gb_ds:{only(session).id}")


def test_another_hour_keeps_the_answers(session, leader, minh):
    call(leader)
    minh.tap(f"gb_di:{only(session).id}")
    leader.tap(f"gb_gio:{only(session).id}")
    leader.say("sửa giờ", "15h", "gửi")
    assert "15 giờ" in told(leader, minh)[-1].text
    assert "Sẽ dự (1):" in leader.tap(f"gb_ds:{only(session).id}")


def test_another_place(session, leader, minh):
    call(leader)
    leader.tap(f"gb_noi:{only(session).id}")
    leader.say("Nhà văn hoá xã", "gửi")
    assert "Địa điểm: Nhà văn hoá xã" in told(leader, minh)[-1].text


def test_cancelled_everybody_is_told_and_nobody_answers(session, leader, minh):
    call(leader)
    assert "Hủy buổi" in leader.tap(f"gb_huy:{only(session).id}")
    assert "báo 1 người" in leader.tap(f"gb_huy:{only(session).id}:co")
    assert "đã hủy" in told(leader, minh)[-1].text
    assert "đã hủy" in minh.tap(f"gb_di:{only(session).id}")
    assert "đã hủy" in leader.tap(f"gb_huy:{only(session).id}:co")


def test_a_visit_names_the_model(session, root, leader, minh):
    one = make_initiative(session, "Vườn rau sạch", root)
    made = make_enrolment(session, place=unit(session), initiative=one, built_on=date(2022, 5, 1))
    made.exemplary = True
    session.flush()
    leader.tap("gb_moi")
    assert "Tham quan mô hình nào" in leader.say("tham quan")
    leader.say("1", "1", "Học cách làm", "bỏ qua", "Thôn Một", "29/12/2022", "8h", "gửi")
    assert f"Mô hình: {one.code} – Vườn rau sạch" in told(leader, minh)[0].text


def test_it_waits_until_it_is_answered(session, leader, minh):
    call(leader)
    [reply] = minh.hear("việc cần làm")
    assert reply.options[0].label.startswith("Trả lời giấy mời: 14 giờ")
    minh.tap(f"gb_di:{only(session).id}")
    assert "Trả lời giấy mời" not in str(minh.hear("việc cần làm"))


def test_the_caller_sees_the_whole_and_others_their_own(session, root, leader, minh):
    make_enrolment(session, 2022, place=unit(session), built_on=date(2022, 5, 1),
                   sector=make_sector(session, root=root))  # fmt: skip
    call(leader)
    assert "GIAO BAN – Huyện Thạch Hà\nĐã xây dựng: 1" in figures(leader, only(session))
    assert "GIAO BAN – Xã Thạch Lạc\nĐã xây dựng: 1" in figures(minh, only(session))


def figures(one, briefing):
    return counted(talk_of(one, 0), briefing.id).text


def reminder(one, briefing, stage):
    return Reminder(id=1, what="briefing", subject_id=briefing.id, stage=stage, rung="person",
                    unit_id=briefing.unit_id, due_on=briefing.day)  # fmt: skip


def test_the_reminder_of_the_last_day_has_the_figures(session, leader, minh):
    call(leader)
    early, last = (remind(talk_of(minh, 1), [reminder(minh, only(session), s)]) for s in (-3, -1))
    assert early
    assert last
    assert "SỐ LIỆU" not in early.text
    assert "SỐ LIỆU GIAO BAN – Xã Thạch Lạc" in last.text
    assert [o.label for o in early.options] == ["Sẽ dự", "Không dự được", "Để sau"]
    assert remind(talk_of(minh, 30), [reminder(minh, only(session), -1)]) is None
