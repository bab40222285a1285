"""One process at a time sends and receives for the bots of a database."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection, TextClause, text

from storage.database import Database
from storage.locks import SPACE

log = logging.getLogger(__name__)
LOOK = 5.0
"""Seconds between looks whether the lead is free, or still ours."""
_TRY = text("SELECT pg_try_advisory_lock(:space, 1)")
_STILL = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
    "AND classid = :space AND objid = 1 AND granted"
)


class LeadLost(OSError):
    """The database has given the lead to another process, or does not answer."""


@asynccontextmanager
async def leading(
    database: Database, look: float = LOOK
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Begins when the lead is ours. What it gives raises LeadLost when that has ended.

    PostgreSQL: a lock of a connection of its own. A SQLite file is one process's anyway."""
    if database.is_sqlite:
        yield for_ever
        return
    connection = await asyncio.to_thread(_connect, database)
    try:
        while not await asyncio.to_thread(_ask, connection, _TRY):  # noqa: ASYNC110
            await asyncio.sleep(look)
        log.info("this process sends and receives from now on")

        async def watch() -> None:
            while True:
                await asyncio.sleep(look)
                if not await asyncio.to_thread(_ask, connection, _STILL):
                    raise LeadLost("the lead is not ours any more")

        yield watch
    finally:
        await asyncio.to_thread(_let_go, connection)


async def for_ever() -> None:
    await asyncio.Event().wait()


def _connect(database: Database) -> Connection:
    connection = database.writer.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # the lock is the connection's: nobody else may get it from the pool
    return connection


def _ask(connection: Connection, question: TextClause) -> bool:
    return bool(connection.scalar(question, {"space": SPACE}))


def _let_go(connection: Connection) -> None:
    connection.close()  # it is in no pool: this ends it, and the lock with it
