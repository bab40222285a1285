"""`dvk stats`: the numbers of the chat, from the same query, for scripts and for looking."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli_units import unit_meant
from bot.errors import Refused
from bot.presentation.chat import totals_text
from storage.database import Database
from storage.statistics import StatisticsQuery, totals
from storage.tables.units import Unit

UNKNOWN = "Xin xem lại tên, ví dụ: --unit 'Huyện Thạch Hà'."


def run_stats(
    database: Database,
    year: int,
    unit_text: str,
    as_json: bool,
    now: datetime,
    points: bool = False,
) -> str:
    """The text to print, one text or JSON object per organisation when no unit is named. now is
    local time; unit_text a name or the number of a unit. Raises Refused with a sentence."""
    if not 1 < year < 9999:
        raise Refused(f"Năm {year} chưa đúng. Ghi đủ bốn chữ số, ví dụ: --year 2022.")
    with database.reading() as session:
        found = [
            totals(session, StatisticsQuery(year, unit_id, points=points), now)
            for unit_id in _units(session, unit_text.strip(), year)
        ]
    if not as_json:
        return "\n\n".join(map(totals_text, found))
    bodies = [each.to_json() for each in found]
    return json.dumps(bodies[0] if len(bodies) == 1 else bodies, ensure_ascii=False, indent=2)


def _units(session: Session, typed: str, year: int) -> list[int]:
    if not typed:
        roots = list(session.scalars(select(Unit.id).where(Unit.root_id == Unit.id)))
        if roots:
            return roots
        raise Refused("Chưa có tổ chức nào. Nhập đơn vị trước bằng: dvk import units TỆP.")
    return [unit_meant(session, typed, UNKNOWN, year)]
