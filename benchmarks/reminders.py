"""Reminders: ten thousand due at once against Telegram's limits, and the usual loop beside."""

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import uvloop

from benchmarks import _due, country
from benchmarks.measure import Options, Result
from benchmarks.program import ROOT, Program, free_port, running
from benchmarks.telegram.contestants import PYTHON
from bot.handlers.registry import load_handlers
from storage import schedules
from storage.database import Database
from tests.doubles.telegram.ledger import Call
from tests.doubles.telegram.limits import SENDING, Flood
from tests.doubles.telegram.people import User
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram

MEMBERS = 10_000
ASKERS, ASK_EVERY = 100, 0.5
CEILING, LEAST, ANSWER = 30, 98.0, 300.0
QUIET = 30.0
"""Seconds without a message, after which no more comes."""
MONDAY = "2026-12-14"
CONFIG = """
[storage]
url = "{url}"
files = "{home}/files"
[organisation]
name = "Ban Dân vận"
[web]
port = {port}
[limits]
flood_burst = 1_000_000
[reminders]
office = ["07:30-17:00"]
weekly = 100
[[telegram]]
token = "{double.token}"
base_url = "{double.base_url}"
base_file_url = "{double.base_file_url}"
"""


class AtLeast(Result):
    """Promised is that much or more, of the median."""

    @property
    def verdict(self) -> str:
        return f"≥ {self.limit:g} {'✔' if self.middle >= (self.limit or 0) else '✘'}"


def run(options: Options) -> Iterator[Result]:
    list(load_handlers())
    yield from sent(options)
    yield from usual(options)


# -- ten thousand at once -------------------------------------------------------------------------


@dataclass
class Asking:
    """Members who say something every half second, one after the other; took: when, and the
    milliseconds until they were answered."""

    users: list[User]
    took: list[tuple[float, float]] = field(default_factory=list)
    _asked: set["asyncio.Task[None]"] = field(default_factory=set)

    async def go_on(self) -> None:
        line = deque(self.users)
        while True:
            line.rotate()
            task = asyncio.create_task(self.ask(line[0]))
            self._asked.add(task)
            task.add_done_callback(self._asked.discard)
            await asyncio.sleep(ASK_EVERY)

    async def ask(self, user: User) -> None:
        start, when = perf_counter(), user.double.now()
        said = user.say("/trogiup").id
        answer = await user.chat.changed.until(
            lambda: next(
                (m for m in user.chat.news if m.id > said and "Dân vận khéo" in m.text), None
            ),
            60,
            lambda: "no answer",
        )
        assert answer
        self.took.append((when, (perf_counter() - start) * 1000))


@dataclass(frozen=True, slots=True)
class Seen:
    """calls: accepted ones that Telegram counts, while reminders were sent."""

    calls: list[Call]
    refused: int
    answers: list[float]
    reminded: Counter[int]


def sent(options: Options) -> Iterator[Result]:
    members = int(MEMBERS * options.size)
    with (
        TemporaryDirectory(prefix="dvk-reminders-") as home,
        country.database(options.postgres) as database,
    ):
        _due.filled(database, members, members)
        with database.writing() as session:
            schedules.ensure_schedules(session, country.ROOT, _due.at(MONDAY, "08:00"))
            _due.only(session, "ra-soat")
            _due.in_office_hours(session)
        seen = uvloop.run(delivered(database, Path(home), members))
        yield from told(database, seen, members)


async def delivered(database: Database, home: Path, members: int) -> Seen:
    async with telegram(flood=Flood()) as double:
        users = [double.user(_due.NAME, id=_due.FIRST_CHAT + n) for n in range(1, members + 1)]
        for user in users:
            user.chat.standing = "member"
        with program(database, double, home, f"{MONDAY}T07:29:20"):
            await double.polling.until(lambda: double.ledger.polls, 60, lambda: "nobody polls")
            asking = Asking(users[:ASKERS])
            for user in asking.users:
                await asking.ask(user)
            asking.took.clear()
            begun = len(double.ledger.calls)
            asks = asyncio.create_task(asking.go_on())
            try:
                await all_of_them(double, members)
            finally:
                asks.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asks
            await asyncio.sleep(5)  # whatever comes twice
            return seen(double, begun, asking)


