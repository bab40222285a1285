"""What a briefing asks of its units: written down, done, dropped, taken up again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.handlers.briefing_figures import counted
from bot.handlers.conclusions import remind
from storage.tables.reminders import Briefing, Conclusion, Reminder
from tests.handlers.calling import a_focal, briefing, talk_of, the_leader, told
from tests.handlers.chatting import LATER

WORDS = "Rà soát các mô hình lâu chưa cập nhật"
DAY = "15/1/2023"


@pytest.fixture
def leader(session, root, chat):
    return the_leader(session, root, chat)


@pytest.fixture
def minh(session, root, chat):
    return a_focal(session, chat)


@pytest.fixture
def an(session, root, chat):
    return a_focal(session, chat, "Lê Văn An", "Thạch Khê")


@pytest.fixture
def held(session, root, leader, minh):
    """One that began an hour ago."""
    return briefing(session, root, leader.person.member_id, hours=-1)


def conclude(one, briefing, *said):
    one.tap(f"kl:{briefing.id}")
    return one.say(*said)


def rows(session):
    return list(session.scalars(select(Conclusion).order_by(Conclusion.id)))


def test_one_unit_alone_is_not_asked_for(session, leader, minh, held):
    page = conclude(leader, held, WORDS, DAY, "xong")
    assert f"1. Kết luận 1: {WORDS} – Xã Thạch Lạc – hạn 15/1/2023" in page
    leader.say("gửi")
    (row,) = rows(session)
    assert (row.text, row.due_on, row.state) == (WORDS, date(2023, 1, 15), "open")
    assert session.get_one(Briefing, held.id).state == "held"
    assert WORDS in told(leader, minh)[0].text


def test_of_all_units_each_gets_its_own(session, leader, minh, an, held):
    conclude(leader, held, WORDS, "tất cả", DAY, "xong", "gửi")
    assert len(rows(session)) == 2
    assert "Xã Thạch Khê" in told(leader, an)[0].text


def test_several_are_looked_at_together_and_told_once(session, leader, minh, an, held):
    conclude(leader, held, WORDS, "Xã Thạch Lạc", DAY, "thêm")
    page = leader.say("Gửi danh sách điển hình", "Xã Thạch Lạc", DAY, "xong")
    assert "1. Kết luận 1" in page
    assert "2. Kết luận 2" in page
    assert "Đã ghi 2 kết luận" in leader.say("gửi")
    assert (len(told(leader, minh)), len(told(leader, an))) == (1, 0)


def test_its_words_may_be_changed_before(session, leader, minh, held):
    conclude(leader, held, WORDS, DAY, "xong")
    leader.say("sửa 1", "Rà soát trước Tết", "gửi")
    assert [(r.text, r.due_on) for r in rows(session)] == [("Rà soát trước Tết", date(2023, 1, 15))]


def test_a_day_that_has_passed_is_refused(leader, minh, held):
    assert "sau hôm nay" in conclude(leader, held, WORDS, "hôm qua")


def test_before_it_was_held_there_is_nothing_to_write(leader, minh, held):
    held.at = LATER + timedelta(hours=1)
    assert "chưa họp" in leader.tap(f"kl:{held.id}")
    held.state, held.at = "cancelled", LATER - timedelta(hours=1)
    assert "đã hủy" in leader.tap(f"kl:{held.id}")


def test_the_caller_is_offered_it_until_it_is_done(session, leader, minh, held):
    assert "Ghi kết luận" in str(leader.hear("việc cần làm"))
    assert "không có kết luận" in leader.tap(f"gb_xong:{held.id}")
    assert "Ghi kết luận" not in str(leader.hear("việc cần làm"))


@pytest.fixture
def asked(session, leader, minh, held):
    conclude(leader, held, WORDS, DAY, "xong", "gửi")
    return rows(session)[0]


def test_done_with_a_note_the_caller_hears(session, leader, minh, asked):
    assert "Kết luận giao ban" in str(minh.hear("việc cần làm"))
    minh.tap(f"kl_lam:{asked.id}")
    minh.say("đã rà soát 12 mô hình")
    assert (asked.state, asked.note) == ("done", "đã rà soát 12 mô hình")
    assert "đã rà soát 12 mô hình" in told(minh, leader)[0].text


def test_a_second_tap_shows_that_it_is_done(minh, asked):
    minh.tap(f"kl_lam:{asked.id}")
    minh.say("bỏ qua")
    assert "đã làm xong" in minh.tap(f"kl_lam:{asked.id}")


def test_the_caller_takes_it_up_again(leader, minh, asked):
    minh.tap(f"kl_lam:{asked.id}")
    minh.say("bỏ qua")
    assert "chưa xong" in leader.tap(f"kl_mo:{asked.id}")
    assert "mở lại" in told(leader, minh)[-1].text


def test_the_caller_drops_it(leader, minh, asked):
    assert "Thôi kết luận" in leader.tap(f"kl_bo:{asked.id}")
    leader.tap(f"kl_bo:{asked.id}:co")
    assert asked.state == "dropped"
    assert "đã thôi yêu cầu" in minh.tap(f"kl_lam:{asked.id}")


def test_it_is_on_the_agenda_of_the_next_one(session, root, leader, minh, asked):
    second = briefing(session, root, leader.person.member_id, hours=24 * 30)
    assert f"– Xã Thạch Lạc: {WORDS} (hạn 15/1/2023)" in counted(talk_of(leader, 0), second.id).text


def reminder(one):
    return Reminder(id=1, what="conclusion", subject_id=one.id, stage=0, rung="person",
                    unit_id=one.unit_id, due_on=one.due_on)  # fmt: skip


def test_a_reminder_asks_for_it_until_it_is_done(session, leader, minh, asked):
    piece = remind(talk_of(minh, 1), [reminder(asked)])
    assert piece
    assert [o.label for o in piece.options] == ["Đã làm", "Để sau"]
    asked.state = "done"
    assert remind(talk_of(minh, 1), [reminder(asked)]) is None
