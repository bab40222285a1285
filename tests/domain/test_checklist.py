"""What is said of a list where most things are as usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import REST, exceptions, in_words, unmarked

USUAL = ("dat", ("Đạt",))
OTHERS = {
    "mot_phan": ("Đạt một phần", "một phần"),
    "chua_dat": ("Chưa đạt", "không đạt"),
    "khong_ap_dung": ("Không áp dụng",),
}
NAMES = {"dat": "Đạt", "mot_phan": "Đạt một phần", "chua_dat": "Chưa đạt"}


def heard(text):
    return exceptions(text, 9, USUAL, OTHERS)


@pytest.mark.parametrize("text", ["đạt hết", "dat het", "Đạt tất cả", "tất cả đều đạt", "đạt ạ"])
def test_all_as_usual(text):
    assert heard(text.removesuffix(" ạ")) == {REST: "dat"}


@pytest.mark.parametrize(
    "text", ["trừ 3, 5", "đạt hết trừ 3 và 5", "3 5", "ngoại trừ tiêu chí 3;5"]
)
def test_the_numbers_that_are_not(text):
    assert heard(text) == {REST: "dat", "3": None, "5": None}


def test_each_with_its_mark():
    assert heard("3 một phần, 5 chưa đạt") == {REST: "dat", "3": "mot_phan", "5": "chua_dat"}


def test_a_mark_holds_for_the_numbers_before_it():
    assert heard("tru 3, 5 chua dat, 7") == {
        REST: "dat", "3": "chua_dat", "5": "chua_dat", "7": None
    }  # fmt: skip


def test_from_one_number_to_another():
    assert heard("3-5 không áp dụng") == {REST: "dat"} | dict.fromkeys("345", "khong_ap_dung")


def test_one_bare_number_leaves_the_rest_open():
    assert heard("3") == {"3": None}


@pytest.mark.parametrize("text", ["", "trừ", "trừ 10", "0", "tốt lắm", "5-3", "đạt hết nhưng ồn"])
def test_anything_else_is_not_understood(text):
    assert heard(text) is None


@given(st.text(max_size=60))
def test_it_is_total_and_names_only_what_is_on_the_list(text):
    marks = heard(text)
    assert marks is None or set(marks) <= {REST, *map(str, range(1, 10))}


@given(st.dictionaries(st.integers(1, 9), st.sampled_from(sorted(OTHERS)), min_size=1))
def test_what_is_written_is_read_again(marks):
    said = ", ".join(f"{n} {OTHERS[mark][0].lower()}" for n, mark in marks.items())
    assert heard(f"trừ {said}") == {REST: "dat"} | {str(n): m for n, m in marks.items()}


def test_the_first_that_waits_for_its_mark():
    assert unmarked({REST: "dat", "10": None, "9": None, "3": "dat"}) == "9"
    assert unmarked({REST: "dat"}) == unmarked(None) == ""


def test_in_words():
    marks = {REST: "dat", "2": "chua_dat", "1": None}
    words = "Đạt hết, trừ 1. Tên: chưa ghi mức; 2. Hồ sơ: chưa đạt"
    assert in_words(marks, ["Tên", "Hồ sơ"], NAMES) == words
    assert in_words({REST: "dat"}, ["Tên"], NAMES) == "Đạt hết"
