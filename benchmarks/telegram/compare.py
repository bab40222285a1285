"""Telegram bots side by side: 100 users fill in a form that is stored at every step."""

import asyncio
import gc
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from benchmarks import country
from benchmarks.measure import Options, Result
from benchmarks.program import Program
from benchmarks.steps import at, durability, make_durable
from benchmarks.telegram.api import Api, Line
from benchmarks.telegram.contestants import ABOUT, Contestant, rivals
from benchmarks.telegram.ours import ours
from benchmarks.telegram.users import USERS, at_pace, everybody, flat_out, patiently, spread

ROUNDS, WARM, FLAT_OUT, PACED, RATE, SLOW = 3, 2, 10, 20, 50, 0.05
FASTER, FASTER_SLOW, LATENCY, START, CPU = 6, 80, 5, 1.5, 450


class AtLeast(Result):
    """Promised is that much or more, of the median."""

    @property
    def verdict(self) -> str:
        return f"≥ {self.limit:g} {'✔' if self.middle >= self.limit else '✘'}" if self.limit else ""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one run: steps per second without and with the delay, milliseconds of each step at the
    pace in ascending order, seconds to the first answer, processor microseconds and calls of the
    API per step, megabytes resident in the end, forms that were filled in."""

    rate: float
    slow: float
    took: list[float]
    start: float
    cpu: float
    calls: float
    memory: float
    forms: int


Runs = dict[str, list[Measured]]


def compared(options: Options) -> Iterator[Result]:
    with TemporaryDirectory(prefix="dvk-bench-") as home, country.database(options.postgres) as db:
        if not db.is_sqlite:
            make_durable(db)
        stored = durability(db)
        bots = [ours(db), *rivals(db.url, Path(home))]
        runs: Runs = {bot.name: [] for bot in bots}
        for _ in range(ROUNDS):
            for bot in bots:
                runs[bot.name].append(one_run(bot, Path(home), options.size))
        for bot in bots:
            check(bot, runs[bot.name])
        yield from results(runs, f"pacing off, {stored}")


def check(bot: Contestant, runs: Sequence[Measured]) -> None:
    filled, stored = sum(one.forms for one in runs), bot.reports()
    if stored < filled:
        raise RuntimeError(f"{bot.name}: {filled} forms were answered, {stored} are stored")


def one_run(bot: Contestant, home: Path, size: float) -> Measured:
    """A PostgreSQL takes what is free of either core."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listening, two_cores() as core:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with bot.start(address, home) as program:
            os.sched_setaffinity(program.pid, core)
            return uvloop.run(load(listening, program, bot, size))


@contextmanager
def two_cores() -> Iterator[set[int]]:
    """One for the users and the API; the other is for the bot. Nothing is collected meanwhile."""
    all_of_them = os.sched_getaffinity(0)
    first, *rest = sorted(all_of_them)
    os.sched_setaffinity(0, {first})
    gc.collect()
    gc.disable()
    try:
        yield {rest[0]} if rest else all_of_them
    finally:
        gc.enable()
        os.sched_setaffinity(0, all_of_them)


async def load(
    listening: socket.socket, program: Program, bot: Contestant, size: float
) -> Measured:
    api = Api()
    users = everybody(api, bot.script)
    async with await asyncio.get_running_loop().create_server(lambda: Line(api), sock=listening):
        [start] = await patiently(users, [users[0].step(program.since)], 0)
        await spread(users)
        used, called, before = program.cpu(), api.calls, sum(user.steps for user in users)
        rate = await flat_out(users, WARM, FLAT_OUT * size)
        steps = sum(user.steps for user in users) - before
        cpu, calls = (program.cpu() - used) / steps * 1e6, (api.calls - called) / steps
        took = await at_pace(users, RATE, PACED * size)
        api.delay = SLOW
        slow = await flat_out(users, WARM, FLAT_OUT * size)
        forms = sum(user.forms for user in users)
        return Measured(rate, slow, took, start / 1000, cpu, calls, program.memory(), forms)


def results(runs: Runs, stored: str) -> Iterator[Result]:
    """The first is ours, and what it promises; the second is what it is compared to."""
    mine, usual, *_ = runs
    for name, found in runs.items():
        cpu, memory = median(one.cpu for one in found), max(one.memory for one in found)
        note = f"{median(one.calls for one in found):.2f} calls of the API each; {memory:.0f} MB"
        note = f"{note}; {ABOUT[name]}; {stored}"
        yield speed(f"{name}: steps of {USERS} users without a pause", found, "rate", note)
        yield Result(f"{name}: processor time of a step", cpu, max(o.cpu for o in found), "µs",
                     CPU if name == mine else None, "median, highest run")  # fmt: skip
    yield ratio(f"{mine} against {usual}", runs[mine], runs[usual], "rate", FASTER)
    for name, found in runs.items():
        p99 = [at(one.took, 0.99) for one in found]
        yield Result(
            f"{name}: a step at {RATE}/s, from the update to the answer",
            median(at(one.took, 0.5) for one in found),
            median(p99),
            limit=LATENCY if name == mine else None,
            by_worst=True,
            note=f"p99 of each run {[round(one, 1) for one in p99]}",
        )
    for name, found in runs.items():
        what = f"{name}: {SLOW * 1000:.0f} ms per answer of the API, {USERS} users"
        yield speed(what, found, "slow", "those of getUpdates at once")
    what = f"{mine} against {usual}, {SLOW * 1000:.0f} ms per answer"
    yield ratio(what, runs[mine], runs[usual], "slow", FASTER_SLOW)
    for name, found in runs.items():
        took = [one.start for one in found]
        limit = START if name == mine else None
        what = f"{name}: from the start to the first answer"
        yield Result(what, median(took), max(took), "s", limit, f"slowest of {len(took)}")


def speed(what: str, found: Sequence[Measured], which: str, note: str) -> Result:
    rates = [getattr(one, which) for one in found]
    more = f"median, slowest run; {note}".removesuffix("; ")
    return Result(what, median(rates), min(rates), "steps/s", note=more)


def ratio(
    what: str, mine: Sequence[Measured], usual: Sequence[Measured], which: str, least: float
) -> Result:
    """Of runs that followed each other."""
    pairs = zip(mine, usual, strict=True)
    found = [getattr(one, which) / getattr(other, which) for one, other in pairs]
    return AtLeast(what, median(found), min(found), "times", least, "median, lowest round")
