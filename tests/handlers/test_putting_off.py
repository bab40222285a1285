"""Later, more time, somebody else, help: what can be done about any reminder but to answer it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables.people import Task
from storage.tables.records import Enrolment
from storage.tables.reminders import Extension
from storage.tables.units import Unit
from tests.handlers.chatting import LATER
from tests.handlers.living import make_village
from tests.handlers.remembering import (
    due_on,
    labels,
    made_in_spring,
    make_schedules,
    of_draft,
    remind,
    review_of,
)
from tests.make import make_account, make_member

TODAY = LATER.date()


@pytest.fixture
def village(session, root, chat):
    make_schedules(session, root.id)
    return make_village(session, root, chat)


@pytest.fixture
def lan(village):
    return village.talk(village.lan)


@pytest.fixture
def review(village):
    return review_of(village)


@pytest.fixture
def hung(session, village):
    member = make_member(session, name="Võ Văn Hùng", unit=village.xa, address="ông")
    make_account(session, member)
    return member


# -- later ----------------------------------------------------------------------------------------


def due_tomorrow(village):
    one = made_in_spring(village)
    due_on(village.session, "initiative_review", TODAY + timedelta(1))
    return remind(village.session, "initiative_review", one.id, village.xa.id, village.lan)


def test_to_tomorrow(village, lan):
    one = due_tomorrow(village)
    assert "Để sau đến khi nào" in lan.tap(f"nh:sau:{one.id}")
    assert "thứ Bảy, 24/12/2022 Trợ lý nhắc lại" in lan.tap(f"nh:sau:{one.id}:1")
    assert (one.state, one.snoozes, one.bundle_id) == ("waiting", 1, None)


def test_to_a_day_that_is_named(village, lan):
    one = due_tomorrow(village)
    assert "ngày nào" in lan.tap(f"nh:sau:{one.id}:khac")
    assert "27/12/2022" in lan.say("27/12/2022")
    assert one.state == "waiting"


@pytest.mark.parametrize(
    ("said", "answer"), [("20/1/2023", "đến ngày 31/12/2022 thôi"), ("hôm qua", "sau hôm nay")]
)
def test_not_for_longer_than_a_week_after_it_is_due(village, lan, said, answer):
    one = due_tomorrow(village)
    lan.tap(f"nh:sau:{one.id}:khac")
    assert answer in lan.say(said)
    assert one.state == "sent"


def test_not_for_ever(village, lan):
    one = due_tomorrow(village)
    one.snoozes = 3
    assert "đã để sau 3 lần" in lan.tap(f"nh:sau:{one.id}:1")
    assert one.state == "sent"


def test_what_is_long_overdue_is_not_put_off_either(lan, review):
    reply = lan.hear(button=f"nh:sau:{review.id}")[0]
    assert "đến hạn lâu rồi" in reply.text
    assert labels(reply) == ["Trả lời ngay", "Xin lùi hạn", "Nhờ hỗ trợ"]


# -- more time ------------------------------------------------------------------------------------


def ask_time(lan, review, day="10/1/2023"):
    lan.tap(f"nh:lui:{review.id}")
    return lan.say(day, "Đang mùa gặt")


def test_more_time_is_asked_of_who_decides(session, village, lan, review):
    focal = village.talk(village.focal)
    assert "anh Trần Văn Minh trả lời" in ask_time(lan, review)
    letter = next(x.reply for x in lan.letters if x.account_id == focal.account.id)
    assert "xin lùi hạn đến thứ Ba, 10/1/2023" in letter.text
    assert "Đang mùa gặt" in letter.text
    assert labels(letter) == ["Đồng ý", "Không"]
    assert "xin lùi đến 10/1/2023" in str(focal.hear("việc cần làm")[0].options)


def decide(session, focal, said):
    return focal.tap(f"lh:{session.scalars(select(Extension.id)).one()}:{said}")


def test_granted_it_is_due_then(session, village, lan, review):
    focal = village.talk(village.focal)
    ask_time(lan, review)
    decide(session, focal, "dy")
    assert "Hạn mới: thứ Ba, 10/1/2023" in focal.letters[-1].reply.text
    assert "còn 18 ngày" in str(lan.hear("việc cần làm")[0].options)
    assert review.state == "listed"


def test_refused_the_day_stays(session, village, lan, review):
    focal = village.talk(village.focal)
    ask_time(lan, review)
    decide(session, focal, "khong")
    assert "chưa lùi đến" in focal.letters[-1].reply.text
    assert "quá hạn 8 ngày" in str(lan.hear("việc cần làm")[0].options)


def test_it_is_decided_once_and_by_who_decides(session, village, lan, review):
    focal = village.talk(village.focal)
    ask_time(lan, review)
    assert "người phụ trách đơn vị" in decide(session, lan, "dy")
    decide(session, focal, "dy")
    assert "đã trả lời rồi" in decide(session, focal, "khong")
    assert session.scalars(select(Extension.state)).one() == "granted"


def test_it_is_asked_for_once(lan, review):
    ask_time(lan, review)
    assert "đang chờ trả lời" in lan.tap(f"nh:lui:{review.id}")


def test_an_earlier_day_is_no_delay(session, village, lan):
    lan.tap(f"nh:lui:{due_tomorrow(village).id}")
    assert "không cần xin lùi" in lan.say("24/12/2022", "Đang mùa gặt")


def test_half_a_year_is_no_delay_either(session, lan, review):
    lan.tap(f"nh:lui:{review.id}")
    assert "nhiều nhất" in lan.say("30/6/2023")


# -- handing on, help -----------------------------------------------------------------------------


def test_it_is_handed_on_to_a_colleague_and_both_know(session, village, lan, review, hung):
    assert "Võ Văn Hùng" in str(lan.hear(button=f"nh:giao:{review.id}")[0].options)
    assert "Đã giao ông Võ Văn Hùng việc: Rà soát" in lan.tap(f"nh:cho:{review.id}:{hung.id}")
    assert "nhờ ông làm: Rà soát" in lan.letters[-1].reply.text
    assert review.state == "handed"
    assert "Rà soát" in str(village.talk(hung).hear("việc cần làm")[0].options)


def test_handed_on_it_is_no_longer_mine(session, village, lan, review, hung):
    lan.tap(f"nh:cho:{review.id}:{hung.id}")
    assert "đã chuyển cho người khác" in lan.tap(f"rs:tot:{review.id}")


def test_not_to_somebody_of_another_unit(session, village, lan, review, root):
    khe = session.scalars(select(Unit).where(Unit.name == "Xã Thạch Khê")).one()
    far = make_member(session, name="Phạm Thị Xa", unit=khe)
    assert "trong đơn vị" in lan.tap(f"nh:cho:{review.id}:{far.id}")
    assert review.state == "sent"


def test_a_narrowed_model_only_to_those_entitled(session, village, lan, hung):
    one = review_of(village)
    enrolment = session.get_one(Enrolment, one.subject_id)
    enrolment.narrowed = True
    session.flush()
    options = str(lan.hear(button=f"nh:giao:{one.id}")[0].options)
    assert "Võ Văn Hùng" not in options
    assert "Trần Văn Minh" in options


def test_a_draft_is_nobody_elses(session, village, lan, hung):
    one = of_draft(session, village, lan)
    assert "tự làm giúp" in lan.tap(f"nh:cho:{one.id}:{hung.id}")


def test_help_is_asked_of_the_focal_person(session, village, lan, review):
    focal = village.talk(village.focal)
    lan.tap(f"nh:giup:{review.id}")
    assert "đã nhờ anh Trần Văn Minh" in lan.say("Chưa rõ cách tính số hộ")
    task = session.scalars(select(Task)).one()
    assert "nhờ hỗ trợ" in str(focal.hear("việc cần làm")[0].options)
    assert "Cần giúp: “Chưa rõ cách tính số hộ”" in focal.tap(f"hg:{task.id}")
    assert "Đã ghi" in focal.tap(f"hg:{task.id}:xong")
    assert "đã có người hỗ trợ" in focal.tap(f"hg:{task.id}:xong")
