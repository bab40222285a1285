"""Messages from above: sending, seen, carried out, who has not, nudging, taking back."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.roles import Role
from bot.handlers.guidance import MANY
from bot.handlers.guidance_read import remind
from storage import guidance
from storage.tables.reminders import Guidance, Reminder, Response
from tests.handlers.calling import a_focal, talk_of, the_leader, told
from tests.handlers.chatting import LATER, unit
from tests.make import make_member

TEXT = "Đề nghị các đơn vị rà soát mô hình"
SAID = (TEXT, "1", "đầu mối", "gửi ngay")


@pytest.fixture
def leader(session, root, chat):
    return the_leader(session, root, chat)


@pytest.fixture
def minh(session, root, chat):
    return a_focal(session, chat)


def send(one, *said, due="bỏ qua", sends="gửi"):
    one.tap("cd_moi")
    return one.say(*(said or SAID), due, "đúng", sends)


def only(session):
    return session.scalars(select(Guidance)).one()


def test_it_is_said_before_how_many_it_reaches(leader, minh):
    leader.tap("cd_moi")
    leader.say(*SAID)
    [question] = leader.hear("bỏ qua")
    assert question.options[0].label == "Đúng, gửi cho 1 người"
    assert "Sẽ gửi cho: 1 người" in leader.say("đúng")


def test_it_is_kept_for_the_reminders_to_carry(session, leader, minh):
    assert "tới 1 người" in send(leader)
    one = only(session)
    assert (one.text, one.roles, one.send_on) == (TEXT, ["focal"], LATER.date())
    assert (one.state, one.due_on, leader.letters) == ("sent", None, [])


def test_a_day_to_come(session, leader, minh):
    assert "ngày 29/12/2022" in send(leader, *SAID[:3], "29/12/2022")
    assert only(session).state == "planned"
    assert "không gửi cho" in minh.tap(f"cd_xem:{only(session).id}")


def test_days_that_cannot_be(leader, minh):
    leader.tap("cd_moi")
    assert "đã qua" in leader.say(*SAID[:3], "hôm qua")
    assert "sau ngày gửi" in leader.say("29/12/2022", "28/12/2022")


def test_where_nobody_would_read_it(session, leader):
    leader.tap("cd_moi")
    assert "Mời một người" in leader.say(*SAID, "bỏ qua", "1")


def test_a_unit_of_others(minh):
    minh.tap("cd_moi")
    assert "chưa tìm thấy" in minh.say(TEXT, "Thạch Khê")


def test_a_text_that_is_too_long_is_not_cut_unasked(leader):
    leader.tap("cd_moi")
    assert "4.000" in leader.say("chữ " * 1100)


def test_very_many_people_are_asked_about_once_more(session, leader):
    for n in range(MANY + 1):
        make_member(session, name=f"Hội viên {n}", unit=unit(session))
    leader.tap("cd_moi")
    page = leader.say(TEXT, "1", "hội viên", "gửi ngay", "bỏ qua", "đúng")
    assert "chắc chắn chứ" in page
    assert "tới 201 người" in leader.say("chắc chắn", "gửi")


def test_seen_once(session, leader, minh):
    send(leader)
    assert TEXT in minh.tap(f"cd_xem:{only(session).id}")
    assert "đã xem" in minh.tap(f"cd_da:{only(session).id}")
    minh.tap(f"cd_da:{only(session).id}")
    assert [r.answer for r in session.scalars(select(Response))] == ["seen"]
    assert "chưa xem 0, đã xem 1" in leader.tap(f"cd_tin:{only(session).id}")


def test_carried_out_with_a_note(session, leader, minh):
    send(leader, due="29/12/2022")
    minh.tap(f"cd_tk:{only(session).id}")
    minh.say("đã họp thôn, 45 hộ dự")
    assert "chưa triển khai 0, đã triển khai 1" in leader.tap(f"cd_tin:{only(session).id}")
    assert "45 hộ dự" in leader.tap(f"cd_kq:{only(session).id}")
    assert "đã ghi rồi" in minh.tap(f"cd_tk:{only(session).id}")


def test_who_has_not_stands_by_unit(session, leader, minh):
    make_member(session, name="Lê Văn An", unit=unit(session, "Xã Thạch Khê"), role="focal")
    send(leader)
    minh.tap(f"cd_da:{only(session).id}")
    page = leader.tap(f"cd_chua:{only(session).id}:seen")
    assert page.splitlines()[1:] == ["– Xã Thạch Khê: chị Lê Văn An"]


def test_one_tap_nudges_them_once_a_day(session, leader, minh):
    send(leader)
    nudge = f"cd_nhac:{only(session).id}:seen"
    assert "sẽ nhắc 1 người" in leader.tap(nudge)
    assert "Đã nhắc 1 người" in leader.tap(f"{nudge}:co")
    assert TEXT in told(leader, minh)[0].text
    assert "Mai" in leader.tap(f"{nudge}:co")
    assert len(leader.letters) == 1


def test_taken_back_those_whom_it_reached_hear_of_it(session, leader, minh):
    send(leader)
    minh.tap(f"cd_da:{only(session).id}")
    leader.tap(f"cd_thoi:{only(session).id}")
    assert "báo 1 người" in leader.tap(f"cd_thoi:{only(session).id}:co")
    assert "thu hồi" in told(leader, minh)[0].text
    assert "đã thu hồi" in minh.tap(f"cd_xem:{only(session).id}")
    assert "đã thu hồi" in leader.tap(f"cd_thoi:{only(session).id}:co")


def test_it_waits_among_what_is_to_do(session, leader, minh):
    send(leader, due="29/12/2022")
    assert TEXT in str(minh.hear("việc cần làm"))
    minh.tap(f"cd_da:{only(session).id}")
    assert TEXT in str(minh.hear("việc cần làm"))
    minh.tap(f"cd_tk:{only(session).id}")
    minh.say("bỏ qua")
    assert TEXT not in str(minh.hear("việc cần làm"))


def reminder(one, what="guidance", rung="person"):
    return Reminder(id=1, what=what, subject_id=one.id, stage=0, rung=rung, unit_id=one.unit_id,
                    due_on=one.send_on)  # fmt: skip


def test_how_it_reads_as_a_reminder(session, leader, minh):
    send(leader, due="29/12/2022")
    piece = remind(talk_of(minh, 0), [reminder(only(session))])
    assert piece
    assert TEXT in piece.text
    assert "từ nay đến thứ Năm, 29/12/2022" in piece.text
    assert [o.label for o in piece.options] == ["Đã xem", "Đã triển khai", "Để sau"]


def test_what_was_answered_is_left_out_and_what_is_due_is_not(session, leader, minh):
    send(leader, due="29/12/2022")
    minh.tap(f"cd_da:{only(session).id}")
    assert remind(talk_of(minh, 0), [reminder(only(session))]) is None
    piece = remind(talk_of(minh, 5), [reminder(only(session), "guidance_done")])
    assert piece
    assert [o.label for o in piece.options] == ["Đã triển khai", "Để sau"]


def test_who_stands_above_is_led_to_who_has_not(session, leader, minh):
    send(leader, due="29/12/2022")
    row = reminder(only(session), "guidance_done", "superior")
    piece = remind(talk_of(leader, 9), [row])
    assert piece
    assert "chưa triển khai" in piece.text
    assert "chưa triển khai" in leader.tap(piece.options[0].data)


def test_several_are_a_list(session, leader, minh):
    for text in (TEXT, "Đề nghị gửi danh sách điển hình"):
        guidance.add(
            session, root_id=leader.root.id, unit_id=leader.root.id, roles=["focal"], text=text,
            send_on=date(2022, 12, 23), author_id=leader.person.member_id, state="sent",
            created_at=LATER - timedelta(days=1),
        )  # fmt: skip
    rows = [reminder(one) for one in session.scalars(select(Guidance))]
    piece = remind(talk_of(minh, 0), rows)
    assert piece
    assert "2 chỉ đạo" in piece.text
    assert len(piece.options) == 3


@pytest.mark.parametrize("button", ["cd_tin:99", "cd_xem:99", "gb_xem:99", "kl_xem:99", "gb_sl:99"])
def test_what_is_made_up_changes_nothing(leader, button):
    said = leader.tap(button)
    assert re.search("ngoài phần|không", said)


def test_a_member_sends_nothing(session, root, chat):
    lan = chat(make_member(session, unit=unit(session), role=Role.MEMBER))
    assert "việc của lãnh đạo" in lan.tap("cd_moi")
    assert "dành cho lãnh đạo" in lan.tap("cd")
    assert lan.person.draft_id is None
