"""What a tick costs when much is due: a usual day, the day of a quarter's reviews, and after it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import TypeVar

from sqlalchemy.orm import Session

from benchmarks import country
from benchmarks._due import ZONE, at, filled
from benchmarks.measure import Options, Result
from bot.domain.schedules import Attention
from bot.domain.timing import Hours
from bot.handlers.registry import Talk, load_handlers
from bot.scheduling.reminding import Reminding
from storage.bundles import Rules
from storage.database import Database
from storage.tables.reminders import Reminder
from storage.working_days import working_days

T = TypeVar("T")
MEMBERS, MODELS, TICK = 10_000, 100_000, 1000.0
MONDAY = "2026-12-14"


def run(options: Options) -> Iterator[Result]:
    list(load_handlers())
    members, models = int(MEMBERS * options.size), int(MODELS * options.size)
    with country.database(options.postgres) as database:
        filled(database, members, models)
        reminding = clockwork(database)
        note = f"{models:,} models, {members:,} members"
        yield ticked(reminding, "a tick on a usual day", at("2026-12-07", "09:00"), 40, note)
        first = timed(reminding, at(MONDAY, "00:00"))
        with database.reading() as session:
            found = session.query(Reminder).count()
        country.analyse(database)
        what = "the first tick of the day on which a quarter's reviews fall due"
        yield Result(what, first, first, note=f"{found:,} reminders put in; {note}")
        what = "a tick on that day, all of them open"
        yield ticked(reminding, what, at(MONDAY, "00:01"), 40, note)


def ticked(reminding: Reminding, what: str, start: datetime, times: int, note: str) -> Result:
    """Every thirty seconds."""
    timed(reminding, start)
    moments = [start + timedelta(seconds=30 * n) for n in range(1, times + 1)]
    took = sorted(timed(reminding, moment) for moment in moments)
    return Result(what, median(took), took[-1], limit=TICK, by_worst=True, note=f"max; {note}")


def timed(reminding: Reminding, moment: datetime) -> float:
    start = perf_counter()
    asyncio.run(reminding.collect(moment))
    return (perf_counter() - start) * 1000


def clockwork(database: Database) -> Reminding:
    async def write(work: Callable[[Session], T]) -> T:
        with database.writing() as session:
            return work(session)

    async def speak(work: Callable[[Talk], T]) -> T:
        raise AssertionError("collecting says nothing to anybody")

    async def nothing() -> None: ...

    def rules(session: Session) -> Rules:
        return Rules(ZONE, Hours(), working_days(session, country.ROOT), Attention())

    return Reminding(database, write, speak, country.ROOT, ZONE, rules, nothing)
