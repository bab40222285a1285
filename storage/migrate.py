"""Bring a database to the tables of this program, and say what it lacks."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, text

import storage.tables
from bot.errors import SettingError
from storage.database import Database
from storage.tables.base import Base

NEWER = (
    "storage.url: cơ sở dữ liệu này do một bản dvk mới hơn tạo ra (bản {revision}). "
    "Hãy cài bản dvk mới hơn, hoặc phục hồi bản sao lưu cũ."
)
LOCK = 0x64766B  # "dvk": two processes that start together migrate one after the other


def tables() -> MetaData:
    for module in pkgutil.iter_modules(storage.tables.__path__):
        importlib.import_module(f"storage.tables.{module.name}")
    return Base.metadata


def upgrade(database: Database) -> None:
    """All or nothing: a migration that fails leaves the database as it was."""
    if pending(database):
        with connected(database) as config:
            command.upgrade(config, "head")


def current(database: Database) -> str | None:
    """The last migration that has run; None: none yet."""
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def pending(database: Database) -> list[str]:
    """Names of the migrations still to run, first one first.

    Raises SettingError when the database has migrations we do not know.
    """
    revision = current(database)
    script = ScriptDirectory.from_config(_config())
    try:
        missing = list(script.iterate_revisions("head", revision or "base"))
    except (CommandError, RevisionError):
        raise SettingError(NEWER.format(revision=revision)) from None
    return [f"{each.revision} {each.doc}" for each in reversed(missing)]


@contextmanager
def connected(database: Database) -> Iterator[Config]:
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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
