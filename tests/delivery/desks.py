"""What tests of the desk stand on: people who can talk, a command whose effects are counted."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot.conversation.messages import Incoming, Option, Reply, Said
from bot.delivery.batch import Batch, Place
from bot.delivery.desk import Committed, Desk
from bot.handlers.registry import (
    ACTIONS,
    COMMANDS,
    LATE,
    Command,
    Organisation,
    Talk,
    load_handlers,
)
from storage import inbox
from storage.database import Database
from storage.tables.delivery import Counter, Inbox, Outbox, Seen
from storage.tables.people import Account, Draft
from tests.make import NOW, make_account, make_member, make_unit, the_root

list(load_handlers())
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def incoming(chat: str, text: str = "", key: str = "", echo: bool = False, **said: Any) -> Incoming:
    return Incoming("web", "web", key or str(uuid4()), chat, Said(text, **said), echo=echo)


def people(database: Database, *chats: str) -> dict[str, int]:
    """Members of one commune, each with a web chat of their name; returns their accounts."""
    with database.writing() as session:
        unit = make_unit(session)
        return {
            name: make_account(session, make_member(session, name=name, unit=unit), chat=name).id
            for name in chats
        }


def place(database: Database, now: Callable[[], datetime] = lambda: NOW) -> Place:
    with database.writing() as session:
        organisation = Organisation(the_root(session).id, "Ban Dân vận", "Văn phòng")
    return Place(lambda _: organisation, ZONE, now)


def run(database: Database, *messages: Incoming, now: datetime = NOW) -> Batch:
    """All of them in one transaction."""
    surroundings = place(database)
    with database.writing() as session:
        batch = Batch(session, surroundings, now)
        batch.run(messages)
        batch.finish()
    return batch


def retry(database: Database) -> None:
    """What failed is due, and tried again."""
    surroundings = place(database)
    with database.writing() as session:
        session.execute(update(Inbox).values(retry_at=None))
        batch = Batch(session, surroundings, NOW)
        for row in inbox.due_retries(session, NOW):
            batch.again(row.id)
        batch.finish()


def mail(database: Database, chat: str) -> list[Outbox]:
    with database.reading() as session:
        rows = select(Outbox).join(Account).where(Account.external_id == chat)
        found = list(session.scalars(rows.order_by(Outbox.number)))
        session.expunge_all()
    return found


def texts(database: Database, chat: str) -> list[str]:
    """What the bot said."""
    return [row.body["text"] for row in mail(database, chat) if not row.own]


def shown(database: Database, chat: str) -> Reply:
    return Reply.from_json([row for row in mail(database, chat) if not row.own][-1].body)


def account(database: Database, chat: str) -> Account:
    with database.reading() as session:
        found = session.scalars(select(Account).where(Account.external_id == chat)).one()
        session.expunge_all()
    return found


def drafts(database: Database) -> list[Draft]:
    with database.reading() as session:
        found = list(session.scalars(select(Draft).order_by(Draft.id)))
        session.expunge_all()
    return found


def keys(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Seen.key)))


# -- a command whose effects are counted --------------------------------------------------------


def effects(database: Database) -> dict[str, int]:
    with database.reading() as session:
        rows = select(Counter).where(Counter.name.startswith("thử "))
        return {row.name.removeprefix("thử "): row.value for row in session.scalars(rows)}


def effect(talk: Talk, name: str) -> None:
    name = f"thử {name}"
    row = talk.session.get(Counter, name) or Counter(name=name, value=0)
    row.value += 1
    talk.session.add(row)


@dataclass
class Trial:
    """`/thu một` counts "một", raises if that is in bad, and answers. spoil is done before."""

    bad: dict[str, Exception] = field(default_factory=dict)
    spoil: dict[str, Callable[[Talk], None]] = field(default_factory=dict)
    handled: list[str] = field(default_factory=list)
    options: tuple[Option, ...] = ()

    def run(self, talk: Talk, argument: str) -> Reply:
        self.handled.append(argument)
        effect(talk, argument)
        if argument in self.spoil:
            self.spoil[argument](talk)
        if argument in self.bad:
            raise self.bad[argument]
        return Reply(f"Đã ghi {argument}", options=self.options)


@contextmanager
def trial() -> Iterator[Trial]:
    made = Trial()
    with registered(COMMANDS, "thu", Command("thu", "Thử", made.run)):
        yield made


@contextmanager
def registered(registry: dict[str, Any], name: str, what: Any) -> Iterator[None]:
    """Something a handler file would register, while a test lasts."""
    assert registry is COMMANDS or registry is ACTIONS or registry is LATE or name not in registry
    before = registry.get(name)
    registry[name] = what
    try:
        yield
    finally:
        del registry[name]
        registry.update({name: before} if before else {})


# -- a desk at work -----------------------------------------------------------------------------


@dataclass
class Office:
    database: Database
    desk: Desk
    commits: list[Committed]

    async def say(self, chat: str, text: str, key: str = "") -> None:
        await self.desk.receive(incoming(chat, text, key))

    async def together(self, *messages: Incoming) -> list[Any]:
        """All waiting at once, so that they are one batch; their results or exceptions."""
        gate = threading.Event()
        held = asyncio.ensure_future(self.desk.run(lambda _: gate.wait(10)))
        await asyncio.sleep(0.02)
        waiting = [asyncio.ensure_future(self.desk.receive(m)) for m in messages]
        await asyncio.sleep(0.02)
        gate.set()
        await held
        return await asyncio.gather(*waiting, return_exceptions=True)


@asynccontextmanager
async def office(
    database: Database, now: Callable[[], datetime] = lambda: NOW, most: int = 50
) -> AsyncIterator[Office]:
    commits: list[Committed] = []
    desk = Desk(database, place(database, now), commits.append, most)
    desk.start()
    try:
        yield Office(database, desk, commits)
    finally:
        await desk.stop()
