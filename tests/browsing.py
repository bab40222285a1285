"""The whole program in this process, and browsers that talk to it over HTTP as the page does."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import ClientResponse
from aiohttp.test_utils import TestServer

from bot.app import App
from bot.config import check
from bot.organisation import describe, ensure_root
from bot.platforms.web.platform import WebPlatform
from bot.scheduling.tick import utc_now
from storage.database import Database

SIGNED_OUT = 401


@dataclass
class Browser:
    """One cookie jar. mail is what the chat shows now."""

    address: str
    http: aiohttp.ClientSession
    csrf: str = ""
    chat: str = ""

    async def get(self, path: str) -> ClientResponse:
        return await self.http.get(self.address + path, allow_redirects=False)

    async def post(self, path: str, **more: Any) -> ClientResponse:
        headers = {"Origin": self.address, "X-CSRF": self.csrf} | more.pop("headers", {})
        return await self.http.post(
            self.address + path, headers=headers, allow_redirects=False, **more
        )

    async def form(self, path: str, **words: str) -> ClientResponse:
        """A form of ours, as the sign-in pages send it."""
        words |= {"csrf": self.csrf} if self.csrf else {}
        data = aiohttp.FormData(words or {"x": ""})
        answer = await self.post(path, data=data, headers={"X-CSRF": ""})
        if answer.status == 303:
            await self.look()
        return answer

    async def look(self) -> list[dict[str, Any]]:
        answer = await self.get("/history")
        if answer.status == SIGNED_OUT:
            return []
        body = await answer.json()
        self.csrf, self.chat = body["me"]["csrf"], body["me"]["chat"]
        mail: list[dict[str, Any]] = body["mail"]
        return mail

    async def texts(self) -> list[str]:
        """What the bot said."""
        return [row["body"]["text"] for row in await self.look() if not row["own"]]

    async def post_said(self, key: str = "", **body: Any) -> ClientResponse:
        return await self.post("/say", json={"key": key or str(uuid4()), **body})

    async def say(self, *texts: str, **body: Any) -> str:
        """The last answer to the last of them."""
        for text in texts:
            assert (await self.post_said(text=text, **body)).status == 200
        return (await self.texts())[-1]

    async def upload(self, data: bytes) -> ClientResponse:
        return await self.post("/photo", data=data)

    async def hears(self, words: str, seconds: float = 30) -> str:
        """The message that has these words, once it is there."""
        async with asyncio.timeout(seconds):
            while True:
                for text in reversed(await self.texts()):
                    if words in text:
                        return text
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def stream(self, after: int = 0) -> AsyncIterator["Stream"]:
        async with self.http.get(f"{self.address}/events?after={after}") as answer:
            yield Stream(answer)


@dataclass
class Stream:
    answer: ClientResponse
    rest: str = ""

    async def next(self, seconds: float = 30) -> tuple[str, str]:
        """(event, data) of the next event that is no beat."""
        async with asyncio.timeout(seconds):
            while True:
                while "\n\n" not in self.rest:
                    self.rest += (await self.answer.content.readany()).decode()
                block, _, self.rest = self.rest.partition("\n\n")
                found = dict(re.findall(r"^(event|data): (.*)$", block, re.M))
                if found.get("event") != "beat":
                    return found.get("event", ""), found["data"]

    async def text(self) -> str:
        event, data = await self.next()
        assert event == "", data
        said: str = json.loads(data)["body"].get("text", "")
        return said


@dataclass
class House:
    """The running program; every `browser()` is somebody else's phone."""

    app: App
    address: str
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)  # for an address without a name
        self.browsers.append(Browser(self.address, aiohttp.ClientSession(cookie_jar=jar)))
        return self.browsers[-1]

    async def of(self, chat: str) -> Browser:
        """The browser of a chat that is there already."""
        browser, mount = self.browser(), WebPlatform(self.app.reception).mount
        secret = await self.app.reception.sign_in(chat)
        browser.http.cookie_jar.update_cookies({mount.cookie: secret})
        await browser.look()
        return browser


@asynccontextmanager
async def house(
    database: Database, folder: Path, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[House]:
    settings = check({"storage": {"url": database.url, "files": str(folder / "files")}})
    with database.writing() as session:
        root = ensure_root(session, settings)
        session.flush()
        session.expunge_all()
    app = App(settings, database, describe(settings, root, "https://dvk.example.vn"), now=now)
    pages = app.pages()
    WebPlatform(app.reception).routes(pages)
    async with app.started(), TestServer(pages) as server:
        made = House(app, str(server.make_url("/")).rstrip("/"))
        try:
            yield made
        finally:
            await asyncio.gather(*(browser.http.close() for browser in made.browsers))
