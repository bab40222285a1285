"""Rows of a file people made in Excel, as CSV or as it is: every bad one is named with its line,
what is wrong and what to do."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from bot.domain.text import clean, fold

MOST_ROWS = 100_000


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


def lines(path: Path, columns: Columns, needed: Sequence[str]) -> Iterator[Line]:
    """Blank lines are left out. Raises BadRow where the file or its first line cannot be read,
    OSError as open() does."""
    data = path.read_bytes()
    rows = _workbook(data) if data.startswith(b"PK") else _csv(_decode(data))
    try:
        _, first = next(rows, (1, []))
        names = _header(first, columns, needed)
        for line, cells in rows:
            if line > MOST_ROWS:
                raise BadRow(f"tệp dài quá {MOST_ROWS} dòng. Xin chia thành mấy tệp.")
            if any(cell.strip() for cell in cells):
                yield line, names, cells
    except csv.Error:
        raise BadRow("tệp chưa đúng kiểu CSV. Xin lưu lại thành loại CSV UTF-8.") from None


def _workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet of an .xlsx, from its first row that says something."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError):
        raise BadRow("không mở được tệp Excel này. Xin lưu lại loại .xlsx hoặc CSV.") from None
    started = False
    for line, cells in enumerate(rows, 1):
        words = [_in_words(cell) for cell in cells]
        started = started or any(words)
        if started:
            yield line, words


def _in_words(cell: Any) -> str:
    """As one reads it in Excel: 12, not 12.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def _csv(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _plain(data.decode("utf-16", "replace"))
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
