"""The clock: every 30 seconds it asks what is due. It remembers nothing; the tables do."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

SECONDS = 30

Due = Callable[[datetime], Awaitable[None]]
"""Does what is due at this moment. It may run twice for one moment, and after any pause."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def seldom(due: Due, pause: timedelta) -> Due:
    """At the first tick, and then when so much time has passed: for cleaning up."""
    last: datetime | None = None

    async def run(now: datetime) -> None:
        nonlocal last
        if last is None or now - last >= pause:
            last = now
            await due(now)

    return run


@dataclass(slots=True)
class Ticker:
    """Calls all functions at each tick, one after the other; one that raises stops no other. clock:
    seconds that never jump, whatever becomes of `now`."""

    functions: Mapping[str, Due]
    now: Callable[[], datetime] = utc_now
    seconds: float = SECONDS
    clock: Callable[[], float] = time.monotonic
    _beat: float = field(init=False)
    _scheduler: AsyncIOScheduler | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._beat = self.clock()

    def silent(self) -> float:
        """Seconds since a tick was done; before the first one, since there is a clock."""
        return self.clock() - self._beat

    async def tick(self) -> None:
        now = self.now()
        for name, due in self.functions.items():
            try:
                await due(now)
            except asyncio.CancelledError:  # we are stopping: the scheduler would call it a fault
                return
            except Exception:
                log.exception("tick: %s", name)
        self._beat = self.clock()

    def start(self) -> None:
        """The first tick comes at once. Needs a running event loop."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=self.seconds,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """A tick under way is cancelled: its transaction counts whole or not at all."""
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
