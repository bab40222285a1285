"""Importing targets from Excel or CSV: what the rows would do, and doing it.

Columns (headings in English or Vietnamese):

unit        a name that means one unit: "Xã Thạch Lạc"
year        2026
sector      a sector's name, another word for it, or its code; empty: not divided
kind        tập thể or cá nhân; empty: not divided
value       how many
reason      why, where it changes one that is there
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.numbers import parse_count
from bot.domain.registration import KINDS
from bot.domain.text import fold
from storage.list_import import Cells, Plan, Row, as_cells
from storage.sectors import sectors
from storage.sheet_rows import BadRow, Problem, lines
from storage.tables.lifecycle import TargetChange
from storage.tables.units import Sector, Target, Unit
from storage.targets import IN_FORCE, PROPOSED, REPLACED, Undertaking, about
from storage.units_import import Names

COLUMNS = {
    "unit": (
        "don vi", "ten don vi", "xa", "xa phuong", "co quan", "co quan don vi", "dia phuong",
        "don vi dang ky",
    ),
    "year": ("nam", "nam dang ky", "nam thuc hien"),
    "sector": ("linh vuc", "ten linh vuc"),
    "kind": ("hinh thuc", "loai", "loai mo hinh", "tap the ca nhan"),
    "value": (
        "so", "so luong", "so mo hinh", "so luong mo hinh", "chi tieu", "chi tieu dang ky",
        "dang ky", "so dang ky", "so mo hinh dang ky",
    ),
    "reason": ("ly do", "ly do thay doi", "ghi chu"),
}  # fmt: skip
NEEDED = ("unit", "year", "value")
_KINDS = {"": "", "chung": ""} | {
    fold(word): kind
    for kind, words in (
        ("collective", ("tập thể", "tt", KINDS["collective"])),
        ("individual", ("cá nhân", "cn", "hộ gia đình", KINDS["individual"])),
    )
    for word in (kind, *words)
}
_YEAR = re.compile(r"(?:nam )?(\d{4})")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
LARGEST = 9999
LONGEST_REASON = 300
FROM_A_FILE = "nhập từ tệp"
Units = Collection[int] | None
"""None: all of them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row that changes something; before is what is in force. proposed: an approver decides."""

    line: int
    what: Undertaking
    value: int
    reason: str
    before: int | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did or, when nothing was written, would have done."""

    added: int
    changed: int
    same: int
    problems: tuple[Problem, ...]
    written: bool

    def __str__(self) -> str:
        done = "Đã ghi" if self.written else "Chưa ghi gì"
        bad = f"; {len(self.problems)} dòng cần xem lại" if self.problems else ""
        counts = f"{self.added} chỉ tiêu mới, {self.changed} thay đổi, {self.same} giữ nguyên"
        return "\n".join([f"{done}: {counts}{bad}.", *map(str, self.problems)])


def import_targets(session: Session, path: Path, now: datetime, *, dry_run: bool = False) -> Report:
    """All rows or none, in force at once: who has the server decides."""
    try:
        rows = [
            Row(line, as_cells(names, cells, COLUMNS))
            for line, names, cells in lines(path, COLUMNS, NEEDED)
        ]
    except BadRow as bad:
        return Report(0, 0, 0, (Problem(1, str(bad)),), written=False)
    planned = plan(session, rows, sets=None, decides=None, lock=True)
    written = not dry_run and not planned.refused
    if written:
        write(session, planned.work, author_id=None, now=now)
    return Report(planned.new, planned.changed, planned.same, planned.refused, written)


# -- what the rows would do -----------------------------------------------------------------------


def plan(
    session: Session,
    rows: Sequence[Row],
    *,
    sets: Units,
    decides: Units,
    merged: Mapping[int, str] | None = None,
    lock: bool = False,
) -> Plan:
    """sets: the units whose targets may be set; decides: those where that needs nobody's consent.
    merged: lines that cannot be read, and why. lock: what is found stays so until the commit."""
    read, refused = _read_all(session, rows, sets, merged or {})
    units = sorted({one.what.unit_id for one in read})
    if lock and units:
        session.execute(
            select(Unit.id).where(Unit.id.in_(units)).order_by(Unit.id).with_for_update()
        )
    known = _known(session, units, {one.what.year for one in read})
    wished = {about(c): c.value for c in _open(session, units)}
    work, waiting = [], 0
    for one in read:
        before = known[one.what].value if one.what in known else None
        proposed = before is not None and decides is not None and one.what.unit_id not in decides
        if one.value == before:
            continue
        if proposed and wished.get(one.what) == one.value:
            waiting += 1
        else:
            work.append(replace(one, before=before, proposed=proposed))
    new = sum(one.before is None for one in work)
    return Plan(
        new=new,
        changed=len(work) - new,
        same=len(read) - len(work),
        proposed=sum(one.proposed for one in work),
        waiting=waiting,
        refused=tuple(refused),
        work=tuple(work),
    )


