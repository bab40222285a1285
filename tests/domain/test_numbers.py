"""Sizes, money and counts as they are typed, and how they are shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures import UNIT_NAMES
from bot.domain.numbers import (
    Ask,
    Quantity,
    format_number,
    format_quantity,
    parse_count,
    parse_quantities,
    parse_quantity,
)

NUMBERISH = st.text("0123456789.,;-/ m2²haộsàotỷiệurkđgnấ\n")
LONG = ("1" * 100_000, "1 " * 50_000, "một " * 30_000, "4,200 m2; " * 10_000, "tỷ" * 50_000)


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("4.200m²", 4200, "m2"),
        ("4.200m 2", 4200, "m2"),
        ("4.200 mét vuông", 4200, "m2"),
        ("4 200 met vuong", 4200, "m2"),
        ("4200 M2 nhà lưới", 4200, "m2"),
        ("2.5ha", 25000, "m2"),
        ("2,5 ha", 25000, "m2"),
        ("2 ha rưỡi", 25000, "m2"),
        ("nửa héc ta", 5000, "m2"),
        ("0,125 ha", 1250, "m2"),
        ("12 cây số", 12, "km"),
        ("1,5 km", Decimal("1.5"), "km"),
        ("10 tạ", 1000, "kg"),
        ("45 hộ", 45, "ho"),
        ("45 ho gia dinh", 45, "ho"),
        ("hơn 40 hộ", 40, "ho"),
        ("khoảng 40 hộ", 40, "ho"),
        ("４５ hộ", 45, "ho"),
        ("4,200 hộ", 4200, "ho"),
        ("0 hộ", 0, "ho"),
        ("50 học sinh", 50, "nguoi"),
        ("20 đ/c", 20, "nguoi"),
        ("20 đồng chí", 20, "nguoi"),
        ("300 ngày công", 300, "ngay_cong"),
        ("bốn mươi lăm hộ", 45, "ho"),
        ("bon muoi lam ho", 45, "ho"),
        ("mười hộ", 10, "ho"),
        ("hai trăm linh năm hộ", 205, "ho"),
        ("hai trăm rưỡi cây", 250, "cay"),
        ("một nghìn hai trăm cây", 1200, "cay"),
        ("3 chục con", 30, "con"),
        ("5 vạn con", 50000, "con"),
        ("năm người", 5, "nguoi"),
        ("45 hộ năm nay", 45, "ho"),
    ],
)
def test_sizes(raw: str, value: int | Decimal, unit: str) -> None:
    assert parse_quantity(raw) == Quantity(value, unit, raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("500tr", 500_000_000),
        ("500 triệu đồng", 500_000_000),
        ("1 tỷ 2", 1_200_000_000),
        ("1 tỉ 25", 1_250_000_000),
        ("1 tỷ 200 triệu", 1_200_000_000),
        ("1 tỷ 2 trăm triệu", 1_200_000_000),
        ("1 tỷ rưỡi", 1_500_000_000),
        ("1,2 tỷ", 1_200_000_000),
        ("một triệu hai", 1_200_000),
        ("1tr5", 1_500_000),
        ("50k", 50_000),
        ("50.000đ", 50_000),
        ("1.200.000 VNĐ", 1_200_000),
        ("1,200,000 đồng", 1_200_000),
        ("kinh phí 30 triệu", 30_000_000),
    ],
)
def test_money(raw: str, value: int) -> None:
    assert parse_quantity(raw) == Quantity(value, "dong", raw)


@pytest.mark.parametrize(
    ("raw", "options"),
    [
        ("4,200 m2", ["4.200 m²", "4,2 m²"]),
        ("1.250 ha", ["12.500.000 m²", "12.500 m²"]),
        ("3 sào", ["1.500 m²", "1.080 m²", "3.000 m²"]),
        ("1 mẫu", ["5.000 m²", "3.600 m²", "10.000 m²"]),
        ("3 công", ["3.000 m²", "3 ngày công"]),
        ("45", ["45 hộ", "45 người", "45 m²"]),
        ("hai trăm", ["200 hộ", "200 người", "200 m²"]),
        ("50 nghìn", ["50.000 đồng", "50.000 hộ", "50.000 người", "50.000 m²"]),
        ("45 hội", ["45 hộ", "45 người", "45 m²", "45 hội"]),
        ("20 hố rác", ["20 hộ", "20 người", "20 m²", "20 hố rác"]),
    ],
)
def test_what_must_be_asked(raw: str, options: list[str]) -> None:
    asked = parse_quantity(raw)
    assert isinstance(asked, Ask)
    assert [format_quantity(option) for option in asked.options] == options


def test_how_it_is_asked() -> None:
    asked = parse_quantity("45")
    assert isinstance(asked, Ask)
    assert asked.question == "“45” là 45 hộ, 45 người hay 45 m² ạ?"


@pytest.mark.parametrize(
    "raw",
    [
        *("", "nhiều hộ", "-5 hộ", "−5 hộ", "2,5 hộ", "45%", "40-45 hộ", "12.34.56 m2", "1t2"),
        *("2 tấn/ha", "3 triệu mỗi tháng", "45 hộ 200 người", "500 triệu 45 hộ", "45 hộ {ac}"),
        *("45 hộ không tham gia", "bà Lan", "1 triệu 2 tỷ", "1 tỷ 1.200", "một triệu hai mươi"),
        *("9" * 16 + " hộ", "9" * 30 + " m2", "900.000 tỷ tỷ", "45 hộ và hai mươi người"),
    ],
)
def test_what_is_no_size(raw: str) -> None:
    assert parse_quantity(raw) is None


def test_the_usual_unit_of_a_question() -> None:
    assert parse_quantity("45", "cay") == Quantity(45, "cay", "45")
    assert parse_quantity("45 hộ", "cay") == Quantity(45, "ho", "45 hộ")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("4.200 m²; 45 hộ; 500 triệu", ["4.200 m²", "45 hộ", "500 triệu đồng"]),
        ("4.200 m2, 45 hộ và 20 người", ["4.200 m²", "45 hộ", "20 người"]),
        ("45 hộ\n\n20 người;", ["45 hộ", "20 người"]),
        ("45 hộ, gia đình chính sách", ["45 hộ"]),
        ("1,5 km", ["1,5 km"]),
    ],
)
def test_several_sizes(raw: str, shown: list[str]) -> None:
    sizes = [size for size in parse_quantities(raw) or () if isinstance(size, Quantity)]
    assert [format_quantity(size) for size in sizes] == shown


def test_one_of_several_may_have_to_be_asked() -> None:
    sizes = parse_quantities("45 hộ; 3 sào") or []
    assert [type(size) for size in sizes] == [Quantity, Ask]


@pytest.mark.parametrize("raw", LONG)
def test_long_texts_are_no_size(raw: str) -> None:
    assert parse_quantity(raw) is None


@pytest.mark.parametrize("raw", ["", " ; ", "45 hộ; rất đẹp", "2, 5 ha", "hai, ba hộ", *LONG])
def test_a_list_with_anything_unclear_is_refused(raw: str) -> None:
    assert parse_quantities(raw) is None


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        *(("3", 3), ("ba", 3), ("so 3", 3), ("số 3", 3), ("3.", 3), ("(3)", 3), ("3 ạ", 3)),
        *(("câu số ba", 3), ("0", 0), ("07", 7), ("①", 1), ("1️⃣", 1), ("mười hai", 12)),
        *(("-3", None), ("3,5", None), ("3/5", None), ("3 4", None), ("bà", None), ("", None)),
        *(("100", None), ("không", None), ("1k", None), ("nửa", None), ("3 hộ", None)),
        *((raw, None) for raw in LONG),
    ],
)
def test_counts(raw: str, count: int | None) -> None:
    assert parse_count(raw, 99) == count


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        *((0, "0"), (138, "138"), (4200, "4.200"), (-1234567, "-1.234.567")),
        *((Decimal("2.50"), "2,5"), (Decimal("1E+3"), "1.000"), (Decimal("1234.25"), "1.234,25")),
    ],
)
def test_numbers_are_shown_the_vietnamese_way(number: int | Decimal, shown: str) -> None:
    assert format_number(number) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        *((4200, "m2", "4.200 m²"), (Decimal("1.5"), "km", "1,5 km"), (45, "ho", "45 hộ")),
        *((500_000_000, "dong", "500 triệu đồng"), (1_200_000_000, "dong", "1,2 tỷ đồng")),
        *((1_234_000_000, "dong", "1.234 triệu đồng"), (1_234_567, "dong", "1.234.567 đồng")),
        *((50_000, "dong", "50.000 đồng"), (20, "khac", "20 hố rác")),
    ],
)
def test_sizes_are_shown_with_their_unit(value: int | Decimal, unit: str, shown: str) -> None:
    assert format_quantity(Quantity(value, unit, "20 hố rác")) == shown


@given(st.integers(0, 10**9), st.sampled_from(sorted(set(UNIT_NAMES) - {"khac", "km"})))
def test_what_is_shown_can_be_typed_again(value: int, unit: str) -> None:
    shown = format_quantity(Quantity(value, unit, ""))
    assert parse_quantity(shown) == Quantity(value, unit, shown)


@given(st.text() | NUMBERISH)
def test_any_text_can_be_read(raw: str) -> None:
    found = parse_quantity(raw)
    for size in found.options if isinstance(found, Ask) else [found] if found else []:
        assert size.value >= 0
        assert format_quantity(size)
    parse_quantities(raw)
    parse_count(raw, 99)
