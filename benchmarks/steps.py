"""A step of the report: 100 members fill in /dangky in the web chats of the real program."""

import asyncio
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import aiohttp
import uvloop
from sqlalchemy import func, select

from benchmarks import country
from benchmarks.measure import Options, Result
from benchmarks.program import Program, free_port, running
from storage import websessions
from storage.database import Database
from storage.tables.delivery import Outbox
from storage.tables.people import WebSession
from storage.tables.records import Report
from storage.tables.units import Unit
from tests.make import make_account, make_member

MEMBERS, RATE = 100, 50
ROUNDS, SECONDS, WARM, FLAT_OUT = 3, 60, 5, 15
BATCHES = {50: "one commit per batch", 1: "for comparison: one commit per message (batch = 1)"}
LIMIT, PAGES = 10, 12
"""Milliseconds; pages of 4 KB that a step writes, about."""
TAIL = {"p95": 0.95, "max": 1.0}
LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
FORM = (
    "/dangky moi", "1", "{name}", "1", "1", "gia đình anh Hồ Văn Hà", "1", "1",
    "Bà con cùng quét dọn, trồng hoa ven đường mỗi sáng thứ bảy.", "gửi",
)  # fmt: skip


@dataclass(slots=True)
class Page:
    """The open chat of one member: its cookie, its token, and what they say next."""

    secret: str
    csrf: str
    random: Random
    said: Iterator[str] = field(default_factory=lambda: cycle(FORM))

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Cookie": f"dvk={self.secret}", "X-CSRF": self.csrf, "Sec-Fetch-Site": "same-origin",
        }  # fmt: skip

    def next(self) -> str:
        name = " ".join(self.random.sample(country.NAMES, 3))
        return json.dumps({"key": str(uuid4()), "text": next(self.said).format(name=name)})


@dataclass(slots=True)
class Measured:
    """Of one run: milliseconds of each step in ascending order, processor milliseconds per step,
    steps per second flat out, megabytes resident in the end."""

    took: list[float]
    cpu: float
    flat_out: float
    memory: float

    def at(self, share: float) -> float:
        return at(self.took, share)


def run(options: Options) -> Iterator[Result]:
    with TemporaryDirectory(prefix="dvk-steps-") as home, country.database(options.postgres) as db:
        pages, written = prepared(db), []
        runs: dict[int, list[Measured]] = {batch: [] for batch in BATCHES}
        for _ in range(ROUNDS):
            for batch, found in runs.items():
                found.append(one_run(db, Path(home), pages, batch, options.size))
            written += disk_alone(Path(home), WARM * options.size)
        check(db)
        yield from results(runs, durability(db))
        written.sort()
        what = f"for comparison: the disk alone, {PAGES * 4} KB and fdatasync at {RATE}/s"
        yield Result(what, at(written, 0.5), at(written, 0.99), note=f"max {written[-1]:.1f}")


def prepared(database: Database) -> list[Page]:
    """All communes and thôn of a country, and members who are signed in."""
    with database.writing() as session:
        country.fill_units(session)
    country.analyse(database)
    if not database.is_sqlite:
        make_durable(database)
    return sign_in(database)


def sign_in(database: Database) -> list[Page]:
    """Members of as many communes, each of which has a focal person, with their web sessions."""
    now, pages = datetime.now(UTC), []
    with database.writing() as session:
        for n in range(MEMBERS):
            home = session.get_one(Unit, country.COMMUNE + n)
            make_account(session, make_member(session, "Trần Văn Minh", home, "focal"))
            account = make_account(session, make_member(session, unit=home))
            secret = websessions.create(session, account.id, now, timedelta(days=1))
            row = session.scalar(select(WebSession).where(WebSession.account_id == account.id))
            assert row
            pages.append(Page(secret, row.csrf, Random(n)))
    return pages


def one_run(
    database: Database, home: Path, pages: Sequence[Page], batch: int, size: float
) -> Measured:
    database.close()  # SQLite: the file is the program's alone
    port = free_port()
    config = home / "config.toml"
    config.write_text(
        f'[storage]\nurl = "{database.url}"\nfiles = "{home}/files"\n'
        f"[web]\nport = {port}\n[limits]\nbatch = {batch}\n"
    )
    for page in pages:
        page.said = cycle(FORM)
    with running("-m", "bot", "run", "--config", str(config), port=port, folder=home) as program:
        program.answers("/health")
        return uvloop.run(load(program, pages, size))


