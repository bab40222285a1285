"""The database: one writer, one read-only engine, and who may have the file."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot.errors import SettingError

READS = "reads"
"""Key in `Session.info`: the session cannot write."""


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


_HOW: dict[str, Any] = {
    "hide_parameters": True,
    "json_serializer": _json,
    "json_deserializer": orjson.loads,
}


_PEOPLE = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (account|member|member_body|role)\b")
PEOPLE = "people"


@lru_cache(256)
def _writes_people(statement: str) -> bool:
    return _PEOPLE.match(statement) is not None


def _note_people(connection: Connection, _: Any, statement: str, *__: Any) -> None:
    if _writes_people(statement):
        connection.info[PEOPLE] = True


def watch_people(session: Session) -> None:
    """From now on `people_written` tells whether somebody's account, data or rights were."""
    session.connection().info[PEOPLE] = False


def people_written(session: Session) -> bool:
    return bool(session.connection().info.get(PEOPLE))


@dataclass(frozen=True, slots=True)
class Database:
    """writer: BEGIN IMMEDIATE on SQLite, so that reading first never ends in "locked".
    reader: a separate engine that cannot write."""

    url: str
    writer: Engine
    reader: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        name = make_url(self.url).database
        return Path(name) if self.is_sqlite and name else None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back by an exception."""
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Nothing can be written, or locked, here."""
        with Session(self.reader, info={READS: True}) as session, session.begin():
            yield session

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


def _plain_savepoints(engine: Engine) -> None:
    """SQLAlchemy compiles and runs a clause for each, which takes ten times as long as it does."""
    for name, words in (
        ("do_savepoint", "SAVEPOINT"),
        ("do_release_savepoint", "RELEASE SAVEPOINT"),
        ("do_rollback_to_savepoint", "ROLLBACK TO SAVEPOINT"),
    ):
        setattr(engine.dialect, name, partial(_savepoint, words))


def _savepoint(words: str, connection: Connection, name: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"{words} {name}")
    cursor.close()


def open_database(url: str) -> Database:
    """Connect by SQLAlchemy URL: sqlite:///path, or postgresql+psycopg://…"""
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    writer = create_engine(url, pool_pre_ping=True, **_HOW)
    _plain_savepoints(writer)
    reader = create_engine(url, pool_pre_ping=True, **_HOW)
    event.listen(writer, "before_cursor_execute", _note_people)
    event.listen(reader, "connect", _read_only_postgres)
    return Database(url, writer, reader)


def _open_sqlite(url: str) -> Database:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise SettingError(
            "storage.url: cần tên một tệp, ví dụ sqlite:///data/dvk.db "
            "(cơ sở dữ liệu trong bộ nhớ sẽ mất khi tắt máy)"
        )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # check_same_thread: the pool hands a connection to one thread at a time
    options: dict[str, Any] = {"isolation_level": None, "timeout": 10, "check_same_thread": False}
    writer = create_engine(url, connect_args=options, **_HOW)
    _plain_savepoints(writer)
    reader = create_engine(url, connect_args=options, **_HOW)
    event.listen(writer, "before_cursor_execute", _note_people)
    event.listen(writer, "connect", _set_up_writer)
    _begin_with(writer, "BEGIN IMMEDIATE")
    event.listen(reader, "connect", _set_up_reader)
    _begin_with(reader, "BEGIN")
    return Database(url, writer, reader)


def _begin_with(engine: Engine, words: str) -> None:
    setattr(engine.dialect, "do_begin", lambda connection: connection.execute(words))  # noqa: B010


def _set_up_writer(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "temp_store=MEMORY",
        "wal_autocheckpoint=4000",  # 16 MB: whoever's commit it falls to waits for it
        "secure_delete=ON",  # erased data must not lie on in free pages
    ):
        connection.execute(f"PRAGMA {pragma}")


def _set_up_reader(connection: Any, _record: Any) -> None:
    # up to 16 MB of pages: with the usual 2 the units of a province were read anew each time
    for pragma in (
        "query_only=ON",
        "busy_timeout=10000",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _read_only_postgres(connection: Any, _record: Any) -> None:
    connection.read_only = True


class AlreadyRunning(SettingError):
    """Another process has this SQLite file."""


def claim(path: Path) -> IO[str]:
    """Take the only right to run on a SQLite file, kept while the returned file stays open.

    Raises AlreadyRunning, naming the process that has it.
    """
    lock = path.with_name(path.name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = lock.open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        owner = handle.read().strip() or "không rõ"
        handle.close()
        raise AlreadyRunning(
            f"storage.url: tệp {path} đang được chương trình dvk khác dùng (tiến trình {owner}). "
            "Hãy tắt chương trình đó trước, hoặc dùng PostgreSQL nếu cần chạy nhiều tiến trình."
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
