"""Migrations run up from nothing on both databases and end where the tables are."""

from contextlib import suppress

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.errors import SettingError
from storage.database import open_database
from storage.migrate import connected, current, pending, tables, upgrade


@pytest.fixture
def bare(bare_url):
    database = open_database(bare_url)
    yield database
    database.close()


def test_a_migrated_database_has_exactly_our_tables(database):
    with database.reader.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables()) == []


def test_from_nothing_to_the_newest(bare):
    assert current(bare) is None
    assert pending(bare)[0] == "0001 First."
    upgrade(bare)
    assert pending(bare) == []
    assert str(current(bare)) >= "0001"


def test_upgrading_twice_changes_nothing(database):
    before = current(database)
    upgrade(database)
    assert current(database) == before


def test_a_failed_migration_leaves_nothing_behind(bare):
    with suppress(ZeroDivisionError), connected(bare) as config:
        config.attributes["connection"].execute(text("CREATE TABLE half (id int)"))
        1 / 0  # noqa: B018
    assert inspect(bare.reader).get_table_names() == []


def test_references_are_held_again_afterwards(bare):
    upgrade(bare)
    if bare.is_sqlite:
        with bare.writer.connect() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_database_of_a_newer_program_is_refused(bare):
    upgrade(bare)
    with bare.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingError, match="bản dvk mới hơn"):
        upgrade(bare)
