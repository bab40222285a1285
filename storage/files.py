"""Files by the SHA-256 of their content: kept durably, found by name, swept when unknown."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{64}")
UNFINISHED = ".new-"


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of files, each under the first two digits of its name."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a file is or would be. Raises ValueError for what is no name of ours."""
        if not NAME.fullmatch(name):
            raise ValueError("not the name of a stored file")
        return self.folder / name[:2] / name

    def has(self, name: str) -> bool:
        return bool(NAME.fullmatch(name)) and self.path(name).is_file()

    def keep(self, data: bytes) -> str:
        """Store durably and return the name; a crash leaves the whole file or none."""
        name = hashlib.sha256(data).hexdigest()
        path = self.path(name)
        try:
            os.utime(path)  # young again: `sweep` must leave it
        except FileNotFoundError:
            _make_folder(path.parent)
            _write(path, data)
        return name

    def sweep(self, known: Callable[[set[str]], set[str]], older_than: datetime) -> int:
        """Delete files last kept before then, save those of which `known` returns the names."""
        before = older_than.timestamp()
        return sum(_sweep(folder, known, before) for folder in self.folder.glob("[0-9a-f][0-9a-f]"))


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync(folder.parent)


def _write(path: Path, data: bytes) -> None:
    handle, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path, known: Callable[[set[str]], set[str]], before: float) -> int:
    old = {path.name: path for path in _older(folder, before)}
    named = {name for name in old if NAME.fullmatch(name)}
    unknown = old.keys() - (known(named) if named else set())
    # Looked at once more: it may have been kept again meanwhile.
    gone = [path for name in unknown for path in [old[name]] if _is_older(path, before)]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _older(folder: Path, before: float) -> Iterator[Path]:
    return (path for path in folder.iterdir() if _is_older(path, before))


def _is_older(path: Path, before: float) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < before
    return False
