"""The desk: one worker thread through which every write of this process goes, batch by batch."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.conversation.host import Mail
from bot.conversation.messages import Incoming
from bot.delivery.batch import Batch, Place
from bot.delivery.items import Again, Item, Work, do, keep
from bot.delivery.persist import is_away
from bot.handlers.registry import Talk
from storage import inbox
from storage.database import Database
from storage.jobs import NEW_JOB
from storage.outbox import Ready

log = logging.getLogger(__name__)
T = TypeVar("T")
AFTER_BUSY = 0.02
"""Seconds before a chat that another process is serving is tried again."""
ALONG = 0.05
"""Seconds for which a write that is not worth a transaction of its own waits for a message."""
RETRIED_AT_ONCE = 50


@dataclass(slots=True)
class Committed:
    """What a commit brought: accounts with new mail (and what it is, where that is known), late
    rows, how long messages took, whether somebody's account or rights were changed."""

    touched: set[int]
    late: list[str]
    seconds: list[float]
    failed: int = 0
    fetching: bool = False
    people_changed: bool = False
    mail: dict[int, list[Mail]] = field(default_factory=dict)
    ready: dict[int, list[Ready]] = field(default_factory=dict)
    jobs: bool = False


class Stopped(OSError):
    """Nothing is taken in any more."""


class Desk:
    """on_commit is called on the event loop after each commit."""

    def __init__(
        self,
        database: Database,
        place: Place,
        on_commit: Callable[[Committed], None],
        most: int = 50,
    ) -> None:
        self.database = database
        self.place = place
        self.on_commit = on_commit
        self.most = most
        self.open = False
        self._queue: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._along: list[Item] = []
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self._loop: asyncio.AbstractEventLoop

    # -- on the event loop --------------------------------------------------------------

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.open = True
        self._thread.start()

    async def stop(self) -> None:
        """Everything taken in before is still done."""
        self.open = False
        self._go_along()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    @property
    def works(self) -> bool:
        return self._thread.is_alive()

    async def receive(self, incoming: Incoming) -> None:
        item = self._put(self._item(incoming))
        self._go_along()
        await item.done

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run in a transaction of the desk; the result once it has committed."""
        return await self.run(lambda batch: work(batch.session))

    async def write_along(self, work: Callable[[Session], T]) -> T:
        """The same, together with the next message if one comes soon."""
        item = self._item(lambda batch: work(batch.session))
        if not self._along:
            self._loop.call_later(ALONG, self._go_along)
        self._along.append(item)
        result: T = await item.done
        return result

    async def run(self, work: Callable[[Batch], T]) -> T:
        """The same for work that also sends letters."""
        result: T = await self._put(self._item(work)).done
        return result

    async def speak(self, work: Callable[[Talk], T]) -> T:
        """Run something that nobody asked for, and send its letters."""
        return await self.run(lambda batch: batch.system(work))

    async def retry(self) -> None:
        """Try again what failed and is due."""
        more = True
        while more:
            due = await self.run(_due)
            await asyncio.gather(*(self._put(self._item(Again(row_id))).done for row_id in due))
            more = len(due) == RETRIED_AT_ONCE

    def _item(self, work: Work) -> Item:
        if not self.open:
            raise Stopped("the desk takes nothing in")
        return Item(work, self._loop.create_future())

    def _put(self, item: Item) -> Item:
        self._queue.put(item)
        return item

    def _go_along(self) -> None:
        for item in self._along:
            self._queue.put(item)
        self._along.clear()

    # -- in the thread --------------------------------------------------------------------

    def _work(self) -> None:
        busy: list[Item] = []
        ended = False
        while busy or not ended:
            fresh: list[Item] = []
            if ended:
                time.sleep(AFTER_BUSY)
            else:
                fresh, ended = self._take(AFTER_BUSY if busy else None)
            busy = self._serve([*busy, *fresh])

    def _take(self, longest: float | None) -> tuple[list[Item], bool]:
        """What waits, once something does; and whether that was the last."""
        items: list[Item] = []
        try:
            item = self._queue.get(timeout=longest)
            while item is not None:
                items.append(item)
                if len(items) == self.most:
                    return items, False
                item = self._queue.get_nowait()
        except queue.Empty:
            return items, False
        return items, True

    def _serve(self, items: list[Item]) -> list[Item]:
        """Commit them together; if that fails, one by one, so that only the culprit fails. Returns
        those that have to wait for another process, in order."""
        try:
            return self._commit(items, partial(do, items=items)) if items else []
        except Exception as problem:
            log.warning("a transaction of the desk is done again, one by one: %r", problem)
            if is_away(problem, self.database.writing):
                self._fail(items, problem)
                return []
        return self._one_by_one(items)

    def _one_by_one(self, items: Sequence[Item]) -> list[Item]:
        busy: list[Item] = []
        for number, item in enumerate(items):
            if item.chat and item.chat in {b.chat for b in busy}:
                busy.append(item)
                continue
            try:
                busy += self._commit([item], partial(do, items=[item]))
            except Exception as problem:
                if is_away(problem, self.database.writing):
                    self._fail(items[number:], problem)
                    break
                self._keep(item, problem)
        return busy

    def _keep(self, item: Item, problem: Exception) -> None:
        log.error("a transaction of the desk failed", exc_info=problem)
        try:
            self._commit([item], lambda batch: keep(batch, item.work, problem))
        except Exception:
            self._fail([item], problem)

    def _commit(
        self, items: Sequence[Item], work: Callable[[Batch], list[Item] | None]
    ) -> list[Item]:
        with self.database.writing() as session:
            batch = Batch(session, self.place, self.place.now())
            busy = work(batch) or []
            batch.finish()
        done = [item for item in items if item not in busy]
        seconds = [perf_counter() - item.since for item in done if item.chat]
        committed = Committed(
            batch.touched,
            batch.late,
            seconds,
            batch.failed,
            batch.fetching,
            batch.people_changed,
            batch.mail,
            batch.ready,
            NEW_JOB in batch.session.info,
        )
        self._tell(done, lambda: self.on_commit(committed))
        return busy

    def _fail(self, items: Sequence[Item], problem: Exception) -> None:
        for item in items:
            item.problem = problem
        self._tell(items)

    def _tell(self, items: Sequence[Item], then: Callable[[], None] = lambda: None) -> None:
        def settle() -> None:
            for item in items:
                item.settle()
            then()

        try:
            self._loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the loop is closed: nobody waits any more
            log.warning("%d items were done for nobody", len(items))


def _due(batch: Batch) -> list[int]:
    return [row.id for row in inbox.due_retries(batch.session, batch.now, RETRIED_AT_ONCE)]
