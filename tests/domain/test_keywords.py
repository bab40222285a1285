"""What short typed messages mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keywords import (
    SECTOR_ALIASES,
    Word,
    edit_target,
    is_typed_cancel_with_accent,
    keyword,
    match_choice,
)
from bot.domain.wording import ADDRESSES

SECTORS = {
    "kinh_te": "Kinh tế",
    "ntm_dtvm": "Nông thôn mới, đô thị văn minh",
    "van_hoa_xa_hoi": "Văn hoá, xã hội",
    "an_ninh_quoc_phong": "An ninh - quốc phòng",
    "xay_dung_dang_htct": "Xây dựng Đảng, hệ thống chính trị",
}

SAID: dict[Word, tuple[str, ...]] = {
    Word.CANCEL: ("huỷ", "hủy", "huy", "Huy", "HỦY BỎ", "thôi", "/huy", "cancel"),
    Word.BACK: ("quay lai", "quay lại ạ", "lùi", "trở lại", "back"),
    Word.SKIP: ("bo qua", "Bỏ qua nhé.", "skip", "không biết", "chưa có"),
    Word.PREVIEW: ("xem lại", "xem lai nào"),
    Word.SAVE: ("để sau", "luu nhap"),
    Word.HELP: ("trợ giúp", "giúp với", "trợ giúp?", "?", "hướng dẫn ạ"),
    Word.MENU: ("menu", "Menu!"),
    Word.YES: (
        "có",
        "ok",
        "OK 👍",
        "dc",
        "đc",
        "được ạ",
        "vâng",
        "dạ",
        "dạ vâng ạ",
        "ừ",
        "đúng rồi",
    ),
    Word.NO: ("không", "ko", "k", "kg", "hok", "dạ không", "không có", "chưa", "sai rồi"),
    Word.DONE: ("xong", "xong rồi ạ", "hết"),
    Word.SEND: ("gửi", "gui", "gửi đi", "vâng gửi nhé"),
    Word.MORE: ("thêm",),
    Word.NEXT: ("xem thêm", "trang sau"),
    Word.EDIT: ("sửa", "sua"),
    Word.DELETE: ("xóa", "xoá", "xoa"),
}


@pytest.mark.parametrize(("raw", "word"), [(s, word) for word, raws in SAID.items() for s in raws])
def test_reserved_words(raw: str, word: Word) -> None:
    assert keyword(raw) is word


@pytest.mark.parametrize(
    "raw",
    [
        *("", "nhé", "xin chào", "không hủy", "Phạm Văn Huy", "hủy?", "gửi rồi", "có" * 100_000),
        *("cô", "Cô", "dừng", "Dũng", "sữa", "thèm", "hà"),
    ],
)
def test_everything_else_is_no_reserved_word(raw: str) -> None:
    assert keyword(raw) is None


@pytest.mark.parametrize(
    ("raw", "sure"),
    [
        *(("hủy", True), ("huỷ", True), ("HỦY ạ", True), ("cancel", True), ("/huy", True)),
        *(("huy", False), ("Huy", False), ("Huy ạ", False), ("Huy…", False), ("gửi", False)),
    ],
)
def test_huy_may_be_a_person(raw: str, sure: bool) -> None:
    assert is_typed_cancel_with_accent(raw) is sure


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        *(
            ("sửa 2", 2),
            ("sua cau 2", 2),
            ("sửa số 2", 2),
            ("sửa hai ạ", 2),
            ("s2", 2),
            ("S 12", 12),
        ),
        *(("sửa lại câu số 3", 3), ("sửa", None), ("sửa tên", None), ("sữa 2", None), ("2", None)),
        ("sửa 2 3", None),
    ],
)
def test_which_line_to_edit(raw: str, line: int | None) -> None:
    assert edit_target(raw) == line


def test_abbreviations_are_spelled_out_unless_they_mean_two_things() -> None:
    assert match_choice("dk mh ntm", ["Đăng ký mô hình nông thôn mới"]) == (0,)
    assert match_choice("kt", ["Kinh tế", "Kỹ thuật"]) == ()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        *(("kinh te", "kinh_te"), ("kt", "kinh_te"), ("1", "kinh_te"), ("kinh tế ạ", "kinh_te")),
        *(("NTM", "ntm_dtvm"), ("đô thị văn minh", "ntm_dtvm"), ("ĐTVM", "ntm_dtvm")),
        *(("văn hoá xã hội", "van_hoa_xa_hoi"), ("VH-XH", "van_hoa_xa_hoi")),
        *(("QPAN", "an_ninh_quoc_phong"), ("an ninh", "an_ninh_quoc_phong")),
        *(("xd dang", "xay_dung_dang_htct"), ("số 5", "xay_dung_dang_htct")),
    ],
)
def test_sectors(raw: str, code: str) -> None:
    (index,) = match_choice(raw, list(SECTORS.values()), [SECTOR_ALIASES[c] for c in SECTORS])
    assert list(SECTORS)[index] == code


UNITS = ["Xã Thạch Hà", "Thị trấn Thạch Hà", "Phường Thạch Hạ", "Hội LHPN xã Thạch Lạc"]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("xa thach ha", (0,)),
        ("thach ha", (0, 1, 2)),
        ("Thạch Hạ", (2,)),
        ("thạch hà", (0, 1)),
        ("thị tr", (1,)),
        ("hội phụ nữ", (3,)),
        ("HPN", (3,)),
        ("thạch hải", ()),
        ("thach hai", ()),
        ("2", (1,)),
        ("5", ()),
        ("0", ()),
        ("", ()),
        ("…", ()),
        ("xã " * 100_000, ()),
    ],
)
def test_options_are_found_by_number_or_by_words_but_never_by_likeness(
    raw: str, found: tuple[int, ...]
) -> None:
    assert match_choice(raw, UNITS) == found


def test_wrong_accents_choose_nothing() -> None:
    assert match_choice("Thạch Hạ", ["Xã Thạch Hà"]) == ()
    assert match_choice("dừng", ["Đúng", "Sai"]) == ()


def test_a_word_can_be_a_number_and_a_name() -> None:
    assert match_choice("ba", ADDRESSES) == (1, 2)
    assert match_choice("bà", ADDRESSES) == (1,)


def test_an_exact_name_beats_a_longer_one() -> None:
    assert match_choice("không", ["Không phải", "Không"]) == (1,)


@given(st.text(), st.lists(st.text(), max_size=4))
def test_any_text_can_be_read(raw: str, labels: list[str]) -> None:
    assert set(match_choice(raw, labels, [labels])) <= set(range(len(labels)))
    keyword(raw)
    edit_target(raw)
