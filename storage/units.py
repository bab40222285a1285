"""Writing and reading the dated tree of units.

After changes by `add_unit`, `set_parent`, `succeed` or `close_unit`, call `rebuild_below` once in
the same transaction: statistics, scope and search read what it derives.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from graphlib import CycleError
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import identity_key

from bot.domain.text import fold
from bot.domain.unit_tree import Below, Merger, Parent, below_all
from bot.domain.units import KINDS, full_name, key, typed_names
from bot.errors import Refused
from storage import reference
from storage.tables.base import FIRST_DAY, LAST_DAY
from storage.tables.units import Unit, UnitAlias, UnitBelow, UnitParent, UnitSuccession

FULL = "full"
COLUMNS = ("ancestor_id", "unit_id", "tree", "since", "until", "depth")

# Built once, on tables instead of classes: most messages ask this.
_below = UnitBelow.__table__.c
_ABOVE = (
    select(_below.ancestor_id)
    .where(_below.unit_id == bindparam("unit"), _below.depth > 0)
    .where(_below.since <= bindparam("day"), _below.until > bindparam("day"))
    .group_by(_below.ancestor_id)
    .order_by(func.min(_below.depth), _below.ancestor_id)
)
_UNITS = select(Unit).where(Unit.id.in_(bindparam("ids", expanding=True)))
_ABOVE_IN = _ABOVE.where(_below.tree.in_(bindparam("trees", expanding=True)))


def next_ids(session: Session, count: int) -> list[int]:
    """Ids for new units, known before they are stored: a root names itself as its root."""
    if session.get_bind().dialect.name == "postgresql":
        numbers = text(
            "SELECT nextval(pg_get_serial_sequence('unit', 'id')) FROM generate_series(1, :count)"
        )
        return [int(n) for n in session.scalars(numbers, {"count": count})]
    last = session.scalar(select(func.max(Unit.id))) or 0
    return list(range(last + 1, last + 1 + count))


def add_unit(
    session: Session,
    *,
    kind: str,
    name: str,
    parent: Unit | None = None,
    tree: str | None = None,
    code: str | None = None,
    valid_from: date = FIRST_DAY,
    valid_to: date = LAST_DAY,
    aliases: Iterable[str] = (),
    note: str = "",
) -> Unit:
    """A new unit, below `parent` in `tree` (else the tree of its kind); without one, a root."""
    name = full_name(kind, name)
    (number,) = next_ids(session, 1)
    unit = Unit(
        id=number,
        root_id=parent.root_id if parent else number,
        kind=kind,
        name=name,
        folded=fold(name),
        code=code,
        valid_from=valid_from,
        valid_to=valid_to,
        note=note,
    )
    session.add(unit)
    session.flush()
    for typed in dict.fromkeys([*typed_names(kind, name), *map(key, aliases)]):
        session.add(UnitAlias(unit_id=unit.id, folded=typed))
    if parent:
        set_parent(session, unit, parent, tree or KINDS[kind].tree, valid_from)
    return unit


def set_parent(
    session: Session, unit: Unit, parent: Unit, tree: str, since: date = FIRST_DAY
) -> None:
    """From `since` on `unit` stands under `parent` in `tree`, and under nobody else."""
    own = and_(UnitParent.unit_id == unit.id, UnitParent.tree == tree)
    session.execute(delete(UnitParent).where(own, UnitParent.valid_from >= since))
    session.execute(
        update(UnitParent).where(own, UnitParent.valid_to > since).values(valid_to=since)
    )
    session.add(UnitParent(unit_id=unit.id, parent_id=parent.id, tree=tree, valid_from=since))
    session.flush()


def close_unit(session: Session, unit: Unit, day: date) -> None:
    """From `day` on the unit no longer exists; what it did stays under its name."""
    unit.valid_to = day
    session.flush()


def succeed(
    session: Session, old: Unit, new: Unit, day: date, decision: str = "", share: str = FULL
) -> None:
    """`old` became `new` on a day, wholly or in part; a fully merged unit ends there."""
    known = select(UnitSuccession).where(
        UnitSuccession.old_id == old.id, UnitSuccession.new_id == new.id
    )
    row = session.scalar(known) or UnitSuccession(old_id=old.id, new_id=new.id)
    row.day, row.decision, row.share = day, decision, share
    session.add(row)
    if share == FULL:
        close_unit(session, old, min(old.valid_to, day))
    session.flush()


def rebuild_below(session: Session) -> set[int]:
    """Derive `unit_below` anew and write what differs; also tells searches to forget what they
    know. Returns the units that count below others now. Raises Refused when a unit would stand
    above itself."""
    session.flush()
    columns = (getattr(UnitBelow, name) for name in COLUMNS)
    stored = {Below(*row) for row in session.execute(select(*columns))}
    wanted = _derive(session)
    _delete(session, stored - wanted)
    if new := wanted - stored:
        session.execute(insert(UnitBelow), [_row(below) for below in new])
    reference.changed(session)
    return {below.unit for below in stored ^ wanted}


def _derive(session: Session) -> set[Below]:
    lives = select(Unit.id, Unit.valid_from, Unit.valid_to)
    parents = select(
        UnitParent.unit_id,
        UnitParent.parent_id,
        UnitParent.tree,
        UnitParent.valid_from,
        UnitParent.valid_to,
    )
    mergers = select(UnitSuccession.old_id, UnitSuccession.new_id, UnitSuccession.day)
    try:
        found = below_all(
            {unit: (since, until) for unit, since, until in session.execute(lives)},
            [Parent(*row) for row in session.execute(parents)],
            [Merger(*row) for row in session.execute(mergers.where(UnitSuccession.share == FULL))],
        )
    except CycleError as cycle:
        raise Refused(_round_in_circles(session, cycle.args[1])) from None
    return {row for rows in found.values() for row in rows}


def _round_in_circles(session: Session, units: list[int]) -> str:
    names = " → ".join(session.get_one(Unit, unit).name for unit in units)
    return f"Đơn vị không thể trực thuộc chính nó: {names}. Xin chọn lại đơn vị cấp trên."


def _row(below: Below) -> dict[str, object]:
    return dict(zip(COLUMNS, below, strict=True))


def _delete(session: Session, rows: Iterable[Below]) -> None:
    for row in rows:
        session.execute(
            delete(UnitBelow).where(
                UnitBelow.ancestor_id == row.ancestor,
                UnitBelow.unit_id == row.unit,
                UnitBelow.tree == row.tree,
                UnitBelow.since == row.since,
            )
        )


def units_of(session: Session, ids: Iterable[int]) -> dict[int, Unit]:
    """By id; those that this session has loaded already are not read again."""
    keys = {unit_id: identity_key(Unit, unit_id) for unit_id in ids}
    known = {i: unit for i, key in keys.items() if (unit := session.identity_map.get(key))}
    if missing := keys.keys() - known.keys():
        known |= {u.id: u for u in session.scalars(_UNITS, {"ids": list(missing)})}
    return known


def ancestors(session: Session, unit_id: int, on: date, tree: str | None = None) -> list[int]:
    """What stands above a unit on a day, nearest first, in one tree or all; successors too.

    Outside its own life the unit's first or last day is taken: a report to a body that has been
    merged finds its way to those above it and above its successor.
    """
    unit = session.get_one(Unit, unit_id)
    day = max(unit.valid_from, min(on, unit.valid_to - timedelta(days=1)))
    asked = {"unit": unit_id, "day": day, "trees": ["", tree]}
    return list(session.connection().scalars(_ABOVE_IN if tree else _ABOVE, asked))


def below(unit_id: int, year: int) -> Select[int]:
    """Ids of the units that count under a unit for a year, itself included; may repeat an id.

    A unit counts where it stood at the end of the year: on its own last day if it ended before
    that, and on the last day of the unit asked for if that one ended within the year. So a closed
    huyện reads its own time. What is recorded for a year outside a unit's life counts by its first
    or last day, so that nothing is lost.
    """
    first, next_first = year_of(year)
    days = literal(first, Date()), literal(next_first, Date())
    return counting_below(*days).where(UnitBelow.ancestor_id == unit_id)


def year_of(year: int) -> tuple[date, date]:
    """Its first day and that of the next, for years that a calendar has."""
    year = max(2, min(year, 9998))
    return date(year, 1, 1), date(year + 1, 1, 1)


def counting_below(first: ColumnElement[date], next_first: ColumnElement[date]) -> Select[int]:
    """The rule of `below` for a year whose two days are given in SQL, and for whatever ancestor."""
    unit, asked = aliased(Unit), aliased(Unit)
    ended = _earlier(unit.valid_to, next_first)
    end = case((asked.valid_to > first, _earlier(asked.valid_to, ended)), else_=ended)
    stood = and_(UnitBelow.since < end, UnitBelow.until >= end)
    newborn = and_(UnitBelow.since <= unit.valid_from, UnitBelow.until > unit.valid_from)
    later = unit.valid_from >= next_first
    return (
        select(UnitBelow.unit_id)
        .join(unit, unit.id == UnitBelow.unit_id)
        .join(asked, asked.id == UnitBelow.ancestor_id)
        .where(or_(and_(~later, stood), and_(later, newborn)))
    )


def _earlier(one: Any, other: Any) -> ColumnElement[date]:
    return case((one < other, one), else_=other)
