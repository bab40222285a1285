"""A model's review: five answers with one tap, one figure a year, what the card says of it."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.handlers.registry import VIETNAM
from storage import reminders, self_reports
from storage.scope import Scope
from storage.tables.people import Task
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import Response, Schedule
from tests.handlers.chatting import LATER, unit
from tests.handlers.living import make_village
from tests.handlers.remembering import (
    bundled,
    labels,
    made_in_spring,
    make_schedules,
    remind,
    review_of,
)
from tests.make import make_account, make_member


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


def answers(session):
    return [r.answer for r in session.scalars(select(Response).order_by(Response.id))]


def told(one, letters):
    return [x.reply for x in letters if x.account_id == one.account.id]


def test_a_single_review_is_shown_whole_with_its_answers(lan, review):
    reply = bundled(lan, review)
    assert reply.text.startswith("Kính gửi bà Nguyễn Thị Lan, Trợ lý xin nhắc:\nRà soát quý IV năm")
    assert "Hạn: thứ Năm, 15/12/2022 (đã quá hạn 8 ngày)." in reply.text
    assert labels(reply)[:5] == [
        "Vẫn tốt", "Có thay đổi", "Đã dừng", "Để sau", "Tôi không phụ trách",
    ]  # fmt: skip
    assert "15/12/2022" in reply.moments


def test_what_was_answered_meanwhile_is_not_asked(session, lan, review):
    lan.tap(f"rs:tot:{review.id}")
    review.state = "sent"
    assert bundled(lan, review).text == ""


def test_still_well_is_a_dated_review(session, lan, review):
    assert "vẫn tốt, bà tự báo ngày 23/12/2022" in lan.tap(f"rs:tot:{review.id}")
    row = session.scalars(select(Response)).one()
    assert (row.answer, row.day, row.subject_id) == ("good", LATER.date(), review.subject_id)
    assert review.state == "done"


def test_once_a_year_one_figure_is_asked(session, lan, review):
    assert "bao nhiêu hộ" in lan.tap(f"rs:tot:{review.id}")
    assert "đã ghi 45 hộ" in lan.say("45 hộ")
    assert session.scalars(select(Response.note).order_by(Response.id)).all() == ["", "45 hộ"]


def test_the_figure_can_be_skipped(session, lan, review):
    lan.tap(f"rs:tot:{review.id}")
    assert "báo sau cũng được" in lan.say("bỏ qua")
    assert answers(session) == ["good"]


def test_the_second_time_in_a_year_no_figure_is_asked(session, lan, review):
    reminders.respond(
        session, what="initiative_review", subject_id=review.subject_id, unit_id=review.unit_id,
        member_id=lan.person.member_id, answer="good", day=date(2022, 6, 14), now=LATER,
    )  # fmt: skip
    review.state = "sent"
    assert "bao nhiêu hộ" not in lan.tap(f"rs:tot:{review.id}")


def test_the_card_says_it_and_that_nobody_has_looked(session, village, lan, review):
    lan.tap(f"rs:tot:{review.id}")
    lan.say("45 hộ")
    enrolment = session.get_one(Enrolment, review.subject_id)
    card = village.talk(village.focal).tap(f"mh:{enrolment.initiative_id}")
    assert "Rà soát ngày 23/12/2022: vẫn tốt; 45 hộ (tự báo, chưa kiểm tra)." in card


def test_changed_opens_just_the_news_and_their_report_goes_out(session, lan, review):
    assert "có gì mới" in lan.tap(f"rs:doi:{review.id}")
    assert answers(session) == ["changed"]
    assert "đã nhận phiếu" in lan.say("Thêm 5 hộ tham gia", "gửi")
    assert session.scalars(select(Report.kind).order_by(Report.id.desc())).first() == "update"


def test_stopped_tells_the_focal_person_who_records_it(session, village, lan, review):
    focal = village.talk(village.focal)
    assert "vì sao" in lan.tap(f"rs:dung:{review.id}")
    assert "Trợ lý đã báo anh Trần Văn Minh" in lan.say("Chủ mô hình chuyển đi")
    letter = told(focal, lan.letters)[0]
    assert "đã dừng: “Chủ mô hình chuyển đi”" in letter.text
    assert letter.options[0].data == f"vd:stop:{review.subject_id}"
    assert answers(session) == ["stopped"]


def test_why_it_stopped_can_be_skipped(session, lan, review):
    lan.tap(f"rs:dung:{review.id}")
    assert "đã dừng" in lan.say("bỏ qua")


def test_a_button_of_yesterday_changes_nothing(session, lan, review):
    lan.tap(f"rs:tot:{review.id}")
    lan.say("bỏ qua")
    assert "đã xong rồi" in lan.tap(f"rs:dung:{review.id}")
    assert answers(session) == ["good"]


def test_nobody_answers_for_somebody_else(session, village, chat, review):
    other = chat(make_member(session, name="Lê Thị Mai", unit=unit(session)))
    assert "không nằm trong danh sách" in other.tap(f"rs:tot:{review.id}")
    assert "không nằm trong danh sách" in other.tap(f"nh:{review.id}")
    assert not answers(session)


def test_when_the_schedule_has_ended_nothing_is_asked(session, lan, review):
    session.get_one(Schedule, review.schedule_id).state = "ended"
    assert "không dùng nữa" in lan.tap(f"rs:tot:{review.id}")
    assert bundled(lan, review).text == ""


def test_the_focal_person_hears_who_has_not_answered(village, session, review):
    focal = village.talk(village.focal)
    theirs = remind(
        session, "initiative_review", review.subject_id, village.xa.id, village.focal,
        rung="focal", stage=5,
    )  # fmt: skip
    assert "chưa có tin từ bà Nguyễn Thị Lan" in bundled(focal, theirs).text


# -- not mine -------------------------------------------------------------------------------------


@pytest.fixture
def hung(session, village):
    member = make_member(session, name="Võ Văn Hùng", unit=village.xa, address="ông")
    make_account(session, member)
    return member


def not_mine(lan, review):
    lan.tap(f"rsk:{review.id}")
    return lan.say("anh Hùng")


def test_not_mine_goes_to_the_focal_person(session, village, lan, review):
    focal = village.talk(village.focal)
    assert "đã báo anh Trần Văn Minh" in not_mine(lan, review)
    assert "nay do “anh Hùng” phụ trách" in told(focal, lan.letters)[0].text
    assert review.state == "handed"
    assert "Giao người phụ trách" in str(focal.hear("việc cần làm")[0].options)


def test_the_focal_person_gives_it_to_somebody_of_the_unit(session, village, lan, review, hung):
    not_mine(lan, review)
    task = session.scalars(select(Task)).one()
    focal = village.talk(village.focal)
    assert "Võ Văn Hùng" in str(focal.hear(button=f"pt:{task.id}")[0].options)
    assert "Đã giao" in focal.tap(f"ptcho:{task.id}:{hung.id}")
    assert session.scalars(select(Report.author_id)).all() == [hung.id]
    assert [r.subject_id for r in mine(village, hung)] == [review.subject_id]


def mine(village, member):
    today = LATER.date()
    return reminders.open_of(village.session, member.id, today, VIETNAM)


def test_given_once_it_is_given(session, village, lan, review, hung):
    not_mine(lan, review)
    task = session.scalars(select(Task)).one()
    focal = village.talk(village.focal)
    focal.tap(f"ptcho:{task.id}:{hung.id}")
    assert "đã được giao rồi" in focal.tap(f"ptcho:{task.id}:{village.focal.id}")


def test_a_member_gives_no_models(session, village, lan, review, hung):
    not_mine(lan, review)
    task = session.scalars(select(Task)).one()
    assert "việc của đầu mối" in village.talk(hung).tap(f"ptcho:{task.id}:{hung.id}")


def test_it_is_not_counted_as_a_report_on_the_model(session, village, lan, review):
    not_mine(lan, review)
    scope = Scope(everything=True)
    first, last = date(2022, 10, 1), date(2022, 12, 31)
    assert not self_reports.by_unit(session, scope, village.root.id, first, last)


def test_a_model_without_news_for_months_is_asked_the_same(session, village, lan):
    one = made_in_spring(village)
    stale = remind(session, "stale", one.id, village.xa.id, village.lan)
    assert "6 tháng chưa có tin" in bundled(lan, stale).text
    lan.tap(f"rs:tot:{stale.id}")
    assert (answers(session), stale.state) == (["good"], "done")
