"""Faults on purpose, flood limits, and the ledger that knows what really happened."""

import asyncio
from collections import Counter

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from tests.doubles.conftest import refusal
from tests.doubles.telegram.faults import KINDS, Kind
from tests.doubles.telegram.limits import Flood
from tests.doubles.telegram.people import User
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram

# python-telegram-bot asks for PTB_TIMEDELTA each time it makes a RetryAfter.
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")


async def send(bot: Bot, chat: int, text: str = "x") -> str:
    """What the bot heard."""
    try:
        await bot.send_message(chat, text, read_timeout=0.3)
    except (NetworkError, RetryAfter) as problem:
        return type(problem).__name__
    return "ok"


async def test_a_429_says_how_long_to_wait(bot: Bot, double: Telegram, ha: User) -> None:
    double.faults.next("429", retry_after=7)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(ha.id, "x")
    assert refused.value.retry_after == 7
    assert await send(bot, ha.id) == "ok"


@pytest.mark.parametrize(
    ("kind", "hears", "arrived"),
    [
        ("500", "NetworkError", 0),
        ("502", "NetworkError", 0),
        ("drop", "NetworkError", 0),
        ("hang", "TimedOut", 0),
        ("502_after", "NetworkError", 1),
        ("drop_after", "NetworkError", 1),
        ("hang_after", "TimedOut", 1),
        ("delay", "ok", 1),
    ],
)
async def test_each_fault_does_what_it_says(
    bot: Bot, double: Telegram, ha: User, kind: Kind, hears: str, arrived: int
) -> None:
    double.faults.next(kind, methods="sendMessage")
    assert await send(bot, ha.id) == hears
    assert len(ha.chat.replies) == arrived
    await asyncio.sleep(0)
    assert len(double.ledger.accepted("sendMessage")) == arrived
    assert len(double.ledger.unheard()) == kind.endswith("_after")


async def test_faults_can_be_for_one_chat_or_method(bot: Bot, double: Telegram, ha: User) -> None:
    be = double.user()
    be.start()
    rule = double.faults.always("502", chat=be.chat)
    double.faults.next("502", 2, methods={"sendChatAction"})
    assert [await send(bot, who.id) for who in (ha, be, be)] == ["ok"] + ["NetworkError"] * 2
    double.faults.stop(rule)
    assert await send(bot, be.id) == "ok"
    assert double.faults.rules[0].left == 2


async def test_polls_fail_when_they_are_named(bot: Bot, double: Telegram, ha: User) -> None:
    double.faults.next("drop_after", methods="getUpdates")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert len(await bot.get_updates()) == 1
    assert len(double.ledger.updates[0].handed) == 2


async def test_downloads_fail_like_a_method(bot: Bot, double: Telegram, ha: User) -> None:
    ha.send_photo()
    double.faults.next("502", methods="download")
    file = await bot.get_file(next(reversed(double.files.by_id)))
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    await file.download_as_bytearray()
    assert list(double.ledger.downloads.values()) == [1]


async def test_a_mistake_of_the_double_is_not_taken_for_a_fault() -> None:
    async def break_it() -> None:
        async with telegram() as double:
            double.user().start()
            double.me = {}
            assert "KeyError" in await refusal(double, "getChatMember", chat_id=5000001)

    with pytest.raises(ExceptionGroup, match="the double itself failed"):
        await break_it()


async def test_a_mix_is_as_likely_as_it_says_and_repeatable() -> None:
    async def seen(seed: int) -> list[str]:
        async with telegram(seed=seed) as double:
            double.faults.mix(dict.fromkeys(KINDS, 0.1))
            drawn = [double.faults.drawn("sendMessage", 1) for _ in range(5000)]
            return [fault.kind if fault else "" for fault in drawn]

    first = await seen(1)
    assert first == await seen(1)
    assert first != await seen(2)
    counts = Counter(first)
    assert all(400 < counts[kind] < 600 for kind in [*KINDS, ""])


async def test_one_hanging_chat_holds_up_no_other(bot: Bot, double: Telegram, ha: User) -> None:
    be = double.user()
    be.start()
    double.faults.always("hang", chat=be)
    hanging = asyncio.create_task(send(bot, be.id))
    assert await send(bot, ha.id) == "ok"
    assert await hanging == "TimedOut"


async def test_flood_limits_of_one_chat_and_of_the_bot(
    bot: Bot, double: Telegram, ha: User
) -> None:
    double.flood = Flood(bot=(5, 1), chat=(3, 3))
    assert [await send(bot, ha.id) for _ in range(4)] == ["ok"] * 3 + ["RetryAfter"]
    people = [double.user() for _ in range(3)]
    for who in people:
        who.start()
    assert [await send(bot, who.id) for who in people] == ["ok", "ok", "RetryAfter"]


async def test_the_ledger_has_every_call_in_order(bot: Bot, double: Telegram, ha: User) -> None:
    double.faults.next("drop")
    for text in ("một", "hai"):
        await send(bot, ha.id, text)
    await send(bot, ha.id, "ba")
    lost, *accepted = double.ledger.calls[1:]
    assert (lost.method, lost.outcome, lost.fault, lost.params["text"]) == (
        "sendMessage",
        "lost",
        "drop",
        "một",
    )
    assert [(call.outcome, call.messages) for call in accepted] == [
        ("accepted", (2,)),
        ("accepted", (3,)),
    ]
    assert double.ledger.counts()["sendMessage/accepted"] == 2


async def test_the_ledger_knows_refusals(bot: Bot, double: Telegram) -> None:
    with pytest.raises(Exception, match="Chat not found"):
        await bot.send_message(5, "x")
    [call] = double.ledger.refused("sendMessage")
    assert (call.code, call.chat) == (400, 5)
    assert call.description == "Bad Request: chat not found"


async def test_waiting_says_what_is_there_when_time_is_up(ha: User) -> None:
    with pytest.raises(AssertionError, match=r"no “Bước 2” in\n< 1: /start"):
        await ha.sees("Bước 2", within=0.01)
    with pytest.raises(AssertionError, match="1 updates waiting"):
        await ha.settled(within=0.01)


async def test_fifty_thousand_updates_are_no_burden(double: Telegram) -> None:
    ha = double.user()
    for number in range(50_000):
        ha.say(str(number))
    offset = 0
    while batch := double.queue.take(100, 0):
        offset = batch[-1].id + 1
        double.queue.acknowledge(offset, 0)
    assert not double.ledger.unacknowledged()
    assert offset == double.next_update
