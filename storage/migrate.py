"""Bring a database to the tables of this program, and say what it lacks.

    python -m storage.migrate < URL

does it in a process of its own; `dvk db upgrade` is the command for people.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, inspect, text

import storage.tables
from bot.errors import SettingError
from storage.apart import begin
from storage.database import Database, open_database
from storage.search_fill import fill, lacking
from storage.tables.base import Base
from storage.tables.search import OWN

# Alembic, and what it brings along, takes 12 MB: only those who migrate load it.
if TYPE_CHECKING:
    from alembic.config import Config

NEWER = (
    "storage.url: cơ sở dữ liệu này do một bản dvk mới hơn tạo ra (bản {revision}). "
    "Hãy cài bản dvk mới hơn, hoặc phục hồi bản sao lưu cũ."
)
LOCK = 0x64766B  # "dvk": two processes that start together migrate one after the other
VERSIONS = Path(__file__).parent / "migrations" / "versions"


def tables() -> MetaData:
    for module in pkgutil.iter_modules(storage.tables.__path__):
        importlib.import_module(f"storage.tables.{module.name}")
    return Base.metadata


def compared(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """What Alembic looks at: not what finds the words, made by statements of its own."""
    return kind not in ("table", "index") or not str(name).startswith(OWN)


def differences(connection: Connection) -> list[Any]:
    """Between the tables of a database and ours."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    options = {"include_object": compared}
    found: list[Any] = compare_metadata(
        MigrationContext.configure(connection, opts=options), tables()
    )
    return found


def upgrade(database: Database, say: Callable[[str], None] = print) -> None:
    """All or nothing: a migration that fails leaves the database as it was. What was there before
    search was is indexed afterwards; say: tells how far that has come."""
    if pending(database):
        from alembic import command

        with connected(database) as config:
            command.upgrade(config, "head")
    fill(database, say)


def upgrade_apart(database: Database, say: Callable[[str], None] = print) -> None:
    """The same in a process of its own, whose memory is free again when it ends."""
    if not _complete(database):
        process = begin("storage.migrate", database.url)
        for line in process.stdout or ():
            say(line.rstrip())
        process.communicate()
        # What went wrong there is found again, and told, here.
        upgrade(database, say)


def _complete(database: Database) -> bool:
    if current(database) != newest():
        return False
    with database.reading() as session:
        return not lacking(session)


def current(database: Database) -> str | None:
    """The last migration that has run; None: none yet."""
    with database.reader.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def newest() -> str:
    """The last migration of this program, which begins the name of its file."""
    numbers = (path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
    return max(numbers, default="")


def pending(database: Database) -> list[str]:
    """Names of the migrations still to run, first one first.

    Raises SettingError when the database has migrations we do not know.
    """
    if (revision := current(database)) == newest():
        return []
    from alembic.script import ScriptDirectory
    from alembic.script.revision import RevisionError
    from alembic.util.exc import CommandError

    script = ScriptDirectory.from_config(_config())
    try:
        missing = list(script.iterate_revisions("head", revision or "base"))
    except (CommandError, RevisionError):
        raise SettingError(NEWER.format(revision=revision)) from None
    return [f"{each.revision} {each.doc}" for each in reversed(missing)]


@contextmanager
def connected(database: Database) -> "Iterator[Config]":
    """Alembic's settings with a transaction in which migrations run."""
    config = _config()
    with (
        database.writer.connect() as connection,
        _without_foreign_keys(connection),
        connection.begin(),
    ):
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        config.attributes["connection"] = connection
        yield config
        if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            raise RuntimeError("the migration broke references between tables")


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, which must not take its rows along.

    The pragma works outside a transaction only, hence on the driver's own connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


def main() -> None:
    database = open_database(sys.stdin.read())
    try:
        upgrade(database, partial(print, flush=True))
    finally:
        database.close()


if __name__ == "__main__":
    main()
