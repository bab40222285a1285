"""Lịch nhắc của đơn vị: seen, paused, changed, added in chat, without a restart."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from bot.handlers.audit import ACTIONS, KINDS
from bot.handlers.schedules_change import CHANGES
from storage.tables.people import Audit
from storage.tables.reminders import ReviewPeriod, Schedule
from storage.tables.units import Unit
from tests.handlers.chatting import Chat, Open, admin, focal, managed, unit
from tests.handlers.scheduling import labels, late, make_schedules, schedule
from tests.make import make_member


@pytest.fixture
def manager(session: Session, root: Unit, chat: Open) -> Chat:
    make_schedules(session, root)
    return chat(admin(session, root))


def change(one: Chat, of: Schedule, which: str, *said: str) -> str:
    one.tap(f"ls_sua:{of.id}:{which}")
    return one.say(*said)


# -- looking ------------------------------------------------------------------------------------


def test_the_list_says_each_in_a_line(manager: Chat) -> None:
    said = late(manager, "ls").text
    assert "Báo cáo tháng (tạm dừng): hạn 25/12/2022" in said
    assert (
        "Báo cáo quý: hạn 15/3/2023, nhắc trước 5 và 1 ngày, sau 1 ngày; quá 3 ngày báo cấp trên"
        in said
    )


def test_the_list_comes_in_pages_of_eight(manager: Chat) -> None:
    first, second = late(manager, "ls"), late(manager, "ls:8")
    assert len(labels(first)) == 8 + 3
    assert "Xem tiếp" in labels(first)
    assert "Kiến nghị đến hạn" in labels(second)
    assert "tính theo hạn của từng kiến nghị" in second.text


def test_the_button_is_with_reminding(manager: Chat) -> None:
    assert "Lịch nhắc của đơn vị" in managed(manager)
    assert "Lịch nhắc của đơn vị" in labels(manager.hear("/lichnhac")[-1])


def test_one_schedule_is_told_in_plain_words(session: Session, manager: Chat) -> None:
    said = manager.tap(f"ls_xem:{schedule(session).id}")
    assert said.splitlines() == [
        "LỊCH NHẮC: Báo cáo quý (đang chạy)",
        "Nhắc về: Báo cáo kỳ",
        "Hạn: ngày 15 tháng 3, 6, 9, 12; lần tới 15/3/2023",
        "Ngày nhắc: trước 5 ngày, trước 1 ngày, sau 1 ngày; sau 3 ngày: cấp trên",
        "Giờ gửi: theo ý người nhận",
        "Phạm vi: Huyện Thạch Hà và các đơn vị bên dưới",
        "Vai trò nhận: đầu mối",
        "Lời nhắc: lời có sẵn của Trợ lý",
    ]


def test_what_makes_no_sense_for_a_kind_is_not_offered(session: Session, manager: Chat) -> None:
    offered = labels(manager.hear(button=f"ls_xem:{schedule(session, 'giao-ban').id}")[0])
    assert "Sửa ngày nhắc" in offered
    assert not {"Sửa hạn", "Phạm vi", "Vai trò", "Số tháng", "Kết thúc lịch này"} & {*offered}


def test_a_focal_person_reads_and_changes_nothing(
    session: Session, manager: Chat, chat: Open
) -> None:
    one, of = chat(focal(session)), schedule(session)
    assert labels(one.hear(button=f"ls_xem:{of.id}")[0]) == [
        "Xem trước sẽ gửi cho ai",
        "Lịch nhắc của đơn vị",
    ]
    assert "là việc của quản trị Huyện Thạch Hà" in one.tap(f"ls_nghi:{of.id}:1")


def test_a_villager_is_told_whom_it_is_for(session: Session, manager: Chat, chat: Open) -> None:
    one = chat(make_member(session, unit=unit(session)))
    assert "dành cho đầu mối, lãnh đạo" in one.tap("ls")


# -- pausing --------------------------------------------------------------------------------------


def test_paused_and_run_again(session: Session, manager: Chat) -> None:
    of = schedule(session)
    assert "Đã tạm dừng" in manager.tap(f"ls_nghi:{of.id}:1")
    assert (schedule(session).state, schedule(session).revision) == ("paused", 2)
    assert "Đã chạy lại" in manager.tap(f"ls_chay:{of.id}:2")
    assert schedule(session).state == "active"


def test_a_second_tap_changes_nothing(session: Session, manager: Chat) -> None:
    of = schedule(session)
    manager.tap(f"ls_nghi:{of.id}:1")
    assert "đang tạm dừng rồi" in manager.tap(f"ls_nghi:{of.id}:1")
    assert schedule(session).revision == 2


def test_the_second_of_two_administrators_sees_what_the_first_did(
    session: Session, root: Unit, manager: Chat, chat: Open
) -> None:
    other = chat(make_member(session, name="Hà Thị Hai", unit=root, role=Role.ADMIN))
    of = schedule(session)
    other.tap(f"ls_sua:{of.id}:gio")
    manager.tap(f"ls_nghi:{of.id}:1")
    said = other.say("buổi tối", "lưu")
    assert "Lê Quản Trị vừa đổi lịch này" in said
    assert "LỊCH NHẮC: Báo cáo quý (tạm dừng)" in said
    assert schedule(session).window == "own"


def test_a_schedule_that_came_with_the_program_is_not_ended(
    session: Session, manager: Chat
) -> None:
    of = schedule(session)
    assert "tạm dừng giúp" in manager.tap(f"ls_het:{of.id}:1:co")
    assert schedule(session).state == "active"


# -- changing -----------------------------------------------------------------------------------


def test_old_and_new_stand_side_by_side_before_it_counts(session: Session, manager: Chat) -> None:
    said = change(manager, schedule(session), "han", "ngay 20 thang 3,6,9,12")
    assert "1. Hiện nay: ngày 15 tháng 3, 6, 9, 12" in said
    assert "2. Đổi thành: ngày 20 tháng 3, 6, 9, 12" in said
    assert "(chưa lưu)" in said
    assert schedule(session).rule == "15 3,6,9,12 *"


def test_a_due_day_is_changed_with_its_period(session: Session, manager: Chat) -> None:
    said = change(manager, schedule(session), "han", "ngày 20 tháng 3, 6, 9, 12", "lưu")
    assert "Hạn: ngày 20 tháng 3, 6, 9, 12; lần tới 20/3/2023" in said
    days = select(ReviewPeriod.due_on).where(ReviewPeriod.schedule_id == schedule(session).id)
    assert [str(day) for day in session.scalars(days)] == ["2022-12-15", "2023-03-20"]


@pytest.mark.parametrize(
    ("which", "typed", "kept"),
    [
        ("nhac", "truoc 3 ngay; qua 2 ngay bao dau moi", [[-3, "person"], [2, "focal"]]),
        ("gio", "buổi tối", "evening"),
        ("loi", "Xin {ac} gửi báo cáo quý giúp", "Xin {ac} gửi báo cáo quý giúp"),
        ("vtro", "đầu mối, lãnh đạo", ["focal", "leader"]),
    ],
)
def test_each_part_is_changed_by_one_answer(
    session: Session, manager: Chat, which: str, typed: str, kept: object
) -> None:
    assert "Đã lưu" in change(manager, schedule(session), which, typed, "lưu")
    assert getattr(schedule(session), CHANGES[which].column) == kept


def test_the_scope_is_a_unit_by_its_name(session: Session, manager: Chat) -> None:
    change(manager, schedule(session), "pvi", "thach lac", "lưu")
    assert schedule(session).unit_id == unit(session).id


def test_the_built_in_words_come_back(session: Session, manager: Chat) -> None:
    of = schedule(session)
    change(manager, of, "loi", "Đề nghị gửi báo cáo quý", "lưu")
    assert "Lời nhắc: lời có sẵn" in change(manager, of, "loi", "lời có sẵn", "lưu")


def test_the_number_of_months_is_changed(session: Session, manager: Chat) -> None:
    of = schedule(session, "lau-chua-cap-nhat")
    assert "sau 9 tháng" in change(manager, of, "thang", "9 tháng", "lưu")


@pytest.mark.parametrize(
    ("which", "typed", "said"),
    [
        ("han", "31/02", "Tháng 2 không có ngày 31"),
        ("han", "ngày 40", "Không có ngày 40"),
        ("han", "ngày 25 hằng tháng", "mỗi quý một ngày hạn"),
        ("han", "thứ hai hằng tuần", "Lịch này tính theo quý"),
        ("han", "khi nào rảnh", "Ví dụ: ngày 15 hằng tháng"),
        ("nhac", "trước 5 ngày: cấp trên", "chỉ được báo sau hạn"),
        ("nhac", "sau 3 ngày: cấp trên; sau 5 ngày: đầu mối", "thì ngược ạ"),
        ("nhac", "5 ngày", "trước hay sau hạn 5 ngày"),
        ("loi", "Chào {ten}, xin gửi báo cáo", "“ten” trong ngoặc nhọn"),
        ("pvi", "Xã Không Có", "chưa tìm thấy tên này"),
    ],
)
def test_a_wrong_answer_is_explained_and_asked_again(
    session: Session, manager: Chat, which: str, typed: str, said: str
) -> None:
    of = schedule(session)
    assert said in change(manager, of, which, typed)
    assert schedule(session).revision == 1


def test_before_a_report_came_nobody_is_reminded_of_it(session: Session, manager: Chat) -> None:
    said = change(manager, schedule(session, "cho-xem"), "nhac", "trước 2 ngày")
    assert "chỉ nhắc được sau ngày ấy" in said


def test_the_same_again_is_no_change(session: Session, manager: Chat) -> None:
    assert "vẫn như cũ" in change(manager, schedule(session), "gio", "theo ý người nhận", "lưu")
    assert schedule(session).revision == 1


def test_the_line_to_compare_with_is_not_changed(session: Session, manager: Chat) -> None:
    said = change(manager, schedule(session), "gio", "buổi tối", "sửa 1", "gì đó")
    assert "chỉ để" in said


def test_every_change_is_in_the_log_in_words(session: Session, manager: Chat) -> None:
    change(manager, schedule(session), "gio", "buổi tối", "lưu")
    (row,) = session.scalars(select(Audit))
    assert (row.action, row.kind) == ("change_window", "schedule")
    assert "đổi giờ gửi của lịch nhắc “Báo cáo quý”" in manager.tap("nk_ngay:2022-12-23")
    assert {one.act for one in CHANGES.values()} <= ACTIONS.keys()
    assert "schedule" in KINDS


# -- adding ---------------------------------------------------------------------------------------

ANSWERS = (
    "báo cáo kỳ", "Báo cáo tháng", "ngày 28 hằng tháng", "trước 2 ngày; sau 1 ngày: cấp trên",
    "Xã Thạch Lạc", "đầu mối", "giờ hành chính", "lời có sẵn", "lưu",
)  # fmt: skip


def add(one: Chat, *said: str) -> str:
    one.tap("ls_moi")
    return one.say(*(said or ANSWERS))


def test_a_schedule_of_ones_own_runs_at_once(session: Session, manager: Chat) -> None:
    assert "Đã thêm lịch nhắc" in add(manager)
    made = schedule(session, "bao-cao-thang-2")
    assert (made.rule, made.period, made.stages) == (
        "28 * *", "month", [[-2, "person"], [1, "superior"]],
    )  # fmt: skip
    assert session.scalars(select(ReviewPeriod).filter_by(schedule_id=made.id)).first()


def test_without_a_calendar_no_due_day_is_asked(session: Session, manager: Chat) -> None:
    said = add(
        manager, "phiếu chờ xem", "Phiếu chờ quá lâu", "sau 4 ngày", "1", "buổi tối", "1", "lưu"
    )
    assert "Hạn: ngày phiếu được gửi" in said


def test_what_concerns_the_whole_is_for_who_administers_it(
    session: Session, manager: Chat, chat: Open
) -> None:
    of_xa = make_member(session, unit=unit(session), role=Role.ADMIN, over=unit(session))
    answers = ("kết luận", "Kết luận của xã", "trước 1 ngày", "đầu mối", "buổi tối", "1", "lưu")
    said = add(chat(of_xa), *answers)
    assert "đặt được lịch cho đơn vị mình phụ trách" in said


def test_an_own_one_is_ended(session: Session, manager: Chat) -> None:
    add(manager)
    made = schedule(session, "bao-cao-thang-2")
    manager.tap(f"ls_het:{made.id}:1")
    assert "Đã kết thúc" in manager.tap(f"ls_het:{made.id}:1:co")
    assert "đã kết thúc" in manager.tap(f"ls_xem:{made.id}")
    assert late(manager, "ls:8").text.count("Báo cáo tháng") == 0


def test_braces_in_a_name_are_only_letters(session: Session, manager: Chat) -> None:
    add(manager, ANSWERS[0], "Lịch {ac} {n}", *ANSWERS[2:])
    assert "Lịch {ac} {n}: hạn" in late(manager, "ls:16").text
