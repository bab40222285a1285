"""Writing the units of an import in bulk: only what differs from what is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.domain.text import fold
from bot.domain.units import key, typed_names
from storage.tables.units import Unit, UnitAlias, UnitParent, UnitSuccession
from storage.unit_book import Node
from storage.units import next_ids


@dataclass(frozen=True, slots=True)
class Counts:
    added: int = 0
    changed: int = 0
    same: int = 0


def write(session: Session, nodes: list[Node]) -> Counts:
    """Nodes come upper ones first, matched with the units they already are."""
    new = [node for node in nodes if not node.unit]
    for node, number in zip(new, next_ids(session, len(new)), strict=True):
        node.id = number
    for node in nodes:
        parent = node.first_parent
        node.id = node.unit.id if node.unit else node.id
        node.root_id = node.unit.root_id if node.unit else parent.root_id if parent else node.id
    _insert(session, Unit, map(_unit, new))
    changed = _update(nodes)
    session.flush()
    changed |= _parents(session, nodes) | _aliases(session, nodes) | _successions(session, nodes)
    changed -= set(new)
    return Counts(len(new), len(changed), len(nodes) - len(new) - len(changed))


def _insert(session: Session, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    if rows := list(rows):
        session.execute(insert(table), rows)


def _columns(node: Node) -> dict[str, Any]:
    assert node.row
    note = {"note": node.row.note} if node.row.note or not node.unit else {}
    code = {"code": node.code} if node.code or not node.unit else {}
    return {"name": node.name, "folded": fold(node.name), "valid_to": node.valid_to} | code | note


def _unit(node: Node) -> dict[str, Any]:
    born = {"kind": node.kind, "valid_from": node.valid_from}
    return {"id": node.id, "root_id": node.root_id} | born | _columns(node)


def _update(nodes: Iterable[Node]) -> set[Node]:
    changed = set()
    for node in nodes:
        for name, value in _columns(node).items() if node.unit else ():
            if getattr(node.unit, name) != value:
                setattr(node.unit, name, value)
                changed.add(node)
    return changed


def _parents(session: Session, nodes: Iterable[Node]) -> set[Node]:
    """The trees a row speaks of become what it says; others stay."""
    stored = defaultdict(set)
    for p in session.scalars(select(UnitParent)):
        stored[p.unit_id, p.tree].add((p.parent_id, p.valid_from, p.valid_to))
    changed, rows = set(), []
    for node in nodes:
        wanted = defaultdict(set)
        for link in node.links or ():
            wanted[link.tree].add((link.parent.id, link.since, link.until))
        for tree, spans in wanted.items():
            if stored[node.id, tree] == spans:
                continue
            changed.add(node)
            own = UnitParent.unit_id == node.id, UnitParent.tree == tree
            if stored[node.id, tree]:
                session.execute(delete(UnitParent).where(*own))
            rows += [_parent(node, tree, *span) for span in spans]
    _insert(session, UnitParent, rows)
    return changed


def _parent(node: Node, tree: str, parent_id: int, since: Any, until: Any) -> dict[str, Any]:
    span = {"valid_from": since, "valid_to": until}
    return {"unit_id": node.id, "parent_id": parent_id, "tree": tree} | span


def _aliases(session: Session, nodes: Iterable[Node]) -> set[Node]:
    """Names are only added: what people once typed goes on meaning the unit."""
    stored = set(session.execute(select(UnitAlias.unit_id, UnitAlias.folded)))
    changed, rows = set(), []
    for node in nodes:
        assert node.row
        names = {*typed_names(node.kind, node.name), *map(key, node.row.aliases)} - {""}
        for name in sorted(names):
            if (node.id, name) not in stored:
                changed.add(node)
                rows.append({"unit_id": node.id, "folded": name})
    _insert(session, UnitAlias, rows)
    return changed


def _successions(session: Session, nodes: Iterable[Node]) -> set[Node]:
    stored = {(s.old_id, s.new_id): s for s in session.scalars(select(UnitSuccession))}
    changed = set()
    for node in nodes:
        assert node.row
        for new in node.successors:
            row = stored.get((node.id, new.id))
            wanted = (node.valid_to, node.row.decision, node.row.share)
            if row and (row.day, row.decision, row.share) == wanted:
                continue
            changed.add(node)
            row = row or UnitSuccession(old_id=node.id, new_id=new.id)
            row.day, row.decision, row.share = wanted
            session.add(row)
    session.flush()
    return changed
