"""What a reviewer types about numbered answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marking import marked


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3: ghi rõ số hộ", {3: "ghi rõ số hộ"}),
        ("3: ghi rõ số hộ; 9: thêm ảnh", {3: "ghi rõ số hộ", 9: "thêm ảnh"}),
        ("3: ghi rõ số hộ, 9: thêm ảnh", {3: "ghi rõ số hộ", 9: "thêm ảnh"}),
        ("3) ghi rõ\n9) thêm ảnh", {3: "ghi rõ", 9: "thêm ảnh"}),
        ("câu 3: ghi rõ; mục 9: thêm ảnh", {3: "ghi rõ", 9: "thêm ảnh"}),
        ("3, 9: xem lại", {3: "xem lại", 9: "xem lại"}),
        ("3 và 9: xem lại", {3: "xem lại", 9: "xem lại"}),
        ("3. ghi rõ số hộ", {3: "ghi rõ số hộ"}),
    ],
)
def test_numbers_with_a_reason(typed: str, meant: dict[int, str]) -> None:
    assert marked(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "3", "3, 9", "45 hộ là chưa đúng", "4.200 m² hay 2.400?", "Xin xem lại 3: số hộ", "3:"],
)
def test_anything_else_is_a_reason_or_numbers_alone(typed: str) -> None:
    assert marked(typed) == {}


@given(st.text())
def test_whatever_is_typed(typed: str) -> None:
    assert all(0 <= number <= 99 and why for number, why in marked(typed).items())
