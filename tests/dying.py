"""`python -m tests.dying run --config …`: the same program, which kills itself at a named point.

DVK_TEST_DIE=point:count says where, and at which passage of that point; DVK_TEST_HASTE by how much
shorter the courier's pauses are; DVK_TEST_SHIFT how many seconds its clock is ahead.
"""

import argparse
import os
import signal
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import get_ident
from typing import Any, cast

import psycopg
import uvloop
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bot.app import App
from bot.config import Settings, Telegram, load
from bot.conversation.host import Host, Parcel, Platform, Sent
from bot.conversation.messages import Incoming
from bot.delivery.patience import Patience
from bot.demo_clock import Clock
from bot.logs import set_up
from bot.organisation import describe, ensure_root
from bot.platforms.web.platform import WebPlatform
from bot.serving import asked_to_stop, prepared, served, telegram, until

POINTS = ("received", "in the transaction", "committed", "before send", "after send",
          "before marked")  # fmt: skip
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass
class Fuse:
    """left: passages of the point until the end."""

    point: str
    left: int

    def passes(self, point: str) -> None:
        if point != self.point:
            return
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class DyingHost:
    host: Host
    fuse: Fuse

    async def receive(self, incoming: Incoming) -> None:
        self.fuse.passes("received")
        await self.host.receive(incoming)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.host, name)


@dataclass
class DyingPlatform:
    platform: Platform
    fuse: Fuse

    def __post_init__(self) -> None:
        self.name, self.bot = self.platform.name, self.platform.bot
        self.fetch, self.run = self.platform.fetch, self.platform.run

    async def send(self, parcel: Parcel) -> Sent:
        self.fuse.passes("before send")
        sent = await self.platform.send(parcel)
        self.fuse.passes("after send")
        return sent


class WatchedCursor(psycopg.Cursor[Any]):
    watch: "Watch"

    def execute(self, query: Any, *more: Any, **how: Any) -> Any:
        self.watch.says(str(query))
        return super().execute(query, *more, **how)

    def executemany(self, query: Any, *more: Any, **how: Any) -> None:
        self.watch.says(str(query))
        super().executemany(query, *more, **how)


@dataclass
class Watch:
    """Over the transactions; heard: the threads whose transaction holds something that was said."""

    fuse: Fuse
    heard: set[int] = field(default_factory=set)

    def begin(self) -> None:
        event.listen(Engine, "connect", self.connected)
        event.listen(Engine, "rollback", self.rolled_back)
        event.listen(Session, "after_commit", self.committed)

    def connected(self, connection: Any, _record: Any) -> None:
        """At the driver: `storage.prepared` goes there without SQLAlchemy's events."""
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self.says)
        else:
            connection.cursor_factory = type("Watched", (WatchedCursor,), {"watch": self})

    def says(self, statement: str) -> None:
        """Before it is done; a write after the note of what was said is in its transaction."""
        if statement.startswith("UPDATE outbox") and "sent_at=" in statement:
            self.fuse.passes("before marked")
        if get_ident() in self.heard and statement.startswith(WRITES):
            self.fuse.passes("in the transaction")
        if statement.startswith("INSERT INTO seen"):
            self.heard.add(get_ident())

    def rolled_back(self, _connection: Any) -> None:
        self.heard.discard(get_ident())

    def committed(self, session: Session) -> None:
        if get_ident() in self.heard and not session.in_nested_transaction():
            self.heard.discard(get_ident())
            self.fuse.passes("committed")


def dying(bot: Telegram, fuse: Fuse, host: Host) -> Platform:
    return DyingPlatform(telegram(bot, cast(Host, DyingHost(host, fuse))), fuse)


def hasty(patience: Patience, times: float) -> Patience:
    send, retry, look = patience.send / times, patience.retry / times, patience.look / times
    return replace(patience, send=send, retry=retry, look=max(look, 0.05))


async def serve(settings: Settings, fuse: Fuse, haste: float, ahead: timedelta) -> None:
    """As `bot.serving.serve` does it."""
    set_up()
    Watch(fuse).begin()
    with prepared(settings) as database:
        stop = asked_to_stop()
        with database.writing() as session:
            root = ensure_root(session, settings)
        facts = describe(settings, root, settings.web.address)
        connect = [partial(dying, bot, fuse) for bot in settings.telegram]
        clock = Clock(settings.organisation.zone, ahead)
        app = App(settings, database, facts, now=clock, connect=connect)
        app.courier.patience = hasty(app.courier.patience, haste)
        pages = app.pages()
        WebPlatform(app.reception, public_url=settings.web.address).routes(pages)
        async with app.started(), served(pages, settings.web.host, settings.web.port):
            await until(stop)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--config", type=Path)
    point, _, count = os.environ.get("DVK_TEST_DIE", "never:0").partition(":")
    haste = float(os.environ.get("DVK_TEST_HASTE", "1"))
    os.umask(0o027)
    settings = load(parser.parse_args().config)
    ahead = timedelta(seconds=float(os.environ.get("DVK_TEST_SHIFT", "0")))
    uvloop.run(serve(settings, Fuse(point, int(count)), haste, ahead))


if __name__ == "__main__":
    main()
