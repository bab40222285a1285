"""What a benchmark module hands back, and the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """size: a share of the full amount of data, for a quick look."""

    postgres: bool = False
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. limit: what was promised, in the same unit, of the median or, if
    by_worst, of the p99."""

    what: str
    middle: float
    worst: float
    unit: str = "ms"
    limit: float | None = None
    note: str = ""
    by_worst: bool = False

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        kept = (self.worst if self.by_worst else self.middle) <= self.limit
        return f"≤ {self.limit:g} {'✔' if kept else '✘'}"

    def row(self) -> str:
        numbers = f"{self.middle:.2f} | {self.worst:.2f} | {self.unit}"
        return f"| {self.what} | {numbers} | {self.verdict} | {self.note} |"


HEAD = "| what | median | p99 | unit | promised | |\n|-|-:|-:|-|-|-|"


def measured(
    what: str,
    run: Callable[[], Any],
    *,
    limit: float | None = None,
    times: int = 200,
    note: str = "",
) -> Result:
    """Milliseconds of one call, after three to warm up."""
    for _ in range(3):
        run()
    taken = sorted(_once(run) for _ in range(times))
    return Result(what, median(taken), taken[int(len(taken) * 0.99)], limit=limit, note=note)


def _once(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000
