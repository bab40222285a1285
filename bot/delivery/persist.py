"""Writes that must happen: tried again while the database is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

T = TypeVar("T")
AWAY = (OperationalError, InterfaceError, NoConnection, OSError)
LONGEST_PAUSE = 15.0

log = logging.getLogger(__name__)


def is_away(problem: Exception, opened: Callable[[], AbstractContextManager[Session]]) -> bool:
    """Whether the database does not answer, so that nobody's work is to blame."""
    if not isinstance(problem, AWAY):
        return False
    try:
        with opened() as session:
            session.execute(text("SELECT 1"))
    except AWAY:
        return True
    return False


class Write(Protocol):
    """Run a function in a transaction of the desk; returns after the commit."""

    def __call__(self, fn: Callable[[Session], T], /) -> Awaitable[T]: ...


async def surely(write: Write, fn: Callable[[Session], T], pause: float = 0.5) -> T:
    """Write until it is stored; errors that come again each time are raised."""
    while True:
        try:
            return await write(fn)
        except AWAY as problem:
            log.warning("not stored, trying again in %.1f s: %s", pause, problem)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
