"""Write a migration from what the tables have and the migrations before it lack.

    .venv/bin/python -m storage.migrations.write 0001 first

writes versions/0001_first.py (again, if it was there); a released one is never written again. Later
ones stay as they are.
Read what came out: renamed columns, for instance, look like one dropped and one added.
"""

import re
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command

from storage.database import open_database
from storage.migrate import connected, upgrade

VERSIONS = Path(__file__).parent / "versions"


@contextmanager
def without_later(number: str) -> Iterator[None]:
    """They build on the one that is being written."""
    later = [path for path in VERSIONS.glob("[0-9]*_*.py") if path.name[:4] > number]
    for path in later:
        path.rename(path.with_suffix(".later"))
    try:
        yield
    finally:
        for path in later:
            path.with_suffix(".later").rename(path)


def write(number: str, message: str) -> Path:
    for old in VERSIONS.glob(f"{number}_*.py"):
        old.unlink()
    with without_later(number), tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/empty.db")
        upgrade(database)
        with connected(database) as config:
            # SQLite alters a table by copying it, which the first migration has no need of.
            config.attributes["batch"] = number != "0001"
            command.revision(config, message, autogenerate=True, rev_id=number)
        database.close()
    (path,) = VERSIONS.glob(f"{number}_*.py")
    path.write_text(re.sub(r"\n *# ### .*", "", path.read_text("utf-8")), "utf-8")
    for tidy in (["check", "--quiet", "--select", "I", "--fix"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, str(path)], check=True)  # nosec B603
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{write(*sys.argv[1:])}\n")
