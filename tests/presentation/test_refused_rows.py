"""Rows that were not taken come back as they were written, with the reason, never as formulas."""

import io
import zipfile

from bot.presentation.refused_rows import WHY, workbook
from storage.sheet_rows import sheet

EVIL = ['=HYPERLINK("http://x.vn")', "+84 912", "-1", "@SUM(A1)", "{=1+1}", "http://a.vn", "\x07"]


def test_the_reason_is_the_last_column() -> None:
    made = workbook(["Đơn vị", "Năm"], [(["Xã Mới", "2026"], "chưa có đơn vị “Xã Mới”.")])
    rows = [(1, ["Đơn vị", "Năm", WHY]), (2, ["Xã Mới", "2026", "chưa có đơn vị “Xã Mới”."])]
    assert sheet(made, 9).rows == rows


def test_a_row_that_is_shorter_or_longer_than_the_headings() -> None:
    made = workbook(["Đơn vị", "Năm"], [(["Xã Mới"], "thiếu"), (["a", "b", "c"], "thừa")])
    assert [cells for _, cells in sheet(made, 9).rows[1:]] == [
        ["Xã Mới", "", "thiếu"], ["a", "b", "thừa"],
    ]  # fmt: skip


def test_no_cell_becomes_a_formula_or_a_link() -> None:
    made = workbook(EVIL, [(EVIL, "=1+1")])
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        page = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert [cells[:6] for _, cells in sheet(made, 9).rows] == [EVIL[:6]] * 2
