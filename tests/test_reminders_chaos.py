"""Everybody is reminded at once, and the program is killed again and again: nobody is left out, and
nobody hears twice but those whose message was on its way.

DVK_TEST_KILLS is the long form (`make chaos`), DVK_TEST_SEED another run of it.
"""

import asyncio
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.scheduling.tick import utc_now
from storage.database import Database, open_database
from storage.sectors import ensure_sectors
from storage.tables.delivery import Outbox
from storage.tables.reminders import Bundle, Reminder
from tests.chaos import Program
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram
from tests.make import make_account, make_member, make_root, make_unit
from tests.scheduling.world import local
from tests.telegram_chaos import BOT, LONGEST_LIFE, Killer
from tests.telegram_ledger import check_sends

KILLS = int(os.environ.get("DVK_TEST_KILLS", "5"))
SEED = int(os.environ.get("DVK_TEST_SEED", "2022"))
PEOPLE = 30 + 12 * KILLS
POINTS = ("before send", "after send", "before marked", "at random")
MOST_SENDS, LONGEST, SETTLED = 12, 2.5, 60.0
PACE = "per_second = 100", "per_second = 1_000_000"
"""Slow enough that not everybody has heard before the last kill."""
MONDAY = local(date(2026, 12, 14), 9)
"""The day before a quarter's report is due."""


@dataclass
class Reaper(Killer):
    """Lives by a clock that is so many seconds ahead."""

    ahead: float = field(default_factory=lambda: (MONDAY - utc_now()).total_seconds())

    async def live(self, point: str) -> str:
        """One life, and where it ended."""
        count = self.chance.randint(1, MOST_SENDS)
        self.begin(DVK_TEST_DIE=f"{point}:{count}")
        longest = LONGEST_LIFE if point in POINTS[:3] else self.chance.uniform(0, LONGEST)
        try:
            await asyncio.to_thread(self.program.ended, longest)
        except subprocess.TimeoutExpired:
            await asyncio.to_thread(self.program.end, signal.SIGKILL)
            return POINTS[3]
        return point

    def begin(self, **environment: str) -> None:
        self.start("tests.dying", DVK_TEST_SHIFT=str(self.ahead), **environment)


@dataclass
class Place:
    double: Telegram
    database: Database
    reaper: Reaper


@asynccontextmanager
async def place(url: str, folder: Path) -> AsyncIterator[Place]:
    database = open_database(url)
    async with telegram(seed=SEED) as double:
        with database.writing() as session:
            join(session, double)
        program = Program(folder, url, BOT.format(double).replace(*PACE[::-1]))
        reaper = Reaper(program, double, random.Random(SEED), MOST_SENDS)
        try:
            yield Place(double, database, reaper)
        finally:
            if program.process:
                program.end(signal.SIGKILL)
            database.close()


def join(session: Session, double: Telegram) -> None:
    """As many focal persons of one commune: each is asked for its report."""
    root = make_root(session)
    unit = make_unit(session, "Xã Thạch Lạc", parent=root)
    ensure_sectors(session, root.id)
    for number in range(PEOPLE):
        user = double.user(f"Trần Văn Minh {number}")
        user.chat.standing = "member"
        member = make_member(session, f"Trần Văn Minh {number}", unit, "focal")
        make_account(session, member, "telegram", str(user.id))


async def test_kill_9_leaves_nobody_out_and_doubles_only_what_was_on_its_way(
    database_url: str, tmp_path: Path
) -> None:
    async with place(database_url, tmp_path) as all_:
        ends = Counter([await all_.reaper.live(POINTS[n % 4]) for n in range(KILLS)])
        all_.reaper.begin()
        await done(all_)
        with all_.database.reading() as session:
            assert session.scalar(select(func.count(Bundle.id))) == PEOPLE
            assert session.scalar(select(func.count(Reminder.id))) == PEOPLE
            sends = check_sends(session, all_.double, all_.reaper.starts)
    heard = Counter(call.chat for call in all_.double.ledger.accepted("sendMessage"))
    again = heard.total() - len(heard)
    assert len(heard) == PEOPLE
    assert again <= sends.unmarked.total()
    how = ", ".join(f"{point} {count}" for point, count in sorted(ends.items()))
    where = "SQLite" if all_.database.is_sqlite else "PostgreSQL"
    print(f"\n{where}: {KILLS} kills ({how}), {PEOPLE} reminders: 0 missing, {again} twice")  # noqa: T201


async def done(all_: Place) -> None:
    """Everybody has heard, and nothing waits."""
    waits = select(Outbox.id).where(Outbox.state.in_(["late", "ready"])).limit(1)
    told = select(func.count(Bundle.id))
    async with asyncio.timeout(SETTLED):
        while True:
            with all_.database.reading() as session:
                if session.scalar(told) == PEOPLE and session.scalar(waits) is None:
                    return
            await asyncio.sleep(0.1)