def program(
    database: Database, double: Telegram, home: Path, moment: str
) -> "contextlib.AbstractContextManager[Program]":
    database.close()  # SQLite: the file is the program's alone
    port, config = free_port(), home / "config.toml"
    config.write_text(CONFIG.format(url=database.url, home=home, port=port, double=double))
    command = ("-m", "benchmarks._clocked", "run", "--config", str(config), "--at", moment)
    return running(*command, port=port, folder=home)


USUAL = 900


def usual(options: Options) -> Iterator[Result]:
    """python-telegram-bot's AIORateLimiter against the same limits."""
    count = max(int(USUAL * min(options.size * 10, 1.0)), 90)
    taken, refused = uvloop.run(by_the_usual_loop(count))
    rate = (len(taken) - 1) / (taken[-1].at - taken[0].at)
    note = f"{rate:.2f} calls/s, {refused} × 429, {count - len(taken)} of {count} missing"
    what = "for comparison: a loop with AIORateLimiter at 30/s, of what Telegram allows"
    yield Result(what, 100 * rate / CEILING, 100 * rate / CEILING, "%", note=note)


async def by_the_usual_loop(count: int) -> tuple[list[Call], int]:
    async with telegram(flood=Flood()) as double:
        first = _due.FIRST_CHAT
        for number in range(first, first + count):
            double.user(_due.NAME, id=number).chat.standing = "member"
        api = f"http://127.0.0.1:{double.port}"
        command = ["-m", "benchmarks.telegram.ptb_bulk", double.token, api, str(first), str(count)]
        loop = await asyncio.create_subprocess_exec(str(PYTHON), *command, cwd=ROOT)
        await loop.wait()
        return double.ledger.accepted("sendMessage"), len(double.ledger.refused("sendMessage"))


def is_reminder(call: Call) -> bool:
    return call.method == "sendMessage" and "Kính gửi" in str(call.params.get("text", ""))


async def all_of_them(double: Telegram, members: int) -> None:
    """Until every member was reminded, or nothing more comes."""
    done, looked, last = 0, 0, perf_counter()
    while done < members and perf_counter() - last < 300:
        await asyncio.sleep(0.25)
        calls = double.ledger.calls
        fresh = [c for c in calls[looked:] if c.outcome != "under way"]
        looked = len(calls) if len(fresh) == len(calls) - looked else looked
        new = (
            sum(is_reminder(c) and c.outcome == "accepted" for c in fresh)
            if looked == len(calls)
            else 0
        )
        if new:
            done, last = done + new, perf_counter()
        if done and perf_counter() - last > QUIET:
            break


def seen(double: Telegram, begun: int, asking: Asking) -> Seen:
    calls = [c for c in double.ledger.calls[begun:] if c.method in SENDING]
    taken = [c for c in calls if c.outcome == "accepted"]
    reminded = Counter(c.chat for c in taken if is_reminder(c) and c.chat)
    times = [c.at for c in taken if is_reminder(c)]
    first, last = (times[0], times[-1]) if times else (0.0, 0.0)
    within = [c for c in taken if first <= c.at <= last]
    refused = [c for c in calls if c.code == 429]
    for c in refused:
        logging.warning("%s %s %s %.3f", c.method, c.chat, c.description, c.at - first)
    took = sorted(took for when, took in asking.took if first <= when <= last)
    return Seen(within, len(refused), took, reminded)


def told(database: Database, seen: Seen, members: int) -> Iterator[Result]:
    span = seen.calls[-1].at - seen.calls[0].at
    rate = (len(seen.calls) - 1) / span
    doubled = sum(count - 1 for count in seen.reminded.values())
    missing = members - len(seen.reminded)
    note = f"{rate:.2f} calls/s for {span:.0f} s, {seen.refused} × 429, "
    note += f"{missing} missing, {doubled} doubled"
    what = f"{members:,} reminders due at once, of what Telegram allows"
    yield AtLeast(what, 100 * rate / CEILING, 100 * rate / CEILING, "%", LEAST, note)
    took = seen.answers
    p99 = took[int(len(took) * 0.99)]
    more = f"{len(took)} answers to members, max {took[-1]:.0f}"
    yield Result("an answer meanwhile", median(took), p99, limit=ANSWER, by_worst=True, note=more)
    if missing or doubled or seen.refused:
        raise RuntimeError(note)
