"""The courier: from the outbox to the platforms, at least once, in order per chat."""

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.conversation.host import Parcel, Platform, StoredFile
from bot.delivery.marking import Marks
from bot.delivery.pacing import Limits, Pacer
from bot.delivery.patience import Patience, next_try
from bot.delivery.persist import Write, surely
from bot.delivery.waiting import Waiting
from bot.domain.timing import FRESH
from bot.errors import SendError
from storage import bundles, sending
from storage.database import Database
from storage.outbox import REMINDER, Ready
from storage.sending import Bot, Delivered, Letter

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


TellFocal = Callable[[Session, int], None]
"""Tell somebody of the unit that this account can no longer be reached."""
FilesOf = Callable[[Session, Letter], Mapping[str, StoredFile]]
"""The pictures and the document of a reply, by hash."""
Deliver = Callable[[Letter], Awaitable[bool]]
NOTHING: Mapping[int, Sequence[Ready]] = {}
NOT_FOUND = 3
"""So often in a row a chat is not found before it is given up."""


def _take_back(session: Session, letter: Letter) -> None:
    if letter.doubt:
        sending.mark_failed(session, letter, "its time is over", None)
    else:
        bundles.take_back(session, letter.account_id, letter.number)


@dataclass(slots=True)
class Courier:
    """One for all bots of a process; web chats need none.

    write and write_along are the desk's; count is told "sent", "retried" or "given_up". lasts:
    until when a reminder may be sent that was put in then. Stop it by cancelling `run`, before the
    desk: sends under way are finished and marked.
    """

    database: Database
    write: Write
    platforms: Mapping[Bot, Platform]
    tell_focal: TellFocal
    files_of: FilesOf = lambda *_: {}
    limits: Mapping[Bot, Limits] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    count: Callable[[str], None] = lambda _: None
    lasts: Callable[[datetime], datetime] = lambda at: at + FRESH
    write_along: Write | None = None
    _marks: Marks = field(init=False)
    _pacers: dict[Bot, Pacer] = field(init=False)
    _waiting: Waiting = field(default_factory=Waiting)
    _under_way: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _news: set[int] = field(default_factory=set)
    _changed: set[int] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _look_at: float = -math.inf

    def __post_init__(self) -> None:
        self._marks = Marks(self.write, self.write_along or self.write)
        self._pacers = {bot: Pacer(self.limits.get(bot, Limits())) for bot in self.platforms}

    def wake(
        self, accounts: Iterable[int] = (), ready: Mapping[int, Sequence[Ready]] = NOTHING
    ) -> None:
        """The desk has committed mail for these accounts; ready: what may go at once."""
        for account_id in accounts:
            if not self._waiting.handed(account_id, ready.get(account_id, ())):
                self._news.add(account_id)
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        self._waiting = Waiting()  # meanwhile another process may have sent
        try:
            while True:
                self._woken.clear()
                await self._look()
                await self._rest(self._start())
        finally:
            self._waiting = Waiting()
            await self._end()

    async def _look(self) -> None:
        """Read what may go next: for chats with news at once, for all every second."""
        everybody = self.clock() >= self._look_at
        accounts, self._news, self._changed = self._news, set(), set()
        if not (everybody or accounts):
            return
        try:
            found = await asyncio.to_thread(self._read, None if everybody else accounts)
        except (SQLAlchemyError, OSError) as problem:
            log.warning("the outbox cannot be read: %s", problem)
            found, everybody = [], True
        if everybody:
            self._look_at = self.clock() + self.patience.look
        for letter in found:
            self._take(letter)

    def _read(self, accounts: set[int] | None) -> list[Letter]:
        most = self.patience.most + len(self._under_way) + len(self._waiting.letters)
        with self.database.reading() as session:
            return sending.waiting(session, list(self.platforms), self.now(), most, accounts)

    def _take(self, letter: Letter) -> None:
        account_id = letter.account_id
        # What was read is out of date if a send of this chat ended meanwhile.
        if account_id in self._changed:
            self._news.add(account_id)
        elif account_id not in self._under_way and not self._waiting.has(account_id):
            self._waiting.found(letter, certain=account_id not in self._news)

    def _start(self) -> float:
        """Send what is free to go, replies first; returns when the next one is."""
        soonest = math.inf
        for letter in self._waiting.heads(self._under_way):
            if len(self._under_way) >= self.patience.room(letter):
                break
            if self._is_over(letter):
                self._begin(letter, self._withdraw)
                continue
            now, pacer = self.clock(), self._pacers[letter.bot]
            when = pacer.when(letter.chat, now)
            if when > now:
                soonest = min(soonest, when)
                continue
            arrived = pacer.sent(letter.chat, now)
            self._begin(letter, partial(self._send, arrived=arrived))
        return soonest

    def _begin(self, letter: Letter, deliver: Deliver) -> None:
        delivery = self._deliver(self._waiting.take(letter), deliver)
        self._under_way[letter.account_id] = asyncio.create_task(delivery)

    def _is_over(self, letter: Letter) -> bool:
        """A reminder is true for a while only, and nobody is reminded in the night."""
        return letter.lane == REMINDER and self.now() > self.lasts(letter.at)

    async def _rest(self, soonest: float) -> None:
        pause = min(soonest, self._look_at) - self.clock()
        if self._news:
            return
        try:
            async with asyncio.timeout(max(pause, 0.0)):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _deliver(self, letter: Letter, deliver: Deliver) -> None:
        try:
            known = await deliver(letter)
        except Exception:
            # Its mark is not stored: sent again it might go on for ever, so this chat waits for
            # the next start.
            log.exception("account %s: sending stops", letter.account_id)
            self._waiting.forget(letter.account_id)
            return
        del self._under_way[letter.account_id]
        self._changed.add(letter.account_id)
        if not known:
            self._news.add(letter.account_id)
        self._woken.set()

    async def _send(self, letter: Letter, arrived: Callable[[float], None]) -> bool:
        """Whether it is known what comes next there."""
        try:
            async with asyncio.timeout(self.patience.send):
                sent = await self.platforms[letter.bot].send(await self._parcel(letter))
        except SendError as error:
            await self._failed(letter, error)
        except TimeoutError:
            await self._failed(letter, SendError("no answer in time", unsure=True))
        except Exception as problem:
            log.exception("account %s: the platform raised", letter.account_id)
            await self._failed(letter, SendError(repr(problem)))
        else:
            arrived(self.clock())
            done = Delivered(letter, sent, self.now())
            await self._marks.sent(done, hurry=bool(self._waiting.letters))
            self.count("sent")
            return self._waiting.sent(done)
        return False

    async def _withdraw(self, letter: Letter) -> bool:
        """To be made anew; what may have arrived is left at that."""
        self._waiting.forget(letter.account_id)
        await surely(self.write, lambda session: _take_back(session, letter))
        return False

    async def _parcel(self, letter: Letter) -> Parcel:
        reply, closes = letter.reply, letter.open if letter.lane == "reply" else ""
        turn = partial(self._turn, letter.bot)
        if not (reply.photos or reply.file):
            return Parcel(letter.chat, reply, closes, turn=turn)
        files, remote = await asyncio.to_thread(self._files, letter)
        return Parcel(letter.chat, reply, closes, files, remote, turn)

    async def _turn(self, bot: Bot) -> None:
        now = self.clock()
        await asyncio.sleep(self._pacers[bot].turn(now) - now)

    def _files(self, letter: Letter) -> tuple[Mapping[str, StoredFile], Mapping[str, str]]:
        with self.database.reading() as session:
            files = self.files_of(session, letter)
            return files, sending.remote_names(session, letter.bot, list(files))

    async def _failed(self, letter: Letter, error: SendError) -> None:
        if error.retry_after:
            until = self.clock() + error.retry_after
            self._pacers[letter.bot].hold(until, None if error.whole_bot else letter.chat)
        self._waiting.forget(letter.account_id)
        again = next_try(letter, error, self.now(), self.chance(), self.patience)
        await surely(self.write, lambda session: self._mark(session, letter, error, again))
        self.count("retried" if again else "given_up")

    def _mark(
        self, session: Session, letter: Letter, error: SendError, again: datetime | None
    ) -> None:
        if error.moved_to and sending.move(session, letter.bot, letter.chat, error.moved_to):
            again = self.now()
        sending.mark_failed(session, letter, str(error), again, unsure=error.unsure)
        if not self._gone(session, letter, error):
            return
        if sending.mark_unreachable(session, letter.account_id):
            try:
                with session.begin_nested():
                    self.tell_focal(session, letter.account_id)
            except Exception:  # the mark itself must be stored
                log.exception("account %s: nobody was told", letter.account_id)

    @staticmethod
    def _gone(session: Session, letter: Letter, error: SendError) -> bool:
        if not error.gone:
            return False
        return error.permanent or sending.not_found(session, letter.account_id) >= NOT_FOUND

    async def _end(self) -> None:
        tasks = list(self._under_way.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.patience.end)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
