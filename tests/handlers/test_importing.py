"""A list sent as a file: what is shown before, and that nothing but that is done."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Document, Other, Said
from bot.domain.roles import Act, Role
from bot.handlers.importing import LISTS, ListKind, offer
from storage import members, targets
from storage.list_import import Plan
from storage.sheet_rows import sheet
from storage.tables.delivery import Job
from storage.tables.lifecycle import TargetChange
from storage.tables.people import Audit
from storage.tables.units import Target, Unit
from tests.handlers.chatting import LATER, Chat, Open, focal, unit
from tests.handlers.listing import button, preview, put, sent, shown, take
from tests.make import make_member, make_target

ROW = "Xã Thạch Lạc;2022;12;\n"
TWO = ROW + "Xã Thạch Lạc;2023;15;\n"
BAD = "Xã Thạch Khê;2022;3;\nXã Thạch Lac;2022;x;\n"


@pytest.fixture
def lac(session: Session, root: Unit) -> Unit:
    return unit(session)


@pytest.fixture
def binh(session: Session, lac: Unit, chat: Open) -> Chat:
    """The focal person of Thạch Lạc."""
    return chat(focal(session))


@pytest.fixture
def approver(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(make_member(session, "Phan Quốc Tuấn", root, Role.APPROVER))


def numbers(session: Session) -> dict[int, int]:
    return {t.year: t.value for t in session.scalars(select(Target).order_by(Target.year))}


# -- what is shown --------------------------------------------------------------------------------


def test_how_many_rows_are_new_changed_there_already_and_refused(session, lac, approver):
    make_target(session, lac, 7)
    make_target(session, lac, 15, 2023)
    text = preview(approver, TWO + "Xã Thạch Lạc;2024;1;\nXã Mới;2022;9;\n").text
    assert text.split("\n")[1:5] == [
        "– 1 dòng mới", "– 1 dòng thay đổi", "– 1 dòng đã có", "– 1 dòng chưa nhận",
    ]  # fmt: skip
    assert "Dòng 5: chưa có đơn vị “Xã Mới”." in text


def test_only_the_first_refused_rows_are_told(binh):
    text = preview(binh, "".join(f"Xã Thạch Khê;{2000 + n};1;\n" for n in range(9))).text
    assert text.count("ngoài phạm vi được giao") == 5
    assert "… và 4 dòng nữa." in text


def test_columns_and_sheets_that_are_not_read_are_named(binh):
    job = sent(binh, "1;Thạch Lạc;2022;3\n", "STT;Đơn vị;Năm;Số mô hình\n")
    job.result = {**(job.result or {}), "more": ["Trang 2"]}
    text = shown(binh, f"ds_doc:{job.id}").text
    assert "Không dùng cột: STT." in text
    assert "Chỉ đọc trang đầu, không đọc: Trang 2." in text


def test_wrong_headings_are_named_with_those_that_are_expected(binh):
    text = preview(binh, "a;b\n", "Họ tên;Điện thoại\n").text
    assert "“Họ tên”, “Điện thoại”" in text
    assert "Đơn vị, Năm, Số mô hình" in text


def test_a_column_that_is_there_twice_is_named(binh):
    job = sent(binh, "a;2022;1;2\n", "Đơn vị;Năm;Số mô hình;Chỉ tiêu\n")
    with pytest.raises(Exception, match="hai cột cùng nghĩa “Chỉ tiêu”"):
        shown(binh, f"ds_doc:{job.id}")


def test_an_empty_file_is_named(binh):
    assert "chưa có dòng nào" in preview(binh, "", "").text


def test_a_file_that_cannot_be_read_says_why(binh):
    why = "Trợ lý chưa đọc được tệp: tệp này có mật khẩu."
    jobs = [put(binh, "failed", result) for result in ({"refused": why}, {"error": "crashed"})]
    assert shown(binh, f"ds_doc:{jobs[0].id}").text == why
    assert "lưu lại loại .xlsx" in shown(binh, f"ds_doc:{jobs[1].id}").text


# -- having it imported ---------------------------------------------------------------------------


def test_the_good_rows_are_imported_and_the_others_left(session, binh):
    said = take(binh, TWO + BAD)
    assert said.startswith("Đã nhập 2 dòng chỉ tiêu từ tệp “chi-tieu.csv”.")
    assert numbers(session) == {2022: 12, 2023: 15}
    [entry] = session.scalars(select(Audit).where(Audit.kind == "list")).all()
    assert (entry.action, entry.details) == ("enter", {"rows": 2})


def test_the_same_file_again_changes_nothing_and_says_so(session, binh):
    take(binh, TWO)
    again = preview(binh, TWO)
    assert "– 2 dòng đã có\nKhông có dòng nào để nhập thêm" in again.text
    assert [o.label for o in again.options] == ["Việc khác"]
    assert len(session.scalars(select(TargetChange)).all()) == 2


def test_a_second_tap_imports_nothing_twice(session, binh):
    tapped = button(preview(binh, TWO), "Nhập")
    binh.tap(tapped)
    assert "Không có dòng nào để nhập thêm" in binh.tap(tapped)
    assert len(session.scalars(select(TargetChange)).all()) == 2


def test_what_has_changed_since_is_shown_again_and_nothing_done(session, lac, binh):
    tapped = button(preview(binh, TWO), "Nhập")
    make_target(session, lac, 7)
    assert binh.tap(tapped).startswith("Từ lúc xem đến giờ có thay đổi")
    assert numbers(session) == {2022: 7}


def test_who_may_no_more_imports_nothing(session, lac, binh):
    tapped = button(preview(binh, TWO), "Nhập")
    members.end_roles(session, binh.person.member_id or 0, LATER)
    assert "2 dòng chưa nhận" in binh.tap(tapped)
    assert numbers(session) == {}


def test_an_amendment_waits_for_the_approver_and_the_old_value_stays(session, lac, binh, approver):
    make_target(session, lac, 7)
    said = take(binh, "Xã Thạch Lạc;2022;12;Thêm một thôn\n")
    assert "1 dòng chờ người thẩm định duyệt" in said
    assert numbers(session) == {2022: 7}
    [change] = targets.proposed(session, [lac.id], LATER.date(), 9)
    assert (change.before, change.value, change.reason) == (7, 12, "Thêm một thôn")
    [letter] = binh.letters
    assert (letter.account_id, "đổi 1 chỉ tiêu" in letter.reply.text) == (approver.account.id, True)


def test_the_same_wish_again_changes_nothing_and_another_takes_its_place(session, lac, binh):
    make_target(session, lac, 7)
    take(binh, ROW)
    assert "– 1 dòng đã có (1 đang chờ duyệt)" in preview(binh, ROW).text
    take(binh, "Xã Thạch Lạc;2022;13;\n")
    states = [c.state for c in targets.history(session, lac.id, 2022, 9)]
    assert states == ["proposed", "replaced"]


def test_who_approves_amends_at_once(session, lac, approver):
    make_target(session, lac, 7)
    take(approver, ROW)
    assert numbers(session) == {2022: 12}


def test_refused_rows_come_back_with_the_reason(binh):
    back = shown(binh, button(preview(binh, TWO + BAD), "Tải"))
    assert back.file
    assert back.file.name == "Chưa nhận - chi-tieu.xlsx"
    head, *rows = (cells for _, cells in sheet(binh.files[back.file.hash], 9).rows)
    assert head[-1] == "Lý do chưa nhận"
    assert [(cells[0], "ngoài phạm vi" in cells[-1]) for cells in rows] == [
        ("Xã Thạch Khê", True), ("Xã Thạch Lac", False),
    ]  # fmt: skip


def test_what_is_put_right_there_can_be_sent_again(session, binh):
    back = shown(binh, button(preview(binh, BAD), "Tải"))
    assert back.file
    rows = sheet(binh.files[back.file.hash], 9).rows
    rows[2][1][0:3] = ["Xã Thạch Lạc", "2022", "4"]
    job = put(binh, "done", {"rows": [[n, c] for n, c in rows], "merged": [], "more": []})
    binh.tap(button(shown(binh, f"ds_doc:{job.id}"), "Nhập"))
    assert numbers(session) == {2022: 4}


def test_left_alone_it_is_forgotten(session, binh):
    reply = preview(binh, TWO)
    assert "không nhập gì" in binh.tap(button(reply, "Thôi"))
    assert session.scalars(select(Job.result)).all() == [{}]
    assert "không còn giữ tệp này" in binh.tap(button(reply, "Nhập"))


def test_nobody_reaches_the_list_of_somebody_else(session, binh, approver):
    tapped = button(preview(binh, TWO), "Nhập")
    assert "không còn giữ tệp này" in approver.tap(tapped)
    assert numbers(session) == {}


# -- a file comes ---------------------------------------------------------------------------------


def hear(one: Chat, **said: Any) -> str:
    return "\n".join(r.text for r in one.hear_said(Said(other=Other.FILE, **said)))


def test_it_is_read_by_the_worker_process(session, binh):
    listed = Document("chi-tieu.xlsx", "a" * 64)
    assert "đang đọc tệp “chi-tieu.xlsx”" in hear(binh, document=listed)
    [job] = session.scalars(select(Job)).all()
    assert (job.kind, job.payload) == ("list", {"hash": "a" * 64, "name": "chi-tieu.xlsx"})
    assert job.account_id == binh.account.id


def test_a_file_that_did_not_arrive_is_told_in_the_platforms_words(session, binh):
    assert hear(binh, document=Document("a.csv"), problem="Tệp lớn quá ạ.") == "Tệp lớn quá ạ."
    assert session.scalars(select(Job)).all() == []


def test_who_may_import_nothing_is_told_who_may(session, lac, chat):
    said = hear(chat(make_member(session, unit=lac)), document=Document("a.csv", "a" * 64))
    assert "dành cho đầu mối, người thẩm định, quản trị" in said
    assert session.scalars(select(Job)).all() == []


# -- another kind of list is one file -------------------------------------------------------------


@pytest.fixture
def more_kinds() -> Iterator[None]:
    def nothing(*_: object) -> Plan:
        return Plan(1, 0, 0, 0, 0, (), ("một",))

    columns = {"unit": ("don vi",), "year": ("nam",), "value": ("so mo hinh",)}
    kind = ListKind(
        "khac", "khác", Act.SET_TARGETS, columns, ("unit", "year"), "Đơn vị, Năm", nothing,
        lambda *_: " Xong.",
    )  # fmt: skip
    offer(kind)
    yield
    del LISTS["khac"]


def test_headings_that_fit_two_kinds_are_asked_about(binh, more_kinds):
    asked = preview(binh, ROW)
    assert "là danh sách gì ạ?" in asked.text
    chosen = shown(binh, button(asked, "Danh sách khác"))
    assert chosen.text.startswith("Tệp “chi-tieu.csv”: danh sách khác, 1 dòng.")
    assert "Đã nhập 1 dòng khác" in binh.tap(button(chosen, "Nhập"))


def test_headings_that_fit_one_kind_decide(binh, more_kinds):
    said = preview(binh, "Thạch Lạc;2022\n", "Đơn vị;Năm\n").text
    assert "danh sách khác, 1 dòng" in said


def test_a_made_up_kind_is_an_old_button(binh):
    job = sent(binh, ROW)
    assert "Nút này đã cũ" in binh.tap(f"ds_nhap:{job.id}:bịa:000000000000")
