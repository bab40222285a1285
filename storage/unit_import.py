"""Importing units from CSV (columns: `storage.unit_rows`): all rows or none, as often as wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from sqlalchemy.orm import Session

from bot.domain.units import key
from bot.errors import Refused
from storage import search_index
from storage.sheet_rows import BadRow, Problem
from storage.unit_book import Book, Node
from storage.unit_rows import read_rows
from storage.unit_writer import Counts, write
from storage.units import rebuild_below

Identity = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did or, when nothing was written, would have done."""

    counts: Counts
    problems: tuple[Problem, ...]
    written: bool

    def __str__(self) -> str:
        done = "Đã ghi" if self.written else "Chưa ghi gì"
        bad = f"; {len(self.problems)} dòng cần xem lại" if self.problems else ""
        counts = f"{self.counts.added} đơn vị mới, {self.counts.changed} thay đổi"
        head = f"{done}: {counts}, {self.counts.same} giữ nguyên{bad}."
        return "\n".join([head, *map(str, self.problems)])


def import_units(
    session: Session,
    path: Path,
    *,
    root_id: int | None = None,
    dry_run: bool = False,
    keep_good: bool = False,
) -> Report:
    """Bring the units of a file into the database, within the transaction of the session.

    Nothing is written on a dry run, nor when a row is bad unless `keep_good`. root_id: rows without
    a parent stand under this unit, and only its organisation is looked at.
    """
    rows, problems = read_rows(path)
    book = Book(session, rows, root_id)
    good = _upper_first(_linked(book, problems), problems)
    _match(good, book)
    written = not dry_run and (keep_good or not problems)
    counts = Counts()
    trial = session.begin_nested()
    try:
        renamed = {n.unit.id for n in good if n.unit and n.unit.name != n.name}
        counts = write(session, good)
        search_index.reindex(session, rebuild_below(session) | renamed)
    except Refused as circle:
        problems.append(Problem(1, str(circle)))
        written = False
    if written:
        trial.commit()
    else:
        trial.rollback()
    return Report(counts, tuple(sorted(problems, key=lambda p: p.line)), written)


def _linked(book: Book, problems: list[Problem]) -> list[Node]:
    """The rows whose cells all name one unit, without repeated rows."""
    good: dict[Identity, Node] = {}
    for node in book.nodes:
        assert node.row
        try:
            book.link(node)
            book.link_successors(node)
            same = good.setdefault(_identity(node), node)
            if same.row and same is not node:
                raise BadRow(f"trùng với dòng {same.row.line}. Xin bỏ một trong hai dòng.")
        except BadRow as bad:
            problems.append(Problem(node.row.line, str(bad)))
    return _without_orphans(list(good.values()), problems)


def _without_orphans(good: list[Node], problems: list[Problem]) -> list[Node]:
    """Rows that stand under, or became, a bad row are bad as well."""
    sound = set(good)
    while bad := [
        n
        for n in good
        if n in sound and any(n.row and up.row and up not in sound for up in _needed(n))
    ]:
        for node in bad:
            assert node.row
            sound.discard(node)
            reason = "dòng của đơn vị cấp trên (hoặc đơn vị kế thừa) chưa đúng. Xin sửa dòng ấy."
            problems.append(Problem(node.row.line, reason))
    return [node for node in good if node in sound]


def _needed(node: Node) -> Iterator[Node]:
    yield from (link.parent for link in node.links or ())
    yield from node.successors


def _identity(node: Node) -> Identity:
    """What makes two rows the same unit: the official code, else the name and where it stands."""
    if node.code:
        return node.kind, node.code, node.valid_from
    return node.kind, key(node.name), node.valid_from, node.first_parent


def _upper_first(nodes: list[Node], problems: list[Problem]) -> list[Node]:
    order: TopologicalSorter[Node] = TopologicalSorter()
    for node in nodes:
        order.add(node, *(link.parent for link in node.links or () if link.parent.row))
    try:
        return list(order.static_order())
    except CycleError as circle:
        for node in dict.fromkeys(circle.args[1]):
            text = f"“{node.name}” trực thuộc chính nó. Xin xem lại cột parent."
            problems.append(Problem(node.row.line, text))
            nodes = [n for n in nodes if n is not node]
    return _upper_first(_without_orphans(nodes, problems), problems)


def _match(nodes: Iterable[Node], book: Book) -> None:
    """Find the unit in the database that a row speaks of, if it is there."""
    by_code = {_identity(node): node.unit for node in book.stored.values() if node.code}
    by_name = {
        (n.kind, key(n.name), n.valid_from, n.first_parent and n.first_parent.unit): n.unit
        for n in book.stored.values()
    }
    for node in nodes:
        parent = node.first_parent
        if node.code:
            node.unit = by_code.get(_identity(node))
        if not node.unit and (not parent or parent.unit):
            name = (node.kind, key(node.name), node.valid_from, parent and parent.unit)
            unit = by_name.get(name)
            if unit and (not node.code or not unit.code):
                node.unit = unit
