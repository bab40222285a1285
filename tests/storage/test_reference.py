"""What is asked of units and sectors is kept until they change, in the sessions that know."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage import reference
from storage.accounts import known
from storage.database import Database
from storage.sectors import ensure_sectors
from storage.units import add_unit
from tests.make import NOW, make_account, make_root, make_unit

CHAT = ("web", "web", "lan")
NAMES = text("SELECT count(*) FROM unit")


@pytest.fixture(autouse=True)
def chat(database: Database) -> None:
    with database.writing() as session:
        make_root(session)
        make_account(session, chat="lan")


def batch(session) -> None:
    """The session of a batch: it has read who speaks, and with them the version."""
    known(session, [CHAT], NOW)


def count(session: Session) -> int:
    """Something asked of units."""
    return reference.kept(session, "how many", lambda: session.scalar(NAMES) or 0)


def counted(database: Database) -> int:
    with database.writing() as session:
        batch(session)
        return count(session)


def test_it_is_asked_once_while_nothing_changes(database):
    asked = []
    for _ in range(3):
        with database.writing() as session:
            batch(session)
            reference.kept(session, ("asked", database.url), lambda: asked.append(1))
    assert asked == [1]


def test_the_next_batch_sees_what_has_changed(database):
    before = counted(database)
    with database.writing() as session:
        make_unit(session)
    assert counted(database) == before + 1


def test_whoever_changes_units_sees_it_at_once(database):
    with database.writing() as session:
        batch(session)
        before = count(session)
        make_unit(session)
        assert count(session) == before + 1


def test_what_was_rolled_back_is_never_answered(database):
    before = counted(database)
    with database.writing() as session:
        batch(session)
        make_unit(session)
        batch(session)
        assert count(session) == before + 1
        session.rollback()
    assert counted(database) == before


def test_a_change_after_a_rollback_is_another_one(database):
    """Its version must not be that of what has vanished."""
    with database.writing() as session:
        make_unit(session, "Xã Một")
        make_unit(session, "Xã Hai")
        batch(session)
        vanished = count(session)
        session.rollback()
    with database.writing() as session:
        make_unit(session)
    assert counted(database) == vanished - 1


def test_a_session_without_a_version_reads_the_data(database):
    before = counted(database)
    with database.writing() as session:
        add_unit(session, kind="xa", name="Xã Thạch Đài")
        assert count(session) == before + 1
        session.rollback()


def test_sectors_count_as_well(database):
    with database.writing() as session:
        batch(session)
        root = make_root(session, "Huyện Can Lộc")
        batch(session)
        version = session.info[reference.VERSION]
        ensure_sectors(session, root.id)
        assert reference.VERSION not in session.info
        batch(session)
        assert session.info[reference.VERSION] != version


def test_what_is_kept_has_a_limit(database):
    with database.writing() as session:
        batch(session)
        for n in range(reference.MOST + 10):
            reference.kept(session, ("many", n), lambda: None)
    assert len(reference._answers) <= reference.MOST
