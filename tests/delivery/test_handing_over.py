"""What the desk has just committed goes out without being read again, in order all the same."""

import asyncio

from bot.conversation.messages import Reply
from bot.delivery.patience import Patience
from bot.errors import SendError
from storage.outbox import Post, put_rows, ready
from tests.delivery.couriers import given, make_courier, now, running, states
from tests.delivery.fakes import say, until

AWAY = SendError("502")


def hand_over(database, courier, account, *texts, lane="reply"):
    """What the desk does: a commit, and what it brought is handed over."""
    posts = [Post(text, account, Reply(text), lane) for text in texts]
    with database.writing() as session:
        rows = put_rows(session, posts, now())
    courier.wake([account], ready(posts, rows))


async def test_what_the_desk_hands_over_is_not_read_again(database, platform, told):
    courier = make_courier(database, platform, told, Patience(look=60.0))
    [account] = given(database, "a")
    async with running(courier):
        await until(lambda: states(database) == ["sent"])
        courier.database = None
        hand_over(database, courier, account, "b", "c")
        hand_over(database, courier, account, "d")
        await until(lambda: states(database) == ["sent"] * 4)
    assert platform.texts("1") == ["a", "b", "c", "d"]


async def test_what_others_put_in_between_keeps_its_place(database, platform, told):
    courier = make_courier(database, platform, told, Patience(look=60.0))
    [account] = given(database, "a")
    async with running(courier):
        await until(lambda: states(database) == ["sent"])
        with database.writing() as session:
            say(session, account, "của tiến trình khác", now())
        hand_over(database, courier, account, "b")
        await until(lambda: states(database) == ["sent"] * 3)
    assert platform.texts("1") == ["a", "của tiến trình khác", "b"]


async def test_a_fault_holds_up_what_was_handed_over(database, courier, platform):
    platform.faults["b"] = [AWAY]
    [account] = given(database, "a")
    async with running(courier):
        await until(lambda: states(database) == ["sent"])
        hand_over(database, courier, account, "b", "c")
        await until(lambda: states(database) == ["sent"] * 3)
    assert platform.texts("1") == ["a", "b", "c"]


async def test_handing_over_and_reading_at_once_repeats_and_loses_nothing(
    database, courier, platform
):
    accounts = given(database, "a", chats=("1", "2", "3"))
    texts = [f"{n:02}" for n in range(20)]
    async with running(courier):
        for text in texts:
            for account in accounts:
                hand_over(database, courier, account, f"{account}/{text}")
            await asyncio.sleep(0.005)
        await until(lambda: set(states(database)) == {"sent"})
    for account, chat in zip(accounts, "123", strict=True):
        assert platform.texts(chat) == ["a", *(f"{account}/{text}" for text in texts)]
