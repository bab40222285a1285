"""What offices send: workbooks, CSV of all kinds, and what is neither."""

from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from storage.sheet_rows import BadRow, Sheet, sheet
from tests.storage.excel import write_xlsx


def made(*merged: tuple[int, int, int, int], sheets: int = 1) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        first, *_ = [book.add_worksheet(f"Trang {n}") for n in range(1, sheets + 1)]
        first.write_row(2, 1, ["Đơn vị", 12, 1.25])
        for range_ in merged:
            first.merge_range(*range_, "gộp")
    return out.getvalue()


def test_cells_keep_their_line_and_their_column() -> None:
    assert sheet(made(), 9).rows == [(3, ["", "Đơn vị", "12", "1,25"])]


def test_merged_cells_are_told_with_their_lines() -> None:
    assert sheet(made((4, 0, 6, 0)), 9).merged == [(5, 7, 0, 0)]


def test_further_sheets_are_named_and_not_read() -> None:
    assert sheet(made(sheets=3), 9).more == ["Trang 2", "Trang 3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_as_any_excel_writes_it(encoding: str, sign: str) -> None:
    text = f"TIÊU CHÍ\r\n\r\nNăm{sign}Tên\r\n2026{sign}12\r\n"
    data = text.replace("Í", "I").encode(encoding)
    assert sheet(data, 9).rows[1:] == [(3, ["Năm", "Tên"]), (4, ["2026", "12"])]


def test_nothing_is_no_rows() -> None:
    assert sheet(b"", 9) == Sheet([])


def test_too_many_rows_are_refused_with_the_limit(tmp_path: Path) -> None:
    many: list[list[str | float]] = [["Xã", n] for n in range(5_001)]
    for data in (write_xlsx(tmp_path / "a.xlsx", many).read_bytes(), b"a;b\n" * 5_001):
        with pytest.raises(BadRow, match=r"tệp dài quá 5\.000 dòng"):
            sheet(data, 5_000)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_list_says_what_to_do(data: bytes) -> None:
    with pytest.raises(BadRow, match=r"Xin lưu lại loại \.xlsx hoặc CSV"):
        sheet(data, 9)
