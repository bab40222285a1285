"""How soon the demo answers, and how much memory it takes when nothing happens."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Options, Result
from benchmarks.program import ROOT, Program, free_port, running, status
from bot.demo import chats

STARTS, ROUNDS, IDLE = 7, 3, 30
MOST_SECONDS, MOST_MEMORY = 3, 90
CODE = ("bot", "storage")
EMPTY = ROOT / "benchmarks" / "_empty.py"
Start = Callable[[Path], AbstractContextManager[Program]]


def run(options: Options) -> Iterator[Result]:
    starts, idle = max(2, int(STARTS * options.size)), IDLE * options.size
    warm = [started(demo) for _ in range(starts)]
    yield seconds("demo: from the start to /health", [took for took, _ in warm])
    yield seconds("demo: from the start to the first chat page", [took for _, took in warm])
    cold = [started(first_time) for _ in range(starts)]
    note = "none of our .pyc there, Python's files put out of the page cache"
    yield seconds("demo, cold: to the first chat page", [took for _, took in cold], note)
    bare = [started(empty, "/health")[0] for _ in range(starts)]
    note = "one page, one table on aiohttp, SQLAlchemy, pydantic, uvloop"
    yield seconds("for comparison: an empty program, to /health", bare, note, limit=None)
    yield from memory(idle)


def seconds(
    what: str, took: Sequence[float], note: str = "", limit: float | None = MOST_SECONDS
) -> Result:
    more = f"slowest of {len(took)}" + (f"; {note}" if note else "")
    return Result(what, median(took), max(took), "s", limit, more)


def started(start: Start, page: str = chats()[0][0] + "/") -> tuple[float, float]:
    """Seconds until /health, and until a page."""
    with TemporaryDirectory(prefix="dvk-start-") as folder, start(Path(folder)) as program:
        return program.answers("/health"), program.answers(page)


def memory(idle: float) -> Iterator[Result]:
    at_rest, looked_at, bare = [], [], []
    for _ in range(ROUNDS):
        with TemporaryDirectory(prefix="dvk-idle-") as folder, demo(Path(folder)) as program:
            program.answers("/health")
            at_rest.append(resting(program, idle))
            for path, _ in chats():
                status(program.port, f"{path}/")
            looked_at.append(resting(program, idle))
        with TemporaryDirectory(prefix="dvk-idle-") as folder, empty(Path(folder)) as program:
            program.answers("/health")
            bare.append(resting(program, 1))
    note = f"resident {idle:.0f} s after the start; no worker process runs then"
    yield megabytes("demo, idle", at_rest, note)
    yield megabytes("demo, idle again after all six chats were opened", looked_at, "")
    yield megabytes("for comparison: an empty program", bare, "", limit=None)


def megabytes(
    what: str, found: Sequence[float], note: str, limit: float | None = MOST_MEMORY
) -> Result:
    more = f"most of {len(found)}" + (f"; {note}" if note else "")
    return Result(what, median(found), max(found), "MB", limit, more)


def resting(program: Program, idle: float) -> float:
    """Memory when nothing has been asked for a while; a worker process would be another one."""
    time.sleep(idle)
    if children := program.children():
        raise RuntimeError(f"{children} processes beside the main one still run")
    return program.memory()


def demo(folder: Path, code: Path = ROOT) -> AbstractContextManager[Program]:
    port = free_port()
    return running("-m", "bot", "demo", "--port", str(port), port=port, folder=folder, code=code)


def empty(folder: Path) -> AbstractContextManager[Program]:
    port = free_port()
    return running(str(EMPTY), str(port), port=port, folder=folder)


def first_time(folder: Path) -> AbstractContextManager[Program]:
    """As after a fresh clone: nothing compiled, nothing in memory."""
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for home in (folder, Path(sys.prefix), Path(sys.base_prefix) / "lib"):
        put_out(home)
    return demo(folder, folder)


def put_out(folder: Path) -> None:
    """Ask the system to forget what it holds in memory of these files."""
    for path in filter(Path.is_file, folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
