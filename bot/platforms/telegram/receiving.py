"""Long polling that acknowledges nothing before it is stored."""

import asyncio
import logging
import math
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.error import Conflict, Forbidden, InvalidToken, TelegramError

from bot.platforms.telegram.lean import LeanBot
from bot.platforms.telegram.request import Flooded, parsed
from bot.platforms.telegram.troubles import says

log = logging.getLogger(__name__)

ALLOWED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
TWICE = (
    "another program receives this bot's messages: only one may; this one waits until it has ended"
)
UNKNOWN = "Telegram does not know the token any more: see `dvk doctor`"

Arrived = tuple[int, Update | None]
"""Its number, and None when python-telegram-bot cannot read it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long one poll lasts; the first and the longest pause after a failure; between
    looks whether another poller, or a wrong token, has gone; before the same trouble is told again.
    What cannot be read is passed over after so many tries."""

    poll: int = 30
    first: float = 0.5
    longest: float = 30.0
    conflict: float = 5.0
    unknown: float = 60.0
    told: float = 600.0
    tries: int = 3


@dataclass(slots=True)
class Receiver:
    """take returns once an update is stored and raises when it is not; it raises Unreadable when
    trying again will not help."""

    bot: LeanBot
    take: Callable[[Update], Awaitable[None]]
    patience: Patience = Patience()
    chance: Callable[[], float] = random.random
    _failures: int = 0
    _told: dict[str, float] = field(default_factory=dict)
    _tries: Counter[int] = field(default_factory=Counter)

    async def run(self) -> None:
        """Until cancelled. Begins without an offset, as ids may restart: what was stored before
        is known."""
        offset: int | None = None
        while True:
            try:
                arrived = await self._poll(offset)
            except TelegramError as problem:
                await self.rest(problem)
                continue
            if not await self._all_taken(arrived):
                await self._back_off()
                continue
            self._failures = 0
            # An empty answer has confirmed all that came before.
            offset = max((number for number, _ in arrived), default=-1) + 1 or None

    async def _poll(self, offset: int | None) -> Sequence[Arrived]:
        try:
            updates = await self.bot.get_updates(
                offset, limit=100, timeout=self.patience.poll, allowed_updates=ALLOWED
            )
        except TelegramError:
            raise
        except Exception as problem:
            # One that cannot be read must not keep back the others.
            log.warning("a batch is read one by one: %r", problem)
            found = parsed(self.bot.polls.last).get("result")
            return [one for raw in found if (one := self._one(raw))]
        return [(update.update_id, update) for update in updates]

    def _one(self, raw: Any) -> Arrived | None:
        try:
            return raw["update_id"], Update.de_json(raw, self.bot)
        except Exception:
            log.exception("an update cannot be read")
        number = raw.get("update_id") if isinstance(raw, dict) else None
        return (number, None) if isinstance(number, int) else None

    async def _all_taken(self, arrived: Sequence[Arrived]) -> bool:
        """Begun in order, so that the desk keeps the order of each chat."""
        taken = await asyncio.gather(*(self._taken(*one) for one in arrived))
        return all(taken)

    async def _taken(self, number: int, update: Update | None) -> bool:
        try:
            if update is None:
                raise Unreadable
            await self.take(update)
        except Unreadable:
            return self._passed_over(number)
        except Exception as problem:
            log.warning("update %d is not stored, so it will come again: %r", number, problem)
            return False
        return True

    def _passed_over(self, number: int) -> bool:
        self._tries[number] += 1
        if self._tries[number] < self.patience.tries:
            return False
        del self._tries[number]
        log.error("update %d is passed over: it cannot be read", number)
        return True

    # -- what to do when Telegram does not answer ---------------------------------------------

    async def rest(self, problem: TelegramError) -> None:
        match problem:
            case Flooded(seconds=seconds):
                await asyncio.sleep(seconds)
            case Conflict():
                self._tell(TWICE)
                if says(problem, "webhook"):
                    await self._without_webhook()
                await asyncio.sleep(self.patience.conflict)
            case InvalidToken() | Forbidden():  # its text may hold the token
                self._tell(UNKNOWN)
                await asyncio.sleep(self.patience.unknown)
            case _:
                self._tell(f"Telegram cannot be reached: {problem}")
                await self._back_off()

    def _tell(self, what: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told.get(what, -math.inf) >= self.patience.told:
            self._told[what] = now
            log.warning("%s", what)

    async def _back_off(self) -> None:
        pause = min(self.patience.first * 2.0 ** min(self._failures, 20), self.patience.longest)
        self._failures += 1
        await asyncio.sleep(pause * (0.5 + self.chance()))

    async def _without_webhook(self) -> None:
        try:
            await self.bot.delete_webhook()
        except TelegramError as problem:
            log.debug("the webhook stays: %s", problem)


class Unreadable(Exception):
    """Trying again will not help."""
