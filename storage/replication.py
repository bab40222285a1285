"""Replication: which initiative was copied from which, and how far that has spread."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, distinct, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from storage.cards import may_open, standing
from storage.initiatives import Row, enrolled
from storage.scope import Scope, seen, visible
from storage.tables.helping import Card, Publicity
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit

MOST_NODES = 5_000
ACCEPTED = Enrolment.state == "accepted"


# -- what may be copied ---------------------------------------------------------------------


def open_to(session: Session, scope: Scope, member_id: int) -> ColumnElement[bool]:
    """Enrolments somebody may copy, and see in a tree: whose card they may open, or which have a
    public one."""
    public = select(Card.initiative_id).where(Card.withdrawn_at.is_(None))
    return or_(may_open(session, scope, member_id), Enrolment.initiative_id.in_(public))


def copyable(
    session: Session, scope: Scope, member_id: int, initiative_id: int
) -> Enrolment | None:
    """The latest accepted enrolment that this person may copy, of what it turned out to be."""
    if (initiative := standing(session, initiative_id)) is None:
        return None
    return session.scalar(
        select(Enrolment)
        .where(Enrolment.initiative_id == initiative.id, ACCEPTED)
        .where(open_to(session, scope, member_id))
        .order_by(Enrolment.year.desc())
        .limit(1)
    )


def way_of_working(session: Session, scope: Scope, member_id: int, enrolment: Enrolment) -> str:
    """As this person may know it: who may not open the card reads the public one."""
    own = select(Enrolment.id).where(Enrolment.id == enrolment.id)
    if session.scalar(own.where(may_open(session, scope, member_id))):
        return str(enrolment.details.get("noi_dung", {}).get("v") or "")
    card = select(Card).where(Card.initiative_id == enrolment.initiative_id)
    public = session.scalar(card.where(Card.withdrawn_at.is_(None)))
    return str(public.body.get("text") or "") if public else ""


# -- origin and copies ------------------------------------------------------------------------


def origin_of(session: Session, initiative: Initiative) -> Row | None:
    """The one it was copied from, with its latest accepted enrolment."""
    if initiative.origin_id is None:
        return None
    origin = standing(session, initiative.origin_id)
    return latest_accepted(session, origin.id) if origin else None


def latest_accepted(session: Session, initiative_id: int) -> Row | None:
    found = session.execute(
        enrolled()
        .where(Initiative.id == initiative_id, ACCEPTED)
        .order_by(Enrolment.year.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def tree(
    session: Session, initiative_id: int, opened: ColumnElement[bool]
) -> list[tuple[int, int]]:
    """(initiative, depth) of the whole family in reading order, those that may be seen alone: who
    stands under one that may not is moved up."""
    top = _top(session, initiative_id)
    below = _below(session, top)
    shown = select(Enrolment.initiative_id).where(Enrolment.initiative_id.in_(below), ACCEPTED)
    allowed = set(session.scalars(shown.where(opened)))
    children: dict[int, list[int]] = {}
    for child, parent in below.items():
        children.setdefault(parent, []).append(child)
    found: list[tuple[int, int]] = []
    waiting, visited = [(top, 0)], set[int]()
    while waiting:  # no recursion: a chain may be longer than the stack
        here, depth = waiting.pop()
        if here in visited:
            continue
        visited.add(here)
        if here in allowed:
            found.append((here, depth))
        deeper = depth + (here in allowed)
        waiting += [(c, deeper) for c in sorted(children.get(here, ()), reverse=True)]
    return found


def _top(session: Session, initiative_id: int) -> int:
    up = (
        select(Initiative.id, Initiative.origin_id)
        .where(Initiative.id == initiative_id)
        .cte(recursive=True)
    )
    # UNION: a row that was there before is not followed again, so that a circle ends
    step = select(Initiative.id, Initiative.origin_id).join(up, Initiative.id == up.c.origin_id)
    rows = session.execute(select(up.union(step)))
    above: dict[int, int | None] = dict(rows.all())
    top, passed = initiative_id, {initiative_id}
    while (parent := above.get(top)) and parent not in passed:
        passed.add(parent)
        top = parent
    return top


def _below(session: Session, top: int) -> dict[int, int]:
    """Each of the family with what it was copied from; the first with 0."""
    down = select(Initiative.id, Initiative.origin_id).where(Initiative.id == top)
    tree = down.cte(recursive=True)
    step = select(Initiative.id, Initiative.origin_id).join(tree, Initiative.origin_id == tree.c.id)
    family = tree.union(step.where(Initiative.merged_id.is_(None)))
    rows = session.execute(select(family).limit(MOST_NODES))
    return {one: (origin or 0 if one != top else 0) for one, origin in rows}


def rows_of(session: Session, ids: Collection[int]) -> dict[int, tuple[Initiative, int, str]]:
    """Each with the year and the place of its latest accepted enrolment."""
    found = session.execute(
        select(Initiative, Enrolment.year, Unit.name)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .join(Unit, Unit.id == Enrolment.place_id)
        .where(Initiative.id.in_(ids), ACCEPTED)
        .order_by(Enrolment.year)
    )
    return {initiative.id: (initiative, year, place) for initiative, year, place in found}


# -- what spread ------------------------------------------------------------------------------


class Spread(NamedTuple):
    initiative: Initiative
    copies: int
    publicity: int
    places: tuple[str, ...]


def copies(scope: Scope) -> Subquery:
    """origin_id and copies: how many accepted ones; narrowed ones for those entitled alone."""
    copy = aliased(Initiative)
    return (
        select(copy.origin_id, func.count(distinct(copy.id)).label("copies"))
        .join(Enrolment, Enrolment.initiative_id == copy.id)
        .where(copy.origin_id.is_not(None), copy.merged_id.is_(None), ACCEPTED)
        .where(or_(~Enrolment.narrowed, seen(scope)))
        .group_by(copy.origin_id)
        .subquery()
    )


def count_copies(session: Session, scope: Scope, initiative_id: int) -> int:
    counted = copies(scope)
    only = select(counted.c.copies).where(counted.c.origin_id == initiative_id)
    return session.scalar(only) or 0


def spread(session: Session, scope: Scope, most: int, skip: int = 0) -> list[Spread]:
    """What of the scope has been copied or written about, the most copied first."""
    counted = copies(scope)
    told = (
        select(Publicity.initiative_id, func.count().label("told"))
        .group_by(Publicity.initiative_id)
        .subquery()
    )
    spoken_of = union(select(counted.c.origin_id), select(told.c.initiative_id))
    ours = visible(select(Enrolment.id).where(ACCEPTED), scope)
    ours = ours.where(Enrolment.initiative_id == Initiative.id).correlate(Initiative)
    number, times = func.coalesce(counted.c.copies, 0), func.coalesce(told.c.told, 0)
    rows = session.execute(
        select(Initiative, number, times)
        .outerjoin(counted, counted.c.origin_id == Initiative.id)
        .outerjoin(told, told.c.initiative_id == Initiative.id)
        .where(Initiative.id.in_(spoken_of), ours.exists())
        .order_by(number.desc(), times.desc(), Initiative.id)
        .limit(most)
        .offset(skip)
    ).all()
    where = _places(session, scope, [initiative.id for initiative, _, _ in rows])
    return [Spread(i, n, t, tuple(where.get(i.id, ()))) for i, n, t in rows]


def _places(session: Session, scope: Scope, origins: Collection[int]) -> dict[int, list[str]]:
    """Where the copies are, by origin."""
    rows = session.execute(
        select(Initiative.origin_id, Unit.name)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .join(Unit, Unit.id == Enrolment.place_id)
        .where(Initiative.origin_id.in_(origins), Initiative.merged_id.is_(None), ACCEPTED)
        .where(or_(~Enrolment.narrowed, seen(scope)))
        .distinct()
        .order_by(Unit.name)
    )
    found: dict[int, list[str]] = {}
    for origin, place in rows:
        found.setdefault(origin or 0, []).append(place)
    return found
