"""What those above make of a unit's report: accept, return, reopen, and who has sent."""

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage.tables.people import Account
from storage.tables.reminders import PeriodReport, Reminder
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.periods import LED, NEXT, TODAY, Commune, labels, make_commune, told, write
from tests.make import make_account, make_enrolment, make_member, make_role

REASON = "ghi rõ số cuộc kiểm tra"


@pytest.fixture
def commune(session: Session, root: Unit, chat: Open) -> Commune:
    return make_commune(session, root, chat)


@pytest.fixture
def report(commune: Commune) -> PeriodReport:
    return commune.sent()


@pytest.fixture
def tuan(commune: Commune) -> Chat:
    return commune.talk(commune.tuan)


@pytest.fixture
def minhs(commune: Commune) -> Account:
    return make_account(commune.session, commune.minh)


def accept(one: Chat, report: PeriodReport, version: int = 1) -> str:
    return one.tap(f"bk_nhan:{report.id}:{version}")


def send_back(one: Chat, report: PeriodReport, said: str) -> str:
    one.tap(f"bk_tra:{report.id}:{report.version}")
    return one.say(said)


def reminded(commune: Commune, unit: Unit) -> Reminder:
    row = Reminder(
        schedule_id=commune.period.schedule_id, what="periodic_report", state="sent", stage=0,
        subject_id=commune.period.id, unit_id=unit.id, due_on=commune.period.due_on, rung="person",
        member_id=commune.minh.id, send_from=LATER, at=LATER,
    )  # fmt: skip
    commune.session.add(row)
    commune.session.flush()
    return row


# -- what waits -----------------------------------------------------------------------------------


def test_it_stands_in_what_is_to_be_done(report: PeriodReport, tuan: Chat) -> None:
    assert "Báo cáo kỳ chờ xem (1)" in labels(tuan, "việc cần làm")
    assert labels(tuan, button="bk_cho")[0] == "Báo cáo quý IV năm 2022 – Xã Thạch Lạc"


