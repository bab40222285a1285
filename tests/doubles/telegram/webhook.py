"""Updates pushed to the bot's address instead of being fetched."""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout
from orjson import dumps

from tests.doubles.telegram.wire import Json

if TYPE_CHECKING:
    from tests.doubles.telegram.telegram import Telegram


class Webhook:
    """One update at a time, in order; what is not answered with 200 comes again."""

    pause = 0.1
    """Seconds before a refused update comes again; each time twice as long, up to 2 s."""

    def __init__(self, double: "Telegram") -> None:
        self.double = double
        self.url = self.secret = self.error = ""
        self.error_at = 0.0
        self.task: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str) -> None:
        await self.stop()
        self.url, self.secret = url, secret
        if url:
            self.task = asyncio.create_task(self.push())

    async def stop(self) -> None:
        if self.task:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        self.task = None

    async def push(self) -> None:
        queue, double = self.double.queue, self.double
        async with ClientSession(timeout=ClientTimeout(60)) as session:
            pause = self.pause
            while True:
                batch = queue.take(1, double.now())
                if not batch:
                    await queue.more.rung(None)
                elif await self.accepts(session, batch[0].body):
                    queue.acknowledge(batch[0].id + 1, double.now())
                    double.changed.ring()
                    pause = self.pause
                else:
                    await asyncio.sleep(pause)
                    pause = min(2, pause * 2)

    async def accepts(self, session: ClientSession, body: Json) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        try:
            async with session.post(self.url, data=dumps(body), headers=headers) as answer:
                if answer.status == 200:
                    return True
                self.error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (ClientError, TimeoutError) as problem:
            self.error = f"Connection failed: {problem!r}"
        self.error_at = self.double.now()
        return False

    def info(self) -> Json:
        about: Json = {"url": self.url, "has_custom_certificate": False}
        about["pending_update_count"] = len(self.double.queue)
        if self.error and self.url:
            about |= {"last_error_date": int(self.error_at), "last_error_message": self.error}
        return about