def _read_all(
    session: Session, rows: Iterable[Row], sets: Units, merged: Mapping[int, str]
) -> tuple[list[Setting], list[Problem]]:
    names = Names.of(session, (row.cells["unit"] for row in rows))
    of = cache(lambda root_id, year: sectors(session, root_id, year))
    read: list[Setting] = []
    refused: list[Problem] = []
    first: dict[Undertaking, int] = {}
    for row in rows:
        try:
            if why := merged.get(row.line):
                raise BadRow(why)
            one = _read(row, names, of, sets)
            if (line := first.setdefault(one.what, row.line)) != row.line:
                raise BadRow(f"trùng với dòng {line}. Xin bỏ một trong hai dòng.")
            read.append(one)
        except BadRow as bad:
            refused.append(Problem(row.line, str(bad)))
    return read, refused


def _read(row: Row, names: Names, of: Callable[[int, int], list[Sector]], sets: Units) -> Setting:
    cells = row.cells
    year, value = _year(cells), _value(cells)
    unit = names.one(cells["unit"], year, sets)
    if (kind := _KINDS.get(fold(cells["kind"]))) is None:
        why = f"không rõ hình thức “{cells['kind']}”. Xin ghi tập thể, cá nhân hoặc để trống."
        raise BadRow(why)
    sector_id = _sector(of(unit.root_id, year), cells["sector"])
    reason = cells["reason"][:LONGEST_REASON] or FROM_A_FILE
    return Setting(row.line, Undertaking(unit.id, year, sector_id, kind), value, reason)


def _year(cells: Cells) -> int:
    said = _YEAR.fullmatch(fold(cells["year"]))
    if not said or not 2000 <= int(said[1]) <= 2100:
        raise BadRow(f"năm “{cells['year']}” chưa đúng. Xin ghi như 2026.")
    return int(said[1])


def _value(cells: Cells) -> int:
    """ "1.250" is a whole number as we write it; "1,250" may be one and a quarter."""
    text = cells["value"]
    value = parse_count(text.replace(".", "") if _THOUSANDS.fullmatch(text) else text, LARGEST)
    if value is None:
        raise BadRow(f"số “{text}” chưa đúng. Xin ghi một số từ 0 đến {LARGEST}, ví dụ 12.")
    return value


def _sector(named: Sequence[Sector], text: str) -> int | None:
    if not text or fold(text) == "chung":
        return None
    for one in named:
        if fold(text) in {fold(word) for word in (one.code, one.label, *one.aliases)}:
            return one.id
    known = "; ".join(one.label for one in named)
    raise BadRow(f"không rõ lĩnh vực “{text}”. Xin ghi một trong: {known}.")


def _known(
    session: Session, units: Collection[int], years: Collection[int]
) -> dict[Undertaking, Target]:
    found = select(Target).where(Target.unit_id.in_(units), Target.year.in_(years))
    rows = session.scalars(found.execution_options(populate_existing=True))
    return {Undertaking(t.unit_id, t.year, t.sector_id, t.kind): t for t in rows}


def _open(session: Session, units: Collection[int]) -> Sequence[TargetChange]:
    waiting = (TargetChange.state == PROPOSED, TargetChange.unit_id.in_(units))
    return session.scalars(select(TargetChange).where(*waiting)).all()


# -- doing it -------------------------------------------------------------------------------------


def write(
    session: Session, work: Sequence[Setting], *, author_id: int | None, now: datetime
) -> list[TargetChange]:
    """What `plan` found under lock, as `storage.targets.undertake` does it one by one."""
    units = {one.what.unit_id for one in work}
    known = _known(session, units, {one.what.year for one in work})
    _replace(session, units, {one.what for one in work}, author_id, now)
    changes = []
    for one in work:
        what = one.what
        change = TargetChange(
            unit_id=what.unit_id, year=what.year, sector_id=what.sector_id, kind=what.kind,
            before=one.before, value=one.value, reason=one.reason, author_id=author_id, at=now,
            state=PROPOSED if one.proposed else IN_FORCE,
        )  # fmt: skip
        changes.append(change)
        if one.proposed:
            continue
        if what in known:
            known[what].value = one.value
        else:
            session.add(
                Target(
                    unit_id=what.unit_id, year=what.year, sector_id=what.sector_id,
                    kind=what.kind, value=one.value,
                )
            )  # fmt: skip
    session.add_all(changes)
    session.flush()
    return changes


def _replace(
    session: Session,
    units: Collection[int],
    whats: Collection[Undertaking],
    by: int | None,
    now: datetime,
) -> None:
    """A newer wish takes the place of one that nobody has decided yet."""
    old = [change.id for change in _open(session, units) if about(change) in whats]
    if old:
        session.execute(
            update(TargetChange)
            .where(TargetChange.id.in_(old))
            .values(state=REPLACED, decided_by=by, decided_at=now)
        )
