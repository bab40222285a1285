"""What somebody wants to know who types "thống kê kinh tế thạch lạc 2022", in any order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.text import fold, one_line, words

YEAR = re.compile(r"(?:năm |nam )?\b((?:19|20)\d\d)\b", re.IGNORECASE)
# "nam" alone begins names such as Nam Điền: only the whole phrase is a year.
RELATIVE = {"nam nay": 0, "nam ngoai": -1, "nam truoc": -1, "nam qua": -1, "nam kia": -2}
LEADING = {"cua", "o", "tai", "cho", "ve", "trong", "tren", "don vi", "linh vuc", "mo hinh"}
# "phòng kinh tế", "xã Văn Hóa": what follows such a word belongs to the name of a unit.
UNIT_WORDS = {
    *("ban", "ap", "buon", "cong an", "cum", "doan", "don vi", "hoi", "huyen", "khoi", "lang"),
    *("phong", "phuong", "quan", "so", "thanh pho", "thi tran", "thi xa", "thon", "tinh", "to"),
    *("chi bo", "dang bo", "dang uy", "chi hoi", "to dan pho", "trung tam", "xa", "xom", "khu"),
}
EDGES = " ,.;:?!–-"
LONGEST = 8
"""Words of the longest phrase that names a sector."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the words that are no year: unit is as typed, "" for one's own."""

    unit: str = ""
    sector: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """years in the order they were named, none where none was; readings, the likeliest first.

    A reading holds when its unit is a known one: the caller looks.
    """

    text: str
    years: tuple[int, ...]
    readings: tuple[Reading, ...]


def parse(text: str, this_year: int, sectors: Mapping[str, int]) -> Asked:
    """sectors: the sector behind each folded phrase that names one."""
    text = one_line(text)
    years, rest = _years(text, this_year)
    readings = tuple(dict.fromkeys(_readings(rest, sectors)))
    return Asked(text, tuple(dict.fromkeys(years)), readings)


def _years(text: str, this_year: int) -> tuple[list[int], str]:
    """The years named, and the text without them."""
    years = [int(found[1]) for found in YEAR.finditer(text)]
    left: list[str] = []
    for word in YEAR.sub(" ", text).split():
        phrase = fold(f"{left[-1]} {word}") if left else ""
        if phrase in RELATIVE:
            left.pop()
            years.append(this_year + RELATIVE[phrase])
        else:
            left.append(word)
    return years, " ".join(left).strip(EDGES)


def _readings(rest: str, sectors: Mapping[str, int]) -> Iterator[Reading]:
    """The whole as a sector, then as a unit, then split into the longest sector and a unit."""
    spoken = [word for word in rest.split() if words(word)]
    whole = sectors.get(_phrase(_trimmed(spoken)))
    if whole is not None or not spoken:
        yield Reading(sector=whole)
    if spoken:
        yield Reading(rest)
        yield Reading(_unit(spoken))
    for start, end in _spans(len(spoken)):
        sector = sectors.get(_phrase(_trimmed(spoken[start:end])))
        if sector is not None and not _named(spoken[:start]):
            yield Reading(_unit(spoken[:start] + spoken[end:]), sector)


def _unit(spoken: list[str]) -> str:
    """With the commas inside: "thôn Tân Tiến, Thạch Khê" is one place."""
    return " ".join(_trimmed(spoken)).strip(EDGES)


def _spans(size: int) -> Iterator[tuple[int, int]]:
    """Long ones first; of equal ones, those at the edges of what was said."""
    for length in range(min(LONGEST, size - 1), 0, -1):
        starts = range(size - length + 1)
        yield from ((s, s + length) for s in sorted(starts, key=lambda s: s not in (0, starts[-1])))


def _phrase(spoken: list[str]) -> str:
    return " ".join(word for one in spoken for word in words(one))


def _trimmed(spoken: list[str]) -> list[str]:
    """Without the little words in front: "của xã Thạch Lạc", "lĩnh vực kinh tế"."""
    for size in (2, 1):
        if len(spoken) > size and _phrase(spoken[:size]) in LEADING:
            return _trimmed(spoken[size:])
    return spoken


def _named(before: list[str]) -> bool:
    return any(_phrase(before[-size:]) in UNIT_WORDS for size in (1, 2, 3) if before)
