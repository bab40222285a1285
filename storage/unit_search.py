"""Finding a unit by what people type: exact names are accepted, near ones only suggested."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

from bot.conversation.form import Choice, Found
from bot.domain.partial_dates import plain_date
from bot.domain.text import clean
from bot.domain.units import KINDS, key, kinds_in, sound, within_sentence
from storage.tables.base import LAST_DAY
from storage.tables.delivery import Counter as CounterRow
from storage.tables.units import Unit, UnitAlias, UnitBelow, UnitParent

SUGGESTIONS = 4
LEAST_LIKENESS = 75
LONGEST = 120
MOST_KEYS = 40
_RANK = {kind: n for n, kind in enumerate(KINDS)}
_ANY = select(UnitAlias.unit_id).where(UnitAlias.folded == bindparam("typed")).limit(1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All keys: how each sounds, and together in one text that is searched at C speed."""

    version: int | None
    sounds: dict[str, str]
    text: str


_vocabulary: Vocabulary | None = None  # a process needs that of one database


def find_units(
    session: Session,
    text: str,
    *,
    tree: str | None = None,
    kinds: Sequence[str] | None = None,
    on: date | None = None,
    under: Sequence[int] = (),
    most: int = 8,
    near: bool = True,
) -> Found:
    """Units meant by `text`; "thôn Tân Tiến, Thạch Khê" looks below Thạch Khê.

    tree and kinds: only such units; on: that exist on that day; under: below one of these; near:
    with suggestions when there is no such name.
    """
    text = clean(text)[:LONGEST]
    allowed = [*_allowed(tree, kinds, on), *_below(under, on)]
    if "," in text and not _named(session, text, allowed):
        text, _, home = text.partition(",")
        allowed += _below([unit.id for unit in _named(session, home, [])], on)
    if exact := _named(session, text, allowed):
        return Found(choices_of(session, sorted(exact, key=_order)[:most]), sure=True)
    return Found(choices_of(session, _near(session, key(text), allowed)) if near else ())


def _allowed(
    tree: str | None, kinds: Sequence[str] | None, on: date | None
) -> list[ColumnElement[bool]]:
    allowed: list[ColumnElement[bool]] = []
    if tree:
        allowed.append(Unit.kind.in_(kinds_in(tree)))
    if kinds is not None:
        allowed.append(Unit.kind.in_(kinds))
    if on:
        allowed.append(and_(Unit.valid_from <= on, Unit.valid_to > on))
    return allowed


def _below(under: Sequence[int], on: date | None) -> list[ColumnElement[bool]]:
    if not under:
        return []
    below = select(UnitBelow.unit_id).where(UnitBelow.ancestor_id.in_(under))
    if on:
        below = below.where(UnitBelow.since <= on, UnitBelow.until > on)
    return [Unit.id.in_(below)]


def _named(session: Session, text: str, allowed: Iterable[ColumnElement[bool]]) -> list[Unit]:
    typed = key(text)
    if not typed or session.scalar(_ANY, {"typed": typed}) is None:
        return []
    named = select(UnitAlias.unit_id).where(UnitAlias.folded == typed)
    return list(session.scalars(select(Unit).where(Unit.id.in_(named), *allowed)))


def _order(unit: Any) -> tuple[bool, int, str]:
    """Units of today before closed ones, great before small."""
    return unit.valid_to < LAST_DAY, _RANK.get(unit.kind, len(_RANK)), unit.folded


def _near(session: Session, typed: str, allowed: Iterable[ColumnElement[bool]]) -> list[Unit]:
    """At most four units whose words begin with what was typed, or are spelt nearly like it."""
    likeness = _alike(_words_known(session), typed) if len(typed) > 1 else {}
    if not likeness:
        return []
    statement = (
        select(UnitAlias.folded.label("key"), Unit.id, Unit.kind, Unit.valid_to, Unit.folded)
        .join(Unit, Unit.id == UnitAlias.unit_id)
        .where(UnitAlias.folded.in_(likeness), *allowed)
    )
    rows = session.execute(statement).all()
    rows = sorted(rows, key=lambda row: (-likeness[row.key], _order(row)))
    best = list(dict.fromkeys(row.id for row in rows))[:SUGGESTIONS]
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(best)))}
    return [units[number] for number in best]


def _alike(known: Vocabulary, typed: str) -> dict[str, float]:
    """Keys with how well they fit: over 100 when a word of theirs begins so."""
    from rapidfuzz import fuzz, process  # 3 MB: not before somebody types what is no name

    near = process.extract(
        sound(typed), known.sounds, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=MOST_KEYS
    )
    begun = sorted(_beginning(known.text, typed), key=len)[:MOST_KEYS]
    return {k: s for _, s, k in near} | {k: 101 - len(k) / 1000 for k in begun}


def _beginning(text: str, typed: str) -> Iterator[str]:
    """The lines of the text in which a word begins so."""
    at = text.find(f" {typed}")
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 2, text.index("\n", at)
        yield text[start:end]
        at = text.find(f" {typed}", end)


def _words_known(session: Session) -> Vocabulary:
    """Kept until the version in the database, which each change makes anew, is another."""
    global _vocabulary
    version = session.scalar(select(CounterRow.value).where(CounterRow.name == "units"))
    known = _vocabulary
    if known is None or version is None or known.version != version:
        keys = list(session.scalars(select(UnitAlias.folded).distinct()))
        text = "".join(f"\n {one}" for one in keys) + "\n"
        _vocabulary = known = Vocabulary(version, {one: sound(one) for one in keys}, text)
    return known


def choices_of(session: Session, units: Sequence[Unit]) -> tuple[Choice, ...]:
    """Units to choose from: "Xã Thạch Lạc", "Xã Thạch Lạc (đến 30/6/2025)"; where that does not
    tell them apart, with what they stand under."""
    labels = {unit.id: unit.name + _years(unit) for unit in units}
    many = Counter(labels.values())
    homes = _homes(session, [unit for unit, label in labels.items() if many[label] > 1])
    return tuple(
        Choice(unit.id, f"{unit.name}{homes.get(unit.id, '')}{_years(unit)}") for unit in units
    )


def _years(unit: Unit) -> str:
    if unit.valid_to == LAST_DAY:
        return ""
    return f" (đến {plain_date(unit.valid_to - timedelta(days=1))})"


def _homes(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """What each stood under last, as ", xã Thạch Khê"."""
    if not unit_ids:
        return {}
    last = (
        select(UnitParent.unit_id, Unit.kind, Unit.name)
        .join(Unit, Unit.id == UnitParent.parent_id)
        .where(UnitParent.unit_id.in_(unit_ids))
        .order_by(UnitParent.valid_from, UnitParent.tree)
    )
    rows = session.execute(last)
    return {unit: f", {within_sentence(kind, name)}" for unit, kind, name in rows}
