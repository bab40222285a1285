"""Work in a process of its own: the memory it takes is free again when it ends."""

import os
import subprocess  # nosec B404
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def begin(module: str, *given: str) -> "subprocess.Popen[str]":
    """Run a module of ours, which reads what is given, a line each: a database's URL may hold a
    password, which other people's processes could see in a command line."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(  # nosec B603
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert process.stdin
    process.stdin.write("\n".join(given))
    process.stdin.close()
    process.stdin = None  # else `communicate` would close it again
    return process
