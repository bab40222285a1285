"""Points, and a whole inspection said in one message."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.inspecting import Criterion, Inspecting, fails, score, told

TODAY = date(2026, 11, 24)
LOOK = Inspecting()
EXAMPLE = "42: tốt; đạt hết trừ 5; hạn chế thiếu số liệu; kiến nghị làm biển tên; hạn 15/12"


def values(text, look=LOOK):
    return told(f"42: {text}", look, TODAY).values


def test_the_example_of_the_issue():
    said = told(EXAMPLE, LOOK, TODAY)
    assert (said.model, said.unclear) == ("42", ())
    assert said.values == {
        "danh_gia": "tot",
        "tieu_chi": {"*": "dat", "5": None},
        "han_che": "thiếu số liệu",
        "kien_nghi": "làm biển tên",
        "han": "2026-12-15",
    }


def test_without_accents_and_between_commas():
    said = told("42: kha, dat het tru 3, 5 chua dat, han che it ho, han 15/1", LOOK, TODAY)
    assert said.values == {
        "danh_gia": "kha",
        "tieu_chi": {"*": "dat", "3": "chua_dat", "5": "chua_dat"},
        "han_che": "it ho",
        "han": "2027-01-15",
    }


@pytest.mark.parametrize(
    ("piece", "key", "value"),
    [
        ("đột xuất", "hinh_thuc", "dot_xuat"),
        ("hình thức: phúc tra", "hinh_thuc", "phuc_tra"),
        ("cầm chừng", "hoat_dong", "cam_chung"),
        ("lý do hết vốn", "ly_do", "hết vốn"),
        ("hôm qua", "ngay", "2026-11-23"),
        ("ngày 25/11", "ngay", "2025-11-25"),
        ("đoàn: Phan Quốc Tuấn, Lê Thị Hương", "doan", "Phan Quốc Tuấn, Lê Thị Hương"),
        ("đề nghị công nhận và nhân rộng", "de_nghi", ["cong_nhan", "nhan_rong"]),
        ("số liệu 40 hộ; ", "so_lieu", "40 hộ"),
        ("đánh giá chưa đạt", "danh_gia", "chua_dat"),
        ("trừ 3, 5", "tieu_chi", {"*": "dat", "3": None, "5": None}),
        ("mặt được bà con đồng tình", "uu_diem", "bà con đồng tình"),
    ],
)
def test_each_piece_by_how_it_begins(piece, key, value):
    assert values(piece) == {key: value}


@pytest.mark.parametrize("piece", ["abc", "hạn mai sau", "hạn chế", "số liệu nhiều", "trừ 12"])
def test_what_is_not_understood_is_said(piece):
    assert told(f"42: {piece}", LOOK, TODAY).unclear == (piece,)


def test_said_twice_the_second_is_not_understood():
    assert told("42: tốt; khá", LOOK, TODAY).unclear == ("khá",)


def test_lines_are_pieces_too():
    assert values("tốt\nđạt hết\nkiến nghị a, b") == {
        "danh_gia": "tot", "tieu_chi": {"*": "dat"}, "kien_nghi": "a, b"
    }  # fmt: skip


def test_the_verdicts_may_be_called_otherwise():
    look = Inspecting(verdicts=("A", "B", "C", "D"))
    assert values("b", look) == {"danh_gia": "kha"}
    assert look.verdict("chua_dat") == "D"


PIECES = {
    "danh_gia": "khá", "tieu_chi": "đạt hết trừ 5 chưa đạt", "han_che": "hạn chế ít hộ",
    "kien_nghi": "kiến nghị làm biển", "han": "hạn 15/12", "hoat_dong": "hoạt động tốt",
    "hinh_thuc": "định kỳ", "ngay": "hôm nay",
}  # fmt: skip


@given(st.permutations(sorted(PIECES)), st.sampled_from(["; ", "\n"]))
def test_the_order_does_not_matter(keys, between):
    said = told("42: " + between.join(PIECES[k] for k in keys), LOOK, TODAY)
    assert set(said.values) == set(PIECES)
    assert said.unclear == ()


@given(st.text(max_size=200))
def test_whatever_is_written_nothing_breaks(text):
    told(text, LOOK, TODAY)


@given(st.lists(st.sampled_from(["; ", "\n", *PIECES.values(), "xyz"]), max_size=12))
def test_each_piece_is_a_value_or_said_to_be_unclear(parts):
    said = told("42: " + "; ".join(parts), LOOK, TODAY)
    wanted = [p for p in parts if p.strip("; \n")]
    assert len(said.values) + len(said.unclear) == len(wanted)


def test_points():
    criteria = tuple(Criterion("a", points) for points in (2, 2, 1, 0))
    assert score({"*": "dat"}, criteria) == "5/5 điểm"
    assert score({"*": "dat", "1": "mot_phan", "3": "khong_ap_dung"}, criteria) == "3/4 điểm"
    assert score({"*": "dat", "2": "chua_dat", "3": "mot_phan"}, criteria) == "2,5/5 điểm"
    assert score({"*": "dat"}, LOOK.criteria) == ""


def test_one_that_is_not_met_fails():
    assert fails({"*": "dat", "5": "chua_dat"})
    assert not fails({"*": "dat", "5": "mot_phan"})
    assert not fails(None)
