"""Pictures and lists that a platform still keeps: fetched right after the commit, in any order,
each until it is here or never will be. The outcome comes back through the desk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.host import Platform
from bot.delivery.batch import Batch
from bot.delivery.desk import Desk
from bot.errors import Refused, SendError
from storage import inbox
from storage.database import Database
from storage.inbox import ToFetch
from storage.sending import Bot
from storage.tables.delivery import Inbox

log = logging.getLogger(__name__)
TOO_LATE = "Trợ lý đã thử nhiều lần mà ảnh chưa tải về được. Xin gửi lại ảnh giúp ạ."
LIST_TOO_LATE = "Trợ lý đã thử nhiều lần mà tệp chưa tải về được. Xin gửi lại tệp giúp ạ."


@dataclass(frozen=True, slots=True)
class Patience:
    """look, one and first are seconds: between looks, for one picture, before the second try.
    After `slow` the chat goes on without the picture, after `last` it is given up."""

    look: float = 2.0
    one: float = 60.0
    first: float = 1.0
    longest: float = 60.0
    slow: timedelta = timedelta(seconds=20)
    last: timedelta = timedelta(hours=24)
    at_once: int = 8


@dataclass(slots=True)
class Fetcher:
    """keep stores the bytes of a picture and returns its name, or raises Refused; keep_list the
    same for a list."""

    database: Database
    desk: Desk
    platforms: Mapping[Bot, Platform]
    keep: Callable[[bytes], Awaitable[str]]
    keep_list: Callable[[bytes], Awaitable[str]]
    now: Callable[[], datetime]
    patience: Patience = Patience()
    _under_way: dict[int, "asyncio.Task[None]"] = field(default_factory=dict)
    _ended: set[int] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Fetch until cancelled; what is left is fetched after the next start."""
        try:
            while True:
                self._woken.clear()
                await self._start()
                try:
                    async with asyncio.timeout(self.patience.look):
                        await self._woken.wait()
                except TimeoutError:
                    pass
        finally:
            tasks = list(self._under_way.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _start(self) -> None:
        self._ended = set()
        try:
            waiting = await asyncio.to_thread(self._read)
        except (SQLAlchemyError, OSError) as problem:
            log.warning("what is to be fetched cannot be read: %s", problem)
            return
        for row in waiting:
            if row.id in self._ended:  # what was read is out of date
                self.wake()
            elif row.id not in self._under_way and len(self._under_way) < self.patience.at_once:
                self._under_way[row.id] = asyncio.create_task(self._one(row))

    def _read(self) -> list[ToFetch]:
        with self.database.reading() as session:
            return inbox.to_fetch(session, self.platforms, self.now())

    async def _one(self, row: ToFetch) -> None:
        try:
            await self._settle(row)
            self.wake()
        except Exception:
            log.exception("message %d: what became of its pictures is not stored", row.id)
        finally:
            del self._under_way[row.id]
            self._ended.add(row.id)

    async def _settle(self, row: ToFetch) -> None:
        names, problem = [], ""
        keep = self.keep_list if row.said.document else self.keep
        try:
            async with asyncio.timeout(self.patience.one):
                for remote in row.said.remote:
                    names.append(await keep(await self.platforms[row.bot].fetch(remote)))
        except Refused as refused:
            problem = str(refused)
        except Exception as error:
            if not isinstance(error, SendError | TimeoutError):
                log.exception("message %d: its pictures cannot be fetched", row.id)
            age = self.now() - row.at
            if age < self.patience.last:
                await self._later(row, error, slow=row.slow or age > self.patience.slow)
                return
            problem = LIST_TOO_LATE if row.said.document else TOO_LATE
        await self.desk.run(lambda batch: _fetched(batch, row, names, problem))
        await self.desk.retry()

    async def _later(self, row: ToFetch, error: Exception, *, slow: bool) -> None:
        log.info("a picture is not here yet: %s", error)
        pause = min(self.patience.first * 2.0 ** min(row.attempts, 10), self.patience.longest)
        pause = max(pause, getattr(error, "retry_after", None) or 0.0)
        retry_at = self.now() + timedelta(seconds=pause)
        await self.desk.run(lambda batch: batch.not_fetched(row.id, retry_at, slow=slow))
        if slow:
            await self.desk.retry()  # nobody waits for it any more


def _fetched(batch: Batch, row: ToFetch, names: Sequence[str], problem: str) -> None:
    if row.said.document is None:
        return batch.fetched(row.id, names, problem)
    waiting = batch.session.get(Inbox, row.id)
    if waiting is not None and waiting.state in (inbox.FETCH, inbox.SLOW) and names:
        said = replace(row.said, document=replace(row.said.document, hash=names[0]))
        waiting.payload = {**waiting.payload, "said": said.to_json()}
    return batch.fetched(row.id, (), problem)
