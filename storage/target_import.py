"""Importing targets from Excel or CSV (`storage.sheet_rows`): all rows or none.

Columns (the first line names them in English or Vietnamese):

unit        a name that means one unit: "Xã Thạch Lạc"
year        2026
sector      a sector's name, another word for it, or its code; empty: not divided
kind        tập thể or cá nhân; empty: not divided
value       how many
reason      why, where it changes one that is there
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.domain.numbers import parse_count
from bot.domain.registration import KINDS
from bot.domain.text import fold, one_line
from storage.sectors import sectors
from storage.sheet_rows import BadRow, Problem, lines
from storage.statistics import lived
from storage.tables.units import Unit
from storage.targets import Undertaking, current, undertake
from storage.unit_search import find_units

COLUMNS = {
    "unit": ("don vi", "ten don vi", "xa", "co quan"),
    "year": ("nam",),
    "sector": ("linh vuc",),
    "kind": ("hinh thuc", "loai"),
    "value": ("so", "so luong", "so mo hinh", "chi tieu", "dang ky"),
    "reason": ("ly do", "ly do thay doi", "ghi chu"),
}
_KINDS = {"": "", "chung": ""} | {
    fold(word): kind
    for kind, words in (
        ("collective", ("tập thể", "tt", KINDS["collective"])),
        ("individual", ("cá nhân", "cn", "hộ gia đình", KINDS["individual"])),
    )
    for word in (kind, *words)
}
LARGEST = 9999
FROM_A_FILE = "nhập từ tệp"


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
    """In force at once, within the transaction of the session: who has the server decides."""
    problems: list[Problem] = []
    counts = {"added": 0, "changed": 0, "same": 0}
    seen: dict[Undertaking, int] = {}
    trial = session.begin_nested()
    try:
        for line, names, cells in lines(path, COLUMNS, ("unit", "year", "value")):
            row = dict.fromkeys(COLUMNS, "") | dict(zip(names, map(one_line, cells), strict=False))
            try:
                what, value = _read(session, row)
                if (first := seen.setdefault(what, line)) != line:
                    raise BadRow(f"trùng với dòng {first}. Xin bỏ một trong hai dòng.")
                counts[_write(session, what, value, row["reason"], now)] += 1
            except BadRow as bad:
                problems.append(Problem(line, str(bad)))
    except BadRow as bad:
        problems.append(Problem(1, str(bad)))
    written = not dry_run and not problems
    if written:
        trial.commit()
    else:
        trial.rollback()
    return Report(**counts, problems=tuple(problems), written=written)


def _write(session: Session, what: Undertaking, value: int, reason: str, now: datetime) -> str:
    known = current(session, what)
    if known and known.value == value:
        return "same"
    undertake(
        session, what, value, author_id=None, now=now, reason=reason or FROM_A_FILE, decides=True
    )
    return "changed" if known else "added"


def _read(session: Session, row: Mapping[str, str]) -> tuple[Undertaking, int]:
    year, value = parse_count(row["year"], LARGEST), parse_count(row["value"], LARGEST)
    if year is None or not 2000 <= year <= 2100:
        raise BadRow(f"năm “{row['year']}” chưa đúng. Xin ghi như 2026.")
    if value is None:
        raise BadRow(f"số “{row['value']}” chưa đúng. Xin ghi một số từ 0 đến {LARGEST}.")
    unit = _unit(session, row["unit"], year)
    if (kind := _KINDS.get(fold(row["kind"]))) is None:
        raise BadRow(f"không rõ hình thức “{row['kind']}”. Xin ghi tập thể, cá nhân hoặc để trống.")
    return Undertaking(
        unit.id, year, _sector(session, unit.root_id, year, row["sector"]), kind
    ), value


def _unit(session: Session, name: str, year: int) -> Unit:
    """The one of this name that lived in the year: never one that is only spelt alike."""
    found = find_units(session, name, most=20) if name else None
    units = [session.get_one(Unit, c.value) for c in found.choices] if found and found.sure else []
    living = [unit for unit in units if lived(unit, year)] or units
    if len(living) == 1:
        return living[0]
    names = "; ".join(unit.name for unit in living)
    raise BadRow(
        f"“{name}” có thể là {names}. Xin ghi rõ hơn, ví dụ thêm tên đơn vị cấp trên."
        if names
        else f"chưa có đơn vị “{name}”. Xin xem lại tên, hoặc nhập đơn vị trước."
    )


def _sector(session: Session, root_id: int, year: int, text: str) -> int | None:
    if not text or fold(text) == "chung":
        return None
    named = sectors(session, root_id, year)
    for one in named:
        if fold(text) in {fold(word) for word in (one.code, one.label, *one.aliases)}:
            return one.id
    known = "; ".join(one.label for one in named)
    raise BadRow(f"không rõ lĩnh vực “{text}”. Xin ghi một trong: {known}.")
