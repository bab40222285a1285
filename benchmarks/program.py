"""The real program as a process of its own, and what the system says of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
LOOK_EVERY = 0.01


@dataclass(frozen=True, slots=True)
class Program:
    """since: when it was started, by `time.perf_counter`."""

    pid: int
    port: int
    since: float

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of processor time that its threads have used."""
        # Not from `stat`: it counts in ticks, which a step every 20 ms may always miss.
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def memory(self) -> float:
        """Megabytes (2^20) resident now, shared libraries included."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def children(self) -> int:
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return len(found)

    def answers(self, path: str) -> float:
        """Seconds from the start until this path is answered 200."""
        while time.perf_counter() - self.since < PATIENCE:
            if status(self.port, path) == 200:
                return time.perf_counter() - self.since
            time.sleep(LOOK_EVERY)
        raise TimeoutError(f"{path} has not been answered for {PATIENCE:.0f} s")


def status(port: int, path: str) -> int:
    """Of a GET with its whole body; 0: nobody listens yet."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(
    *command: str, port: int, folder: Path, code: Path = ROOT, python: str | Path = sys.executable
) -> Iterator[Program]:
    """`python COMMAND` with our code on its path, ended at the end. What it says goes to a file."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DVK_")}
    environment |= {"PYTHONPATH": str(code)}
    with (folder / "said.txt").open("w") as said:
        since = time.perf_counter()
        process = subprocess.Popen(
            [python, *command], cwd=folder, env=environment, stdout=said, stderr=said
        )
    try:
        yield Program(process.pid, port, since)
        if process.poll() is not None:
            raise RuntimeError(f"it ended by itself ({process.returncode})")
    except Exception as problem:
        problem.add_note((folder / "said.txt").read_text()[-2000:])
        raise
    finally:
        process.terminate()
        process.wait()
