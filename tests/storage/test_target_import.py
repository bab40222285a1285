"""Targets from a file: all rows or none; what is wrong is named with its line."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from storage.registered import registered
from storage.tables.units import Unit
from storage.target_import import Report, import_targets
from storage.targets import history
from tests.make import NOW, make_sector, make_unit
from tests.storage.excel import write_xlsx

HEAD = "Đơn vị;Năm;Lĩnh vực;Hình thức;Chỉ tiêu\n"


@pytest.fixture
def xa(session: Session) -> Unit:
    unit = make_unit(session, "Xã Thạch Lạc")
    make_sector(session, "kinh_te", session.get_one(Unit, unit.root_id))
    return unit


def load(session: Session, folder: Path, content: str, **options: bool) -> Report:
    path = folder / "chi-tieu.csv"
    path.write_text(content, "utf-8")
    return import_targets(session, path, NOW, **options)


def test_each_row_is_a_target(session: Session, tmp_path: Path, xa: Unit) -> None:
    report = load(
        session, tmp_path, HEAD + "xa thach lac;2026;Kinh tế;tập thể;5\nThạch Lạc;2027;;;9\n"
    )
    assert str(report) == "Đã ghi: 2 chỉ tiêu mới, 0 thay đổi, 0 giữ nguyên."
    assert [registered(session, xa, year)[0] for year in (2026, 2027)] == [5, 9]


def test_excel_is_read_as_it_is(session: Session, tmp_path: Path, xa: Unit) -> None:
    head = ["Đơn vị", "Năm", "Số mô hình"]
    rows: list[list[str | float]] = [["", ""], [*head], ["Xã Thạch Lạc", 2026, 12.0]]
    report = import_targets(session, write_xlsx(tmp_path / "a.xlsx", rows), NOW)
    assert (report.written, registered(session, xa, 2026)[0]) == (True, 12)


def test_twice_the_same_changes_nothing_and_another_number_keeps_the_old_one(
    session: Session, tmp_path: Path, xa: Unit
) -> None:
    rows = (HEAD + f"Xã Thạch Lạc;2026;;;{number}\n" for number in (5, 5, 7))
    *_, report = [load(session, tmp_path, row) for row in rows]
    assert (report.changed, registered(session, xa, 2026)[0]) == (1, 7)
    told = [(c.before, c.value, c.reason) for c in history(session, xa.id, 2026, 9)]
    assert told == [(5, 7, "nhập từ tệp"), (None, 5, "nhập từ tệp")]


@pytest.mark.parametrize(
    ("row", "say"),
    [
        ("Xã Không Có;2026;;;5", "Dòng 2: chưa có đơn vị “Xã Không Có”."),
        ("Thạch Lac;26;;;5", "năm “26” chưa đúng"),
        ("Thạch Lạc;2026;;;năm mươi mốt phẩy hai", "Xin ghi một số từ 0"),
        ("Thạch Lạc;2026;;;-3", "Xin ghi một số từ 0"),
        ("Thạch Lạc;2026;thể thao;;5", "không rõ lĩnh vực “thể thao”"),
        ("Thạch Lạc;2026;;nửa nọ;5", "không rõ hình thức “nửa nọ”"),
    ],
)
def test_one_bad_row_and_nothing_is_written(
    session: Session, tmp_path: Path, xa: Unit, row: str, say: str
) -> None:
    report = load(session, tmp_path, f"{HEAD}{row}\nXã Thạch Lạc;2027;;;9\n")
    assert say in str(report)
    assert (report.written, registered(session, xa, 2027)) == (False, (0, 0))


def test_a_row_that_comes_twice_is_named(session: Session, tmp_path: Path, xa: Unit) -> None:
    row = "Xã Thạch Lạc;2026;;;9\n"
    assert "Dòng 3: trùng với dòng 2" in str(load(session, tmp_path, HEAD + row + row))


def test_a_dry_run_says_what_would_be(session: Session, tmp_path: Path, xa: Unit) -> None:
    report = load(session, tmp_path, HEAD + "Xã Thạch Lạc;2026;;;9\n", dry_run=True)
    assert str(report).startswith("Chưa ghi gì: 1 chỉ tiêu mới")
    assert registered(session, xa, 2026) == (0, 0)


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"Ten;So\n1;2\n", b"", "Đơn vị".encode()])
def test_a_file_of_another_kind_is_one_sentence(
    session: Session, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    report = import_targets(session, path, NOW)
    assert (report.written, len(report.problems)) == (False, 1)
