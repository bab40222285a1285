"""The vocabulary of what can be found: the words that begin so, or are spelt nearly so.

A process keeps it until the version in the database, which each new word makes another, is another.
"""

import secrets
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from storage.locks import SPACE
from storage.prepared import Prepared
from storage.tables.delivery import Counter
from storage.tables.search import SearchWord

NAME = "search"
VERSION = select(Counter.value).where(Counter.name == NAME).scalar_subquery()
MOST_BEGINNING = 30
SHORTEST = 2
"""Letters from which on a word may be the beginning of others."""
LEAST_LIKENESS = 60
AT_ONCE = 32
_SOME = [f"word{n}" for n in range(AT_ONCE)]
_KNOWN = Prepared(select(SearchWord.word).where(SearchWord.word.in_([*map(bindparam, _SOME)])))
_NEW = text("INSERT INTO search_word (word) VALUES (:word) ON CONFLICT DO NOTHING")
_BUMP = text(
    "INSERT INTO counter (name, value) VALUES (:name, :version) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_ALONE = text("SELECT pg_try_advisory_xact_lock(:space, 1)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    version: int | None
    words: tuple[str, ...]
    all: frozenset[str]


_vocabulary = Vocabulary(None, (), frozenset())  # a process needs that of one database


def learn(session: Session, words: Collection[str], version: int | None) -> None:
    """Note the words that are new. Who would have to wait for another process doing so leaves it:
    the next row with the same word tries again."""
    known = _vocabulary
    if known.version is not None and known.version == version and known.all.issuperset(words):
        return
    new = set(words) - _noted(session, list(words))
    if not new:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql" and not connection.scalar(_ALONE, {"space": SPACE}):
        return
    connection.execute(_NEW, [{"word": word} for word in sorted(new)])
    # never the same twice, also after a rollback
    connection.execute(_BUMP, {"name": NAME, "version": secrets.randbits(31)})


def _noted(session: Session, words: Sequence[str]) -> set[str]:
    """Those of the words that are known; what is asked is filled up with the last of them."""
    found: set[str] = set()
    for start in range(0, len(words), AT_ONCE):
        asked = dict(zip_longest(_SOME, words[start : start + AT_ONCE], fillvalue=words[-1]))
        found |= {word for (word,) in _KNOWN.rows(session, asked)}
    return found


def known(session: Session) -> Vocabulary:
    global _vocabulary
    version = session.scalar(select(VERSION))
    found = _vocabulary
    if version is None or found.version != version:
        words = tuple(sorted(session.scalars(select(SearchWord.word))))
        _vocabulary = found = Vocabulary(version, words, frozenset(words))
    return found


def beginning(session: Session, start: str) -> list[str]:
    """Longer words that begin so, the shortest first."""
    if len(start) < SHORTEST:
        return []
    words = known(session).words
    first = bisect_left(words, start)
    last = bisect_left(words, start + "\U0010ffff")
    longer = (word for word in words[first:last] if word != start)
    return sorted(longer, key=len)[:MOST_BEGINNING]


def nearest(session: Session, word: str, most: int = 3) -> list[str]:
    """Words that are spelt nearly so, the likeliest first: only to be suggested."""
    from rapidfuzz import fuzz, process  # 3 MB: not before somebody types what is no word

    found = process.extract(
        word, known(session).words, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=most + 1
    )
    return [near for near, _, _ in found if near != word][:most]