async def load(program: Program, pages: Sequence[Page], size: float) -> Measured:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(program.address, connector=connector) as client:
        listening = [asyncio.create_task(listen(client, page)) for page in pages]
        await at_pace(client, pages, WARM)
        before = program.cpu()
        took = sorted(await at_pace(client, pages, SECONDS * size))
        cpu = (program.cpu() - before) / len(took) * 1000
        steps = await flat_out(client, pages, FLAT_OUT * size)
        memory = program.memory()
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    return Measured(took, cpu, steps / (FLAT_OUT * size), memory)


async def listen(client: aiohttp.ClientSession, page: Page) -> None:
    """As the page does: what is answered is read as it comes."""
    patience = aiohttp.ClientTimeout(None)
    async with client.get("/events", headers=page.headers, timeout=patience) as events:
        async for _ in events.content.iter_any():
            pass


async def say(client: aiohttp.ClientSession, page: Page) -> None:
    async with client.post("/say", data=page.next(), headers=page.headers) as answer:
        await answer.read()
        answer.raise_for_status()


async def at_pace(
    client: aiohttp.ClientSession, pages: Sequence[Page], seconds: float
) -> list[float]:
    """An open loop: each step has its time, whatever became of those before; milliseconds from
    that time to the answer."""
    clock, tasks = time.perf_counter, []
    start = clock() + 0.1

    async def step(page: Page, due: float) -> float:
        await say(client, page)
        return (clock() - due) * 1000

    for n in range(int(seconds * RATE)):
        due = start + n / RATE
        await asyncio.sleep(max(0, due - clock()))
        tasks.append(asyncio.create_task(step(pages[n % len(pages)], due)))
    return await asyncio.gather(*tasks)


async def flat_out(client: aiohttp.ClientSession, pages: Sequence[Page], seconds: float) -> int:
    """A closed loop: everybody says the next thing as soon as the last has been answered."""
    end = time.perf_counter() + seconds

    async def hurry(page: Page) -> int:
        steps = 0
        while time.perf_counter() < end:
            await say(client, page)
            steps += 1
        return steps

    return sum(await asyncio.gather(*map(hurry, pages)))


def results(runs: dict[int, list[Measured]], stored: str) -> Iterator[Result]:
    for batch, found in runs.items():
        p99 = [one.at(0.99) for one in found]
        more = (f"{name} {median(one.at(s) for one in found):.1f}" for name, s in TAIL.items())
        yield Result(
            f"a step at {RATE}/s, POST to 200: {BATCHES[batch]}",
            median(one.at(0.5) for one in found),
            median(p99),
            limit=LIMIT if batch > 1 else None,
            by_worst=True,
            note=f"{', '.join(more)}; p99 of each run {list(map(round_, p99))}; {stored}",
        )
    for batch, found in runs.items():
        rates = [one.flat_out for one in found]
        cpu, memory = median(one.cpu for one in found), max(one.memory for one in found)
        spent = f"at {RATE}/s {cpu:.1f} ms of processor time each; afterwards {memory:.0f} MB"
        yield Result(
            f"{MEMBERS} members without a pause: {BATCHES[batch]}",
            median(rates),
            min(rates),
            "steps/s",
            note=f"median, slowest run; {spent}",
        )


def check(database: Database) -> None:
    """The members really came through the form: every tenth message sent a report."""
    with database.reading() as session:
        said = session.scalar(select(func.count()).where(Outbox.own)) or 0
        sent = session.scalar(select(func.count()).select_from(Report)) or 0
    starts = len(BATCHES) * ROUNDS * MEMBERS  # forms under way when a run ends are not finished
    if sent < (said - starts * len(FORM)) / len(FORM):
        raise RuntimeError(f"{said} messages brought {sent} reports only")


def durability(database: Database) -> str:
    with database.writer.connect() as connection:
        if database.is_sqlite:
            level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            return f"SQLite, synchronous={LEVELS[level or 0]}"
        said = [f"{n}={connection.exec_driver_sql(f'SHOW {n}').scalar()}" for n in DURABLE]
        return f"PostgreSQL, {', '.join(said)}"


def make_durable(database: Database) -> None:
    """The server of the tests is set to lose what it likes."""
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in DURABLE:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = on")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def disk_alone(folder: Path, seconds: float) -> list[float]:
    """Milliseconds until as much as a step writes is safe on this disk, with nothing else to do."""
    took, block = [], os.urandom(PAGES * 4096)
    with (folder / "disk").open("wb", buffering=0) as file:
        for n in range(max(20, int(seconds * RATE))):
            start = time.perf_counter()
            os.pwrite(file.fileno(), block, n % 100 * len(block))
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - start) * 1000)
            time.sleep(max(0, 1 / RATE - took[-1] / 1000))
    return took


def at(ascending: Sequence[float], share: float) -> float:
    return ascending[min(int(len(ascending) * share), len(ascending) - 1)]


def round_(milliseconds: float) -> float:
    return round(milliseconds, 1)
