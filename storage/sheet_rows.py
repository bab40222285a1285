"""Rows of a file people made in Excel, as CSV or as it is: every bad one is named with its line,
what is wrong and what to do."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from bot.domain.text import clean, fold

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_MERGED = 2_000
FIRST_LINES = 20
BOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .ods begin, and .xls."""
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a]|\A%PDF|\A\{\\rtf")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of the file, and what to do: a whole sentence."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"Dòng {self.line}: {self.text}"


class BadRow(Exception):
    """The row cannot be taken; the text becomes a Problem."""


Line = tuple[int, list[str], list[str]]
"""Its number in the file, the names of the columns, its cells."""


Columns = Mapping[str, Sequence[str]]
"""The name of a column → other headings (folded) that mean it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file as written, each with its number. merged: (first row, last row, first
    column, last column), rows counted from 1 and columns from 0; more: names of further sheets,
    which are not read."""

    rows: list[tuple[int, list[str]]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)


def lines(path: Path, columns: Columns, needed: Sequence[str]) -> Iterator[Line]:
    """Blank lines are left out. Raises BadRow where the file or its first line cannot be read,
    OSError as open() does."""
    rows = iter(sheet(path.read_bytes(), MOST_ROWS).rows)
    _, first = next(rows, (1, []))
    names = _header(first, columns, needed)
    for line, cells in rows:
        yield line, names, cells


def sheet(data: bytes, most: int) -> Sheet:
    """Of a workbook the first sheet. Blank rows are left out. Raises BadRow."""
    found = _workbook(data, most) if data.startswith(BOOKS) else Sheet(list(_csv(_decode(data))))
    kept = [(line, cells) for line, cells in found.rows if any(cell.strip() for cell in cells)]
    if len(kept) > most:
        raise BadRow(TOO_LONG.format(most=f"{most:,}".replace(",", ".")))
    return Sheet(kept, found.merged, found.more)


TOO_LONG = "tệp dài quá {most} dòng. Xin chia thành mấy tệp."


def _workbook(data: bytes, most: int) -> Sheet:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        first = book.get_sheet_by_index(0)
        merged = [
            (top + 1, bottom + 1, left, right)
            for (top, left), (bottom, right) in (first.merged_cell_ranges or [])[:MOST_MERGED]
        ]
        return Sheet([*_cells(first, most)], merged, book.sheet_names[1:])
    except PasswordError:
        raise BadRow("tệp Excel này có mật khẩu. Xin bỏ mật khẩu rồi lưu lại.") from None
    except (CalamineError, IndexError, ValueError):
        raise BadRow("không mở được tệp Excel này. Xin lưu lại loại .xlsx hoặc CSV.") from None


def _cells(sheet: CalamineSheet, most: int) -> Iterator[tuple[int, list[str]]]:
    """Row after row, never the whole of a sheet that is too large."""
    # calamine gives empty rows before the first that says something, but no such columns.
    _, left = sheet.start or (0, 0)
    said = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        words = [""] * left + [_in_words(cell) for cell in cells[:MOST_COLUMNS]]
        said += any(words)
        yield line, words
        if said > most:
            return


def _in_words(cell: Any) -> str:
    """As one reads it in Excel: 12, not 12.0; 12,5, not 12.5."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell).replace(".", ",")
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def _csv(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = _delimiter(text.split("\n", FIRST_LINES)[:FIRST_LINES])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise BadRow("tệp chưa đúng kiểu CSV. Xin lưu lại thành loại CSV UTF-8.") from None


def _delimiter(first: Sequence[str]) -> str:
    """What most lines have: a title above the headings has none, a name may have a comma."""
    return max(",;\t", key=lambda d: (sum(d in s for s in first), sum(s.count(d) for s in first)))


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _plain(data.decode("utf-16", "replace"))
    if _NO_TEXT.search(data[:4096]):
        raise BadRow("tệp này không phải bảng Excel hay CSV. Xin lưu lại loại .xlsx hoặc CSV.")
    for encoding in ("utf-8-sig", "cp1258"):
        try:
            return _plain(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadRow("không đọc được chữ trong tệp. Xin lưu lại thành loại CSV UTF-8.")


def _plain(text: str) -> str:
    return "\n".join(text.replace("\0", "").splitlines())


def _header(cells: Sequence[str], columns: Columns, needed: Sequence[str]) -> list[str]:
    meant = {word: name for name, others in columns.items() for word in (name, *others)}
    folded = [fold(clean(cell)) for cell in cells]
    names = [meant.get(name, name) for name in folded]
    if unknown := [c for c, name in zip(cells, names, strict=True) if name and name not in columns]:
        known = ", ".join(columns)
        raise BadRow(f"không rõ cột “{unknown[0].strip()}”. Các cột dùng được: {known}.")
    if missing := [name for name in needed if name not in names]:
        raise BadRow(f"thiếu cột “{missing[0]}”. Dòng đầu của tệp phải ghi tên các cột.")
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise BadRow(f"cột “{twice[0]}” có hai lần. Xin bỏ bớt một cột.")
    return names
