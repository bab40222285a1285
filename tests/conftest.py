"""The databases: a test that asks for `database` or `session` runs on SQLite and on PostgreSQL.

DVK_TEST_DATABASES=sqlite leaves PostgreSQL out for a quick run.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from storage.database import Database, open_database
from storage.demo.load import load_demo
from storage.migrate import tables, upgrade
from storage.tally import fold_everything
from tests.postgres import EMPTY, KEEP, PUT_BACK, Server, running_server

WANTED = os.environ.get("DVK_TEST_DATABASES", "sqlite,postgres").split(",")
BOTH = [pytest.param(n, marks=[pytest.mark.postgres] * (n == "postgres")) for n in WANTED]


def pytest_configure(config: pytest.Config) -> None:
    # Why a test was left out must be seen.
    config.option.reportchars += "s"


def migrate(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    with database.writer.connect() as connection:
        if compare_metadata(MigrationContext.configure(connection), tables()):
            # A migration is not written yet: only its own test shall fail.
            tables().drop_all(connection)
            tables().create_all(connection)
            connection.commit()
    database.close()


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
def postgres_url(postgres: Server) -> str:
    """One migrated database, emptied for each test."""
    url = postgres.url(postgres.create())
    migrate(url)
    return url


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with all tables."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        server: Server = request.getfixturevalue("postgres")
        server.run(EMPTY, url.split("/")[-1].split("?")[0])
        return url
    template: Path = request.getfixturevalue("sqlite_template")
    return f"sqlite:///{shutil.copy(template, tmp_path / 'dvk.db')}"


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """For what concerns the file."""
    database = open_database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'dvk.db')}")
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
    database = open_database(database_url)
    yield database
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
def demo_database(postgres: Server) -> str:
    """The name of a database with the demo's data, and a copy of them beside."""
    name = postgres.create()
    migrate(postgres.url(name))
    database = open_database(postgres.url(name))
    fill(database)
    database.close()
    postgres.run(KEEP, name)
    return name


@pytest.fixture
def demo(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """A database with the demo's data as of 24/11/2026."""
    if database_url.startswith("sqlite"):
        template: Path = request.getfixturevalue("demo_template")
        shutil.copy(template, database_url.removeprefix("sqlite:///"))
    else:
        server: Server = request.getfixturevalue("postgres")
        name: str = request.getfixturevalue("demo_database")
        server.run(EMPTY, name)
        server.run(PUT_BACK, name)
        database_url = server.url(name)
    database = open_database(database_url)
    yield database
    database.close()


def fill(database: Database) -> None:
    with database.writing() as session:
        load_demo(session, date(2026, 11, 24))
        fold_everything(session)
