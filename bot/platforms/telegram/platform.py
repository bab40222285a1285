"""Telegram as a platform."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from telegram import Update
from telegram.error import TelegramError

from bot.conversation.host import Host, Parcel, Sent
from bot.conversation.messages import Incoming
from bot.platforms.telegram.attention import Attention
from bot.platforms.telegram.fetching import fetch
from bot.platforms.telegram.inline import answer
from bot.platforms.telegram.lean import LeanBot
from bot.platforms.telegram.reading import PLATFORM, Me, clean, moved, read
from bot.platforms.telegram.receiving import Patience, Receiver, Unreadable
from bot.platforms.telegram.sending import Sender

log = logging.getLogger(__name__)

BASE_URL = "https://api.telegram.org/bot"
BASE_FILE_URL = "https://api.telegram.org/file/bot"
LAST_CALLS = 2.0
"""Seconds for what nobody waits for, at the end."""

PATIENT = Patience()


class TelegramPlatform:
    """One bot. `username` is known once `started` is set. Stop the courier before `run`, which
    closes the connections at its end."""

    name = PLATFORM

    def __init__(
        self,
        host: Host,
        token: str,
        *,
        bot: str = "telegram",
        base_url: str = BASE_URL,
        base_file_url: str = BASE_FILE_URL,
        patience: Patience = PATIENT,
    ) -> None:
        self.bot = bot
        self.host = host
        self.started = asyncio.Event()
        self._me = Me(bot)
        self._bot = LeanBot(token, base_url, base_file_url)
        self._tasks: set[asyncio.Task[None]] = set()
        self._sender = Sender(self._bot, self._spawn)
        self._attention = Attention(lambda chat: self._spawn(self._sender.show(chat)))
        self._receiver = Receiver(self._bot, self._take, patience)

    @property
    def username(self) -> str:
        return self._me.username

    async def send(self, parcel: Parcel) -> Sent:
        self._attention.ends(parcel.chat)
        return await self._sender.send(parcel)

    async def fetch(self, remote: str) -> bytes:
        return await fetch(self._bot, remote)

    async def run(self) -> None:
        try:
            await self._start()
            await self._receiver.run()
        finally:
            await self._stop()

    async def _start(self) -> None:
        while not self.started.is_set():
            try:
                await self._bot.initialize()
                if (await self._bot.get_webhook_info()).url:
                    await self._bot.delete_webhook()
            except TelegramError as problem:
                await self._receiver.rest(problem)
            else:
                self._me = Me(self.bot, self._bot.id, self._bot.username)
                self.host.known_as(PLATFORM, self.username)
                self.started.set()

    async def _stop(self) -> None:
        self._attention.end_all()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_CALLS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._bot.close_connections()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what comes in ------------------------------------------------------------------------

    async def _take(self, update: Update) -> None:
        """Returns when it is stored."""
        if group := moved(update):
            await self.host.moved(PLATFORM, self.bot, *group)
            return
        if incoming := self._read(update):
            if not incoming.group:
                self._attention.begins(incoming.chat)
                if incoming.said.phone:  # our keyboard was there, perhaps before a restart
                    self._sender.keyboards.add(incoming.chat)
            await self.host.receive(incoming)
        if update.callback_query or update.inline_query:
            self._spawn(self._answer(update))

    def _read(self, update: Update) -> Incoming | None:
        try:
            return read(update, self._me)
        except Exception as problem:
            log.exception("update %d cannot be read", update.update_id)
            raise Unreadable from problem

    async def _answer(self, update: Update) -> None:
        """Ends the waiting of a button. Too late, it is of no use to anybody."""
        try:
            if tap := update.callback_query:
                await self._bot.call("answerCallbackQuery", callback_query_id=tap.id)
            elif query := update.inline_query:
                who = str(query.from_user.id)
                cards = await self.host.cards(PLATFORM, self.bot, who, clean(query.query))
                await self._bot.call("answerInlineQuery", **answer(query.id, cards))
        except TelegramError as problem:
            log.debug("update %d: no answer to the tap: %s", update.update_id, problem)
