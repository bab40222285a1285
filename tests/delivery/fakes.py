"""What deliveries stand on, without a network: a desk in one line, a platform in memory."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.conversation.host import Parcel, Sent
from bot.conversation.messages import Reply
from bot.delivery.persist import Write
from bot.errors import SendError
from storage.database import Database
from storage.outbox import put

T = TypeVar("T")
PATIENCE_FOR_TESTS = 10.0


def desk(database: Database) -> Write:
    """Each write a transaction of its own, in a thread."""

    async def write(fn: Callable[[Session], T]) -> T:
        def run() -> T:
            with database.writing() as session:
                return fn(session)

        return await asyncio.to_thread(run)

    return write


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_FOR_TESTS):
        while not true():  # noqa: ASYNC110 the truth is in a database
            await asyncio.sleep(0.005)


@dataclass
class FakePlatform:
    """Takes messages; `faults` says, per text, what its next sends raise first."""

    name: str = "telegram"
    bot: str = "web"
    got: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, list[SendError]] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    seconds: float = 0.0
    parcels: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> Sent:
        chat, reply = parcel.chat, parcel.reply
        if chat in self.hanging:
            await asyncio.sleep(3600)
        await asyncio.sleep(self.seconds)
        if waiting := self.faults.get(reply.text):
            raise waiting.pop(0)
        self.got.append((chat, reply.text))
        self.parcels.append(parcel)
        return Sent(
            f"m{len(self.got)}", bool(reply.options), {name: f"r-{name}" for name in parcel.files}
        )

    async def fetch(self, remote: str) -> bytes:
        raise SendError(remote)

    async def run(self) -> None: ...

    def texts(self, chat: str) -> list[str]:
        return [text for to, text in self.got if to == chat]


def say(
    session: Session, account_id: int, text: str, now: datetime, code: str = "", lane: str = "reply"
) -> None:
    reply = Reply(text, code=code)
    put(session, key=f"{account_id}/{text}", account_id=account_id, reply=reply, now=now, lane=lane)
