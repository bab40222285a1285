"""Dates kept as exact as they were given and no more, and how they are written."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

ROMAN = ("I", "II", "III", "IV")
HALVES = ("đầu", "cuối")


class Precision(StrEnum):
    day = "day"
    month = "month"
    quarter = "quarter"
    half = "half"
    year = "year"


MONTHS = {
    Precision.day: 1,
    Precision.month: 1,
    Precision.quarter: 3,
    Precision.half: 6,
    Precision.year: 12,
}
STORED = re.compile(r"([0-9]{4})(?:-Q([1-4])|-H([12])|-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, or the month, quarter, half year or year of which no more is known."""

    start: date
    precision: Precision = Precision.day

    def __post_init__(self) -> None:
        if self.precision is not Precision.day:
            first = self.start.month - (self.start.month - 1) % MONTHS[self.precision]
            object.__setattr__(self, "start", self.start.replace(month=first, day=1))

    @property
    def end(self) -> date:
        """The last day."""
        if self.precision is Precision.day:
            return self.start
        year, month = self.start.year, self.start.month + MONTHS[self.precision] - 1
        return date(year, month, calendar.monthrange(year, month)[1])

    @property
    def number(self) -> int:
        """Which quarter, half or month of its year it is, from 1."""
        return (self.start.month - 1) // MONTHS[self.precision] + 1

    def format(self) -> str:
        year, number = self.start.year, self.number
        match self.precision:
            case Precision.day:
                return short_date(self.start)
            case Precision.month:
                return f"tháng {number}/{year}"
            case Precision.quarter:
                return f"quý {ROMAN[number - 1]}/{year}"
            case Precision.half:
                return f"6 tháng {HALVES[number - 1]} năm {year}"
            case Precision.year:
                return f"năm {year}"

    def to_json(self) -> str:
        """2022-12-20, 2022-12, 2026-Q1, 2026-H1 or 2022."""
        match self.precision:
            case Precision.day:
                return self.start.isoformat()
            case Precision.month:
                return self.start.isoformat()[:7]
            case Precision.quarter:
                return f"{self.start.year:04}-Q{self.number}"
            case Precision.half:
                return f"{self.start.year:04}-H{self.number}"
            case Precision.year:
                return f"{self.start.year:04}"

    @classmethod
    def from_json(cls, text: str) -> "PartialDate":
        if not (found := STORED.fullmatch(text)):
            raise ValueError(f"not a stored date: {text!r}")
        year, quarter, half, month, day = (int(part or 0) for part in found.groups())
        if quarter:
            return cls.quarter(year, quarter)
        if half:
            return cls.half(year, half)
        if not found[4]:
            return cls.year(year)
        return cls(date(year, month, day)) if found[5] else cls.month(year, month)

    @classmethod
    def month(cls, year: int, number: int) -> "PartialDate":
        return cls(date(year, number, 1), Precision.month)

    @classmethod
    def quarter(cls, year: int, number: int) -> "PartialDate":
        return cls(date(year, number * 3, 1), Precision.quarter)

    @classmethod
    def half(cls, year: int, number: int) -> "PartialDate":
        return cls(date(year, number * 6, 1), Precision.half)

    @classmethod
    def year(cls, year: int) -> "PartialDate":
        return cls(date(year, 1, 1), Precision.year)


def short_date(d: date) -> str:
    return f"{d:%d/%m}/{d.year}"


def plain_date(d: date) -> str:
    """As people write it themselves: 1/7/2025."""
    return f"{d.day}/{d.month}/{d.year}"


def clock(dt: datetime) -> str:
    return f"{dt:%H:%M} {short_date(dt)}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """guessed: the year or more had to be assumed, so the member must confirm it."""

    date: PartialDate
    guessed: bool = False
