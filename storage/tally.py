"""The tally: with each change of an enrolment, what it adds to the totals or takes from them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Insert,
    Table,
    and_,
    bindparam,
    case,
    false,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables.records import Enrolment, Initiative, Site, Tally, TallyTotal

PLACE, REGISTRANT, ROOT = "place", "registrant", "root"
BASIC = ("planned", "built", "unplanned")
FURTHER = {basic: f"{basic}_more" for basic in BASIC}
"""The places of work (`Site`) of these enrolments beyond the first of each."""
MEASURES = (*BASIC, *FURTHER.values(), "inspected", "recognised", "exemplary", "stopped")

Key = tuple[int, str, int, int, str, bool]
"""year, by, unit, sector, kind, narrowed: what a row of `tally_total` is about."""
Counts = dict[str, int]

ACCEPTED = Enrolment.state == "accepted"
BUILT = and_(ACCEPTED, Enrolment.built_on.is_not(None))
COUNTED: dict[str, ColumnElement[bool]] = {
    "planned": and_(ACCEPTED, Enrolment.origin.in_(["planned", "continued"])),
    "built": BUILT,
    "unplanned": and_(BUILT, Enrolment.origin == "unplanned"),
    "inspected": and_(ACCEPTED, Enrolment.inspected_on.is_not(None)),
    "recognised": and_(ACCEPTED, Enrolment.stage == "recognised"),
    "exemplary": and_(ACCEPTED, Enrolment.exemplary),
    "stopped": and_(ACCEPTED, Enrolment.activity == "stopped"),
}
SITES = select(func.count(Site.id)).where(Site.enrolment_id == Enrolment.id).scalar_subquery()
_MORE = case((SITES > 1, SITES - 1), else_=0)
WORTH: dict[str, tuple[ColumnElement[bool], ColumnElement[int]]] = {
    **{measure: (counts, literal(1)) for measure, counts in COUNTED.items()},
    **{more: (COUNTED[basic], _MORE) for basic, more in FURTHER.items()},
}
"""What each measure counts, and how much one enrolment adds to it."""

SAID = (
    Enrolment.id.label("enrolment_id"),
    Initiative.root_id,
    Enrolment.year,
    Enrolment.place_id,
    Enrolment.registrant_id,
    Enrolment.sector_id,
    Enrolment.kind,
    Enrolment.narrowed,
)
KNOWN = tuple(getattr(Tally, column.key) for column in SAID)


def sync(session: Session, enrolment: Enrolment, day: date) -> None:
    """Write what changed about this enrolment, as known on `day`; nothing when nothing did."""
    session.flush()
    _append(session, day, enrolment.id)


def sync_all(session: Session, day: date) -> None:
    """The same for all enrolments in one statement, after a bulk load."""
    session.flush()
    _append(session, day, None)


def _append(session: Session, day: date, enrolment_id: int | None) -> None:
    about = {"on_day": day} | ({} if enrolment_id is None else {"about": enrolment_id})
    session.connection().execute(_appending(enrolment_id is not None), about)


@cache
def _appending(one: bool) -> Insert:
    """What the enrolments say less what the tally knows, per dimensions and measure. Built once:
    that takes longer than running it."""
    says = [
        select(*SAID, literal(measure).label("measure"), worth.label("change"))
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .where(counts)
        for measure, (counts, worth) in WORTH.items()
    ]
    knows = select(*KNOWN, Tally.measure, -Tally.change)
    if one:
        about = bindparam("about", type_=Enrolment.id.type)
        says = [each.where(Enrolment.id == about) for each in says]
        knows = knows.where(Tally.enrolment_id == about)
    both = union_all(*says, knows).subquery()
    by = [column for column in both.c if column.key != "change"]
    change = func.sum(both.c.change)
    rows = (
        select(*by, change, bindparam("on_day", type_=Tally.day.type), false())
        .group_by(*by)
        .having(change != 0)
        # the −1 of the old dimensions before the +1 of the new ones
        .order_by(by[0], change)
    )
    names = [column.key for column in by]
    return insert(cast(Table, Tally.__table__)).from_select(
        [*names, "change", "day", "folded"], rows
    )


def fold(session: Session, most: int = 5000) -> int:
    """Move up to `most` rows into the totals; returns how many. Several processes may do so at
    once, and a row that commits later, whatever its number, is simply folded later."""
    waiting = (
        select(Tally.id)
        .where(~Tally.folded)
        .order_by(Tally.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    flipped = session.execute(
        update(Tally)
        .where(Tally.id.in_(waiting.scalar_subquery()))
        .values(folded=True)
        .returning(*KNOWN[1:], Tally.measure, Tally.change)
        .execution_options(synchronize_session=False)
    ).all()
    sums = _summed(flipped)
    if sums:
        _add(session, [_row(key, counts) for key, counts in sorted(sums.items())])
    return len(flipped)


def fold_everything(session: Session) -> None:
    """After a bulk load, so that the first question need not add up a long tail."""
    while fold(session):
        pass


def _summed(rows: Iterable[Any]) -> dict[Key, Counts]:
    """Sorted by key it is also the order of locking, the same in all processes."""
    sums: dict[Key, Counts] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    for root, year, place, registrant, sector, kind, narrowed, measure, change in rows:
        for by, unit in ((PLACE, place), (REGISTRANT, registrant), (ROOT, root)):
            sums[year, by, unit, sector, kind, narrowed][measure] += change
    return sums


def _row(key: Key, counts: Counts) -> dict[str, Any]:
    names = ("year", "by", "unit_id", "sector_id", "kind", "narrowed")
    return dict(zip(names, key, strict=True)) | counts


def _add(session: Session, rows: list[dict[str, Any]]) -> None:
    table = TallyTotal.__table__
    on_postgres = session.get_bind().dialect.name == "postgresql"
    put = (postgresql.insert if on_postgres else sqlite.insert)(TallyTotal)
    statement = put.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: table.c[name] + put.excluded[name] for name in MEASURES},
    )
    session.execute(statement, rows)


def recount(session: Session) -> dict[Key, Counts]:
    """The totals straight from the enrolments: what `standing` must be equal to."""
    rows = [
        (*row[1:-1], measure, row[-1])
        for measure, (counts, worth) in WORTH.items()
        for row in session.execute(
            select(*SAID, worth)
            .join(Initiative, Initiative.id == Enrolment.initiative_id)
            .where(counts)
        )
        if row[-1]
    ]
    return _summed(rows)


def standing(session: Session) -> dict[Key, Counts]:
    """The totals as statistics read them: the folded ones and the unfolded tail."""
    tail = select(*KNOWN[1:], Tally.measure, Tally.change).where(~Tally.folded)
    sums = _summed(session.execute(tail).all())
    for total in session.scalars(select(TallyTotal)):
        key = (
            total.year,
            total.by,
            total.unit_id,
            total.sector_id,
            total.kind,
            total.narrowed,
        )
        for name in MEASURES:
            sums[key][name] += getattr(total, name)
    return {key: counts for key, counts in sums.items() if any(counts.values())}
