"""A list as an office made it: titles above, columns of its own, merged cells."""

from collections.abc import Sequence
from typing import Any

import pytest

from storage.list_import import Plan, headings_at, listed, meaning, twice
from storage.sheet_rows import Problem
from storage.target_import import COLUMNS, NEEDED

HEAD = ["STT", "Đơn vị", "Năm", "Số mô hình"]
LAC = ["1", "Xã Thạch Lạc", "2026", "12"]


def read(*rows: Sequence[str], merged: Sequence[Sequence[int]] = ()) -> dict[str, Any]:
    """What the worker process gives back."""
    numbered = [[line, list(cells)] for line, cells in enumerate(rows, 1)]
    return {"rows": numbered, "merged": list(merged), "more": []}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("ĐƠN VỊ", "unit"), ("Đơn vị (xã, phường)", "unit"), ("Tên đơn vị:", "unit"),
        ("  số   mô hình ", "value"), ("Lĩnh vực", "sector"), ("STT", ""), ("", ""),
        ("Lý do chưa nhận", ""),
    ],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_written(heading: str, name: str) -> None:
    assert meaning(heading, COLUMNS) == name


def test_titles_may_stand_above_the_headings() -> None:
    found = read(["CHỈ TIÊU NĂM 2026"], ["Huyện Thạch Hà"], HEAD, LAC)
    assert headings_at(found, COLUMNS, NEEDED) == 2


def test_another_list_has_none_of_them() -> None:
    assert headings_at(read(["Họ tên", "Số điện thoại"]), COLUMNS, NEEDED) is None


def test_a_row_knows_its_line_and_its_cells_by_name() -> None:
    [row] = listed(read(["CHỈ TIÊU"], HEAD, LAC), 1, COLUMNS).rows
    assert (row.line, row.cells["unit"], row.cells["value"]) == (3, "Xã Thạch Lạc", "12")
    assert row.cells["reason"] == ""


def test_columns_that_mean_nothing_are_named() -> None:
    assert listed(read(HEAD, LAC), 0, COLUMNS).unused == ["STT"]


def test_two_columns_of_one_meaning_are_named() -> None:
    assert twice(read([*HEAD, "Chỉ tiêu"]), 0, COLUMNS) == "Chỉ tiêu"


def test_a_row_whose_cells_are_merged_with_another_is_named() -> None:
    below = ["2", "", "2027", "9"]
    merged = listed(read(HEAD, LAC, below, LAC, merged=[[2, 3, 1, 1]]), 0, COLUMNS).merged
    assert sorted(merged) == [2, 3]
    assert merged[3].startswith("ô “Đơn vị” gộp từ dòng 2 đến dòng 3.")


def test_merged_titles_and_columns_that_are_not_used_harm_nothing() -> None:
    ranges = [[1, 1, 0, 3], [3, 4, 0, 0]]
    assert listed(read(["CHỈ TIÊU"], HEAD, LAC, LAC, merged=ranges), 1, COLUMNS).merged == {}


def test_a_plan_that_would_do_anything_else_has_another_digest() -> None:
    plans = [
        Plan(1, 0, 0, 0, 0, refused, work)
        for refused in ((), (Problem(2, "sai"),))
        for work in (("a",), ("b",))
    ]
    assert len({plan.digest for plan in plans}) == 4
