"""One process at a time for a chat: advisory locks on PostgreSQL, nothing to do on SQLite."""

import zlib
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

C = TypeVar("C")
# The inner query puts them in order before the first is tried.
_TRY = text(
    "SELECT number, pg_try_advisory_xact_lock(:space, number) "
    "FROM (SELECT unnest(CAST(:numbers AS int[])) AS number ORDER BY number) AS ascending"
)
SPACE = 0x44564B
"""Our corner of PostgreSQL's lock numbers ("DVK")."""


def lock_chats(session: Session, chats: Iterable[C]) -> set[C]:
    """Those that are ours until the commit; the others are busy in another process."""
    wanted = {chat: _number(chat) for chat in chats}
    if session.get_bind().dialect.name != "postgresql" or not wanted:
        return set(wanted)
    asked = {"space": SPACE, "numbers": sorted(set(wanted.values()))}
    ours = {number for number, got in session.execute(_TRY, asked) if got}
    return {chat for chat, number in wanted.items() if number in ours}


def _number(chat: object) -> int:
    return zlib.crc32(repr(chat).encode()) - 2**31