def test_the_page_has_all_answers_and_what_can_be_decided(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    [page] = tuan.hear(button=f"bk:{commune.about()}")
    assert f"Công tác lãnh đạo, chỉ đạo: {LED}" in page.text
    assert [o.label for o in page.options][:2] == ["Nhận báo cáo", "Trả lại để bổ sung"]


def test_figures_that_have_changed_since_are_shown(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    make_enrolment(commune.session, place=commune.xa, built_on=TODAY)
    assert "– Đã xây dựng (trong kỳ): 0 → 1" in tuan.tap(f"bk:{commune.about()}")


# -- accepting ------------------------------------------------------------------------------------


def test_acceptance_tells_the_author_and_ends_the_reminder(
    commune: Commune, report: PeriodReport, tuan: Chat, minhs: Account
) -> None:
    row = reminded(commune, commune.xa)
    assert "Không còn báo cáo nào chờ ông" in accept(tuan, report)
    assert (report.state, row.state) == ("accepted", "done")
    assert told(tuan, minhs) == ["Báo cáo quý IV năm 2022 – Xã Thạch Lạc đã được nhận. Cảm ơn anh."]


def test_the_reminders_of_other_units_stay(
    session: Session, commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    row = reminded(commune, commune.other)
    accept(tuan, report)
    assert row.state == "sent"


def test_two_at_once_the_second_sees_what_the_first_did(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    huong = make_member(commune.session, "Lê Thị Hương", commune.root, Role.FOCAL, address="chị")
    accept(commune.talk(huong), report)
    assert "Chị Lê Thị Hương đã nhận báo cáo này lúc" in accept(tuan, report)


def test_one_that_was_corrected_meanwhile_is_shown_anew(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    one = commune.talk(commune.minh)
    one.tap(f"bk_sua:{report.id}")
    one.say("sửa 2", "Họp giao ban hằng tháng", "gửi")
    assert "vừa được đơn vị sửa" in accept(tuan, report)
    assert report.state == "sent"


def test_an_accepted_one_is_not_corrected_any_more(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    one = commune.talk(commune.minh)
    one.tap(f"bk_sua:{report.id}")
    accept(tuan, report)
    assert "đã được cấp trên nhận" in one.say("gửi")
    assert report.version == 1


def test_whoever_accepted_it_can_open_it_again(report: PeriodReport, tuan: Chat) -> None:
    accept(tuan, report)
    tuan.tap(f"bk_mo:{report.id}:1")
    assert report.state == "sent"


def test_nobody_else_can(commune: Commune, report: PeriodReport, tuan: Chat) -> None:
    accept(tuan, report)
    huong = make_member(commune.session, "Lê Thị Hương", commune.root, Role.FOCAL, address="chị")
    assert "Phan Quốc Tuấn" in commune.talk(huong).tap(f"bk_mo:{report.id}:1")
    assert report.state == "accepted"


# -- returning ------------------------------------------------------------------------------------


def test_what_needs_work_is_marked_and_only_that_is_asked_again(
    commune: Commune, report: PeriodReport, tuan: Chat, minhs: Account
) -> None:
    send_back(tuan, report, f"2: {REASON}")
    assert f"1. Công tác lãnh đạo, chỉ đạo: {REASON}" in told(tuan, minhs)[0]
    one = commune.talk(commune.minh)
    assert f"Cần bổ sung: “{REASON}”" in one.tap(f"bk_sua:{report.id}")
    one.say("Kiểm tra 2 đợt, 7 thôn", "gửi")
    assert (report.state, report.answers["phuong_huong"]["t"]) == ("sent", NEXT)


def test_the_whole_can_be_returned_with_a_reason(
    report: PeriodReport, tuan: Chat, minhs: Account
) -> None:
    send_back(tuan, report, "Viết lại cho đúng đề cương")
    assert report.state == "returned"
    assert "“Viết lại cho đúng đề cương”" in told(tuan, minhs)[0]


def test_a_returned_one_stands_in_what_its_unit_has_to_do(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    send_back(tuan, report, f"2: {REASON}")
    line = "Báo cáo quý IV năm 2022 – Xã Thạch Lạc: cần bổ sung"
    assert line in labels(commune.talk(commune.minh), "việc cần làm")


def test_a_report_on_paper_that_has_not_come_is_returned(commune: Commune, tuan: Chat) -> None:
    one = commune.talk(commune.minh)
    one.tap(f"bk_vb:{commune.about()}")
    one.say("Báo cáo số 45-BC/ĐU ngày 20/12")
    send_back(tuan, commune.report(), "Chưa nhận được văn bản")
    assert commune.report().state == "returned"
    assert "Đơn vị đã lãnh đạo" not in one.tap(f"bk_sua:{commune.report().id}")
    one.say("1", LED, NEXT, "gửi")
    assert commune.report().state == "sent"


# -- who has sent ---------------------------------------------------------------------------------


def test_those_who_have_sent_nothing_come_first(
    commune: Commune, report: PeriodReport, tuan: Chat
) -> None:
    assert labels(tuan, button=f"bk_dv:{commune.period.id}")[:2] == [
        "Xã Thạch Khê: chưa nộp",
        "Xã Thạch Lạc: đã nộp, chờ xem",
    ]


def test_each_period_says_how_many_have_sent(report: PeriodReport, tuan: Chat) -> None:
    assert labels(tuan, button="bk_duoi")[0] == "Báo cáo quý IV năm 2022: 1/2 đơn vị đã nộp"


def test_a_leader_reads(commune: Commune, report: PeriodReport) -> None:
    leader = make_member(commune.session, "Nguyễn Đình Thành", commune.xa, Role.LEADER)
    one = commune.talk(leader)
    assert labels(one, "báo cáo kỳ")[0] == "Báo cáo quý IV năm 2022: đã nộp, chờ xem"
    assert labels(one, button=f"bk:{commune.about()}") == ["Báo cáo kỳ khác"]


def test_nobody_accepts_their_own(session: Session, commune: Commune) -> None:
    both = make_member(session, "Lê Văn Hai", commune.xa, Role.FOCAL)
    make_role(session, both, Role.FOCAL, commune.root)
    one = commune.talk(both)
    write(one, commune)
    assert "do cấp trên của đơn vị xem" in accept(one, commune.report())
