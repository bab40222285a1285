"""Vietnamese text: cleaning, accent-free comparison, collation, and cutting for platforms."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, TypeVar

V = TypeVar("V")

Letter = tuple[int, int, int, int]

MOST_MARKS = 8
"""Marks kept on one letter: normalising sorts a run of them in quadratic time."""
SHORT = 60
"""Letters of a text that may be met again soon: what is made of it is remembered."""

BLANK = {"\t", "\u2800"}
INVISIBLE = {"\u115f", "\u1160", "\u3164", "\uffa0"}
LINE_ENDS = {"\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"}


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    if char in LINE_ENDS:
        return "\n"
    category = unicodedata.category(char)
    if category == "Zs" or char in BLANK:
        return " "
    # Lone surrogates (Cs) can be stored in no database.
    return "" if category in ("Cc", "Cf", "Cs") or char in INVISIBLE else char


def _tamed(s: str) -> str:
    """The text without the rest of absurdly long runs of combining marks."""
    if s.isascii() or not any(map(unicodedata.combining, s)):
        return s
    kept, run = [], 0
    for char in s:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def clean(raw: str) -> str:
    """What somebody sent, as it is stored: NFC, nothing invisible, spaces and blank lines tidy."""
    shown = "".join(map(_shown, raw.replace("\r\n", "\n").replace("\r", "\n")))
    # One mark may decompose into two, so the cap is applied on both sides.
    normal = _tamed(unicodedata.normalize("NFC", _tamed(shown)))
    lines = (" ".join(line.split()) for line in normal.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(s: str) -> str:
    return " ".join(clean(s).split())


def capital(s: str) -> str:
    """As it begins a sentence, or stands alone as something to choose."""
    return s[:1].upper() + s[1:]


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    if char in "đĐðÐ":
        return "d"
    return "" if unicodedata.category(char) in ("Mn", "Cf") else char.lower()


def fold(s: str) -> str:
    """For comparing only: lower case, no accents, đ as d, single spaces."""
    return _fold_short(s) if len(s) <= SHORT else _fold(s)


def _fold(s: str) -> str:
    bare = "".join(map(_bare, unicodedata.normalize("NFKD", _tamed(s))))
    return " ".join(bare.split())


_fold_short = lru_cache(maxsize=4096)(_fold)


def words(s: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(s))


def tokens(s: str) -> list[str]:
    """The words of a text in lower case with their accents."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", _tamed(s)).lower())


def _marks(s: str) -> Counter[str]:
    apart = unicodedata.normalize("NFD", _tamed(s).lower())
    return Counter(c for c in apart if c == "đ" or unicodedata.combining(c))


def could_mean(typed: str, meant: str) -> bool:
    """True if `typed` is `meant` with accents left out or put elsewhere, but none of its own.

    "huy", "huỷ" and "hủy" can all mean "hủy"; "cô" cannot mean "có", nor "dừng" "đúng".
    """
    these, those = typed.split(), meant.split()
    return len(these) == len(those) and all(
        fold(a) == fold(b) and _marks(a) <= _marks(b) for a, b in zip(these, those, strict=True)
    )


class Lexicon(Generic[V]):
    """Phrases found with or without their accents; with wrong accents they are not found."""

    def __init__(self, entries: Iterable[tuple[str, V]]) -> None:
        self._entries: dict[str, list[tuple[str, V]]] = {}
        for phrase, value in entries:
            self._entries.setdefault(fold(phrase), []).append((phrase, value))

    def find(self, typed: str) -> V | None:
        found = [e for e in self._entries.get(fold(typed), ()) if could_mean(typed, e[0])]
        return max(found, key=lambda e: e[0] == typed)[1] if found else None


POLITE = Lexicon((word, True) for word in ("ạ", "nhé", "nha", "nhá", "đi", "với", "nào"))


def without_politeness(spoken: list[str]) -> list[str]:
    """Drops "ạ", "nhé" and the like from the end; a message of nothing else stays."""
    last = len(spoken)
    while last > 1 and POLITE.find(spoken[last - 1]):
        last -= 1
    return spoken[:last]


# CLDR common/collation/vi.xml ("&̀<<̉<<̃<<́<<̣", "&a<ă<â" and so on), checked with ICU 78.2:
# đ and vowels with a hat, breve or horn are letters of their own; tones decide after all letters,
# in this order; small letters come before capitals last of all.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
SHAPES = {"\u0306": 1, "\u0302": 2, "\u031b": 3}


def _kind(char: str) -> int:
    if char.isspace():
        return 0
    return 3 if char.isalpha() else 2 if char.isdigit() else 1


