"""What every statistic returns: numbers with their time and meaning, before anybody draws them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

TENTH = Decimal("0.1")

BUILT_MEANS = "kết quả trong năm đã được đầu mối xác nhận"
RULES = {
    False: "Mô hình làm ở nhiều nơi tính một lần.",
    True: "Mô hình làm ở nhiều nơi tính từng điểm.",
}
"""Whether places of work are counted is a setting, and said wherever the number is."""
PLANNED_MEANS = "mô hình trong kế hoạch đã được đầu mối đồng ý"


@dataclass(frozen=True, slots=True)
class Figures:
    """A table for a chat text, a chart or a sheet: the first column names, the others count.

    total has one value per column, or is empty; definition says what the columns mean.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: tuple[Any, ...]
    as_of: datetime
    definition: str = ""


def percent(part: int, whole: int) -> Decimal | None:
    """To one place, half up, each by itself: shares are not bent to add up to 100,0."""
    if not whole:
        return None
    return (Decimal(part * 100) / whole).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SectorLine:
    sector_id: int
    code: str
    label: str
    built: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of one unit in one year.

    registered comes from the targets of `targeted` units (1: perhaps the unit's own), or when
    that is 0 from planned enrolments. unplanned is a part of built. known_on: as known at the end
    of that day. sector is the label of the only one counted, sectors is empty then. points: places
    of work were counted.
    """

    year: int
    unit_id: int
    unit: str
    built: int
    unplanned: int
    registered: int
    targeted: int
    as_of: datetime
    known_on: date | None = None
    sector_id: int | None = None
    sector: str = ""
    sectors: tuple[SectorLine, ...] = ()
    points: bool = False

    @property
    def noun(self) -> str:
        return "điểm thực hiện" if self.points else "mô hình"

    @property
    def difference(self) -> int:
        """Shown, never added: what was built beyond what was registered."""
        return self.built - self.registered

    @property
    def percentage(self) -> Decimal | None:
        return percent(self.built, self.registered)

    @property
    def empty(self) -> bool:
        return not (self.built or self.registered)

    def share(self, line: SectorLine) -> Decimal | None:
        return percent(line.built, self.built)

    @property
    def title(self) -> str:
        sector = f" – {self.sector}" if self.sector else ""
        return f"Thống kê {self.year} – {self.unit}{sector}"

    @property
    def definition(self) -> str:
        means = (
            f"chỉ tiêu của {self.targeted} đơn vị" if self.targeted > 1 else "chỉ tiêu được giao"
        )
        registered = means if self.targeted else PLANNED_MEANS
        return f"Đã xây dựng: {BUILT_MEANS}. Đăng ký: {registered}. {RULES[self.points]}"

    def figures(self) -> Figures:
        """By sector, for the renderers that all statistics share."""
        return Figures(
            self.title,
            ("Lĩnh vực", "Đã xây dựng", "Tỷ trọng (%)"),
            tuple((x.label, x.built, self.share(x)) for x in self.sectors),
            ("Cộng", self.built, percent(self.built, self.built)),
            self.as_of,
            self.definition,
        )

    def to_json(self) -> dict[str, Any]:
        """What `dvk stats --json` prints."""
        return {
            "year": self.year,
            "unit": {"id": self.unit_id, "name": self.unit},
            "sector": self.sector or None,
            "counts": "points" if self.points else "initiatives",
            "built": self.built,
            "unplanned": self.unplanned,
            "registered": self.registered,
            "registered_from": "targets" if self.targeted else "enrolments",
            "difference": self.difference,
            "percentage": _number(self.percentage),
            "sectors": [
                {
                    "code": line.code,
                    "label": line.label,
                    "built": line.built,
                    "share": _number(self.share(line)),
                }
                for line in self.sectors
            ],
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "as_of": self.as_of.isoformat(),
            "definition": self.definition,
        }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
