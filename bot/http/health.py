"""/health: 200 while the program can do its work, 503 with what is wrong when it cannot."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import text

from storage import sending
from storage.database import Database

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str]]
"""Returns "" when all is well, else a few words about what is not."""

LONGEST_CHECK = 5.0
OLDEST_TICK = 120.0
OLDEST_MAIL = timedelta(minutes=10)
LEAST_DISK = 200 * 2**20


def routes(checks: Mapping[str, Check]) -> list[web.RouteDef]:
    async def health(_: web.Request) -> web.Response:
        words = await asyncio.gather(*(ask(name, check) for name, check in checks.items()))
        wrong = {name: said for name, said in zip(checks, words, strict=True) if said}
        body = {"status": "unwell" if wrong else "ok", "wrong": wrong, "checked": list(checks)}
        return web.json_response(body, status=503 if wrong else 200)

    return [web.get("/health", health)]


async def ask(name: str, check: Check, longest: float = LONGEST_CHECK) -> str:
    """What a check says; it is not waited for longer than that many seconds."""
    try:
        async with asyncio.timeout(longest):
            return await check()
    except TimeoutError:
        return "no answer"
    except Exception:
        log.exception("health check %s", name)
        return "failed"  # anybody may read this: no details


def database_answers(database: Database) -> Check:
    def ask() -> str:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        return ""

    return lambda: asyncio.to_thread(ask)


def ticks(silent: Callable[[], float]) -> Check:
    """silent: seconds since the last tick."""

    async def check() -> str:
        age = silent()
        return f"last tick {age:.0f} s ago" if age > OLDEST_TICK else ""

    return check


def disk_has_room(folder: Path, least: int = LEAST_DISK) -> Check:
    async def check() -> str:
        free = (await asyncio.to_thread(shutil.disk_usage, folder)).free
        return f"{free // 2**20} MB free" if free < least else ""

    return check


def mail_moves(database: Database, now: Callable[[], datetime]) -> Check:
    def ask() -> str:
        with database.reading() as session:
            stuck = sending.stuck(session, now() - OLDEST_MAIL)
        return f"{stuck} messages waiting" if stuck else ""

    return lambda: asyncio.to_thread(ask)
