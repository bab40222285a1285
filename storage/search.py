"""Finding initiatives by any words in any order, among those somebody may see, newest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, select, text, true
from sqlalchemy.orm import Session

from bot.domain.codes import parse_code
from bot.domain.roles import Act
from bot.domain.text import fold
from bot.domain.text import words as words_of
from storage.initiatives import Row, enrolled, newest_each
from storage.scope import SYSTEM, Scope, seen
from storage.search_index import BY_YEAR, PUBLIC, mark
from storage.search_words import beginning
from storage.tables.records import Enrolment, Initiative

MOST = 40
"""Initiatives of which the best come first: who wants more says more."""
MOST_PICKED = 8
MOST_CALLED = 300
"""Initiatives of one name that are looked at."""
MOST_WORDS = 8
WINDOW = 12_000
"""Rows PostgreSQL looks through, newest first (3 ms), before it asks its index, which brings all
rows at once (2 µs each): what is not 40 times among these is not too often in a million."""
FIRST_YEAR, LAST_YEAR = 1, 9998

Hit = tuple[int, int]
"""Enrolment, initiative."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks. marks: one of them is on every row they may see (None: on any); allowed is asked
    again of what was found, since marks may be older than the tree of units."""

    marks: tuple[str, ...] | None = None
    allowed: ColumnElement[bool] | None = None


EVERYTHING = Eyes()


@dataclass(frozen=True, slots=True)
class Wanted:
    """words: folded ones, of which each row has all. state: a mark of `search_index.states`.
    unit: it and what is below it, in the year of the row. before: only years before that one."""

    words: tuple[str, ...] = ()
    year: int | None = None
    sector: int | None = None
    unit: int | None = None
    state: str = ""
    before: int | None = None


def words_in(said: str) -> tuple[str, ...]:
    """Words to look for; a whole code is one."""
    if code := parse_code(said):
        year, number = code
        return (mark("c", f"{year}_{number}" if year else number),)
    return _plain(said)


def _plain(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words_of(said)))[:MOST_WORDS]


def eyes_of(
    scope: Scope,
    allowed: ColumnElement[bool] | None = None,
    near: Iterable[int] = (),
    sites: Iterable[int] = (),
    *,
    act: Act = Act.SEE_REPORTS,
    public: bool = False,
) -> Eyes:
    """allowed: what may be seen, where that is not what the scope may read. near, sites: units
    below which, or in which, what is not narrowed is seen. act: the right that opens what is below
    a unit. public: also what has a public card."""
    if scope == SYSTEM:
        return EVERYTHING
    see, narrowed = scope.units(act), scope.units(Act.SEE_NARROWED)
    marks = [mark("u", unit) for unit in dict.fromkeys((*see, *near))]
    marks += [mark("p", unit) for unit in sites]
    marks += [mark("n", unit) for unit in narrowed]
    marks += [mark("a", scope.member_id or 0), *([PUBLIC] if public else [])]
    return Eyes(tuple(marks), seen(scope) if allowed is None else allowed)


def find(
    session: Session, eyes: Eyes, wanted: Wanted, start: int = 0, most: int = 8
) -> tuple[list[Row], bool]:
    """The newest enrolment each of some initiatives, from `start`, and whether there are more. What
    is called so comes first, then what has all words in its name, then what is newer."""
    found = ranked(session, eyes, wanted)
    page = found[start : start + most]
    rows = session.execute(
        select(Initiative, Enrolment)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(Enrolment.id.in_(page))
    )
    by_id = {enrolment.id: (initiative, enrolment) for initiative, enrolment in rows}
    return [by_id[i] for i in page if i in by_id], len(found) > start + most


def pick(
    session: Session, eyes: Eyes, said: str, before: int | None = None, unit: int | None = None
) -> tuple[list[Row], bool]:
    """What may be meant by a code, or by words of a name, a place…; sure: a code or a whole name
    was said, and nothing else."""
    words = words_in(said)
    if not words:
        return [], False
    rows, more = find(session, eyes, Wanted(words, unit=unit, before=before), most=MOST_PICKED)
    if parse_code(said):
        return rows, True
    exact = [row for row in rows if words_of(row[0].folded) == words_of(said)]
    if more and not exact:  # it may be older than all that were looked at
        exact = _called(session, eyes, fold(said), before or LAST_YEAR)
    return exact or rows, bool(exact)


def _called(session: Session, eyes: Eyes, folded: str, before: int) -> list[Row]:
    # + 0: by the index of names, whatever the planner thinks of how many are called so
    newest = select(Initiative.id).where(Initiative.folded == folded)
    newest = newest.order_by((Initiative.id + 0).desc()).limit(MOST_CALLED)
    rows = session.execute(
        enrolled()
        .where(Initiative.id.in_(newest), Enrolment.year < before)
        .where(true() if eyes.allowed is None else eyes.allowed)
        .order_by(Initiative.id.desc())
        .limit(MOST_PICKED * 3)
    )
    return newest_each((row[0], row[1]) for row in rows)[:MOST_PICKED]


def ranked(session: Session, eyes: Eyes, wanted: Wanted) -> list[int]:
    """Enrolments, best first. Where the last word is none by itself, it is taken for the beginning
    of others."""
    found = _allowed(session, eyes, wanted, _hits(session, _clauses(eyes, wanted), wanted))
    if not found and wanted.words and (others := beginning(session, wanted.words[-1])):
        clauses = _clauses(eyes, replace(wanted, words=wanted.words[:-1]))
        found = _allowed(session, eyes, wanted, _hits(session, [*clauses, others], wanted))
    return found


def _clauses(eyes: Eyes, wanted: Wanted) -> list[Sequence[str]]:
    """Of each, a row has at least one word or mark."""
    # few rows bear a mark of a small unit: SQLite goes from one of them to the next
    clauses: list[Sequence[str]] = [] if eyes.marks is None else [eyes.marks]
    clauses += [(word,) for word in wanted.words]
    if wanted.unit:
        clauses.append((mark("u", wanted.unit), mark("n", wanted.unit)))
    if wanted.sector:
        clauses.append((mark("l", wanted.sector),))
    if wanted.state:
        clauses.append((mark("s", wanted.state),))
    return clauses


def _hits(session: Session, clauses: Sequence[Collection[str]], wanted: Wanted) -> list[Hit]:
    """The newest of each initiative, newest first. The years of one are a row each, so a look that
    brings too few is followed by one that goes further."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    last = wanted.year or (wanted.before - 1 if wanted.before else LAST_YEAR)
    asked: dict[str, Any] = {"low": (wanted.year or FIRST_YEAR) * BY_YEAR, "window": WINDOW}
    asked |= {"high": (last + 1) * BY_YEAR - 1, "query": (_match if sqlite else _tsquery)(clauses)}
    everywhere = (_MATCH if sqlite else _INDEX) if asked["query"] else _NEWEST
    looks = [(everywhere, 2 * MOST), (everywhere, 20 * MOST)]
    newest: dict[int, int] = {}
    for statement, most in looks if everywhere is not _INDEX else [(_WINDOW, 2 * MOST), *looks]:
        hits = session.connection().execute(statement, asked | {"most": most}).all()
        newest = {}
        for enrolment, initiative in hits:
            newest.setdefault(initiative, enrolment)
        if len(newest) >= MOST or (len(hits) < most and statement is everywhere):
            break
    return [(enrolment, initiative) for initiative, enrolment in newest.items()][:MOST]


