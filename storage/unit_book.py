"""The units of a file and of the database, and which of them a cell of the file means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.partial_dates import plain_date
from bot.domain.units import COMMUNES, HAMLETS, KINDS, key, typed_names
from storage.sheet_rows import BadRow
from storage.tables.units import Unit, UnitParent
from storage.unit_rows import Under, UnitRow

_LEVELS = {"tinh": 0, "huyen": 1, **dict.fromkeys(COMMUNES, 2), **dict.fromkeys(HAMLETS, 3)}


@dataclass(slots=True, eq=False)
class Link:
    """Under `parent` in `tree` in [since, until)."""

    tree: str
    parent: "Node"
    since: date
    until: date


@dataclass(slots=True, eq=False)
class Node:
    """A unit of the file (row), of the database (unit), or of both once they are matched."""

    kind: str
    name: str
    code: str | None
    valid_from: date
    valid_to: date
    row: UnitRow | None = None
    unit: Unit | None = None
    id: int = 0
    root_id: int = 0
    links: list[Link] | None = None
    successors: list["Node"] = field(default_factory=list)

    @property
    def first_parent(self) -> "Node | None":
        return min(self.links, key=lambda link: link.since).parent if self.links else None


class Book:
    """Finds units by code, name or path; those of the file come first."""

    def __init__(self, session: Session, rows: Iterable[UnitRow], root_id: int | None) -> None:
        self.stored = _stored(session, root_id)
        self.root = self.stored[root_id] if root_id else None
        self.nodes = [Node(r.kind, r.name, r.code, r.valid_from, r.valid_to, r) for r in rows]
        self._indexes = (_index(self.nodes), _index(self.stored.values()))

    def link(self, node: Node) -> list[Link]:
        """What a unit stands under. Raises BadRow when a cell of its row names no unit, or many."""
        if node.links is None:
            node.links = []  # while it is being worked out, so that a circle ends
            node.links = list(self._links(node))
        return node.links

    def link_successors(self, node: Node) -> None:
        assert node.row
        node.successors = [self._find(s, node.valid_to, node) for s in node.row.successors]

    def _links(self, node: Node) -> Iterator[Link]:
        assert node.row
        if not node.row.under and self.root and not self._is_root(node):
            yield Link(KINDS[node.kind].tree, self.root, node.valid_from, node.valid_to)
        by_tree: dict[str, list[Under]] = defaultdict(list)
        for under in node.row.under:
            by_tree[under.tree].append(under)
        for unders in by_tree.values():
            yield from self._periods(node, unders)

    def _periods(self, node: Node, unders: list[Under]) -> Iterator[Link]:
        """Each lasts until the next one begins; a parent is looked for as of its last day."""
        starts = [u.since or node.valid_from for u in unders]
        ends = [*starts[1:], node.valid_to]
        for under, since, until in zip(unders, starts, ends, strict=True):
            if since >= until:
                raise BadRow(
                    f"ngày chuyển sang “{under.name}” chưa đúng thứ tự. "
                    "Xin ghi các đơn vị cấp trên theo thời gian, như “445 | 436@2025-01-01”."
                )
            parent = self._find(under.name, until - timedelta(days=1), node)
            yield Link(under.tree, parent, max(since, parent.valid_from), until)

    def _is_root(self, node: Node) -> bool:
        root = self.root
        return bool(root and (root.kind, key(root.name)) == (node.kind, key(node.name)))

    def _find(self, text: str, day: date, seeker: Node) -> Node:
        *path, name = [part.strip() for part in text.split(">")]
        for index in self._indexes:
            found = [
                node
                for node in dict.fromkeys([*index.get(name, ()), *index.get(key(name), ())])
                if _may_be_above(node, seeker, day) and self._is_below(node, path)
            ]
            if found:
                return _only(found, name, text)
        raise BadRow(
            f"chưa thấy đơn vị “{text}” còn hiệu lực ngày {plain_date(day)}. "
            "Xin ghi mã hoặc tên đã có, hoặc thêm một dòng cho đơn vị ấy."
        )

    def _is_below(self, node: Node, path: list[str]) -> bool:
        if not path:
            return True
        names = {path[-1], key(path[-1])}
        parents = (link.parent for link in self.link(node))
        return any(names & set(_names(up)) and self._is_below(up, path[:-1]) for up in parents)


def _may_be_above(node: Node, seeker: Node, day: date) -> bool:
    """Of two places the greater one, or one that follows on the other."""
    level, below = _LEVELS.get(node.kind, -1), _LEVELS.get(seeker.kind, 9)
    fits = level < below or day == seeker.valid_to
    return fits and node is not seeker and node.valid_from <= day < node.valid_to


def _only(found: list[Node], name: str, text: str) -> Node:
    # a row that is there twice is named as such, not by all who refer to it
    found = list({_stamp(node): node for node in reversed(found)}.values())
    whole = [node for node in found if key(node.name) == key(name) or node.code == name] or found
    if len(whole) == 1:
        return whole[0]
    raise BadRow(
        f"có {len(whole)} đơn vị tên “{text}”. "
        "Xin ghi mã, hoặc ghi cả cấp trên như “Tỉnh Hà Tĩnh > Xã Thạch Lạc”."
    )


def _stamp(node: Node) -> object:
    return (node.kind, node.code, node.valid_from) if node.code else node


def _names(node: Node) -> Iterable[str]:
    return (*typed_names(node.kind, node.name), *([node.code] if node.code else []))


def _index(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    index: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        for name in _names(node):
            index[name].append(node)
    return index


def _stored(session: Session, root_id: int | None) -> dict[int, Node]:
    """The units of an organisation, or all, with what they stand under."""
    units = select(Unit).where(Unit.root_id == root_id) if root_id else select(Unit)
    nodes = {
        u.id: Node(u.kind, u.name, u.code, u.valid_from, u.valid_to, None, u, u.id, u.root_id, [])
        for u in session.scalars(units)
    }
    for p in session.scalars(select(UnitParent)):
        if (node := nodes.get(p.unit_id)) and (parent := nodes.get(p.parent_id)):
            assert node.links is not None
            node.links.append(Link(p.tree, parent, p.valid_from, p.valid_to))
    return nodes
