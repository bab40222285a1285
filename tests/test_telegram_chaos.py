"""Telegram's double, the real program and kill -9: nothing is lost, nothing is doubled.

DVK_TEST_KILLS, DVK_TEST_UPDATES and DVK_TEST_SENDS make the long form (`make chaos`),
DVK_TEST_SEED another run of it.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database, open_database
from storage.files import Files
from storage.sectors import ensure_sectors
from storage.tables.delivery import Inbox, Job, Outbox
from tests.chaos import Program
from tests.doubles.telegram.faults import Kind
from tests.doubles.telegram.ledger import Call
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram
from tests.make import make_account, make_member, make_root, make_unit
from tests.telegram_chaos import BOT, DISORDER, Killer, Person
from tests.telegram_ledger import Sends, check_files, check_reports, check_sends, check_updates

KILLS = int(os.environ.get("DVK_TEST_KILLS", "8"))
UPDATES = int(os.environ.get("DVK_TEST_UPDATES", "120"))
SENDS = int(os.environ.get("DVK_TEST_SENDS", "80"))
SEED = int(os.environ.get("DVK_TEST_SEED", "2022"))
PEOPLE, ANSWER_WITHIN = 12, 2.0
HASTE = 60 if SENDS < 1000 else 1
"""In the short form nobody waits as long as in life."""
SENDERS, PATIENT = min(100, SENDS // 10), 0.6 if HASTE > 1 else 6.0
SENDING = {"sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery",
           "setMyCommands"}  # fmt: skip
FAULTS: dict[Kind, float] = {
    "429": 0.02, "500": 0.05, "502": 0.05, "drop": 0.04, "hang": 0.01,
    "502_after": 0.04, "drop_after": 0.04, "hang_after": 0.01, "delay": 0.04,
}  # fmt: skip
"""Together 30 %."""
AMBIGUOUS = {"drop", "hang", "drop_after", "hang_after"}
SETTLED = 60.0 if HASTE > 1 else 900.0
NO_DRAFT = "không có phiếu nào đang làm dở"


@dataclass
class Place:
    """The double, the program and the database, and people who have joined."""

    double: Telegram
    program: Program
    database: Database
    people: list[Person]
    killer: Killer


@asynccontextmanager
async def place(url: str, folder: Path, people: int, patience: float) -> AsyncIterator[Place]:
    chance, database = random.Random(SEED), open_database(url)
    async with telegram(seed=SEED) as double:
        double.disorder = DISORDER
        with database.writing() as session:
            found = join(session, double, chance, people, patience)
        program = Program(folder, url, BOT.format(double))
        killer = Killer(program, double, chance, max(1, UPDATES // KILLS))
        try:
            yield Place(double, program, database, found, killer)
        finally:
            if program.process:
                program.end(signal.SIGKILL)
            database.close()


def join(
    session: Session, double: Telegram, chance: random.Random, count: int, patience: float
) -> list[Person]:
    """Members of one commune, and the one who follows what they send."""
    root = make_root(session)
    unit = make_unit(session, "Xã Thạch Lạc", parent=root)
    ensure_sectors(session, root.id)
    users = [double.user(f"Nguyễn Thị Lan {number}") for number in range(count)]
    for user in (focal := double.user("Trần Văn Minh"), *users):
        role = "focal" if user is focal else "member"
        name = f"{user.raw['first_name']} {user.raw['last_name']}"
        make_account(session, make_member(session, name, unit, role), "telegram", str(user.id))
    focal.chat.standing = "member"
    return [Person(user, random.Random(chance.random()), patience) for user in users]


async def test_kill_9_at_each_point_loses_nothing_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with place(database_url, tmp_path, PEOPLE, ANSWER_WITHIN) as all_:
        ended = asyncio.Event()
        writing = [asyncio.create_task(person.fill_in(ended)) for person in all_.people]
        await all_.killer.kill(KILLS)
        while len(all_.double.ledger.updates) < UPDATES:
            await all_.killer.more_updates(50)
        ended.set()
        await finished(writing, all_.people)
        await the_end(all_)
        with all_.database.reading() as session:
            sends = check(session, all_, tmp_path / "files")
            assert not failed(session)
        tell(all_, sends)


async def test_when_three_in_ten_sends_fail_nothing_is_lost_or_stays_unsent(
    database_url: str, tmp_path: Path
) -> None:
    async with place(database_url, tmp_path, SENDERS, PATIENT) as all_:
        all_.double.faults.mix(FAULTS, methods=SENDING)
        ended = asyncio.Event()
        all_.killer.start("tests.dying", DVK_TEST_HASTE=str(HASTE))
        writing = [asyncio.create_task(person.fill_in(ended)) for person in all_.people]
        while len(sends_of(all_.double)) < SENDS:
            await all_.killer.more_updates(20)
        ended.set()
        await finished(writing, all_.people)
        all_.double.faults.stop()
        await the_end(all_)
        with all_.database.reading() as session:
            sends = check(session, all_, tmp_path / "files")
            never = failed(session)
        doubtful = [call for call in sends_of(all_.double) if call.fault in AMBIGUOUS]
        assert len(never) <= len(doubtful)
        assert all("no answer" in error or "broke" in error for error in never)
        tell(all_, sends)


async def finished(writing: list[asyncio.Task[None]], people: list[Person]) -> None:
    """Everybody has their receipt."""
    await asyncio.wait(writing, timeout=SETTLED)
    stranded = [person.user.chat.transcript()[-2000:] for person in people if person.sheet]
    assert not stranded, stranded[0]
    await asyncio.gather(*writing)


def sends_of(double: Telegram) -> list[Call]:
    return [call for call in double.ledger.calls if call.method in SENDING]


async def the_end(all_: Place) -> None:
    """Everything that waits is done, everybody can go on, and the program ends in order."""
    await done(all_)
    asked = [person.user.say("/lamtiep").id for person in all_.people]
    await done(all_)
    for person, number in zip(all_.people, asked, strict=True):
        assert NO_DRAFT in person.user.last.text
        assert person.user.last.id > number
    code = await asyncio.to_thread(all_.program.end, signal.SIGTERM)
    assert code == 0, all_.program.log.read_text()[-5000:]


async def done(all_: Place) -> None:
    await all_.double.settled(within=SETTLED)
    waits = (
        select(Outbox.id).where(Outbox.state.in_(["late", "ready"])),
        select(Inbox.id).where(Inbox.state != "done"),
        select(Job.id).where(Job.state.in_(["waiting", "running"])),
    )
    async with asyncio.timeout(SETTLED):
        while True:
            with all_.database.reading() as session:
                if not any(session.scalar(query.limit(1)) for query in waits):
                    return
            await asyncio.sleep(0.1)


def check(session: Session, all_: Place, folder: Path) -> Sends:
    check_updates(session, all_.double)
    check_reports(session, all_.people)
    check_files(session, all_.people, Files(folder))
    return check_sends(session, all_.double, all_.killer.starts)


def failed(session: Session) -> list[str]:
    return list(session.scalars(select(Outbox.error).where(Outbox.state == "failed")))


def tell(all_: Place, sends: Sends) -> None:
    """A line for the README."""
    kills, double = all_.killer.kills, all_.double
    faults = Counter(call.fault for call in sends_of(double) if call.fault)
    what = [
        "\nSQLite" if all_.database.is_sqlite else "\nPostgreSQL",
        f"Telegram, seed {SEED}: {kills.total()} kills ({named(kills)})",
        f"{len(double.ledger.updates)} updates in disorder",
        f"{sum(person.asked_again for person in all_.people)} of them since no answer came",
        f"{len(sends_of(double))} sends, {faults.total()} with a fault ({named(faults)})",
        f"{sum(len(person.sent) for person in all_.people)} reports: 0 lost, 0 doubled",
        f"0 orphan photos, 0 people stranded, {sends.taken} messages sent",
        f"{sends.unmarked.total()} of them again ({named(sends.unmarked)})",
    ]
    print(", ".join(what))  # noqa: T201


def named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
