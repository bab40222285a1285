"""One process at a time sends and receives; another takes over when it is gone."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.delivery.leading import LeadLost, leading
from storage.database import Database, open_database
from storage.locks import SPACE

LOOK = 0.02
HOLDERS = "FROM pg_locks WHERE locktype = 'advisory' AND classid = :space AND objid = 1 AND granted"
KILL = text(f"SELECT pg_terminate_backend(pid) {HOLDERS}")
COUNT = text(f"SELECT count(*) {HOLDERS}")
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
on_postgres = pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """The same database as another process has it."""
    other = open_database(database_url)
    yield other
    other.close()


@dataclass
class Process:
    """Leads once it may, until it is stopped or has lost the lead."""

    database: Database
    leads: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Exception | None = None

    def __post_init__(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            async with leading(self.database, LOOK) as watch:
                self.leads.set()
                await watch()
        except (LeadLost, OperationalError) as problem:
            self.problem = problem

    async def until_leading(self) -> None:
        async with asyncio.timeout(10):
            await self.leads.wait()

    async def stop(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def holders(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(COUNT, {"space": SPACE}) or 0


async def until(database: Database, number: int) -> None:
    """PostgreSQL lets go of a lock a moment after the connection was closed."""
    for _ in range(200):
        if holders(database) == number:
            return
        await asyncio.sleep(LOOK)
    raise AssertionError(f"{holders(database)} lead")


async def test_who_is_alone_leads_at_once_and_for_ever(database):
    one = Process(database)
    await one.until_leading()
    await asyncio.sleep(5 * LOOK)
    assert not one.task.done()
    await one.stop()


@on_postgres
async def test_the_second_waits_and_takes_over_when_the_first_has_ended(database, other):
    first = Process(database)
    await first.until_leading()
    second = Process(other)
    await asyncio.sleep(5 * LOOK)
    assert not second.leads.is_set()
    await first.stop()
    await second.until_leading()
    await second.stop()
    await until(other, 0)


@on_postgres
async def test_who_loses_the_connection_notices_and_another_leads(database, other):
    first = Process(database)
    await first.until_leading()
    second = Process(other)
    with other.writing() as session:
        session.execute(KILL, {"space": SPACE})
    await first.task
    assert first.problem is not None
    await second.until_leading()
    await second.stop()


@on_postgres
async def test_who_waits_can_be_stopped(database, other):
    first = Process(database)
    await first.until_leading()
    second = Process(other)
    await asyncio.sleep(3 * LOOK)
    await second.stop()
    await until(database, 1)
    await first.stop()


@on_postgres
async def test_the_pool_gets_no_connection_that_leads(database):
    """Else the next transaction on it would lead beside us."""
    one = Process(database)
    await one.until_leading()
    await one.stop()
    await until(database, 0)
    for _ in range(10):
        assert holders(database) == 0