def _letters(s: str) -> list[Letter]:
    """(kind, letter × 4 + shape, tone, is a capital) for each letter of the text."""
    letters: list[Letter] = []
    for char in unicodedata.normalize("NFD", clean(s)):
        if char in SHAPES or char in TONES:
            kind, code, tone, capital = letters.pop() if letters else (0, 0, 0, 0)
            letters.append((kind, code + SHAPES.get(char, 0), TONES.get(char, tone), capital))
            continue
        small = char.lower()
        code = ord("d") * 4 + 1 if small == "đ" else ord(small[0]) * 4
        letters.append((_kind(char), code, 0, int(small != char)))
    return letters


def sort_key(s: str) -> tuple[list[tuple[int, int]], list[int], list[int], str]:
    """Vietnamese alphabetical order, as ICU sorts it."""
    letters = _letters(s)
    return [x[:2] for x in letters], [x[2] for x in letters], [x[3] for x in letters], s


def utf16_len(s: str) -> int:
    """The length as Telegram and browsers count it."""
    return len(s) + sum(char > "\uffff" for char in s)


def _joins(before: str, after: str) -> bool:
    """True if a cut between the two would tear one visible character apart."""
    return (
        before == "\u200d"
        or after in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or unicodedata.category(after)[0] == "M"
    )


def _reach(s: str, start: int, most: int) -> int:
    """How far `most` UTF-16 units go from `start`, in characters of Python."""
    end = start
    for char in s[start : start + most]:
        most -= 2 if char > "\uffff" else 1
        if most < 0:
            break
        end += 1
    return end


def _whole(s: str, start: int, end: int) -> int:
    """The last place not after `end` where a cut tears nothing; `start` if there is none."""
    while start < end < len(s) and _joins(s[end - 1], s[end]):
        end -= 1
    return end


def cut(s: str, most: int) -> str:
    """The beginning of the text, with "…" where some of it is missing."""
    if utf16_len(s) <= most:
        return s
    if most < 1:
        return ""
    return s[: _whole(s, 0, _reach(s, 0, most - 1))].rstrip() + "…"


BREAKS = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"[.!?…;:]\s")))


def _break(s: str, start: int, end: int) -> int:
    """The best place to break: a paragraph, line or sentence if far enough on, else a word."""
    middle = start + (end - start) // 2
    for pattern in BREAKS:
        places = [found.end() for found in pattern.finditer(s, middle, end)]
        if places:
            return places[-1]
    for place in range(end, start, -1):
        if s[place].isspace():
            return place
    # A single character longer than a piece has to be torn after all.
    whole = _whole(s, start, end)
    return whole if whole > start else end


def split(s: str, most: int) -> list[str]:
    """The text in pieces of at most `most` UTF-16 units (two or more), none of them blank."""
    if most < 2:
        raise ValueError("a piece must have room for one character: two UTF-16 units")
    pieces, start = [], 0
    while start < len(s):
        end = _reach(s, start, most)
        if end < len(s):
            end = _break(s, start, end)
        pieces.append(s[start:end].strip())
        start = end
    return [piece for piece in pieces if piece]


TITLES = ("ông", "bà", "bác", "cô", "chú", "anh", "chị", "em", "cụ")
COMRADE = re.compile(r"(?:đ/c|d/c|đồng chí|dong chi)(?:[.:]\s*|\s+)(?=\S)", re.IGNORECASE)

# What only begins like a title. Ông Ích Khiêm had the surname Ông.
NO_TITLES = Lexicon(
    (opening, True)
    for opening in (
        "anh chị",
        "anh em",
        "anh hùng",
        "bà con",
        "bác sĩ",
        "chị em",
        "chi bộ",
        "chi cục",
        "chi đoàn",
        "chi hội",
        "chi nhánh",
        "cô giáo",
        "cơ quan",
        "cơ sở",
        "ông ích",
    )
)


def _title(name: str) -> str:
    first, second, *rest = name.lower().split()
    # Chu Van An may be a surname without accents as much as chú.
    if not rest or first == "chu" or NO_TITLES.find(f"{first} {second}"):
        return ""
    typed = first.rstrip(".:")
    if name.isascii():
        return next((title for title in TITLES if could_mean(typed, title)), "")
    # In a name that is written with accents "Ba" is no "bà".
    return typed if typed in TITLES else ""


def without_title(name: str) -> tuple[str, str]:
    """("ông", "Hồ Văn Hà") from "Ông Hồ Văn Hà"; "Anh Đào" may be a name and stays whole."""
    name = one_line(name)
    if comrade := COMRADE.match(name):
        return "đồng chí", name[comrade.end() :]
    title = _title(name) if name.count(" ") > 1 else ""
    return title, name.partition(" ")[2] if title else name
