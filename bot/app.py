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
from bot.delivery import late, lists, pictures, unreachable
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
from bot.domain.timing import lasts
from bot.handlers.registry import Organisation, load_handlers
from bot.http import health, metrics
from bot.http.metrics import Metrics
from bot.http.missing import kind_404
from bot.http.public_card import PublicCards
from bot.scheduling.alarm import Alarm
from bot.scheduling.chores import Chores
from bot.scheduling.group_digests import GroupDigests
from bot.scheduling.reminding import Reminding
from bot.scheduling.tick import Due, Ticker, utc_now
from storage import list_import
from storage.bundles import Rules
from storage.database import Database
from storage.files import Files
from storage.tables.delivery import Job
from storage.working_days import working_days

log = logging.getLogger(__name__)
DONE = {"photo": pictures.done, list_import.JOB: lists.done}
"""What becomes of what the worker process has made."""
LOOK_AROUND = 2.0
"""Seconds between looks for what other processes have left: mail, a message to try again."""
START_AGAIN = 5.0
LATE_PARTS = "late parts"


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
    reminding: Reminding = field(init=False)
    ticker: Ticker = field(init=False)
    alarm: Alarm = field(init=False)
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
            lasts=lambda at: lasts(at.astimezone(zone), self.settings.reminders.hours),
        )
        keep, keep_list = self.reception.keep_upload, self.reception.keep_list
        self.fetcher = Fetcher(self.database, self.desk, bots, keep, keep_list, self.now)
        extra = {"files": str(files.folder), "documents": str(documents.folder)}
        self.worker = Worker(
            self.database, self.desk.write, self._job_done, extra, count=self._job_stored
        )
        self.reminding = Reminding(
            self.database, self.desk.write, self.desk.speak, self.organisation.root_id, zone,
            self._rules, self._evaluated,
        )  # fmt: skip
        chores = Chores(self.database, self.desk.write, self.desk.speak, files, documents)
        self.ticker = Ticker(self._due() | chores.due(), now=self.now)
        self.alarm = Alarm(self.ticker.silent, self.desk.speak, self.organisation.root_id)

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
            self._spawn(LATE_PARTS, partial(self._evaluate, committed.late))
        if committed.failed:
            self.counts.count("failed", committed.failed)
            self._spawn("retry", self._retry_soon)

    async def _evaluate(self, keys: list[str] | None) -> None:
        found = await asyncio.to_thread(late.evaluate, self.database, self.desk.place, keys)
        if found:
            await self.desk.run(lambda batch: late.fill(batch, found))

    async def _evaluated(self) -> None:
        """What was put in so far has its text."""
        await asyncio.gather(*(t for t in self._running if t.get_name() == LATE_PARTS))

    async def _retry_soon(self) -> None:
        await asyncio.sleep(PAUSE.total_seconds() + 0.1)
        await self.desk.retry()

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AROUND)
            await self.alarm.look(self.now())
            await self.reminding.go_on(self.now())
            await self._look()

    async def _look(self) -> None:
        if await self.reception.look():
            await self.desk.retry()

    def _job_done(self, session: Session, job: Job) -> None:
        DONE[job.kind](session, job, self.now())

    def _job_stored(self, outcome: str) -> None:
        """Its sender may be waiting for what it brought."""
        self.counts.count(outcome)
        self._spawn("results", self._look)

    # -- what the clock asks for ------------------------------------------------------------

    def _due(self) -> dict[str, Due]:
        reminding: dict[str, Due] = {}
        if self.settings.reminders.enabled:
            zone, root_id = self.settings.organisation.zone, self.organisation.root_id
            groups = GroupDigests(self.desk.speak, root_id, zone, self._rules)
            reminding = {
                "due": self.reminding.collect,
                "reminders": self.reminding.send,
                "groups": groups.run,
            }
        return reminding | {"late": lambda _: self._evaluate(None)}

    def _rules(self, session: Session) -> Rules:
        """When people are reminded; the table of days off may have changed since the last tick."""
        given = self.settings.reminders
        working = working_days(session, self.organisation.root_id)
        zone = self.settings.organisation.zone
        return Rules(zone, given.hours, working, given.attention)

    async def _desk_works(self) -> str:
        return "" if self.desk.works else "it has stopped"

    # -- pages ----------------------------------------------------------------------------

    def pages(self) -> web.Application:
        """The pages that are no chat; the chats are mounted by the caller."""
        application = web.Application(client_max_size=20 * 2**20, middlewares=[kind_404])
        checks = {
            "database": health.database_answers(self.database),
            "desk": self._desk_works,
            "clock": health.ticks(self.ticker.silent),
            "mail": health.mail_moves(self.database, self.now),
            "disk": health.disk_has_room(self.reception.files.folder),
        }
        anywhere = self.settings.web.metrics_anywhere
        gauges = metrics.gauges_of(self.database, self.ticker.silent)
        application.add_routes(health.routes(checks))
        application.add_routes(metrics.routes(self.counts, gauges, for_all=anywhere))
        facts, picture = self.organisation, self.reception.files.path
        public = PublicCards(self.database, picture, self.desk.write, facts.name, facts.public_url)
        application.add_routes(public.routes())
        return application
