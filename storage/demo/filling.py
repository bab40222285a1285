"""The demo's database, filled by a process of its own while the program itself is being loaded."""

import json
import subprocess  # nosec B404
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.apart import begin


@dataclass(frozen=True, slots=True)
class Filling:
    """folder holds the database, and whatever else the demo stores."""

    folder: Path
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        return url_in(self.folder)

    def people(self) -> dict[str, int]:
        """Role → id of the member who plays it; waits until the data are there."""
        said, wrong = self.process.communicate()
        if self.process.returncode:
            raise RuntimeError(wrong)
        found: dict[str, int] = json.loads(said)
        return found


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'demo.db'}"


@contextmanager
def filling(today: date) -> Iterator[Filling]:
    """Begins at once; in the end all of it is gone."""
    with (
        TemporaryDirectory(prefix="dvk-demo-", ignore_cleanup_errors=True) as folder,
        begin("storage.demo.filling", url_in(Path(folder)), today.isoformat()) as process,
    ):
        try:
            yield Filling(Path(folder), process)
        finally:
            process.kill()


def main() -> None:
    from storage import tally
    from storage.database import open_database
    from storage.demo.due import add_due
    from storage.demo.initiatives import YEAR
    from storage.demo.life import add_life
    from storage.demo.load import load_demo
    from storage.migrate import upgrade

    url, day = sys.stdin.read().splitlines()
    database = open_database(url)
    upgrade(database)
    with database.writing() as session:
        today = date.fromisoformat(day)
        people = load_demo(session, today)
        if today.year > YEAR:  # the figures of the article's year stay as it gives them
            add_life(session, today, people)
            add_due(session, today, people)
        tally.fold_everything(session)
    database.close()
    sys.stdout.write(json.dumps(people))


if __name__ == "__main__":
    main()
