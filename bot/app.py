"""The one place that joins platforms, handlers and storage, and runs them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.conversation.host import Platform
from bot.conversation.messages import Reply
from bot.delivery import late, unreachable
from bot.delivery.batch import KEPT_IN_CHAT, PAUSE, Place
from bot.delivery.courier import Courier
from bot.delivery.desk import Committed, Desk
from bot.delivery.reception import Reception
from bot.delivery.worker import Worker
from bot.handlers import notices
from bot.handlers.registry import Organisation, load_handlers
from bot.http import health, metrics
from bot.http.metrics import Metrics
from bot.scheduling.tick import Ticker, seldom, utc_now
from storage import inbox, outbox, photos, sending, tally, websessions
from storage.database import Database
from storage.files import Files
from storage.tables.delivery import Job
from storage.tables.people import Account

log = logging.getLogger(__name__)
UNUSED_FILES = timedelta(hours=24)
DOCUMENTS_LAST = timedelta(days=30)
"""Sheets and copies of personal data are there to be taken along, not to be stored."""
PURGED_AT_ONCE = 5000
BAD_PHOTO = "Ảnh {ac} gửi chưa dùng được: {why} Phiếu vẫn còn nguyên; {ac} gửi ảnh khác giúp ạ."


@dataclass(slots=True)
class App:
    """Everything that runs in one process. platforms are those that send by themselves; the web
    chat needs no courier."""

    settings: Settings
    database: Database
    organisation: Organisation
    now: Callable[[], datetime] = utc_now
    platforms: Sequence[tuple[str, Platform]] = ()
    counts: Metrics = field(default_factory=Metrics)
    desk: Desk = field(init=False)
    reception: Reception = field(init=False)
    courier: Courier = field(init=False)
    worker: Worker = field(init=False)
    ticker: Ticker = field(init=False)
    _running: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        list(load_handlers())
        folder = self.settings.storage.files
        folder.mkdir(parents=True, exist_ok=True)
        files, documents = Files(folder), Files(folder / "documents")
        zone = ZoneInfo(self.settings.organisation.timezone)
        place = Place(lambda _: self.organisation, zone, self.now, documents.keep)
        self.desk = Desk(self.database, place, self._committed, self.settings.limits.batch)
        lasts = timedelta(days=self.settings.web.session_days)
        self.reception = Reception(self.desk, files, documents, lasts)
        self.courier = Courier(
            self.database,
            self.desk.write,
            {(platform.name, bot): platform for bot, platform in self.platforms},
            tell_focal=partial(unreachable.tell_focal, self.now),
            now=self.now,
            count=self.counts.count,
        )
        extra = {"files": str(files.folder)}
        self.worker = Worker(
            self.database, self.desk.write, self._job_done, extra, count=self.counts.count
        )
        self.ticker = Ticker(self._due(), now=self.now)

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Desk, courier, worker and clock are at work inside; what was taken in is finished."""
        self.desk.start()
        tasks = [asyncio.create_task(self.worker.run())]
        if self.platforms:
            tasks.append(asyncio.create_task(self.courier.run()))
        self.ticker.start()
        try:
            yield
        finally:
            self.ticker.stop()
            for task in [*tasks, *self._running]:
                task.cancel()
            await asyncio.gather(*tasks, *self._running, return_exceptions=True)
            await self.desk.stop()

    # -- after a commit -------------------------------------------------------------------

    def _committed(self, committed: Committed) -> None:
        self.reception.ring(committed.touched)
        self.courier.wake(committed.touched)
        self.worker.wake()
        self.counts.handled(len(committed.seconds))
        for seconds in committed.seconds:
            self.counts.step(seconds)
        for _ in range(committed.failed):
            self.counts.failed()
        if committed.late:
            self._spawn(self._evaluate(committed.late))
        if committed.failed:
            self._spawn(self._retry_soon())

    def _spawn(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await work

        task = asyncio.create_task(run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _evaluate(self, keys: list[str] | None) -> None:
        found = await asyncio.to_thread(late.evaluate, self.database, self.desk.place, keys)
        if found:
            await self.desk.run(lambda batch: late.fill(batch, found))

    async def _retry_soon(self) -> None:
        await asyncio.sleep(PAUSE.total_seconds() + 0.1)
        await self.desk.retry()

    def _job_done(self, session: Session, job: Job) -> None:
        """A picture is ready, or turned out to be none: then its sender is told."""
        name, result = job.payload["hash"], job.result or {}
        if job.state == "done":
            photos.ready(session, name, result["clean"], result["small"])
            return
        photos.bad(session, name)
        account = session.get(Account, job.account_id) if job.account_id else None
        if account is not None:
            why = result.get("refused", "Trợ lý không mở được ảnh.")
            reply = Reply(BAD_PHOTO.replace("{why}", why).replace("{ac}", "anh/chị"))
            sent = account.platform in KEPT_IN_CHAT
            outbox.put(
                session, key=f"photo:{job.id}", account_id=account.id, reply=reply,
                now=self.now(), sent=sent,
            )  # fmt: skip

    # -- what the clock asks for ------------------------------------------------------------

    def _due(self) -> dict[str, Callable[[datetime], Awaitable[None]]]:
        return {
            "retry": lambda _: self.desk.retry(),
            "late": lambda _: self._evaluate(None),
            "bundles": self._bundles,
            "totals": self._fold,
            "old": seldom(self._forget_old, timedelta(hours=1)),
        }

    async def _bundles(self, now: datetime) -> None:
        await self.desk.run(lambda batch: batch.system(notices.bundles))

    async def _fold(self, now: datetime) -> None:
        await self.desk.write(tally.fold)

    async def _forget_old(self, now: datetime) -> None:
        def work(session: Session) -> None:
            while sending.purge(session, now) >= PURGED_AT_ONCE:
                pass
            inbox.purge(session, now - timedelta(days=90))
            websessions.purge(session, now)

        await self.desk.write(work)
        await asyncio.to_thread(self._sweep, now)

    def _sweep(self, now: datetime) -> None:
        with self.database.reading() as session:
            known = partial(photos.known, session)
            self.reception.files.sweep(known, now - UNUSED_FILES)
        self.reception.documents.sweep(lambda _: set(), now - DOCUMENTS_LAST)

    # -- pages ----------------------------------------------------------------------------

    def pages(self) -> web.Application:
        """The pages that are no chat; the chats are mounted by the caller."""
        application = web.Application(client_max_size=20 * 2**20)
        checks = {
            "database": health.database_answers(self.database),
            "clock": health.ticks(lambda: self.ticker.last_tick, self.now),
            "mail": health.mail_moves(self.database, self.now),
            "disk": health.disk_has_room(self.reception.files.folder),
        }
        anywhere = self.settings.web.metrics_anywhere
        gauges = metrics.gauges_of(self.database)
        application.add_routes(health.routes(checks))
        application.add_routes(metrics.routes(self.counts, gauges, for_all=anywhere))
        return application
