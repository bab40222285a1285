"""What a leader reads."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.domain.figures import Figures, SectorLine, Totals
from bot.domain.text import utf16_len
from bot.presentation.chat import count, difference, figures_text, percent, totals_text

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LINES = [
    ("kinh_te", "Kinh tế", 34),
    ("ntm_dtvm", "Nông thôn mới, đô thị văn minh", 28),
    ("van_hoa_xa_hoi", "Văn hoá, xã hội", 37),
    ("an_ninh_quoc_phong", "An ninh - quốc phòng", 20),
    ("xay_dung_dang_htct", "Xây dựng Đảng, hệ thống chính trị", 19),
]
THACH_HA = Totals(
    year=2022,
    unit_id=1,
    unit="Huyện Thạch Hà",
    built=138,
    unplanned=3,
    registered=135,
    targeted=22,
    as_of=NOW,
    sectors=tuple(SectorLine(n, *line) for n, line in enumerate(LINES, 1)),
)


def test_the_article_s_figures() -> None:
    assert totals_text(THACH_HA) == (
        "THỐNG KÊ 2022 – Huyện Thạch Hà (theo đơn vị năm 2022)\n"
        "Đã xây dựng: 138 mô hình; đăng ký 135; đạt 102,2% (vượt 3)\n"
        "1. Kinh tế: 34 (24,6%)\n"
        "2. Nông thôn mới, đô thị văn minh: 28 (20,3%)\n"
        "3. Văn hoá, xã hội: 37 (26,8%)\n"
        "4. An ninh - quốc phòng: 20 (14,5%)\n"
        "5. Xây dựng Đảng, hệ thống chính trị: 19 (13,8%)\n"
        "Số liệu lúc 09:00 24/11/2026.\n"
        "Đã xây dựng: kết quả trong năm đã được đầu mối xác nhận. "
        "Đăng ký: chỉ tiêu của 22 đơn vị. Mô hình làm ở nhiều nơi tính một lần.\n"
        "Trong đó 3 mô hình phát sinh ngoài đăng ký."
    )


def test_the_shares_of_the_article_add_up() -> None:
    shares = [THACH_HA.share(line) for line in THACH_HA.sectors]
    assert sum(share for share in shares if share) == Decimal("100.0")


@pytest.mark.parametrize(
    ("number", "words"), [(3, "vượt 3"), (-2, "còn thiếu 2"), (0, "đúng đăng ký")]
)
def test_the_difference_in_words(number: int, words: str) -> None:
    assert difference(number) == words


def test_a_half_is_rounded_up() -> None:
    assert replace(THACH_HA, built=1, registered=8).percentage == Decimal("12.5")
    assert replace(THACH_HA, built=1, registered=16).percentage == Decimal("6.3")


def test_nothing_registered() -> None:
    text = totals_text(replace(THACH_HA, registered=0, targeted=0))
    assert "138 mô hình; chưa có đăng ký\n" in text
    assert "Đăng ký: mô hình trong kế hoạch đã được đầu mối đồng ý." in text


def test_nothing_built_has_no_shares() -> None:
    text = totals_text(replace(THACH_HA, built=0, unplanned=0))
    assert "đạt 0,0% (còn thiếu 135)" in text
    assert "Kinh tế" not in text


def test_one_sector_is_named_in_the_title() -> None:
    text = totals_text(replace(THACH_HA, sector="Kinh tế", sectors=()))
    assert text.startswith("THỐNG KÊ 2022 – Huyện Thạch Hà – Kinh tế (")


def test_what_was_known_on_a_day_says_so() -> None:
    text = totals_text(replace(THACH_HA, known_on=date(2022, 11, 30)))
    assert "Theo những gì đã biết đến hết ngày 30/11/2022. Số liệu lúc" in text


def test_numbers_are_written_the_vietnamese_way() -> None:
    assert count(1234567) == "1.234.567"
    assert percent(Decimal("1234.5")) == "1.234,5%"


def table(rows: int) -> Figures:
    return Figures(
        "Theo xã",
        ("Đơn vị", "Đăng ký", "Đã xây dựng", "Tỷ lệ (%)"),
        tuple(("Xã Thạch Lạc", 6, 7, Decimal("116.7")) for _ in range(rows)),
        ("Cộng", 6 * rows, 7 * rows, None),
        NOW,
    )


def test_a_table_is_one_line_per_row() -> None:
    assert figures_text(table(1)).splitlines() == [
        "Theo xã",
        "1. Xã Thạch Lạc: đăng ký 6; đã xây dựng 7; tỷ lệ 116,7%",
        "Cộng: đăng ký 6; đã xây dựng 7",
        "Số liệu lúc 09:00 24/11/2026.",
    ]


def test_a_table_too_long_says_what_is_left_out() -> None:
    text = figures_text(table(100))
    assert utf16_len(text) <= 2000
    assert "dòng nữa." in text
    assert text.endswith("Số liệu lúc 09:00 24/11/2026.")


def test_the_figures_of_totals_keep_their_meaning() -> None:
    figures = THACH_HA.figures()
    assert figures.total == ("Cộng", 138, Decimal("100.0"))
    assert figures.rows[0] == ("Kinh tế", 34, Decimal("24.6"))
    assert figures.as_of == NOW
    assert "đầu mối xác nhận" in figures.definition


def test_totals_as_json() -> None:
    body = THACH_HA.to_json()
    assert body["built"] == 138
    assert body["difference"] == 3
    assert body["percentage"] == 102.2
    assert [line["share"] for line in body["sectors"]] == [24.6, 20.3, 26.8, 14.5, 13.8]
