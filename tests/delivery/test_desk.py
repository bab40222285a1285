"""The desk: answered after the commit, one by one when a commit fails, nothing while it is away."""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from bot.conversation.messages import Reply
from bot.delivery.desk import Stopped
from bot.errors import Refused
from bot.handlers.registry import Letter
from storage import inbox
from storage.database import Database
from storage.tables.delivery import Inbox, Seen
from tests.delivery.desks import effects, incoming, keys, office, people, texts
from tests.make import NOW

pytestmark = pytest.mark.usefixtures("thu")
CHAT = ("web", "web", "lan")


def unwritable(account_id: int) -> Letter:
    """Its row cannot be written: the transaction fails as a whole, long after the handler."""
    return Letter("thư:1", account_id, Reply("Chào", late={"kind": object()}))


# -- answered after the commit ------------------------------------------------------------------


async def test_it_answers_only_after_the_commit(database, lan):
    waiting, done = list[asyncio.Future[None]](), []
    async with office(database) as at:
        event.listen(database.writer, "commit", lambda _: done.append(waiting[0].done()))
        waiting.append(asyncio.ensure_future(at.say("lan", "/thu một")))
        await waiting[0]
        assert done == [False]
    assert effects(database) == {"một": 1}


async def test_what_waits_together_is_one_transaction(database, thu):
    people(database, *(f"chat{n}" for n in range(40)))
    async with office(database) as at:
        await at.together(*(incoming(f"chat{n}", f"/thu {n}") for n in range(40)))
        assert [len(c.seconds) for c in at.commits if c.seconds] == [40]
    assert sum(effects(database).values()) == 40


async def test_a_batch_has_a_limit(database, lan):
    async with office(database, most=7) as at:
        await at.together(*(incoming("lan", f"/thu {n:02}") for n in range(20)))
        assert max(len(c.seconds) for c in at.commits) == 7
    assert texts(database, "lan") == [f"Đã ghi {n:02}" for n in range(20)]


async def test_a_write_gives_its_result_after_the_commit(database, lan):
    async with office(database) as at:
        assert await at.desk.write(lambda s: s.scalar(select(func.count()).select_from(Seen))) == 0


async def test_a_write_that_can_wait_goes_along_with_the_next_message(database, lan):
    async with office(database) as at:
        along = asyncio.ensure_future(at.desk.write_along(lambda s: s.scalar(text("SELECT 1"))))
        await asyncio.sleep(0)
        await at.say("lan", "/thu một")
        assert await along == 1
        assert len(at.commits) == 1


async def test_where_no_message_comes_it_is_written_soon_or_at_the_end(database, lan):
    async with office(database) as at:
        assert await at.desk.write_along(lambda s: s.scalar(text("SELECT 1"))) == 1
        last = asyncio.ensure_future(at.desk.write_along(lambda s: s.scalar(text("SELECT 2"))))
        await asyncio.sleep(0)
    assert await last == 2


async def test_a_write_that_raises_undoes_only_itself(database, lan):
    def refuse(batch):
        batch.session.add(Seen(platform="web", bot="web", key="nửa chừng", at=NOW))
        raise Refused("Không ạ.")

    async with office(database) as at:
        with pytest.raises(Refused, match="Không ạ"):
            await at.desk.run(refuse)
        await at.say("lan", "/thu một", "k1")
    assert keys(database) == {"k1"}


async def test_whoever_stopped_waiting_disturbs_nobody(database, lan):
    async with office(database) as at:
        gone = asyncio.ensure_future(at.say("lan", "/thu một"))
        await asyncio.sleep(0)
        gone.cancel()
        await at.say("lan", "/thu hai")
    assert effects(database) == {"một": 1, "hai": 1}


async def test_when_it_stops_everything_taken_in_is_done_and_nothing_more_is_taken(database, lan):
    async with office(database, most=3) as at:
        waiting = [asyncio.ensure_future(at.say("lan", f"/thu {n:02}")) for n in range(20)]
        await asyncio.sleep(0)
        await at.desk.stop()
        await asyncio.gather(*waiting)
        with pytest.raises(Stopped):
            await at.say("lan", "/thu quá muộn")
    assert len(texts(database, "lan")) == 20


