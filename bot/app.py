"""The one place that joins platforms, handlers and storage, and runs them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.conversation.channels import TELEGRAM
from bot.conversation.host import Host, Platform
from bot.delivery import late, pictures, unreachable
from bot.delivery.batch import PAUSE, Place
from bot.delivery.courier import Courier
from bot.delivery.desk import Committed, Desk
from bot.delivery.fetching import Fetcher
from bot.delivery.flood import Flood
from bot.delivery.leading import leading
from bot.delivery.pacing import Limits
from bot.delivery.persist import AWAY
from bot.delivery.reception import Reception
from bot.delivery.worker import Worker
from bot.handlers import notices
from bot.handlers.registry import Organisation, load_handlers
from bot.http import health, metrics
from bot.http.metrics import Metrics
from bot.http.missing import kind_404
from bot.http.public_card import PublicCards
from bot.scheduling.tick import Ticker, seldom, utc_now
from storage import inbox, photos, purging, tally, websessions
from storage.database import Database
from storage.files import Files
from storage.tables.delivery import Job

log = logging.getLogger(__name__)
UNUSED_FILES = timedelta(hours=24)
DOCUMENTS_LAST = timedelta(days=7)
"""Sheets and copies of personal data are there to be taken along, not to be stored."""
SETTLED_LASTS = timedelta(days=90)
PURGED_AT_ONCE = 5000
LOOK_AROUND = 2.0
"""Seconds between looks for what other processes have left: mail, a message to try again."""
START_AGAIN = 5.0


@dataclass(slots=True)
class App:
    """Everything that runs in one process. connect makes the platforms that have to be sent to; the
    web chat needs no courier."""

    settings: Settings
    database: Database
    organisation: Organisation
    now: Callable[[], datetime] = utc_now
    connect: Sequence[Callable[[Host], Platform]] = ()
    counts: Metrics = field(default_factory=Metrics)
    desk: Desk = field(init=False)
    reception: Reception = field(init=False)
    platforms: list[Platform] = field(init=False)
    courier: Courier = field(init=False)
    fetcher: Fetcher = field(init=False)
    worker: Worker = field(init=False)
    ticker: Ticker = field(init=False)
    _running: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        list(load_handlers())
        folder = self.settings.storage.files
        folder.mkdir(parents=True, exist_ok=True)
        files, documents = Files(folder), Files(folder / "documents")
        zone = ZoneInfo(self.settings.organisation.timezone)
        place = Place(lambda _: self.facts, zone, self.now, documents.keep)
        self.desk = Desk(self.database, place, self._committed, self.settings.limits.batch)
        limits = self.settings.limits
        self.reception = Reception(
            self.desk,
            files,
            documents,
            timedelta(days=self.settings.web.session_days),
            Flood(limits.flood_burst, limits.flood_per_minute / 60),
            count=self.counts.count,
        )
        self.platforms = [make(self.reception) for make in self.connect]
        bots = {(platform.name, platform.bot): platform for platform in self.platforms}
        pace = Limits(
            limits.per_second, limits.chat_seconds, limits.chat_burst, limits.group_per_minute
        )
        self.courier = Courier(
            self.database,
            self.desk.write,
            bots,
            tell_focal=partial(unreachable.tell_focal, self.now),
            files_of=self.reception.files_of,
            limits=dict.fromkeys(bots, pace),
            now=self.now,
            count=self.counts.count,
            write_along=self.desk.write_along,
        )
        self.fetcher = Fetcher(self.database, self.desk, bots, self.reception.keep_upload, self.now)
        extra = {"files": str(files.folder)}
        self.worker = Worker(
            self.database, self.desk.write, self._job_done, extra, count=self.counts.count
        )
        self.ticker = Ticker(self._due(), now=self.now)

    @property
    def facts(self) -> Organisation:
        """What handlers know of the organisation, with what the platforms have told."""
        name = self.reception.names.get(TELEGRAM, "")
        return replace(self.organisation, telegram=name) if name else self.organisation

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Desk, courier, worker and clock are at work inside; what was taken in is finished."""
        self.desk.start()
        self._spawn("worker", self.worker.run, for_ever=True)
        if self.platforms:
            self._spawn("platforms", self._send_and_receive, for_ever=True)
        self._spawn("looking around", self._look_around, for_ever=True)
        self.ticker.start()
        try:
            yield
        finally:
            self.ticker.stop()
            running = list(self._running)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self.desk.stop()

    def _spawn(
        self, name: str, work: Callable[[], Awaitable[None]], *, for_ever: bool = False
    ) -> None:
        """What fails is told, and what is meant to last begins again."""
        if not self.desk.open:
            return

        async def run() -> None:
            while True:
                try:
                    await work()
                except AWAY as problem:
                    log.warning("%s: %r", name, problem)
                except Exception:
                    log.exception("%s stopped", name)
                if not for_ever:
                    return
                await asyncio.sleep(START_AGAIN)

        task = asyncio.create_task(run(), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _send_and_receive(self) -> None:
        """Where this process leads. The courier ends before the connections it uses."""
        async with leading(self.database) as watch:
            ours = [self.courier.run(), self.fetcher.run(), watch()]
            first = [asyncio.ensure_future(each) for each in ours]
            then = [asyncio.create_task(platform.run()) for platform in self.platforms]
            try:
                await asyncio.wait([*first, *then], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for some in (first, then):
                    for task in some:
                        task.cancel()
                    for outcome in await asyncio.gather(*some, return_exceptions=True):
                        if isinstance(outcome, Exception):
                            log.error("sending and receiving begin again", exc_info=outcome)

    # -- after a commit -------------------------------------------------------------------

    def _committed(self, committed: Committed) -> None:
        self.reception.committed(committed)
        self.courier.wake(committed.touched, committed.ready)
        if committed.jobs:
            self.worker.wake()
        self.counts.handled(len(committed.seconds))
        for seconds in committed.seconds:
            self.counts.step(seconds)
        if committed.fetching:
            self.fetcher.wake()
        if committed.late:
            self._spawn("late parts", partial(self._evaluate, committed.late))
        if committed.failed:
            self.counts.count("failed", committed.failed)
            self._spawn("retry", self._retry_soon)

    async def _evaluate(self, keys: list[str] | None) -> None:
        found = await asyncio.to_thread(late.evaluate, self.database, self.desk.place, keys)
        if found:
            await self.desk.run(lambda batch: late.fill(batch, found))

    async def _retry_soon(self) -> None:
        await asyncio.sleep(PAUSE.total_seconds() + 0.1)
        await self.desk.retry()

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AROUND)
            if await self.reception.look():
                await self.desk.retry()

    def _job_done(self, session: Session, job: Job) -> None:
        pictures.done(session, job, self.now())

    # -- what the clock asks for ------------------------------------------------------------

    def _due(self) -> dict[str, Callable[[datetime], Awaitable[None]]]:
        return {
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
        """Little by little: other writes go in between."""
        while await self.desk.write(lambda s: purging.purge(s, now)) >= PURGED_AT_ONCE:
            pass
        await self.desk.write(lambda s: inbox.purge(s, now - SETTLED_LASTS))
        await self.desk.write(lambda s: websessions.purge(s, now))
        await asyncio.to_thread(self._sweep, now)

    def _sweep(self, now: datetime) -> None:
        with self.database.reading() as session:
            known = partial(photos.known, session)
            self.reception.files.sweep(known, now - UNUSED_FILES)
        self.reception.documents.sweep(lambda _: set(), now - DOCUMENTS_LAST)

    async def _desk_works(self) -> str:
        return "" if self.desk.works else "it has stopped"

    # -- pages ----------------------------------------------------------------------------

    def pages(self) -> web.Application:
        """The pages that are no chat; the chats are mounted by the caller."""
        application = web.Application(client_max_size=20 * 2**20, middlewares=[kind_404])
        checks = {
            "database": health.database_answers(self.database),
            "desk": self._desk_works,
            "clock": health.ticks(lambda: self.ticker.last_tick, self.now),
            "mail": health.mail_moves(self.database, self.now),
            "disk": health.disk_has_room(self.reception.files.folder),
        }
        anywhere = self.settings.web.metrics_anywhere
        gauges = metrics.gauges_of(self.database)
        application.add_routes(health.routes(checks))
        application.add_routes(metrics.routes(self.counts, gauges, for_all=anywhere))
        facts, picture = self.organisation, self.reception.files.path
        public = PublicCards(self.database, picture, self.desk.write, facts.name, facts.public_url)
        application.add_routes(public.routes())
        return application
