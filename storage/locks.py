"""One process at a time for a chat: advisory locks on PostgreSQL, nothing to do on SQLite."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

T = TypeVar("T")
_TRY = text("SELECT pg_try_advisory_xact_lock(:space, :number)")
SPACE = 0x44564B
"""Our corner of PostgreSQL's lock numbers ("DVK")."""


def lock_chats(
    session: Session, items: Sequence[T], chat_of: Callable[[T], Any]
) -> tuple[list[T], list[T]]:
    """Split into (ours until the commit, busy in another process); ascending, so no deadlock."""
    if session.get_bind().dialect.name != "postgresql" or not items:
        return list(items), []
    numbers = {chat: _number(chat) for chat in {chat_of(i) for i in items}}
    got = {n: _try(session, n) for n in sorted(set(numbers.values()))}
    free = [i for i in items if got[numbers[chat_of(i)]]]
    return free, [i for i in items if not got[numbers[chat_of(i)]]]


def _number(chat: Any) -> int:
    return zlib.crc32(repr(chat).encode()) - 2**31


def _try(session: Session, number: int) -> bool:
    return bool(session.execute(_TRY, {"space": SPACE, "number": number}).scalar_one())
