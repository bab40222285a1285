"""Keeping what initiatives are found by: `index` in the transaction that changes one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    bindparam,
    delete,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.text import words as words_of
from storage import search_words
from storage.prepared import Prepared
from storage.reference import kept
from storage.tables.helping import Card
from storage.tables.records import Enrolment, Initiative, Report, Site
from storage.tables.search import SearchRow
from storage.tables.units import Sector, Unit, UnitBelow
from storage.units import counting_below, year_of

BY_YEAR = 10**10
"""More than there will ever be enrolments: `SearchRow.id` is year × this + enrolment."""
MANY = 500
"""Enrolments that are read and written at once."""
LONGEST = 40
"""Letters of a word; what is longer is none."""
TOLD = ("noi_dung", "ket_qua", "quy_mo")
"""Answers that are looked through."""

_ALL = true()
PUBLIC = "_k"
"""The mark of what has a public card."""

Record = tuple[Initiative, Enrolment]
Place = tuple[str, tuple[int, ...]]
"""Name of a unit, and what it counts below in a year."""


def mark(kind: str, value: object) -> str:
    """What a row bears beside its words. u, n: counts below this unit in its year, as one that all
    or few may see; p: is carried out in this unit, too; a: reported by this member; l: sector;
    s: state; c: the number of its code, or year and number."""
    return f"_{kind}{value}"


def states(enrolment: Enrolment) -> list[str]:
    """What can be asked for: stage, activity, whether built or exemplary."""
    found = [enrolment.stage, enrolment.activity]
    found += ["exemplary"] if enrolment.exemplary else []
    return [*found, "built"] if enrolment.built_on else found


def index(session: Session, enrolment: Enrolment) -> None:
    """After every change of an enrolment, its initiative, sites or reporters."""
    session.flush()
    _write(session, [(session.get_one(Initiative, enrolment.initiative_id), enrolment)], {})


def reindex(session: Session, unit_ids: Iterable[int]) -> None:
    """After changes of units: of their names, or of what they count below."""
    session.flush()
    changed = sorted(unit_ids)
    for start in range(0, len(changed), MANY):
        some = changed[start : start + MANY]
        theirs = or_(Enrolment.place_id.in_(some), Enrolment.registrant_id.in_(some))
        at = select(Site.enrolment_id).where(Site.unit_id.in_(some))
        _write_all(session, or_(theirs, Enrolment.id.in_(at)))


def rebuild(session: Session) -> None:
    """All of it, after a bulk load."""
    session.flush()
    session.execute(delete(SearchRow))
    _write_all(session, _ALL)


def _write_all(session: Session, which: Any) -> None:
    last, memo = 0, dict[object, Any]()
    while found := write_some(session, last, memo, which):
        last = found


def write_some(
    session: Session, last: int, memo: dict[object, Any], which: Any = _ALL
) -> int | None:
    """The next enrolments after the last one; None: there are no more. memo: as of `_write`."""
    rows = session.execute(
        select(Initiative, Enrolment)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(which, Enrolment.id > last)
        .order_by(Enrolment.id)
        .limit(MANY)
    ).all()
    if not rows:
        return None
    _write(session, [(initiative, enrolment) for initiative, enrolment in rows], memo)
    return int(rows[-1][1].id)


def _write(session: Session, records: Sequence[Record], memo: dict[object, Any]) -> None:
    """memo: what is known of units and sectors, for as long as the caller keeps it."""
    about, version = _about(session, [enrolment.id for _, enrolment in records])
    found = {
        e.id: {*_words(session, i, e, about[e.id], memo), *_marks(session, i, e, about[e.id], memo)}
        for i, e in records
        if e.state != "withdrawn"
    }
    rows = [
        {
            "id": e.year * BY_YEAR + e.id, "enrolment_id": e.id, "initiative_id": i.id,
            "words": " ".join(sorted(found[e.id])),
        }
        for i, e in records
        if e.id in found
    ]  # fmt: skip
    if gone := [e.id for _, e in records if e.id not in found]:
        session.execute(delete(SearchRow).where(SearchRow.enrolment_id.in_(gone)))
    if rows:
        _put(session.get_bind().dialect.name).do_all(session, rows)
        said = {word for words in found.values() for word in words if word.isalpha()}
        search_words.learn(session, said, version)


def _words(
    session: Session, i: Initiative, e: Enrolment, about: Sequence[Any], memo: dict[object, Any]
) -> Iterator[str]:
    units = {e.place_id, e.registrant_id, *(n for kind, n, _ in about if kind == "p")}
    names = [_place(session, unit, e.year, memo)[0] for unit in units]
    hamlets = [name for kind, _, name in about if kind == "p"]
    told = [str(e.details[key]["t"]) for key in TOLD if key in e.details]
    sector = _known(
        session,
        ("label", e.sector_id),
        lambda: session.get_one(Sector, e.sector_id).label,
        memo,
    )
    for text in (i.name, i.programme, e.owner, sector, *names, *hamlets, *told):
        yield from (word for word in words_of(text) if len(word) <= LONGEST)


def _marks(
    session: Session, i: Initiative, e: Enrolment, about: Sequence[Any], memo: dict[object, Any]
) -> Iterator[str]:
    for unit in (e.place_id, e.registrant_id):
        for above in _place(session, unit, e.year, memo)[1]:
            yield mark("n" if e.narrowed else "u", above)
    yield from (mark("a", member) for kind, member, _ in about if kind == "a")
    if not e.narrowed:
        yield from (mark("p", unit) for kind, unit, _ in about if kind == "p")
    yield from (mark("s", state) for state in states(e))
    if any(kind == "k" for kind, _, _ in about):
        yield PUBLIC
    yield mark("l", e.sector_id)
    yield mark("c", i.code_number)
    yield mark("c", f"{i.code_year}_{i.code_number}")


def _place(session: Session, unit_id: int, year: int, memo: dict[object, Any]) -> Place:
    def found() -> Place:
        first, next_first = year_of(year)
        asked = {"unit": unit_id, "first": first, "next_first": next_first}
        above = session.connection().scalars(_above(), asked)
        return session.get_one(Unit, unit_id).name, tuple(above)

    place: Place = _known(session, ("place", unit_id, year), found, memo)
    return place


def _known(session: Session, asked: tuple[Any, ...], answer: Any, memo: dict[object, Any]) -> Any:
    if asked not in memo:
        memo[asked] = kept(session, ("search", *asked), answer)
    return memo[asked]


@cache
def _above() -> Any:
    """Built once: each report asks it."""
    days = (bindparam("first", type_=Date()), bindparam("next_first", type_=Date()))
    upwards = counting_below(*days).where(UnitBelow.unit_id == bindparam("unit"))
    return upwards.with_only_columns(UnitBelow.ancestor_id).distinct()


def _about(session: Session, ids: Sequence[int]) -> tuple[defaultdict[int, list[Any]], int | None]:
    """Of each enrolment its sites ("p", unit, hamlet), reporters ("a", member, "") and public card
    ("k"); and the version of the vocabulary."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    version = None
    rows = _elsewhere().rows_of_all(session, [{"enrolment": one} for one in ids])
    for enrolment, kind, number, name in rows:
        if kind == "v":
            version = number
        else:
            found[enrolment].append((kind, number, name))
    return found, version


@cache
def _elsewhere() -> Prepared:
    this: BindParameter[Any] = bindparam("enrolment")
    nothing = literal("")
    sites = select(Site.enrolment_id, literal("p"), Site.unit_id, Site.hamlet)
    authors = select(Report.enrolment_id, literal("a"), Report.author_id, nothing)
    public = select(Enrolment.id, literal("k"), Card.id, nothing)
    public = public.join(Card, Card.initiative_id == Enrolment.initiative_id)
    return Prepared(
        union_all(
            sites.where(Site.enrolment_id == this),
            authors.where(Report.enrolment_id == this),
            public.where(Enrolment.id == this, Card.withdrawn_at.is_(None)),
            select(null(), literal("v"), search_words.VERSION, nothing),
        )
    )


@cache
def _put(dialect: str) -> Prepared:
    row: Any = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(SearchRow)
    new, old = row.excluded, SearchRow
    put = row.on_conflict_do_update(
        index_elements=["enrolment_id"],
        set_={name: new[name] for name in ("id", "initiative_id", "words")},
        where=or_(new.words.is_distinct_from(old.words), new.id != old.id),
    )
    return Prepared(put, "id", "enrolment_id", "initiative_id", "words")
