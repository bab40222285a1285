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

import uvloop
from sqlalchemy import func, select

from benchmarks import country
from benchmarks.measure import Options, Result
from benchmarks.program import Program, free_port, running
from storage import outbox, websessions
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
TIMER = 0.002
"""Seconds: the event loop's own timer is no more exact."""
TAIL = {"p95": 0.95, "max": 1.0}
LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
FORM = (
    "/dangky moi", "1", "{name}", "1", "1", "gia đình anh Hồ Văn Hà", "1", "1",
    "Bà con cùng quét dọn, trồng hoa ven đường mỗi sáng thứ bảy.", "gửi",
)  # fmt: skip


@dataclass(slots=True)
class Page:
    """The open chat of one member: its cookie, its token, how many messages it shows, and what
    they say next."""

    account_id: int
    secret: str
    csrf: str
    random: Random
    shown: int = 0
    said: Iterator[str] = field(default_factory=lambda: iter(()))

    def request(self, what: str, body: str = "") -> bytes:
        return (
            f"{what} HTTP/1.1\r\nHost: localhost\r\nCookie: dvk={self.secret}\r\n"
            f"X-CSRF: {self.csrf}\r\nSec-Fetch-Site: same-origin\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
        ).encode()

    def next(self) -> bytes:
        name = " ".join(self.random.sample(country.NAMES, 3))
        text = next(self.said).format(name=name)
        return self.request("POST /say", json.dumps({"key": str(uuid4()), "text": text}))


@dataclass(slots=True)
class Line:
    """A connection that stays open. Bare, since what the client spends counts as the server's."""

    page: Page
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    free: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def say(self) -> None:
        async with self.free:
            self.writer.write(self.page.next())
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split()[0]
            body = await self.reader.readexactly(int(length))
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError((head + body).decode())

    async def listen(self) -> None:
        """As the page does: what is answered is read as it comes."""
        self.writer.write(self.page.request(f"GET /events?after={self.page.shown}"))
        while await self.reader.read(1 << 16):
            pass


async def opened(program: Program, page: Page) -> Line:
    return Line(page, *await asyncio.open_connection("127.0.0.1", program.port))


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
            pages.append(Page(account.id, secret, row.csrf, Random(n)))
    return pages


def one_run(
    database: Database, home: Path, pages: Sequence[Page], batch: int, size: float
) -> Measured:
    with database.reading() as session:
        shown = outbox.counts(session, [page.account_id for page in pages])
    for page in pages:
        page.shown, page.said = shown[page.account_id], cycle(FORM)
    database.close()  # SQLite: the file is the program's alone
    port = free_port()
    config = home / "config.toml"
    config.write_text(
        f'[storage]\nurl = "{database.url}"\nfiles = "{home}/files"\n'
        f"[web]\nport = {port}\n[limits]\nbatch = {batch}\n"
        f"flood_burst = {10**9}\n"
    )
    with running("-m", "bot", "run", "--config", str(config), port=port, folder=home) as program:
        program.answers("/health")
        return uvloop.run(load(program, pages, size))


async def load(program: Program, pages: Sequence[Page], size: float) -> Measured:
    listening = [asyncio.create_task((await opened(program, page)).listen()) for page in pages]
    lines = [await opened(program, page) for page in pages]
    await at_pace(lines, WARM)
    before = program.cpu()
    took = sorted(await at_pace(lines, SECONDS * size))
    cpu = (program.cpu() - before) / len(took) * 1000
    steps = await flat_out(lines, FLAT_OUT * size)
    memory = program.memory()
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return Measured(took, cpu, steps / (FLAT_OUT * size), memory)


async def at_pace(lines: Sequence[Line], seconds: float) -> list[float]:
    """An open loop: each step has its time, whatever became of those before; milliseconds from
    that time to the answer."""
    clock, tasks = time.perf_counter, []
    start = clock() + 0.1

    async def step(line: Line, due: float) -> float:
        await line.say()
        return (clock() - due) * 1000

    for n in range(int(seconds * RATE)):
        due = start + n / RATE
        await asyncio.sleep(max(0, due - clock() - TIMER))
        while clock() < due:  # noqa: ASYNC110
            await asyncio.sleep(0)
        tasks.append(asyncio.create_task(step(lines[n % len(lines)], due)))
    return await asyncio.gather(*tasks)


async def flat_out(lines: Sequence[Line], seconds: float) -> int:
    """A closed loop: everybody says the next thing as soon as the last has been answered."""
    end = time.perf_counter() + seconds

    async def hurry(line: Line) -> int:
        steps = 0
        while time.perf_counter() < end:
            await line.say()
            steps += 1
        return steps

    return sum(await asyncio.gather(*map(hurry, lines)))


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
