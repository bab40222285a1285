"""The databases: a test that asks for `database` or `session` runs on SQLite and on PostgreSQL.

DVK_TEST_DATABASES=sqlite leaves PostgreSQL out for a quick run.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from storage.database import Database, open_database
from storage.demo.load import load_demo
from storage.migrate import differences, tables, upgrade
from storage.tally import fold_everything
from tests.postgres import EMPTY, KEEP, PUT_BACK, Server, running_server

WANTED = os.environ.get("DVK_TEST_DATABASES", "sqlite,postgres").split(",")
BOTH = [pytest.param(n, marks=[pytest.mark.postgres] * (n == "postgres")) for n in WANTED]

TOGETHER = {
    "tests/browser/": "one Chromium",
    "tests/test_restart.py": "one program that is killed",
    "tests/test_telegram_chaos.py": "one program that is killed",
    "tests/test_reminders_chaos.py": "one program that is killed",
    "tests/test_serving.py": "one program that is killed",
}
"""Tests that only one process runs: they are long and mostly wait, so they are begun first."""


def together(nodeid: str) -> str:
    """Every other test goes to who has time."""
    return next((what for at, what in TOGETHER.items() if nodeid.startswith(at)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    # xdist_group does nothing with the pytest we have.
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = together
    return scheduler


ON_ONE = re.compile(
    r"tests/handlers/(?!test_rights\.py).*postgres|test_transcript\[text-postgres|test_year.*postgres"
)
"""What handlers ask is tested on both databases where it is written, in storage; the chats with
buttons play on both, and so do the reminders of a few days."""

LONG = re.compile(
    r"test_year|test_any_life|test_migrations|test_rights\w*\.py::(test_every_cell|test_who)"
)
"""Each over a second: begun first, so that no process waits for another at the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if ON_ONE.search(item.nodeid)]
    config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if not ON_ONE.search(item.nodeid)]
    items[:] = sorted(kept, key=lambda item: not LONG.search(item.nodeid))


def pytest_configure(config: pytest.Config) -> None:
    # Why a test was left out must be seen.
    config.option.reportchars += "s"


def migrate(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    with database.writer.connect() as connection:
        if differences(connection):
            # A migration is not written yet: only its own test shall fail.
            tables().drop_all(connection)
            tables().create_all(connection)
            connection.commit()
    database.close()


@cache
def opened(url: str) -> Database:
    """One for all tests: it need not make the same SQL out of the same statements again."""
    return open_database(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "dvk.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except Exception as problem:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"PostgreSQL did not start: {problem!r}")
        yield server


@pytest.fixture(scope="session")
def postgres_name(postgres: Server) -> Iterator[str]:
    """One migrated database, emptied for each test."""
    name = postgres.create()
    migrate(postgres.url(name))
    yield name
    opened(postgres.url(name)).close()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sqlite") / "dvk.db"


def put(template: Path, path: Path) -> str:
    """The URL. The file is a new one: who has that of an earlier test still open keeps it."""
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    return f"sqlite:///{shutil.copy(template, path)}"


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with all tables."""
    if request.param == "postgres":
        name: str = request.getfixturevalue("postgres_name")
        server: Server = request.getfixturevalue("postgres")
        server.run(EMPTY, name)
        return server.url(name)
    template: Path = request.getfixturevalue("sqlite_template")
    return put(template, request.getfixturevalue("sqlite_file"))


@pytest.fixture
def sqlite_database(sqlite_template: Path, sqlite_file: Path) -> Iterator[Database]:
    """For what concerns the file."""
    database = opened(put(sqlite_template, sqlite_file))
    yield database
    database.close()


@pytest.fixture(params=BOTH)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables (0.3 s on PostgreSQL)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    if database.is_sqlite:
        database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session, rolled back at the end; on SQLite nobody else can write meanwhile."""
    with Session(database.writer, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    fill(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def demo_name(postgres: Server) -> Iterator[str]:
    """A database with the demo's data, and a copy of them beside."""
    name = postgres.create()
    migrate(postgres.url(name))
    fill(opened(postgres.url(name)))
    postgres.run(KEEP, name)
    yield name
    opened(postgres.url(name)).close()


@pytest.fixture
def demo_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """A database with the demo's data as of 24/11/2026."""
    if database_url.startswith("sqlite"):
        template: Path = request.getfixturevalue("demo_template")
        return put(template, request.getfixturevalue("sqlite_file"))
    server: Server = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("demo_name")
    server.run(EMPTY, name)
    server.run(PUT_BACK, name)
    return server.url(name)


@pytest.fixture
def demo(demo_url: str) -> Iterator[Database]:
    database = opened(demo_url)
    yield database
    if database.is_sqlite:
        database.close()


def fill(database: Database) -> None:
    with database.writing() as session:
        load_demo(session, date(2026, 11, 24))
        fold_everything(session)
