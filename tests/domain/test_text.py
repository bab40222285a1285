"""Cleaning, comparing, sorting and cutting of Vietnamese text."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import (
    Lexicon,
    clean,
    could_mean,
    cut,
    fold,
    one_line,
    sort_key,
    split,
    tokens,
    utf16_len,
    without_politeness,
    without_title,
    words,
)

ANY = st.text()
VIETNAMESE = st.text("aăâbcdđeêghioôơuưyáàảãạ. \n😀\u0301\u0323")

# Long runs of marks are what makes normalising slow.
LONG = ("a" * 100_000, "\n \n" * 30_000, "\u0323\u0300" * 50_000, "😀 " * 50_000, ". \n" * 30_000)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Nhà   sạch,\tvườn\u00a0đẹp ", "Nhà sạch, vườn đẹp"),
        ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ("một\n\n\n \nhai", "một\n\nhai"),
        ("Thạ\u200bch\u200d Hà\ufeff", "Thạch Hà"),
        ("\u202eThạch\u2066 Hà\u00ad", "Thạch Hà"),
        ("a\x00b\x1bc\x07", "abc"),
        ("a\ud800b", "ab"),
        ("\u3164\u2800", ""),
        ("Hoà", "Hoà"),
        ("Hòa", "Hòa"),
        (unicodedata.normalize("NFD", "Thạch Lạc"), "Thạch Lạc"),
        ("a\u200b\u0301", "á"),
    ],
)
def test_clean_keeps_what_can_be_seen(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@given(ANY)
def test_clean_is_done_after_one_time(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


def test_clean_limits_the_marks_on_one_letter() -> None:
    assert len(clean("a" + "\u0323\u0300" * 50_000 + "b")) <= 10


def test_one_line_has_no_line_breaks() -> None:
    assert one_line(" một\n\n hai ") == "một hai"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nhân Hoà", "Nhân Hòa"),
        ("Thạch Lạc", unicodedata.normalize("NFD", "Thạch Lạc")),
        ("thúy", "thuý"),
        ("ĐỈNH BÀN", "đinh  ban"),
        ("Ðặng", "Đặng"),
        ("4.200 m²", "4.200 m2"),
    ],
)
def test_fold_makes_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_makes_the_same_of_long_texts_as_of_their_words() -> None:
    assert fold("Thạch Đài " * 50) == " ".join([fold("Thạch Đài")] * 50)


def test_fold_is_plain_ascii_for_vietnamese() -> None:
    assert fold(" Xã Thạch Đài, ngõ Ươm Ẩn ") == "xa thach dai, ngo uom an"


@given(ANY)
def test_fold_is_done_after_one_time(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


def test_words_and_tokens() -> None:
    assert words("An ninh - Quốc phòng, 4.200m²") == ["an", "ninh", "quoc", "phong", "4", "200m2"]
    assert tokens("An ninh - Quốc phòng") == ["an", "ninh", "quốc", "phòng"]


SORTED = [
    *("An", "Ăn", "Ân", "Dũng", "Đặng", "Đỉnh Bàn", "Nam Điền", "Ngọc Sơn", "Tân Lâm Hương"),
    *("Thạch Đài", "Thạch Hà", "Thạch Hải", "Thạch Lạc", "Thạch Trị", "Tượng Sơn", "Việt Tiến"),
]


@pytest.mark.parametrize(
    "expected",
    [
        SORTED,
        ["a á", "a b", "ab", "an", "An", "Án", "ao", "ào", "ảo", "ão", "áo", "ạo"],
        ["ằc", "Ặc", "Ấc", "Ậc", "Hà x", "Hà-x", "Hoà", "Hòa", "hoà b", "thôn 10", "thôn 2"],
    ],
)
def test_names_sort_as_icu_sorts_them(expected: list[str]) -> None:
    assert sorted(random.Random(1).sample(expected, len(expected)), key=sort_key) == expected


@pytest.mark.parametrize(
    ("typed", "meant", "can"),
    [
        ("huy", "hủy", True),
        ("huỷ", "hủy", True),
        ("đuợc", "được", True),
        ("quay lai", "quay lại", True),
        ("cô", "có", False),
        ("dừng", "đúng", False),
        ("thạch hạ", "thạch hà", False),
        ("hủy bỏ", "hủy", False),
    ],
)
def test_accents_may_be_left_out_but_not_be_wrong(typed: str, meant: str, can: bool) -> None:
    assert could_mean(typed, meant) is can


def test_lexicon_prefers_what_is_written_the_same() -> None:
    lexicon = Lexicon([("tạ", 100), ("ta", 1)])
    assert (lexicon.find("tạ"), lexicon.find("ta"), lexicon.find("tá")) == (100, 1, None)


def test_politeness_goes_from_the_end_only() -> None:
    assert without_politeness(["bỏ", "qua", "đi", "nhé"]) == ["bỏ", "qua"]
    assert without_politeness(["nhé"]) == ["nhé"]


def test_utf16_counts_an_emoji_twice() -> None:
    assert utf16_len("Hà 😀") == 5


@pytest.mark.parametrize(
    ("s", "most", "expected"),
    [
        ("Thạch Hà", 8, "Thạch Hà"),
        ("Thạch Hà", 7, "Thạch…"),
        ("😀😀", 3, "😀…"),
        ("ab😀", 3, "ab…"),
        ("bo\u0323\u0302 nha", 4, "b…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_cut_tears_nothing_apart(s: str, most: int, expected: str) -> None:
    assert cut(s, most) == expected


@given(VIETNAMESE | ANY, st.integers(0, 20))
def test_a_cut_text_fits(s: str, most: int) -> None:
    assert utf16_len(cut(s, most)) <= most


@pytest.mark.parametrize(
    ("s", "most", "pieces"),
    [
        ("", 10, []),
        ("ngắn", 10, ["ngắn"]),
        ("Đoạn một.\n\nĐoạn hai.", 15, ["Đoạn một.", "Đoạn hai."]),
        ("dòng thứ nhất\ndòng hai", 16, ["dòng thứ nhất", "dòng hai"]),
        ("Câu một. Câu hai dài.", 15, ["Câu một.", "Câu hai dài."]),
        ("một hai ba bốn", 8, ["một hai", "ba bốn"]),
        ("dàiquámứcấy", 4, ["dàiq", "uámứ", "cấy"]),
        ("a👍🏽b", 3, ["a", "👍", "🏽b"]),
    ],
)
def test_split_breaks_where_a_reader_would(s: str, most: int, pieces: list[str]) -> None:
    assert split(s, most) == pieces


@given(VIETNAMESE | ANY, st.integers(2, 20))
def test_split_loses_nothing_and_every_piece_fits(s: str, most: int) -> None:
    pieces = split(s, most)
    assert all(piece and utf16_len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(s.split())


def test_split_needs_room_for_one_character() -> None:
    with pytest.raises(ValueError, match="two"):
        split("abc", 1)


@pytest.mark.parametrize(
    ("typed", "title", "name"),
    [
        ("Ông Hồ Văn Hà", "ông", "Hồ Văn Hà"),
        ("ong Ho Van Ha", "ông", "Ho Van Ha"),
        ("CHỊ Đoàn Thị Mai", "chị", "Đoàn Thị Mai"),
        ("đ/c Hồ Văn Hà", "đồng chí", "Hồ Văn Hà"),
        ("Đ/c. Hà", "đồng chí", "Hà"),
        ("dong chi Ho Van Ha", "đồng chí", "Ho Van Ha"),
        ("bác  Nguyễn Thị Hoà", "bác", "Nguyễn Thị Hoà"),
    ],
)
def test_titles_are_kept_apart_from_names(typed: str, title: str, name: str) -> None:
    assert without_title(typed) == (title, name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "Cô", "Anh Đào", "Bà Rịa", "Đồng chí", "Hồ Văn Hà", "Ba Đình Hội", "Ông Ích Khiêm"),
        *("Chu Văn An", "chu van an", "Bà con thôn Vĩnh Thịnh", "Chị em phụ nữ", "Bác sĩ Lê Hà"),
        *("Chi hội Cựu chiến binh thôn Đại Tiến", "chi hoi phu nu", "co quan thue huyen"),
    ],
)
def test_what_only_looks_like_a_title_stays(name: str) -> None:
    assert without_title(name) == ("", name)


@pytest.mark.parametrize("raw", LONG)
def test_long_texts_end(raw: str) -> None:
    for function in (clean, fold, words, tokens, sort_key, utf16_len, without_title):
        function(raw)
    assert utf16_len(cut(raw, 2000)) <= 2000
    assert could_mean(raw, raw)
    for most in (2, 4000):
        split(raw, most)
