"""The desk: one worker thread through which every write of this process goes, batch by batch."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.conversation.messages import Incoming
from bot.delivery.batch import Batch, Place, chat_of
from storage import inbox
from storage.accounts import Chat
from storage.database import Database
from storage.locks import lock_chats

log = logging.getLogger(__name__)
T = TypeVar("T")
AFTER_BUSY = 0.02
"""Seconds before a chat that another process is serving is tried again."""


@dataclass(slots=True)
class Item:
    """A message or a write, and the future that resolves once it has committed."""

    work: Incoming | Callable[[Batch], Any]
    done: "asyncio.Future[Any]"
    result: Any = None
    since: float = field(default_factory=perf_counter)


@dataclass(slots=True)
class Committed:
    """What a commit brought: accounts with new mail, late rows, and how long messages took."""

    touched: set[int]
    late: list[str]
    seconds: list[float]
    failed: int = 0


class Desk:
    """on_commit is called on the event loop after each commit that changed something."""

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
        self._queue: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Everything queued before is still done."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    async def receive(self, incoming: Incoming) -> None:
        await self._put(incoming)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run in a transaction of the desk; the result once it has committed."""
        return await self.run(lambda batch: work(batch.session))

    async def run(self, work: Callable[[Batch], T]) -> T:
        """The same for work that also sends letters."""
        result: T = await self._put(work)
        return result

    async def retry(self) -> None:
        """Try again what failed and is due."""
        await self.run(_retry_due)

    def _put(self, work: Incoming | Callable[[Batch], Any]) -> "asyncio.Future[Any]":
        item = Item(work, asyncio.get_running_loop().create_future())
        self._queue.put(item)
        return item.done

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            items, last = self._drain(first)
            self._serve(items)
            if last:
                return

    def _drain(self, first: Item) -> tuple[list[Item], bool]:
        items = [first]
        while len(items) < self.most:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return items, False
            if item is None:
                return items, True
            items.append(item)
        return items, False

    def _serve(self, items: list[Item]) -> None:
        """Commit them together; if that fails, one by one, so that only the culprit fails."""
        try:
            committed, busy = self._transact(items)
        except Exception as problem:
            if len(items) > 1:
                for item in items:
                    self._serve([item])
                return
            log.exception("a transaction of the desk failed")
            self._resolve(items[0], problem=problem)
            return
        for item in items:
            if item in busy:
                self._later(item)
            else:
                self._resolve(item)
        self._tell(committed)

    def _transact(self, items: list[Item]) -> tuple[Committed, list[Item]]:
        with self.database.writing() as session:
            batch = Batch(session, self.place, self.place.now())
            messages = [i for i in items if isinstance(i.work, Incoming)]
            free, busy = lock_chats(session, messages, _chat)
            batch.run([i.work for i in free if isinstance(i.work, Incoming)])
            for item in items:
                self._run(batch, item)
            batch.finish()
        seconds = [perf_counter() - i.since for i in free]
        return Committed(batch.touched, batch.late, seconds, batch.failed), busy

    def _run(self, batch: Batch, item: Item) -> None:
        """Work that raises undoes only itself."""
        if isinstance(item.work, Incoming):
            return
        savepoint, posts = batch.session.begin_nested(), len(batch.posts)
        try:
            item.result = item.work(batch)
            batch.session.flush()
            savepoint.commit()
        except Exception as problem:
            savepoint.rollback()
            del batch.posts[posts:]
            item.result = problem

    def _resolve(self, item: Item, problem: Exception | None = None) -> None:
        problem = problem or (item.result if isinstance(item.result, Exception) else None)
        self._call(_settle, item.done, item.result, problem)

    def _later(self, item: Item) -> None:
        timer = threading.Timer(AFTER_BUSY, self._queue.put, [item])
        timer.daemon = True
        timer.start()

    def _tell(self, committed: Committed) -> None:
        self._call(self.on_commit, committed)

    def _call(self, function: Callable[..., None], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)


def _settle(done: "asyncio.Future[Any]", result: Any, problem: Exception | None) -> None:
    if done.done():  # the one who waited has gone
        return
    if problem is not None:
        done.set_exception(problem)
    else:
        done.set_result(result)


def _chat(item: Item) -> Chat | None:
    return chat_of(item.work) if isinstance(item.work, Incoming) else None


def _retry_due(batch: Batch) -> None:
    for row in inbox.due_retries(batch.session, batch.now):
        inbox.run_again(batch.session, row, batch)