def _match(clauses: Sequence[Collection[str]]) -> str:
    each = (" OR ".join(f'"{word}"' for word in clause) for clause in clauses)
    return " AND ".join(f"({one})" for one in each)


def _tsquery(clauses: Sequence[Collection[str]]) -> str:
    each = (" | ".join(f"'{word}'" for word in clause) for clause in clauses)
    return " & ".join(f"({one})" for one in each)


_NEWEST = text(
    "SELECT enrolment_id, initiative_id FROM search_row WHERE id BETWEEN :low AND :high "
    "ORDER BY id DESC LIMIT :most"
)
_MATCH = text(
    "SELECT r.enrolment_id, r.initiative_id "
    "FROM search_index i JOIN search_row r ON r.id = i.rowid "
    "WHERE search_index MATCH :query AND i.rowid BETWEEN :low AND :high "
    "ORDER BY i.rowid DESC LIMIT :most"
)
_WINDOW = text(
    "SELECT enrolment_id, initiative_id FROM (SELECT enrolment_id, initiative_id, words, id "
    "FROM search_row WHERE id BETWEEN :low AND :high ORDER BY id DESC LIMIT :window) newest "
    "WHERE words @@ CAST(:query AS tsquery) ORDER BY id DESC LIMIT :most"
)
# + 0: by the index of words, whatever the planner thinks of how many there will be
_INDEX = text(
    "SELECT enrolment_id, initiative_id FROM search_row "
    "WHERE words @@ CAST(:query AS tsquery) AND id + 0 BETWEEN :low AND :high "
    "ORDER BY id + 0 DESC LIMIT :most"
)


def _allowed(session: Session, eyes: Eyes, wanted: Wanted, hits: Sequence[Hit]) -> list[int]:
    """Those that may be seen, as the database says now: what is called so first, then names with
    all the words."""
    if not hits:
        return []
    asked = select(Enrolment.id, Initiative.folded).join(
        Initiative, Initiative.id == Enrolment.initiative_id
    )
    asked = asked.where(Enrolment.id.in_([e for e, _ in hits]), Enrolment.state != "withdrawn")
    rows = session.execute(asked.where(true() if eyes.allowed is None else eyes.allowed))
    said = set(wanted.words)
    far = {
        enrolment: (_plain(folded) != wanted.words, not said <= set(words_of(folded)))
        for enrolment, folded in rows
    }
    return sorted((enrolment for enrolment, _ in hits if enrolment in far), key=far.__getitem__)
