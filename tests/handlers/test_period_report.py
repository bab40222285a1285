"""A unit's report on a period: which are open, and how one is written."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage.tables.people import Draft
from storage.tables.reminders import Extension, PeriodReportVersion
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.periods import LED, NEXT, TODAY, Commune, labels, make_commune, told, write
from tests.make import make_account, make_enrolment, make_member, make_period


@pytest.fixture
def commune(session: Session, root: Unit, chat: Open) -> Commune:
    return make_commune(session, root, chat)


@pytest.fixture
def minh(commune: Commune) -> Chat:
    return commune.talk(commune.minh)


# -- which periods --------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["bao cao ky", "báo cáo quý", "bc ky", "/baocaoky"])
def test_typing_it_opens_the_list(minh: Chat, said: str) -> None:
    assert labels(minh, said)[0] == "Báo cáo quý IV năm 2022: chưa nộp; hạn 25/12/2022"


def test_the_page_of_reports_offers_it_to_those_it_concerns(minh: Chat, chat: Open) -> None:
    assert "Báo cáo kỳ" in labels(minh, "/baocao")


def test_a_member_is_offered_what_they_can_report(commune: Commune) -> None:
    lan = commune.talk(make_member(commune.session, unit=commune.xa))
    assert labels(lan, "/baocao") == ["Đăng ký mô hình mới", "Cập nhật mô hình đã có"]
    assert "dành cho đầu mối" in lan.say("báo cáo kỳ")


def test_a_period_that_has_not_begun_or_is_over_for_a_year_is_not_open(
    session: Session, commune: Commune, minh: Chat
) -> None:
    make_period(session, commune.root, "periodic_report", "month", TODAY + timedelta(9))
    make_period(
        session, commune.root, "periodic_report", "half", date(2021, 1, 1), date(2021, 6, 30),
        date(2021, 6, 10),
    )  # fmt: skip
    assert len([x for x in labels(minh, "báo cáo kỳ") if x.startswith("Báo cáo")]) == 1


def test_early_ones_are_welcome(commune: Commune, minh: Chat) -> None:
    assert "Nộp từ nay đến 25/12/2022" in minh.tap(f"bk:{commune.about()}")


def test_late_ones_too(commune: Commune, minh: Chat) -> None:
    commune.period.due_on = TODAY - timedelta(3)
    assert "đã quá 3 ngày; vẫn nộp được" in minh.tap(f"bk:{commune.about()}")


def test_more_time_that_was_granted_is_said(session: Session, commune: Commune, minh: Chat) -> None:
    session.add(
        Extension(what="periodic_report", subject_id=commune.period.id, unit_id=commune.xa.id,
                  member_id=commune.minh.id, until=date(2023, 1, 5), state="granted", at=LATER)
    )  # fmt: skip
    assert "hạn 5/1/2023" in labels(minh, "báo cáo kỳ")[0]


# -- writing it -----------------------------------------------------------------------------------


def test_the_shortest_report_takes_five_messages_from_its_reminder(
    commune: Commune, minh: Chat
) -> None:
    minh.tap(f"bk_ghi:{commune.about()}")
    rest = ["1", LED, NEXT, "gửi"]
    assert "Trợ lý đã nhận Báo cáo quý IV năm 2022 – Xã Thạch Lạc" in minh.say(*rest)


def test_from_the_list_it_takes_seven(commune: Commune, minh: Chat) -> None:
    assert "Trợ lý đã nhận" in minh.say("báo cáo kỳ", "1", "1", "1", LED, NEXT, "gửi")


def test_the_figures_are_there_already(session: Session, commune: Commune, minh: Chat) -> None:
    make_enrolment(session, place=commune.xa, built_on=date(2022, 12, 20))
    make_enrolment(session, place=commune.xa, built_on=date(2022, 5, 20))
    text = minh.tap(f"bk_ghi:{commune.about()}")
    assert "Đã xây dựng: 1 trong kỳ; 2 từ đầu năm" in text
    assert "không phải ghi" in text


def test_a_figure_that_is_not_right_gets_a_remark(commune: Commune, minh: Chat) -> None:
    minh.tap(f"bk_ghi:{commune.about()}")
    minh.say("Còn hai mô hình chưa ghi", LED, NEXT, "gửi")
    assert commune.report().answers["so_lieu"]["t"] == "Còn hai mô hình chưa ghi"


def test_the_preview_says_which_report_it_is(commune: Commune, minh: Chat) -> None:
    minh.tap(f"bk_ghi:{commune.about()}")
    assert "1. Số liệu: Báo cáo quý IV năm 2022 – Xã Thạch Lạc: đăng ký 0" in minh.say(
        "1", LED, NEXT
    )


def test_the_other_parts_can_be_added(commune: Commune, minh: Chat) -> None:
    write(minh, commune, "thêm hạn chế", "Hai mô hình chậm")
    assert commune.report().answers["han_che"]["t"] == "Hai mô hình chậm"


def test_what_was_said_the_last_time_is_taken_over_by_a_tap(
    session: Session, commune: Commune, minh: Chat
) -> None:
    days = (date(2022, 7, 1), date(2022, 9, 30), date(2022, 9, 15))
    earlier = make_period(session, commune.root, "periodic_report", "quarter", *days)
    minh.tap(f"bk_ghi:{earlier.id}:{commune.xa.id}")
    minh.say("1", LED, NEXT, "gửi")
    minh.tap(f"bk_ghi:{commune.about()}")
    assert f"Kỳ trước ghi: “{LED}”" in minh.say("1", "1")


def test_a_report_put_aside_goes_on(session: Session, commune: Commune, minh: Chat) -> None:
    minh.tap(f"bk_ghi:{commune.about()}")
    minh.say("1", LED, "để sau")
    assert "Kỳ tới đơn vị làm những việc gì" in minh.tap(f"bk_ghi:{commune.about()}")
    assert len(list(session.scalars(select(Draft)))) == 1


def test_those_above_are_told_once(commune: Commune, minh: Chat) -> None:
    write(minh, commune)
    assert told(minh, commune.account) == [
        "Trần Văn Minh đã gửi Báo cáo quý IV năm 2022 – Xã Thạch Lạc. Ông xem giúp ạ."
    ]


def test_an_administrator_is_told_where_nobody_else_is_above(
    session: Session, commune: Commune, minh: Chat
) -> None:
    commune.tuan.state = "left"
    mai = make_account(session, make_member(session, "Võ Thị Mai", commune.root, Role.ADMIN))
    assert "Võ Thị Mai sẽ xem" in write(minh, commune)
    assert len(told(minh, mai)) == 1


def test_where_nobody_is_above_that_is_said(commune: Commune, minh: Chat) -> None:
    commune.tuan.state = "left"
    assert "chưa có người nhận báo cáo" in write(minh, commune)


def test_the_old_button_shows_what_was_sent(commune: Commune, minh: Chat) -> None:
    write(minh, commune)
    assert "Đã nộp, chờ xem" in minh.tap(f"bk_ghi:{commune.about()}")


# -- two of one unit ------------------------------------------------------------------------------


def test_a_second_person_sees_what_the_first_did_and_can_correct_it(commune: Commune) -> None:
    commune.sent()
    hai = commune.talk(commune.colleague())
    assert "anh Trần Văn Minh" in hai.tap(f"bk:{commune.about()}")
    hai.tap(f"bk_sua:{commune.report().id}")
    hai.say("sửa 2", "Họp giao ban hằng tháng", "gửi")
    assert commune.report().answers["lanh_dao"]["t"] == "Họp giao ban hằng tháng"


def test_both_writing_at_once_the_second_is_shown_the_first_and_loses_nothing(
    commune: Commune,
) -> None:
    hai = commune.talk(commune.colleague())
    hai.tap(f"bk_ghi:{commune.about()}")
    hai.say("1", "Họp giao ban hằng tháng", NEXT)
    commune.sent()
    text = hai.say("gửi")
    assert "Anh Trần Văn Minh vừa gửi báo cáo này" in text
    assert LED in text
    assert "Họp giao ban hằng tháng" in text
    hai.say("gửi")
    assert commune.report().answers["lanh_dao"]["t"] == "Họp giao ban hằng tháng"


def test_every_version_is_kept(session: Session, commune: Commune, minh: Chat) -> None:
    report = commune.sent()
    minh.tap(f"bk_sua:{report.id}")
    minh.say("sửa 2", "Họp giao ban hằng tháng", "gửi")
    kept = session.scalars(select(PeriodReportVersion).order_by(PeriodReportVersion.version))
    assert [v.answers["lanh_dao"]["t"] for v in kept] == [LED, "Họp giao ban hằng tháng"]


# -- on paper -------------------------------------------------------------------------------------


def test_a_report_on_paper_needs_a_note_and_those_above_see_it(
    commune: Commune, minh: Chat
) -> None:
    minh.tap(f"bk_vb:{commune.about()}")
    minh.say("Báo cáo số 45-BC/ĐU ngày 20/12")
    assert commune.report().state == "paper"
    assert "số 45-BC/ĐU" in told(minh, commune.account)[0]


def test_it_can_still_be_written_here(commune: Commune, minh: Chat) -> None:
    minh.tap(f"bk_vb:{commune.about()}")
    minh.say("Báo cáo số 45-BC/ĐU ngày 20/12")
    minh.tap(f"bk_sua:{commune.report().id}")
    minh.say("1", LED, NEXT, "gửi")
    assert (commune.report().state, commune.report().version) == ("sent", 2)
