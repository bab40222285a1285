"""Runs waiting jobs in one process of its own, started when there is work and ended when idle."""

import asyncio
import json
import logging
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.delivery.persist import Write, surely
from storage import jobs
from storage.database import Database
from storage.jobs import MOST_ATTEMPTS, MOST_CRASHES, Claimed
from storage.tables.delivery import Job

log = logging.getLogger(__name__)

LONGEST_RESULT = 16 * 2**20
ROOT = Path(__file__).parents[2]

Done = Callable[[Session, Job], None]
"""Called in the transaction that stores a result; job.state is done or failed. A failed job's
result is {"refused": a sentence for the member} or {"error": …}."""


class Crashed(Exception):
    """The process died, or was ended because it took too long."""


@dataclass(slots=True)
class Worker:
    """extra is added to each payload (folders). Stop it by cancelling `run`, before the desk."""

    database: Database
    write: Write
    done: Done
    extra: dict[str, Any] = field(default_factory=dict)
    module: str = "bot.delivery.jobs"
    most_seconds: float = 60.0
    idle_seconds: float = 30.0
    look_seconds: float = 5.0
    memory: int = 2**30
    count: Callable[[str], None] = lambda _: None
    _process: Process | None = None
    _used_at: float = 0.0
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There may be a new job."""
        self._woken.set()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def run(self) -> None:
        """Do jobs until cancelled."""
        await surely(self.write, jobs.put_all_back)
        try:
            while True:
                self._woken.clear()
                if not await self._do_next():
                    await self._rest()
        finally:
            await self._end()

    async def _do_next(self) -> bool:
        try:
            if not await asyncio.to_thread(self._any):
                return False
            claimed = await self.write(jobs.claim)
        except (SQLAlchemyError, OSError) as problem:
            log.warning("the jobs cannot be read: %s", problem)
            return False
        if claimed:
            await self._do(claimed)
        return claimed is not None

    def _any(self) -> bool:
        with self.database.reading() as session:
            return jobs.any_waiting(session)

    async def _rest(self) -> None:
        """Until there may be work; the process ends when that takes long."""
        try:
            async with asyncio.timeout(self.look_seconds):
                await self._woken.wait()
        except TimeoutError:
            if time.monotonic() - self._used_at > self.idle_seconds:
                await self._end()

    async def _do(self, claimed: Claimed) -> None:
        try:
            answer = await self._attempt(claimed)
        except Crashed as crash:
            log.warning("job %s, attempt %s: %s", claimed.id, claimed.attempts, crash)
            if claimed.crashes + 1 < MOST_CRASHES and claimed.attempts < MOST_ATTEMPTS:
                return await self._put_back(claimed, crashed=True)
            answer = {"error": str(crash)}
        except asyncio.CancelledError:
            await self._put_back(claimed)
            raise
        await surely(self.write, lambda session: self._store(session, claimed, answer))
        self.count("job_done" if "result" in answer else "job_failed")
        return None

    async def _put_back(self, claimed: Claimed, *, crashed: bool = False) -> None:
        await surely(self.write, partial(jobs.put_back, claimed=claimed, crashed=crashed))

    def _store(self, session: Session, claimed: Claimed, answer: dict[str, Any]) -> None:
        good = "result" in answer
        result = answer["result"] if good else answer
        job = jobs.finish(session, claimed, "done" if good else "failed", result)
        if job is None:
            return
        try:
            with session.begin_nested():
                self.done(session, job)
        except Exception:  # the result itself must be stored
            log.exception("job %s (%s): its result went to nobody", job.id, job.kind)

    async def _attempt(self, claimed: Claimed) -> dict[str, Any]:
        """What the process answers. Raises Crashed; the process is gone then."""
        if claimed.attempts > MOST_ATTEMPTS:
            raise Crashed("each time the whole program ended")
        job = {"kind": claimed.kind, "payload": claimed.payload | self.extra}
        try:
            async with asyncio.timeout(self.most_seconds):
                line = await self._ask(json.dumps(job).encode() + b"\n")
        except TimeoutError:
            await self._end()
            raise Crashed(f"longer than {self.most_seconds:.0f} s") from None
        except (OSError, ValueError) as problem:  # a closed pipe; an answer that is too long
            await self._end()
            raise Crashed(repr(problem)) from None
        if not line.endswith(b"\n"):
            await self._end()
            raise Crashed("the process died")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _ask(self, line: bytes) -> bytes:
        process = await self._started()
        assert process.stdin
        assert process.stdout
        process.stdin.write(line)
        await process.stdin.drain()
        answer = await process.stdout.readline()
        self._used_at = time.monotonic()
        return answer

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            # A session of its own: Ctrl-C is for us, who then end it.
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.delivery.worker_main", self.module, str(self.memory)),
                stdin=PIPE,
                stdout=PIPE,
                limit=LONGEST_RESULT,
                env=environment(os.environ),
                start_new_session=True,
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        # Reads what is left, so that the pipes close too.
        await process.communicate()


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours without our secrets, and with the way to our modules."""
    kept = {name: value for name, value in ours.items() if not name.startswith("DVK_")}
    paths = [str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}
