"""The worker process: a job per line on standard input, its result per line on standard output.

python -m bot.delivery.worker_main MODULE BYTES, where MODULE holds `JOBS` and BYTES bounds memory.
"""

import importlib
import json
import logging
import os
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bot import logs
from bot.errors import Refused

OUT_OF_MEMORY = 3

Jobs = Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]


def answer(jobs: Jobs, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """{"result": …}, {"refused": a sentence for the member} or {"error": …}."""
    if kind not in jobs:
        return {"error": f"no such job: {kind}"}
    try:
        return {"result": jobs[kind](payload)}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what is left of this process cannot be trusted
    except Exception as problem:
        logging.getLogger(__name__).exception("job %s", kind)
        return {"error": repr(problem)}


def main() -> None:
    module, memory = sys.argv[1:]
    logs.set_up()
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    # What a library prints must not look like a result.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as results:
        os.dup2(2, 1)
        jobs: Jobs = importlib.import_module(module).JOBS
        for line in sys.stdin:
            job = json.loads(line)
            results.write(json.dumps(answer(jobs, job["kind"], job["payload"])) + "\n")
            results.flush()


if __name__ == "__main__":
    main()
