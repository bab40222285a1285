"""What counts below what, and when: worked out from parents and mergers, without a database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter
from typing import NamedTuple


class Parent(NamedTuple):
    """`unit` stood under `parent` in `tree` in [since, until)."""

    unit: int
    parent: int
    tree: str
    since: date
    until: date


class Merger(NamedTuple):
    """All of `old` became (part of) `new` on a day."""

    old: int
    new: int
    day: date


class Below(NamedTuple):
    """`unit` counts below `ancestor` in [since, until); tree "" for itself and its successors."""

    ancestor: int
    unit: int
    tree: str
    since: date
    until: date
    depth: int


def below_all(
    lives: Mapping[int, tuple[date, date]], parents: Iterable[Parent], mergers: Iterable[Merger]
) -> dict[int, list[Below]]:
    """For each unit, the rows that say below whom it counts.

    A merged unit counts below its successor, and below whatever stands above that one on the day
    of the merger, for its whole life; what is below it comes along for the time it was there.
    Raises graphlib.CycleError (args[1]: the units) when a unit would be above itself.
    """
    parents_of: dict[int, list[Parent]] = defaultdict(list)
    mergers_of: dict[int, list[Merger]] = defaultdict(list)
    for parent in parents:
        parents_of[parent.unit].append(parent)
    for merger in mergers:
        mergers_of[merger.old].append(merger)
    found: dict[int, list[Below]] = {}
    for unit in _upper_first(lives, parents_of, mergers_of):
        life = lives[unit]
        rows = [Below(unit, unit, "", *life, 0)]
        for parent in parents_of[unit]:
            rows += _through_parent(life, parent, found[parent.parent])
        for merger in mergers_of[unit]:
            rows += _through_merger(life, merger, found[merger.new])
        found[unit] = _tidy(rows)
    return found


def _upper_first(
    lives: Iterable[int],
    parents_of: Mapping[int, list[Parent]],
    mergers_of: Mapping[int, list[Merger]],
) -> Iterable[int]:
    order: TopologicalSorter[int] = TopologicalSorter()
    for unit in lives:
        order.add(unit, *(p.parent for p in parents_of.get(unit, ())))
        order.add(unit, *(m.new for m in mergers_of.get(unit, ())))
    return order.static_order()


def _through_parent(
    life: tuple[date, date], parent: Parent, above: Iterable[Below]
) -> Iterable[Below]:
    since, until = max(parent.since, life[0]), min(parent.until, life[1])
    for up in above:
        start, end = max(since, up.since), min(until, up.until)
        if up.tree in ("", parent.tree) and start < end:
            yield Below(up.ancestor, parent.unit, parent.tree, start, end, up.depth + 1)


def _through_merger(
    life: tuple[date, date], merger: Merger, above: Iterable[Below]
) -> Iterable[Below]:
    for up in above:
        # the successor may have been given a first day after the merger
        if up.since <= merger.day < up.until or up.depth == 0:
            yield Below(up.ancestor, merger.old, up.tree, *life, up.depth + 1)


def _tidy(rows: list[Below]) -> list[Below]:
    """Overlapping periods below the same ancestor in the same tree become one."""
    tidy: list[Below] = []
    for row in sorted(rows, key=lambda row: (row.ancestor, row.tree, row.since)):
        if tidy and _continues(tidy[-1], row):
            last = tidy[-1]
            depth = min(last.depth, row.depth)
            tidy[-1] = last._replace(until=max(last.until, row.until), depth=depth)
        else:
            tidy.append(row)
    return tidy


def _continues(last: Below, row: Below) -> bool:
    if (last.ancestor, last.tree) != (row.ancestor, row.tree):
        return False
    return row.since < last.until or (row.since == last.until and row.depth == last.depth)
