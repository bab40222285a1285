"""Long text is cut where it hurts least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.cutting import pieces, utf16_len

FAMILY, FLAG, HAND = "👨\u200d👩\u200d👧", "🇻🇳", "👍🏽"
LETTERS = [*"ab \n.ữ", "ê\u0323", FAMILY, FLAG, HAND, "🌾"]
ANYTHING = st.lists(st.sampled_from(LETTERS)).map("".join)


def parts(text: str, most: int, closed: list[tuple[int, int]] | None = None) -> list[str]:
    return [text[start:end] for start, end in pieces(text, most, closed or [])]


@given(ANYTHING | st.text(), st.integers(2, 40))
def test_the_pieces_are_the_text_and_none_is_too_long(text: str, most: int) -> None:
    found = parts(text, most)
    assert "".join(found) == text
    assert all(0 < utf16_len(part) <= most for part in found)


@given(ANYTHING, st.integers(16, 40))
def test_no_emoji_is_torn(text: str, most: int) -> None:
    for emoji in (FAMILY, FLAG, HAND):
        assert sum(part.count(emoji) for part in parts(text, most)) == text.count(emoji)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Đoạn một.\n\nĐoạn hai dài", ["Đoạn một.\n\n", "Đoạn hai dài"]),
        ("Dòng một hai\nDòng ba", ["Dòng một hai\n", "Dòng ba"]),
        ("Câu thứ nhất. Câu hai", ["Câu thứ nhất. ", "Câu hai"]),
        ("một hai ba bốn năm", ["một hai ba bốn", " năm"]),
        ("a" * 20, ["a" * 14, "a" * 6]),
    ],
)
def test_where_it_is_cut(text: str, cut: list[str]) -> None:
    assert parts(text, 14) == cut


def test_a_closed_piece_stays_whole() -> None:
    assert parts("hạn là 17:00 30/11/2026 nhé", 18, [(7, 23)]) == [
        "hạn là",
        " 17:00 30/11/2026",
        " nhé",
    ]


def test_units_are_those_of_utf_16() -> None:
    assert [utf16_len(text) for text in ("abc", "ữ", "🌾", "")] == [3, 1, 2, 0]
