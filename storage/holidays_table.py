"""Write the table of holidays from what the `holidays` library knows.

    .venv/bin/python -m storage.holidays_table

writes vietnam_days.csv. The library is only needed here: loading it takes 18 MB and most of a
second, which the running bot has no use for.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta

from storage.working_days import TABLE

YEARS = range(2020, 2051)
TET = "Tết Nguyên Đán"
LONG = {2020, 2021, 2023, 2024, *range(2033, 2039), *range(2042, 2049)}
"""Years whose Tết follows a tháng Chạp of 30 days (new moons as Meeus counts them, UTC+7)."""
LAST = 6
"""Mùng sáu: the last day on which nobody is reminded (domain.md 7)."""

Row = tuple[date, str, str]
"""The day, "off" or "worked", and what it is called."""


def rows() -> list[Row]:
    return [row for year in YEARS for row in sorted(_of(year))]


def _of(year: int) -> Iterator[Row]:
    import holidays

    known = holidays.country_holidays("VN", years=year, language="vi")
    tet = known.get_named(TET, lookup="exact")[0]
    days = dict.fromkeys(_around(tet), "Tết") | dict(known.items())
    yield from ((day, "off", name) for day, name in days.items())
    worked = known.weekend_workdays  # of all years
    yield from ((day, "worked", "Làm bù") for day in worked if day.year == year)


def _around(tet: date) -> Iterator[date]:
    """27 tháng Chạp to mùng 6."""
    before = 4 if tet.year in LONG else 3
    return (tet + timedelta(n) for n in range(-before, LAST))


def write() -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows())


if __name__ == "__main__":
    write()
