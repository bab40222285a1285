"""Backups: one .tar with the database and the photos, taken while the bot runs."""

import hashlib
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Refused
from storage import pg_tools
from storage.database import Database, claim, open_database
from storage.files import NAME, Files
from storage.migrate import current, pending

SQLITE, POSTGRES, FILES = "dvk.db", "dvk.pgdump", "files"
EXISTS = "Đã có tệp {path}. Hãy chọn tên khác, ví dụ thêm ngày vào tên."
NOT_OURS = "Tệp {path} không phải bản sao lưu của dvk, hoặc đã hỏng. Dữ liệu đang dùng vẫn nguyên."
OTHER_KIND = (
    "Bản sao lưu {path} là của {one}, còn url trong mục [storage] đang trỏ tới {other}. "
    "Hãy sửa url rồi làm lại."
)


def backup(database: Database, files: Path, target: Path, tools: str | None = None) -> None:
    """Write `target`, whole or not at all. The database first: its photos are then all there.

    tools: where PostgreSQL's are looked for instead of PATH.
    """
    if target.exists():
        raise Refused(EXISTS.format(path=target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".dvk-") as folder:
        dump, whole = Path(folder, _name(database)), Path(folder, "whole.tar")
        if database.path:
            copy_sqlite(database.path, dump)
        else:
            pg_tools.dump(database.url, dump, tools)
        with tarfile.open(whole, "w") as archive:
            archive.add(dump, dump.name)
            for photo in _photos(files):
                with suppress(FileNotFoundError):  # erased meanwhile
                    archive.add(photo, f"{FILES}/{photo.name}")
        whole.chmod(0o600)
        whole.rename(target)


def restore(database: Database, files: Path, source: Path, tools: str | None = None) -> None:
    """Put back what `backup` wrote. A SQLite file that was there is kept beside it (`*.truoc`).

    Refuses while the bot runs, and when the backup is not good: nothing is changed then.
    """
    home = database.path.parent if database.path else files.absolute().parent
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".dvk-") as folder:
        staged = Path(folder)
        _unpack(source, staged, _name(database))
        if database.path:
            _replace_sqlite(database, database.path, staged / SQLITE, source)
        else:
            pg_tools.restore(database, staged / POSTGRES, tools)
        for photo in _photos(staged / FILES):
            _keep(photo, Files(files).path(photo.name))


def copy_sqlite(path: Path, target: Path) -> None:
    """One moment's state of a database that may be in use."""
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _name(database: Database) -> str:
    return SQLITE if database.is_sqlite else POSTGRES


def _photos(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if NAME.fullmatch(path.name))


def _unpack(source: Path, folder: Path, wanted: str) -> None:
    """Only what a backup holds, under names of our own: an archive may name any path."""
    (folder / FILES).mkdir()
    try:
        with tarfile.open(source) as archive:
            found = {name: member for member in archive if (name := _ours(member.name))}
            _same_kind(source, set(found), wanted)
            for name, member in found.items():
                if content := archive.extractfile(member):
                    with (folder / name).open("wb") as copy:
                        shutil.copyfileobj(content, copy)
    except (OSError, tarfile.TarError):
        raise Refused(NOT_OURS.format(path=source)) from None
    if any(_hash(photo) != photo.name for photo in _photos(folder / FILES)):
        raise Refused(NOT_OURS.format(path=source))


def _ours(name: str) -> str:
    folder, _, photo = name.partition("/")
    return name if name in (SQLITE, POSTGRES) or (folder == FILES and NAME.fullmatch(photo)) else ""


def _same_kind(source: Path, names: set[str], wanted: str) -> None:
    if wanted in names:
        return
    if names & {SQLITE, POSTGRES}:
        kinds = ("PostgreSQL", "SQLite") if wanted == SQLITE else ("SQLite", "PostgreSQL")
        raise Refused(OTHER_KIND.format(path=source, one=kinds[0], other=kinds[1]))
    raise Refused(NOT_OURS.format(path=source))


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _replace_sqlite(database: Database, path: Path, new: Path, source: Path) -> None:
    _check_sqlite(new, source)
    with claim(path):
        database.close()
        for end in ("", "-wal", "-shm"):
            old = path.with_name(path.name + end)
            if old.exists():
                old.replace(path.with_name(f"{path.name}.truoc{end}"))
        new.replace(path)


def _check_sqlite(path: Path, source: Path) -> None:
    """Whole, ours, and not from a newer program (which raises SettingError)."""
    copy = open_database(f"sqlite:///{path}")
    try:
        with copy.writer.connect() as connection:
            whole = connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
        if not whole or current(copy) is None:
            raise Refused(NOT_OURS.format(path=source))
        pending(copy)
    except SQLAlchemyError:
        raise Refused(NOT_OURS.format(path=source)) from None
    finally:
        copy.close()


def _keep(photo: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(photo, target)
