"""The daily message and what can be done about any reminder."""

from datetime import date, timedelta

import pytest

from bot.domain.due_words import how_far, until
from bot.domain.roles import Role
from bot.domain.text import utf16_len
from storage import recommendations, reports
from storage.tables.reminders import ReviewPeriod
from tests.handlers.chatting import LATER
from tests.handlers.living import make_village
from tests.handlers.remembering import (
    bundled,
    labels,
    made_in_spring,
    make_schedules,
    of_draft,
    remind,
    review_of,
    schedule,
)
from tests.make import NOW, make_member
from tests.storage.inspected import confirmed

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


# -- one message ----------------------------------------------------------------------------------


def test_several_kinds_are_one_list_the_most_urgent_first(session, village, lan, review):
    reply = bundled(lan, of_draft(session, village, lan), review)
    assert reply.text.startswith("Kính gửi bà Nguyễn Thị Lan, Trợ lý xin nhắc 2 việc.")
    assert labels(reply)[0].startswith("Rà soát quý IV năm 2022 (đã quá hạn 8 ngày)")
    assert "Phiếu làm dở" in labels(reply)[1]


def test_a_line_opens_the_whole_of_it(session, village, lan, review):
    reply = bundled(lan, of_draft(session, village, lan), review)
    assert "Nay mô hình thế nào" in lan.tap(reply.options[0].data)
    assert labels(lan.hear(button=reply.options[1].data)[0]) == ["Làm tiếp", "Xóa phiếu", "Để sau"]


def test_with_nothing_left_there_is_no_message(lan):
    assert bundled(lan).text == ""


def test_it_stays_short_whatever_there_is(village, lan):
    rows = [review_of(village, "Mô hình dài " * 30) for _ in range(25)]
    assert utf16_len(bundled(lan, *rows).text) <= 2000


def test_what_waits_stands_on_the_list_any_day_overdue_first(session, village, lan, review):
    of_draft(session, village, lan)
    options = lan.hear("việc cần làm")[0].options
    assert "đã quá hạn 8 ngày" in options[0].label
    assert options[0].data == f"nh:{review.id}"
    assert "Phiếu làm dở" in options[1].label


def test_days_in_words():
    assert until(TODAY + timedelta(1), TODAY) == "từ nay đến thứ Bảy, 24/12/2022 (còn 1 ngày)"
    assert how_far(TODAY - timedelta(2), TODAY) == "đã quá hạn 2 ngày"
    assert how_far(TODAY, TODAY) == "hôm nay"


# -- other kinds ----------------------------------------------------------------------------------


def test_the_inspector_finds_what_nobody_has_inspected(session, village, root):
    made_in_spring(village)
    inspector = make_member(session, name="Lê Thị Hương", unit=root, role=Role.INSPECTOR)
    when = ReviewPeriod(
        schedule_id=schedule(session, "not_inspected").id, kind="year", first=date(2022, 1, 1),
        last=date(2022, 12, 31), due_on=date(2022, 11, 1),
    )  # fmt: skip
    session.add(when)
    session.flush()
    one = remind(session, "not_inspected", when.id, root.id, inspector, when.due_on, stage=0)
    chat = village.talk(inspector)
    assert "1 mô hình chưa được kiểm tra năm 2022" in bundled(chat, one).text
    assert "Tuyến đường hoa (Xã Thạch Lạc)" in str(chat.hear(button="ckt:2022")[0].options)
    assert "dành cho cán bộ kiểm tra" in village.talk(village.lan).tap("ckt:2022")


@pytest.mark.parametrize("button", ["nh:lala:1", "nh:999999", "lh:999999", "pt:999999", "nh:sau:x"])
def test_made_up_buttons_change_nothing(lan, button):
    assert lan.tap(button)


def make_waiting(session, village):
    one = made_in_spring(village, "Vườn rau sạch")
    report = reports.add(
        session, key="waits", kind="update", enrolment=one, author_id=village.lan.id,
        answers={}, has_results=True, now=NOW,
    )  # fmt: skip
    return report, village.xa.id


def test_who_decides_is_reminded_of_reports_that_wait(session, village):
    report, xa_id = make_waiting(session, village)
    one = remind(session, "report_waiting", report.id, xa_id, village.focal, TODAY, stage=2)
    focal = village.talk(village.focal)
    reply = bundled(focal, one)
    assert "1 phiếu chờ anh xem" in reply.text
    assert reply.options[0].data == f"xet:{report.id}"
    assert str(focal.hear("việc cần làm")[0].options).count("Vườn rau sạch") == 1


def test_a_group_opens_though_its_first_is_done(session, village, lan):
    rows = [review_of(village, name) for name in ("Một", "Hai", "Ba")]
    lan.tap(f"rs:tot:{rows[0].id}")
    lan.say("bỏ qua")
    assert "bà có 2 mô hình" in lan.tap(f"nh:nhom:{rows[0].id}")


def recommended(session, village):
    inspector = make_member(session, name="Lê Thị Hương", unit=village.root, role=Role.INSPECTOR)
    enrolment = made_in_spring(village)
    inspection = confirmed(session, enrolment, author=inspector, asks="Làm biển tên")
    return recommendations.of_inspection(session, inspection.id)


def test_a_recommendation_is_answered_with_a_tap(session, village, lan):
    asked = recommended(session, village)
    one = remind(
        session, "recommendation", asked.id, village.xa.id, village.lan, asked.due_on, stage=-7
    )
    reply = bundled(lan, one)
    assert "Kiến nghị sau kiểm tra chờ bà khắc phục: Làm biển tên" in reply.text
    assert labels(reply)[:3] == ["Đã khắc phục", "Có ý kiến", "Để sau"]
    assert str(lan.hear("việc cần làm")[0].options).count("Làm biển tên") == 1


def test_an_administrators_own_words_stand_above(session, village, lan):
    schedule(session, "initiative_review").text = "{Ac} xem giúp trước ngày tổng kết ạ."
    said = bundled(lan, review_of(village), review_of(village, "Vườn rau"))
    assert "xem giúp trước ngày tổng kết ạ.\nRà soát" in said.text
