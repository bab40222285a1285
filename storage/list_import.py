"""A list as an office made it, with titles above and columns of its own: what is meant by it, and
what importing it would do. It waits as the result of the job that has read the file."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.text import clean, fold, one_line
from storage.sheet_rows import Columns, Problem
from storage.tables.delivery import Job

JOB = "list"
MOST_ROWS = 3_000
"""Of a list that comes in a chat: it is written while others wait. `dvk import` takes more."""
TITLES = 20
"""Rows that may stand above the headings."""
_ASIDE = re.compile(r"\(.*?\)|[^\w\s]")
MERGED = "ô “{heading}” gộp từ dòng {first} đến dòng {last}. Xin bỏ gộp ô và ghi đủ vào từng dòng."

Cells = Mapping[str, str]
"""By the name of the column; "" where there is nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Listed:
    """headings as written, of all columns; unused those that mean nothing here; raw are the cells
    as written, by line; merged what is wrong with lines whose cells are merged with others."""

    headings: list[str]
    unused: list[str]
    rows: list[Row]
    raw: dict[int, list[str]]
    merged: dict[int, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing would do: rows that are new, changed (`proposed` of them have to wait until
    somebody agrees), the same (`waiting` of them wait already); and why others cannot be taken.
    work is for who writes it."""

    new: int
    changed: int
    same: int
    proposed: int
    waiting: int
    refused: tuple[Problem, ...]
    work: tuple[Any, ...]

    @property
    def writes(self) -> int:
        return self.new + self.changed

    @property
    def digest(self) -> str:
        """Another one as soon as importing would do anything else."""
        return hashlib.sha256(repr((self.work, self.refused)).encode()).hexdigest()[:12]


# -- what the columns mean ----------------------------------------------------------------------


def meaning(heading: str, columns: Columns) -> str:
    """ "Đơn vị (xã, phường)" → "unit"; "": none of these columns."""
    said = " ".join(_ASIDE.sub(" ", fold(clean(heading))).split())
    found = (name for name, others in columns.items() if said in (name, *others))
    return next(found, "")


def headings_at(result: Mapping[str, Any], columns: Columns, needed: Iterable[str]) -> int | None:
    """The first row that has all needed columns."""
    for at, (_, cells) in enumerate(result["rows"][:TITLES]):
        if set(needed) <= {meaning(cell, columns) for cell in cells}:
            return at
    return None


def twice(result: Mapping[str, Any], at: int, columns: Columns) -> str:
    """A heading whose meaning an earlier one has already; "": none."""
    said: set[str] = set()
    for cell in result["rows"][at][1]:
        if (name := meaning(cell, columns)) in said:
            return one_line(cell)
        said |= {name} - {""}
    return ""


def listed(result: Mapping[str, Any], at: int, columns: Columns) -> Listed:
    """What the worker process has read, below the headings."""
    first, heads = result["rows"][at]
    names = [meaning(cell, columns) for cell in heads]
    raw: dict[int, list[str]] = dict(result["rows"][at + 1 :])
    rows = [Row(line, as_cells(names, cells, columns)) for line, cells in raw.items()]
    unused = [one_line(cell) for cell, name in zip(heads, names, strict=True) if not name]
    merged = dict(_merged(result["merged"], [*map(one_line, heads)], names, first))
    return Listed([*map(one_line, heads)], [*filter(None, unused)], rows, raw, merged)


def as_cells(names: Sequence[str], cells: Sequence[str], columns: Columns) -> Cells:
    pairs = zip(names, map(one_line, cells), strict=False)
    return dict.fromkeys(columns, "") | {name: cell for name, cell in pairs if name}


def _merged(
    ranges: Iterable[Sequence[int]], heads: Sequence[str], names: Sequence[str], at: int
) -> Iterable[tuple[int, str]]:
    """Only the first of merged cells says anything: the rows below would be read without it."""
    for top, bottom, left, right in ranges:
        used = [n for n in range(left, min(right + 1, len(names))) if names[n]]
        if used and top < bottom:
            text = MERGED.format(heading=heads[used[0]], first=top, last=bottom)
            for line in range(max(top, at + 1), min(bottom, at + 4 * MOST_ROWS) + 1):
                yield line, text


# -- the list between being read and being imported ----------------------------------------------


def own(session: Session, job_id: int, account_id: int) -> Job | None:
    """A list that this account sent, and that is still there."""
    job = session.get(Job, job_id)
    mine = job is not None and job.kind == JOB and job.account_id == account_id
    return job if mine else None


def drop(session: Session, job: Job) -> None:
    """What stood in it is forgotten."""
    job.result = {}
    session.flush()


def forget(session: Session, before: datetime) -> None:
    """Lists that nobody has imported for long."""
    old = (Job.kind == JOB, Job.at < before, Job.state.in_(("done", "failed")))
    session.execute(update(Job).where(*old).values(result={}))
