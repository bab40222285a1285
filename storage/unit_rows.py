"""Reading units from CSV or Excel; see `storage.sheet_rows` for what such a file may be.

Columns (the first line names them in English or Vietnamese):

name        the name, with or without "Xã", "Huyện" …
kind        a kind of `bot.domain.units.KINDS`, by code or label ("xa", "Xã")
code        the official code, where there is one
parent      what it stands under: a code, a name, or a path "Tỉnh Hà Tĩnh > Xã Thạch Lạc".
            Several are parted by "|": "445 | 436@2025-01-01" moved on that day;
            "cum:Cụm số 1" stands under it in another tree as well. Empty: a root
tree        the tree of the parent: hanh_chinh, dang, doan_the, cum (else that of the kind)
valid_from  its first day, 2025-07-01 or 01/07/2025; empty: always there
valid_to    the first day on which it no longer exists; empty: still there
aliases     other names people type, parted by "|"
successor   what it became on valid_to, parted by "|"
share       full (merged wholly, the usual) or part (split among several)
decision    the decision behind it
note        anything
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.text import fold, one_line
from bot.domain.units import KINDS, TREES, full_name
from storage.sheet_rows import BadRow, Problem, lines
from storage.tables.base import FIRST_DAY, LAST_DAY

COLUMNS = {
    "code": ("ma", "ma don vi"),
    "name": ("ten", "ten don vi"),
    "kind": ("loai", "loai don vi", "cap"),
    "parent": ("cap tren", "truc thuoc", "don vi cap tren"),
    "tree": ("cay",),
    "valid_from": ("tu ngay", "hieu luc tu"),
    "valid_to": ("het hieu luc", "het hieu luc tu"),
    "aliases": ("ten khac", "ten goi khac"),
    "successor": ("don vi moi", "don vi ke thua"),
    "share": ("toan bo hay mot phan",),
    "decision": ("quyet dinh", "nghi quyet", "van ban"),
    "note": ("ghi chu",),
}
_KINDS = {
    fold(word): code
    for code, kind in KINDS.items()
    for word in (code, kind.label, *kind.prefixes[:1])
}
_SHARES = {"": "full", "full": "full", "toan bo": "full", "part": "part", "mot phan": "part"}
_DATES = (
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
)
LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Under:
    """A parent as written, and the day from which on (None: from the beginning)."""

    tree: str
    name: str
    since: date | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    line: int
    code: str | None
    name: str
    kind: str
    under: tuple[Under, ...]
    valid_from: date
    valid_to: date
    aliases: tuple[str, ...]
    successors: tuple[str, ...]
    share: str
    decision: str
    note: str


def read_rows(path: Path) -> tuple[list[UnitRow], list[Problem]]:
    """The good rows of a file and what is wrong with the others. Raises OSError as open() does."""
    rows, problems = [], []
    try:
        for line, header, cells in lines(path, COLUMNS, ("name", "kind")):
            try:
                rows.append(_row(line, header, cells))
            except BadRow as bad:
                problems.append(Problem(line, str(bad)))
    except BadRow as bad:
        problems.append(Problem(1, str(bad)))
    return rows, problems


def _row(line: int, header: list[str], cells: list[str]) -> UnitRow:
    get = dict.fromkeys(COLUMNS, "") | dict(zip(header, map(one_line, cells), strict=False))
    if any(cell.strip() for cell in cells[len(header) :]):
        raise BadRow("có nhiều ô hơn dòng đầu. Xin đặt trong dấu ngoặc kép ô có dấu phẩy.")
    kind = _kind(get["kind"])
    since, until = _day(get["valid_from"], FIRST_DAY), _day(get["valid_to"], LAST_DAY)
    if since >= until:
        raise BadRow("ngày hết hiệu lực không sau ngày đầu. Xin xem lại hai cột ngày.")
    successors = tuple(_list(get["successor"]))
    if successors and until == LAST_DAY:
        raise BadRow("có đơn vị kế thừa mà thiếu ngày hết hiệu lực. Xin điền cột valid_to.")
    return UnitRow(
        line=line,
        code=get["code"] or None,
        name=full_name(kind, _name(get["name"])),
        kind=kind,
        under=tuple(_unders(get["parent"], _tree(get["tree"], KINDS[kind].tree))),
        valid_from=since,
        valid_to=until,
        aliases=tuple(_list(get["aliases"])),
        successors=successors,
        share=_share(get["share"]),
        decision=get["decision"],
        note=get["note"],
    )


def _name(text: str) -> str:
    if not re.search(r"\w", text):
        raise BadRow("thiếu tên đơn vị. Xin điền cột name.")
    if len(text) > LONGEST_NAME:
        raise BadRow(f"tên dài quá {LONGEST_NAME} chữ. Xin viết gọn lại.")
    return text


def _kind(text: str) -> str:
    if kind := _KINDS.get(fold(text)):
        return kind
    raise BadRow(f"không rõ loại đơn vị “{text}”. Xin ghi một trong: {', '.join(KINDS)}.")


def _tree(text: str, usual: str) -> str:
    trees = {fold(label): code for code, label in TREES.items()} | {code: code for code in TREES}
    if tree := trees.get(fold(text)) if text else usual:
        return tree
    raise BadRow(f"không rõ cây “{text}”. Xin ghi một trong: {', '.join(TREES)}.")


def _share(text: str) -> str:
    if share := _SHARES.get(fold(text)):
        return share
    raise BadRow(f"không rõ “{text}” ở cột share. Xin ghi full (toàn bộ) hoặc part (một phần).")


def _day(text: str, usual: date) -> date:
    if not text:
        return usual
    for pattern in _DATES:
        if found := re.fullmatch(pattern, text):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
    raise BadRow(f"ngày “{text}” chưa đúng. Xin ghi như 2025-07-01 hoặc 01/07/2025.")


def _list(text: str) -> Iterator[str]:
    yield from filter(None, map(str.strip, text.split("|")))


def _unders(text: str, usual: str) -> Iterator[Under]:
    for part in _list(text):
        tree, colon, rest = part.partition(":")
        if not colon or tree.strip() not in TREES:
            tree, rest = usual, part
        name, _, since = rest.partition("@")
        yield Under(tree.strip(), name.strip(), _day(since.strip(), FIRST_DAY) if since else None)
