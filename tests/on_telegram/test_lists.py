"""A list sent through Telegram: fetched, read by the worker process, shown, imported, sent back."""

from pathlib import Path

from storage.sheet_rows import sheet
from storage.tables.units import Target
from tests.storage.excel import write_xlsx
from tests.telegramming import rows

HEAD: list[str | float] = ["Đơn vị", "Năm", "Số mô hình"]
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def book(folder: Path, *lines: list[str | float]) -> bytes:
    return write_xlsx(folder / "a.xlsx", [["CHỈ TIÊU NĂM 2026"], HEAD, *lines]).read_bytes()


async def test_it_is_shown_imported_and_what_was_refused_comes_back(at, minh, tmp_path):
    data = book(tmp_path, ["Xã Thạch Lạc", 2026, 12.0], ["Xã Mới", 2026, 3])
    minh.send_document(data, "Chỉ tiêu.xlsx", MIME)
    await at.rest(15)
    assert "đang đọc tệp “Chỉ tiêu.xlsx”" in minh.chat.replies[0].text
    assert "– 1 dòng mới" in minh.last.text
    assert "Dòng 4: chưa có đơn vị “Xã Mới”" in minh.last.text
    assert "Đã nhập 1 dòng" in await at.taps(minh, "Nhập 1 dòng")
    assert [(t.year, t.value) for t in rows(at, Target)] == [(2026, 12)]
    await at.taps(minh, "Tải dòng chưa nhận")
    assert minh.last.document
    assert [cells[0] for _, cells in sheet(minh.last.document.data, 9).rows] == ["Đơn vị", "Xã Mới"]


async def test_one_that_fails_to_come_is_fetched_again_and_what_followed_waits(
    at, minh, tmp_path, thu
):
    at.double.faults.next("502", 2, methods={"getFile", "download"})
    minh.send_document(book(tmp_path, ["Xã Thạch Lạc", 2026, 12]), "a.xlsx", MIME)
    minh.say("/thu một")
    await at.rest(15)
    texts = [message.text for message in minh.chat.replies]
    assert "đang đọc tệp" in texts[0]
    assert texts[1] == "Đã ghi một"
    assert "– 1 dòng mới" in texts[2]


async def test_what_is_no_workbook_says_what_to_do(at, minh):
    minh.send_document(b"%PDF-1.7", "a.xlsx", MIME)
    await at.rest(15)
    assert "tệp này không phải bảng Excel hay CSV" in minh.last.text


async def test_a_file_of_another_kind_gets_the_answer_it_always_got(at, minh):
    minh.send_document(b"%PDF-1.7", "ke-hoach.pdf", "application/pdf")
    await at.rest()
    assert "Trợ lý chưa đọc được tệp này ạ" in minh.last.text


async def test_in_the_middle_of_a_form_it_is_put_aside_for_the_preview(at, minh, tmp_path):
    await at.says(minh, "/dangky moi")
    minh.send_document(book(tmp_path, ["Xã Thạch Lạc", 2026, 12]), "a.xlsx", MIME)
    await at.rest(15)
    assert "Phiếu đang ghi vẫn còn" in minh.last.text
    assert "Đã nhập 1 dòng" in await at.taps(minh, "Nhập 1 dòng")
    assert "Mô hình này thuộc loại nào ạ?" in await at.says(minh, "làm tiếp")
