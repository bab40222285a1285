"""Several processes on one PostgreSQL: each chat is served by one of them at a time."""

import asyncio
import random
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.conversation.messages import Reply
from bot.handlers.registry import Letter
from storage.locks import lock_chats
from tests.delivery.desks import effects, incoming, office, people, texts
from tests.make import NOW

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
pytestmark = [
    pytest.mark.usefixtures("thu"),
    pytest.mark.parametrize("database_url", [POSTGRES], indirect=True),
]
CHAT = ("web", "web", "lan")


@pytest.fixture
def shared(database):
    return database


async def test_messages_of_a_busy_chat_wait_in_order_and_hold_nobody_up(shared, thu):
    people(shared, "lan", "minh")
    async with office(shared) as at:
        with shared.writing() as other:
            lock_chats(other, [CHAT])
            first = asyncio.ensure_future(at.say("lan", "/thu một"))
            await at.say("minh", "/thu hai")
            second = asyncio.ensure_future(at.say("lan", "/thu ba"))
            await asyncio.sleep(0.1)
            assert not first.done()
        await asyncio.gather(first, second)
    assert thu.handled == ["hai", "một", "ba"]


async def test_a_busy_chat_is_not_tried_again_beside_the_other_process(shared, lan, thu):
    now = NOW
    async with office(shared, lambda: now) as at:
        thu.bad["một"] = RuntimeError()
        await at.say("lan", "/thu một")
        now += timedelta(seconds=2)
        with shared.writing() as other:
            lock_chats(other, [CHAT])
            await at.desk.retry()
        assert thu.handled == ["một"]


async def test_it_stops_only_when_a_busy_chat_was_served(shared, lan):
    async with office(shared) as at:
        with shared.writing() as other:
            lock_chats(other, [CHAT])
            waits = asyncio.ensure_future(at.say("lan", "/thu một"))
            stops = asyncio.ensure_future(at.desk.stop())
            await asyncio.sleep(0.05)
            assert [waits.done(), stops.done()] == [False, False]
        await asyncio.gather(waits, stops)
    assert effects(shared) == {"một": 1}


async def test_two_desks_on_one_database_lose_and_double_nothing_and_keep_the_order(shared, thu):
    """Each message goes to both, now and then twice; each chat sends when it was answered."""
    chance = random.Random(5)
    chats = [f"chat{n}" for n in range(8)]
    people(shared, *chats)

    async def talk(chat, desks):
        for n in range(25):
            message = incoming(chat, f"/thu {chat}/{n:02}", f"{chat}/{n}")
            order = chance.sample(desks, 2) + chance.choices(desks, k=chance.randrange(2))
            await asyncio.gather(*(at.desk.receive(message) for at in order))

    async with office(shared) as one, office(shared) as two:
        await asyncio.gather(*(talk(chat, [one, two]) for chat in chats))
    assert set(effects(shared).values()) == {1}
    assert len(effects(shared)) == 200
    done = defaultdict(list)
    for argument in thu.handled:
        done[argument[:5]].append(argument)
    for chat in chats:
        assert texts(shared, chat) == [f"Đã ghi {chat}/{n:02}" for n in range(25)]
        assert done[chat] == sorted(done[chat])


async def test_letters_across_two_desks_do_not_lock_each_other_for_ever(shared, thu):
    accounts = people(shared, "lan", "minh")

    def both(talk):
        for chat, account in accounts.items():
            talk.letters.append(Letter(f"{talk.key}:{chat}", account, Reply("Chào")))

    thu.spoil = {f"{chat} {n}": both for n in range(20) for chat in accounts}
    async with office(shared) as one, office(shared) as two:
        await asyncio.gather(
            *(one.say("lan", f"/thu lan {n}") for n in range(20)),
            *(two.say("minh", f"/thu minh {n}") for n in range(20)),
        )
    assert len(texts(shared, "lan")) == len(texts(shared, "minh")) == 20 + 40


async def test_the_locks_of_a_transaction_end_with_it(shared):
    chats = [("web", "web", f"chat{n}") for n in range(20)]
    with shared.writing() as one, shared.writing() as two:
        assert lock_chats(one, chats[:12]) == set(chats[:12])
        assert lock_chats(two, chats[8:]) == set(chats[12:])
        assert one.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 20
    with shared.writing() as three:
        assert lock_chats(three, chats) == set(chats)
