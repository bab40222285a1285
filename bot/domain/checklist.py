"""What is said of a list where most things are as usual: which are not, and how they are."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.text import fold

REST = "*"
"""Beside the numbers of what is not as usual: the mark of all the others."""
LONGEST = 500

Marks = Mapping[str, str | None]
"""Number of an item as text → its mark; None: still to be said."""

ALL = ("het", "tat ca", "toan bo", "ca", "deu")
EXCEPT = ("ngoai tru", "tru ra", "tru", "ngoai")
FILLERS = {"va", "cac", "tieu", "chi", "so", "muc", "la", "thi", "cau", "y", "con", "lai", "voi"}
WORD = re.compile(r"[0-9]+ ?- ?[0-9]+|[0-9]+|[a-z]+|[^\s,;.:()/+&]")


def exceptions(
    text: str, count: int, usual: tuple[str, Sequence[str]], others: Mapping[str, Sequence[str]]
) -> dict[str, str | None] | None:
    """What "đạt hết", "trừ 3, 5", "3 một phần, 5 chưa đạt" says of `count` items.

    usual, others: marks with the words for them. A mark holds for the numbers before it that have
    none yet. One bare number leaves the rest open. None: not understood, or no such item.
    """
    words, usual_mark = WORD.findall(fold(text[:LONGEST])), usual[0]
    rest, words = _all_as_usual(words, usual[1])
    phrases = _phrases({usual_mark: usual[1], **others})
    found = _listed(words, count, phrases)
    if found is None or not (rest or found):
        return None
    marks = {n: mark for n, mark in found.items() if mark != usual_mark}
    bare = not rest and len(found) == 1 and None in found.values()
    return marks if bare else {REST: usual_mark, **marks}


def _all_as_usual(words: list[str], usual: Iterable[str]) -> tuple[bool, list[str]]:
    """Takes "đạt hết", "tất cả đạt" and "trừ" from the beginning."""
    names = [fold(name).split() for name in usual]
    alls = [one.split() for one in ALL]
    openings = [n + a for n in names for a in alls] + [a + n for n in names for a in alls]
    openings += [[*a, "deu", *n] for a in alls for n in names]
    taken = _longest(words, openings)
    if taken == 0 and words in names:
        taken = len(words)
    rest = words[taken:]
    without = _longest(rest, [one.split() for one in EXCEPT])
    alone = without and taken == 0 and len(rest) == without  # "trừ" of nothing
    return bool(taken or without) and not alone, rest[without:]


def _longest(words: list[str], openings: Iterable[list[str]]) -> int:
    return max((len(one) for one in openings if one and words[: len(one)] == one), default=0)


def _phrases(marks: Mapping[str, Sequence[str]]) -> list[tuple[list[str], str]]:
    """Longest first: "không áp dụng" before "không"."""
    all_of = [(fold(name).split(), mark) for mark, names in marks.items() for name in names]
    return sorted(all_of, key=lambda one: -len(one[0]))


def _listed(
    words: list[str], count: int, phrases: Sequence[tuple[list[str], str]]
) -> dict[str, str | None] | None:
    found: dict[str, str | None] = {}
    at = 0
    while at < len(words):
        phrase, mark = next(
            ((p, m) for p, m in phrases if words[at : at + len(p)] == p), ([], None)
        )
        if phrase:
            found |= dict.fromkeys((n for n, m in found.items() if m is None), mark)
            at += len(phrase)
        elif numbers := _numbers(words[at], count):
            found |= dict.fromkeys(numbers)
            at += 1
        elif words[at] in FILLERS:
            at += 1
        else:
            return None
    return found


def _numbers(word: str, count: int) -> list[str]:
    """ "3", or "3-5"; none beyond the list."""
    ends = re.findall(r"[0-9]{1,3}", word) if word[0].isdigit() and len(word) <= 9 else []
    if not ends:
        return []
    first, last = int(ends[0]), int(ends[-1])
    return [str(n) for n in range(first, last + 1)] if 1 <= first <= last <= count else []


def unmarked(marks: Marks | None) -> str:
    """The first item whose mark is still to be said, or ""."""
    open_ones = [int(n) for n, mark in (marks or {}).items() if mark is None]
    return str(min(open_ones)) if open_ones else ""


def in_words(marks: Marks, labels: Sequence[str], names: Mapping[str, str]) -> str:
    """ "Đạt hết, trừ 3. Số hộ tham gia: đạt một phần"; names of the marks, the usual one first."""
    numbers = sorted(int(n) for n in marks if n.isdigit() and int(n) <= len(labels))
    told = [f"{n}. {labels[n - 1]}: {_name(marks[str(n)], names)}" for n in numbers]
    usual = next(iter(names.values()))
    return f"{usual} hết, trừ {'; '.join(told)}" if told else f"{usual} hết"


def _name(mark: str | None, names: Mapping[str, str]) -> str:
    name = names.get(mark or "", "chưa ghi mức")
    return name[:1].lower() + name[1:]
