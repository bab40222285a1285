"""The program is killed at any moment: every acknowledged message took effect exactly once.

DVK_TEST_KILLS=200 is the long form (`make chaos`), DVK_TEST_SEED another run of it.
"""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database import Database, open_database
from storage.sectors import ensure_sectors
from storage.tables.delivery import Inbox, Outbox, Seen
from storage.tables.people import Account, Draft
from storage.tables.people import Member as MemberRow
from storage.tables.records import Initiative, Report
from tests.chaos import ANSWERED, JOINING, Member, Program, kill_again_and_again, report
from tests.make import make_root, make_unit

KILLS = int(os.environ.get("DVK_TEST_KILLS", "5"))
SEED = int(os.environ.get("DVK_TEST_SEED", "2022"))
MEMBERS = 3
UNIT = "Xã Thạch Lạc"


@pytest.fixture
def program(database_url: str, tmp_path: Path) -> Iterator[Program]:
    database = open_database(database_url)
    with database.writing() as session:
        root = make_root(session)
        make_unit(session, UNIT, parent=root)
        ensure_sectors(session, root.id)
    database.close()
    program = Program(tmp_path, database_url)
    yield program
    if program.process:
        program.end(signal.SIGKILL)


async def test_kill_9_loses_nothing_and_doubles_nothing(
    program: Program, database_url: str
) -> None:
    chance = random.Random(SEED)
    invitations = [program.invite(UNIT) for _ in range(MEMBERS)]
    program.start()
    await program.ready()
    members = [await come_in(program, token, chance.random()) for token in invitations]
    ended = asyncio.Event()
    talking = [asyncio.create_task(talk(member, ended)) for member in members]
    await kill_again_and_again(program, KILLS, chance)
    ended.set()
    await asyncio.gather(*talking)
    await until_evaluated(database_url)
    code = await asyncio.to_thread(program.end, signal.SIGTERM)
    for member in members:
        await member.http.close()
    assert code == 0, program.log.read_text()
    database = open_database(database_url)
    with database.reading() as session:
        check_the_ledger(session, members)
    tell(database, members)
    database.close()


async def come_in(program: Program, token: str, seed: float) -> Member:
    jar = aiohttp.CookieJar(unsafe=True)  # for an address without a name
    member = Member(program.address, aiohttp.ClientSession(cookie_jar=jar), random.Random(seed))
    await member.sign_in(token)
    return member


async def talk(member: Member, ended: asyncio.Event) -> None:
    for text in JOINING:
        await member.say(text)
    while not ended.is_set():
        await member.report()


async def until_evaluated(database_url: str) -> None:
    """What was left late by a kill is made good at the next start."""
    database = open_database(database_url)
    late = select(func.count()).select_from(Outbox).where(Outbox.state == "late")
    async with asyncio.timeout(10):
        while True:
            with database.reading() as session:
                if not session.scalar(late):
                    break
            await asyncio.sleep(0.1)
    database.close()


def check_the_ledger(session: Session, members: list[Member]) -> None:
    assert session.scalar(select(func.count()).select_from(Inbox)) == 0
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
    assert session.scalar(select(func.count()).select_from(MemberRow)) == MEMBERS
    keys = set(session.scalars(select(Seen.key)))
    for member in members:
        assert keys.issuperset(key for key, _ in member.said)
        check_the_chat(session, member)
    models = sorted(name for member in members for name in member.models)
    assert sorted(session.scalars(select(Initiative.name))) == models
    codes = sorted(session.scalars(select(Initiative.code_number)))
    assert codes == list(range(1, len(models) + 1))
    reports = session.scalars(select(Report)).all()
    assert sorted(r.answers["ten"]["v"] for r in reports) == models
    assert all(r.answers["ten"]["v"] in r.answers["noi_dung"]["v"] for r in reports)


def check_the_chat(session: Session, member: Member) -> None:
    """Each message once, in order, and each answered as if nothing had happened."""
    account = session.scalars(select(Account).where(Account.external_id == member.chat)).one()
    rows = select(Outbox).where(Outbox.account_id == account.id).order_by(Outbox.number)
    mail = session.scalars(rows).all()
    assert [row.number for row in mail] == list(range(1, account.mail + 1))
    own = [row for row in mail if row.own]
    assert [(row.key.split("/")[-1], row.body["text"]) for row in own] == member.said
    for model in member.models:
        place = next(n for n, row in enumerate(own) if row.body["text"] == model) - 2
        for row, text, answer in zip(own[place:], report(model), ANSWERED, strict=False):
            assert row.body["text"] == text
            assert answer in mail[row.number].body["text"]


def tell(database: Database, members: list[Member]) -> None:
    """The counts of a long run, for its report."""
    said = sum(len(m.said) for m in members)
    resent, models = sum(m.resent for m in members), sum(len(m.models) for m in members)
    where = "SQLite" if database.is_sqlite else "PostgreSQL"
    print(f"\n{where}: {KILLS} kills, seed {SEED}: {said} messages acknowledged, "  # noqa: T201
          f"{resent} sent again, {models} reports; 0 lost, 0 doubled")  # fmt: skip
