"""Of which units and models somebody is told who lags."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_

from bot.domain.roles import Act, Grant, units_for
from storage.members import below
from storage.tables.records import Enrolment


@dataclass(frozen=True, slots=True)
class Reach:
    """These units and all below them, unless only they are meant; of narrowed models those below
    `narrowed` alone."""

    root_id: int
    units: tuple[int, ...]
    narrowed: tuple[int, ...]
    today: date
    zone: ZoneInfo
    only: bool = False

    @classmethod
    def of(cls, root_id: int, grants: Iterable[Grant], now: datetime, zone: ZoneInfo) -> Self:
        """All units of somebody's own."""
        grants = tuple(grants)
        units, seen = (units_for(act, grants) for act in (Act.STATISTICS, Act.SEE_NARROWED))
        return cls(root_id, units, seen, now.astimezone(zone).date(), zone)

    def inside(self, unit: Any) -> ColumnElement[bool]:
        among = self.units if self.only else below(self.units, self.today)
        inside: ColumnElement[bool] = unit.in_(among)
        return inside

    def shown(self) -> ColumnElement[bool]:
        """Of enrolments."""
        inside = Enrolment.registrant_id.in_(below(self.narrowed, self.today))
        return or_(~Enrolment.narrowed, inside)