# -- a commit that fails ------------------------------------------------------------------------


async def test_a_commit_that_fails_is_done_one_by_one(database, thu):
    accounts = people(database, "lan", "minh", "hoa")
    thu.spoil["hai"] = lambda talk: talk.letters.append(unwritable(accounts["hoa"]))
    async with office(database) as at:
        results = await at.together(
            incoming("lan", "/thu một"), incoming("minh", "/thu hai"), incoming("hoa", "/thu ba")
        )
    assert results == [None, None, None]
    assert effects(database) == {"một": 1, "ba": 1}
    assert (texts(database, "lan"), texts(database, "hoa")) == (["Đã ghi một"], ["Đã ghi ba"])


async def test_a_message_that_cannot_be_committed_is_kept_and_at_last_apologised_for(
    database, lan, thu
):
    thu.spoil["một"] = lambda talk: talk.letters.append(unwritable(lan))
    now = NOW
    async with office(database, lambda: now) as at:
        await at.say("lan", "/thu một", "k1")
        await at.say("lan", "/thu hai")
        assert (keys(database) >= {"k1"}, effects(database)) == (True, {})
        for _ in range(2):
            now += timedelta(seconds=2)
            await at.desk.retry()
    assert "mã để hỏi: T1" in texts(database, "lan")[0]
    assert effects(database) == {"hai": 1}


# -- the database is away -----------------------------------------------------------------------


@dataclass
class Leaving:
    """A database that can go away and come back."""

    inner: Database
    away: bool = False

    @contextmanager
    def writing(self):
        if self.away:
            raise OperationalError("BEGIN", {}, ConnectionError("gone"))
        with self.inner.writing() as session:
            yield session


async def test_while_the_database_is_away_nothing_is_acknowledged(database, lan):
    leaving = Leaving(database)
    async with office(database) as at:
        at.desk.database = cast(Database, leaving)
        leaving.away = True
        for n in range(3):
            with pytest.raises(OperationalError):
                await at.say("lan", f"/thu {n}", f"k{n}")
        leaving.away = False
        assert keys(database) == set()
        for n in range(3):
            await at.say("lan", f"/thu {n}", f"k{n}")
    assert effects(database) == {"0": 1, "1": 1, "2": 1}


# -- tried again --------------------------------------------------------------------------------


async def test_a_passing_fault_is_made_good_without_a_word(database, lan, thu):
    now = NOW
    async with office(database, lambda: now) as at:
        thu.bad["một"] = RuntimeError()
        await at.say("lan", "/thu một")
        await at.say("lan", "/thu hai")
        await at.desk.retry()
        assert thu.handled == ["một"]
        thu.bad.clear()
        now += timedelta(seconds=1.5)
        await at.desk.retry()
    assert texts(database, "lan") == ["Đã ghi một", "Đã ghi hai"]


async def test_a_flood_behind_a_fault_is_worked_off_at_once(database, lan, thu):
    now = NOW
    async with office(database, lambda: now) as at:
        thu.bad["00"] = RuntimeError()
        await at.together(*(incoming("lan", f"/thu {n:02}") for n in range(80)))
        thu.bad.clear()
        now += timedelta(seconds=2)
        await at.desk.retry()
    assert texts(database, "lan") == [f"Đã ghi {n:02}" for n in range(80)]
    with database.reading() as session:
        assert set(session.scalars(select(Inbox.state))) == {"done"}


async def test_what_cannot_even_be_read_is_set_aside_and_stops_nobody(database, lan, thu):
    people(database, "hoa")
    now = NOW
    async with office(database, lambda: now) as at:
        for chat in ("lan", "hoa"):
            thu.bad[chat] = RuntimeError()
            await at.say(chat, f"/thu {chat}")
        thu.bad.clear()
        with database.writing() as session:
            failed = inbox.find(session, "T1")
            assert failed
            failed.payload = {"as": "an earlier program kept it"}
        now += timedelta(seconds=2)
        await at.desk.retry()
        with database.reading() as session:
            row = inbox.find(session, "T1")
            assert row
            assert (row.state, "KeyError" in row.error) == ("aside", True)
    assert (texts(database, "lan"), texts(database, "hoa")) == ([], ["Đã ghi hoa"])
