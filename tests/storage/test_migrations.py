"""Migrations run up from nothing on both databases and end where the tables are."""

from contextlib import suppress

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from bot.errors import SettingError
from storage import search_fill
from storage.database import open_database
from storage.migrate import connected, current, differences, newest, pending, upgrade, upgrade_apart
from storage.search_index import MANY
from storage.tables.search import SearchRow
from tests.make import make_enrolment, make_initiative, make_unit


@pytest.fixture
def bare(bare_url):
    database = open_database(bare_url)
    yield database
    database.close()


def test_a_migrated_database_has_exactly_our_tables(database):
    with database.reader.connect() as connection:
        assert differences(connection) == []


def test_from_nothing_to_the_newest(bare):
    assert current(bare) is None
    assert pending(bare)[0] == "0001 First."
    upgrade(bare)
    assert pending(bare) == []
    assert str(current(bare)) >= "0001"


def test_the_same_in_a_process_of_its_own(bare):
    upgrade_apart(bare)
    assert current(bare) == newest()
    assert pending(bare) == []


def test_what_goes_wrong_there_is_told_here(tmp_path):
    (tmp_path / "broken.db").write_bytes(b"no database" * 1000)
    broken = open_database(f"sqlite:///{tmp_path / 'broken.db'}")
    with pytest.raises(DatabaseError):
        upgrade_apart(broken)
    broken.close()


def test_the_name_of_its_file_says_which_migration_is_the_newest(bare):
    with connected(bare) as config:
        assert newest() == ScriptDirectory.from_config(config).get_current_head()


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


# -- what was there before search was -------------------------------------------------------


@pytest.fixture
def unindexed(database):
    """With more initiatives than are indexed at once, and none of them so far."""
    with database.writing() as session:
        place = make_unit(session)
        for number in range(MANY + 2):
            initiative = make_initiative(session, f"Đường hoa {number}")
            make_enrolment(session, place=place, initiative=initiative)
        session.execute(delete(SearchRow))
    return database


def indexed(database):
    with database.reading() as session:
        return session.scalar(select(func.count(SearchRow.id)))


def test_upgrading_indexes_what_was_there(unindexed):
    said: list[str] = []
    upgrade(unindexed, said.append)
    assert said == [search_fill.BEGUN.format(many=MANY + 2), search_fill.DONE]
    assert indexed(unindexed) == MANY + 2
    upgrade(unindexed, said.append)
    assert len(said) == 2


def test_it_goes_on_where_it_was_interrupted(unindexed):
    assert search_fill.step(unindexed, {})
    assert indexed(unindexed) == MANY
    said: list[str] = []
    upgrade_apart(unindexed, said.append)
    assert said == [search_fill.BEGUN.format(many=MANY + 2), search_fill.DONE]
    assert indexed(unindexed) == MANY + 2
