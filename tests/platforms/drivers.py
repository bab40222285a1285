"""One small driver per platform, so that the same scenarios can be played on each.

A `Street` is a platform that outlives the bot's process; `open` runs that process, and a `Phone` is
one member's way to talk with it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import uuid4

from sqlalchemy.exc import OperationalError

from bot.app import App
from storage.database import Database
from tests import browsing, telegramming
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.updates import Entry
from tests.make import make_account, make_member, make_unit, the_root

TRIES = 200


class Phone(Protocol):
    async def say(self, *texts: str) -> None:
        """All of them at once, as far as the platform lets one."""

    async def tap(self, label: str, times: int = 1) -> None:
        """A button that is to be seen; several times before the first is answered."""

    async def photo(self, data: bytes, size: int = 0) -> None:
        """size: as if it had so many bytes."""

    async def file(self, name: str, data: bytes, size: int = 0) -> None:
        """The same, of any kind."""

    async def again(self) -> None:
        """The platform, not knowing that it was taken, brings the last message again."""

    async def texts(self) -> list[str]:
        """What the bot has written, as it stands there now."""

    async def taken(self) -> bool:
        """Whether the last message needs not come again."""


class Street(Protocol):
    app: App

    def open(self) -> AbstractAsyncContextManager[None]: ...

    async def phone(self, name: str = "Lan") -> Phone:
        """Of a member, made when first asked for."""

    def cut_off(self) -> AbstractContextManager[None]:
        """Nothing the bot says arrives."""


async def see(phone: Phone, words: str) -> str:
    for _ in range(TRIES):
        for text in reversed(await phone.texts()):
            if words in text:
                return text
        await asyncio.sleep(0.02)
    raise AssertionError(f"no “{words}” among {await phone.texts()}")


class Away:
    """A database that does not answer."""

    def writing(self) -> None:
        raise OperationalError("BEGIN", {}, ConnectionError("gone"))


@contextmanager
def away(app: App) -> Iterator[None]:
    there, app.desk.database = app.desk.database, cast(Database, Away())
    try:
        yield
    finally:
        app.desk.database = there


def member(database: Database, name: str, platform: str, chat: str) -> None:
    with database.writing() as session:
        root = the_root(session)
        unit = make_unit(session, f"Xã của {name}", parent=root)
        make_account(session, make_member(session, name=name, unit=unit), platform, chat)


# -- the web chat ---------------------------------------------------------------------------


@dataclass
class WebPhone:
    browser: browsing.Browser
    last: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    refusals: list[str] = field(default_factory=list)

    async def say(self, *texts: str) -> None:
        for text in texts:
            await self._post(text=text)

    async def tap(self, label: str, times: int = 1) -> None:
        mail = [row["body"] for row in await self.browser.look() if not row["own"]]
        shown = [o for body in mail for o in [*body.get("options", []), *body.get("actions", [])]]
        data = next(option[1] for option in reversed(shown) if option[0] == label)
        await asyncio.gather(*(self._post(button=data) for _ in range(times)))

    async def photo(self, data: bytes, size: int = 0) -> None:
        if hash := await self._put("/photo", data, size):
            await self._post(photos=[hash])

    async def file(self, name: str, data: bytes, size: int = 0) -> None:
        if hash := await self._put("/list", data, size):
            await self._post(document=[name, hash])

    async def _put(self, path: str, data: bytes, size: int) -> str:
        whole = BytesIO(data + bytes(max(0, size - len(data))))
        answer = await self.browser.post(path, data=whole)
        body = await answer.json()
        if answer.status != 200:
            self.refusals.append(body["say"])
        return str(body.get("hash", ""))

    async def again(self) -> None:
        self.status = (await self.browser.post("/say", json=self.last)).status

    async def texts(self) -> list[str]:
        return [*await self.browser.texts(), *self.refusals]

    async def taken(self) -> bool:
        return self.status == 200

    async def _post(self, **body: Any) -> None:
        self.last = {"key": str(uuid4()), **body}
        await self.again()


@dataclass
class WebStreet:
    database: Database
    folder: Path
    known: set[str] = field(default_factory=set)
    app: App = field(init=False)
    house: browsing.House = field(init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with browsing.house(self.database, self.folder) as self.house:
            self.app = self.house.app
            yield

    async def phone(self, name: str = "Lan") -> WebPhone:
        if name not in self.known:
            self.known.add(name)
            member(self.database, name, "web", name)
        return WebPhone(await self.house.of(name))

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Nobody looks at the page."""
        yield


# -- Telegram -------------------------------------------------------------------------------


@dataclass
class TelegramPhone:
    user: User

    async def say(self, *texts: str) -> None:
        for text in texts:
            self.user.say(text)

    async def tap(self, label: str, times: int = 1) -> None:
        message = next(m for m in reversed(self.user.messages) if m.button(label))
        for _ in range(times):
            self.user.tap(label, message)

    async def photo(self, data: bytes, size: int = 0) -> None:
        self.user.send_document(data, size=size or None)

    async def file(self, name: str, data: bytes, size: int = 0) -> None:
        self.user.send_document(data, name, "application/octet-stream", size=size or None)

    async def again(self) -> None:
        """If it was not taken it comes by itself."""
        update = self.user.double.ledger.updates[-1]
        if update.acked:
            self.user.double.line_up(Entry(update, out_of_turn=True))

    async def texts(self) -> list[str]:
        return [message.text for message in self.user.chat.replies]

    async def taken(self) -> bool:
        return not self.user.double.ledger.unacknowledged()


@dataclass
class TelegramStreet:
    database: Database
    folder: Path
    double: Telegram
    known: dict[str, User] = field(default_factory=dict)
    app: App = field(init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with telegramming.house(self.database, self.folder, self.double) as house:
            self.app = house.app
            yield

    async def phone(self, name: str = "Lan") -> TelegramPhone:
        if name not in self.known:
            user = self.known[name] = self.double.user(name)
            user.chat.standing = "member"
            member(self.database, name, "telegram", str(user.id))
        return TelegramPhone(self.known[name])

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        fault = self.double.faults.always("502", methods="sendMessage")
        try:
            yield
        finally:
            self.double.faults.stop(fault)
