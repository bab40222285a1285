"""Which period somebody names: "quý 4", "6 tháng đầu năm 2026", "tháng 11", "năm 2025"."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.text import fold, one_line

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
HALVES = {"dau": 1, "cuoi": 2}
YEAR = r"(?:(?:[ /-]|nam)*(?P<year>(?:19|20)\d\d|nay|ngoai))?"
KINDS = {
    "quarter": re.compile(rf"\bquy (?P<number>[1-4]|i{{1,3}}|iv)\b{YEAR}"),
    "half": re.compile(rf"\b(?:6|sau) thang(?: (?P<number>dau|cuoi))?\b{YEAR}"),
    "month": re.compile(rf"\bthang (?P<number>1[0-2]|0?[1-9])\b{YEAR}"),
    "year": re.compile(r"\b(?:ca )?nam (?P<year>(?:19|20)\d\d|nay|ngoai)\b"),
}
SPACES = " ,.;:?!–-"


@dataclass(frozen=True, slots=True)
class Named:
    """A kind of period; which of its year (0: any), and in which year (0: any)."""

    kind: str
    number: int = 0
    year: int = 0

    def is_(self, kind: str, first: date) -> bool:
        """Whether the period of this kind that begins then is meant."""
        same = self.kind == kind and self.year in (0, first.year)
        return same and self.number in (0, number_of(kind, first))


def number_of(kind: str, first: date) -> int:
    months = {"quarter": 3, "half": 6, "month": 1}.get(kind, 12)
    return (first.month - 1) // months + 1


def parse_period(text: str, this_year: int) -> tuple[Named | None, str]:
    """The period named, and the text without it."""
    whole = one_line(text)
    folded = fold(whole)
    for kind, pattern in KINDS.items():
        if found := pattern.search(folded):
            said = found.groupdict()
            named = Named(kind, _number(said.get("number")), _year(said["year"], this_year))
            return named, _without(whole, folded, found)
    return None, whole.strip(SPACES)


def _number(said: str | None) -> int:
    if not said:
        return 0
    return HALVES.get(said) or ROMAN.get(said) or int(said)


def _year(said: str | None, this_year: int) -> int:
    relative = {None: 0, "nay": this_year, "ngoai": this_year - 1}
    return relative[said] if said in relative else int(said or 0)


def _without(whole: str, folded: str, found: re.Match[str]) -> str:
    """Folding keeps the length of what is composed; else the folded words have to do."""
    source = whole if len(whole) == len(folded) else folded
    return f"{source[: found.start()]} {source[found.end() :]}".strip(SPACES)
