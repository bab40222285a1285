"""Long text in pieces that Telegram takes, which counts UTF-16 units. Pure."""

import re
import unicodedata
from collections.abc import Sequence

Span = tuple[int, int]

BREAKS = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"[.!?…;:]\s")))


def utf16_len(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, most: int, closed: Sequence[Span] = ()) -> list[Span]:
    """Where to cut: pieces of at most `most` (two or more) units, which together are the text.

    Cut at the end of a paragraph, line or sentence if far enough on, else at a word; inside of an
    emoji or of a `closed` piece only when it is longer than all that may be sent."""
    found, start = [], 0
    while start < len(text):
        end = _reach(text, start, most)
        if end < len(text):
            end = _break(text, start, end, closed)
        found.append((start, end))
        start = end
    return found


def _reach(text: str, start: int, most: int) -> int:
    """How far `most` units go from `start`, in characters of Python."""
    part = text[start : start + most]
    if utf16_len(part) <= most:
        return start + len(part)
    end = start
    for char in part:
        most -= 2 if char > "\uffff" else 1
        if most < 0:
            break
        end += 1
    return end


def _break(text: str, start: int, end: int, closed: Sequence[Span]) -> int:
    middle = start + (end - start) // 2
    for pattern in BREAKS:
        places = [found.end() for found in pattern.finditer(text, middle, end)]
        if free := [place for place in places if _is_free(place, closed)]:
            return free[-1]
    for place in range(end, start, -1):
        if text[place].isspace() and _is_free(place, closed):
            return place
    for place in range(end, start, -1):
        if _is_free(place, closed) and not _joined(text, place):
            return place
    return end


def _is_free(place: int, closed: Sequence[Span]) -> bool:
    return not any(start < place < end for start, end in closed)


def _joined(text: str, place: int) -> bool:
    """A cut there would tear one visible character apart."""
    before, after = text[place - 1], text[place]
    return (
        before == "\u200d"
        or after in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or unicodedata.category(after)[0] == "M"
        or (_in_flag(after) and _flags_before(text, place) % 2 == 1)
    )


def _in_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, place: int) -> int:
    """A flag is two letters of its own alphabet."""
    start = place
    while start and _in_flag(text[start - 1]):
        start -= 1
    return place - start
