"""What is looked for by "nhà lưới thạch lạc 2022 điển hình": words, and what narrows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.stats_query import UNIT_WORDS, parse
from bot.domain.text import Lexicon, words

STATES = Lexicon(
    (phrase, state)
    for state, phrases in {
        "exemplary": ("điển hình",),
        "recognised": ("đã công nhận", "được công nhận", "đã được công nhận"),
        "proposed": ("đề nghị công nhận",),
        "appraising": ("đang thẩm định",),
        "consolidating": ("cần củng cố", "đang củng cố"),
        "building": ("đang xây dựng",),
        "built": ("đã xây dựng",),
        "paused": ("tạm dừng",),
        "stopped": ("đã dừng", "dừng hẳn"),
    }.items()
    for phrase in phrases
)
STATE_LABELS = {
    "exemplary": "điển hình",
    "recognised": "đã công nhận",
    "proposed": "đề nghị công nhận",
    "appraising": "đang thẩm định",
    "consolidating": "cần củng cố",
    "building": "đang xây dựng",
    "built": "đã xây dựng",
    "paused": "tạm dừng",
    "stopped": "đã dừng",
}
LONGEST_STATE, LONGEST_NAME = 4, 7
"""Words."""
VAGUE = {"xa hoi", "van hoa", "an ninh", "quoc phong", "nong thon", "do thi"}
"""Names of sectors that are words of many names as well: "bảo hiểm xã hội"."""
SECTOR = ["linh", "vuc"]


@dataclass(frozen=True, slots=True)
class Question:
    """words as typed, without what was understood otherwise."""

    words: tuple[str, ...] = ()
    year: int | None = None
    state: str = ""
    sector: int | None = None


def understood(text: str, this_year: int, sectors: Mapping[str, int]) -> Question:
    """sectors: the sector behind each folded phrase that names one."""
    asked = parse(text, this_year, {})
    spoken = [word for word in asked.readings[0].unit.split() if words(word)]
    state, spoken = _state(spoken)
    sector, spoken = _sector(spoken, sectors)
    return Question(tuple(spoken), asked.years[0] if asked.years else None, state, sector)


def _state(spoken: list[str]) -> tuple[str, list[str]]:
    for size in range(LONGEST_STATE, 1, -1):
        for start in range(len(spoken) - size + 1):
            phrase = " ".join(word.strip(",.;") for word in spoken[start : start + size])
            if state := STATES.find(phrase):
                return state, spoken[:start] + spoken[start + size :]
    return "", spoken


def _sector(spoken: list[str], sectors: Mapping[str, int]) -> tuple[int | None, list[str]]:
    """A phrase at one end; a vague one only if it is all, or said to be a sector."""
    for start, end in _ends(len(spoken)):
        phrase = spoken[start:end]
        folded = words(" ".join(phrase))
        named = folded[:2] == SECTOR
        known = " ".join(folded[2:] if named else folded)
        if known in sectors and (named or len(phrase) == len(spoken) or known not in VAGUE):
            return sectors[known], spoken[:start] + spoken[end:]
    return None, spoken


def units_in(spoken: tuple[str, ...]) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Names that may be of a unit: its words, whether they say so ("xã …"), the other words."""
    for start, end in _ends(len(spoken)):
        phrase = spoken[start:end]
        said = any(" ".join(words(" ".join(phrase[:n]))) in UNIT_WORDS for n in (1, 2, 3))
        if len(phrase) > 1:
            yield " ".join(phrase).strip(" ,.;"), said, (*spoken[:start], *spoken[end:])


def _ends(size: int) -> Iterator[tuple[int, int]]:
    """Long phrases first, of equal ones that at the end."""
    for length in range(min(LONGEST_NAME, size), 0, -1):
        yield size - length, size
        if length < size:
            yield 0, length
