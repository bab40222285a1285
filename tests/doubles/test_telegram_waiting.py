"""Waiting for a bot that runs: without sleeping, and never longer than needed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, Update
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Rows

from tests.doubles.telegram.chats import all_settled
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram


async def reply(bot: Bot, update: Update) -> None:
    if query := update.callback_query:
        await query.answer("Đã ghi")
        await query.edit_message_text(f"Đã chọn {query.data}")
    elif update.message:
        rows = Rows([[Button("Có", callback_data="có"), Button("Không", callback_data="không")]])
        await update.message.reply_text(f"Bác nói: {update.message.text}", reply_markup=rows)


async def run(bot: Bot) -> None:
    """Raises the offset only after a batch is answered."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset, timeout=10):
            await reply(bot, update)
            offset = update.update_id + 1


@pytest.fixture
async def running(bot: Bot) -> AsyncIterator[None]:
    task = asyncio.create_task(run(bot))
    yield
    task.cancel()


@pytest.mark.usefixtures("running")
class TestWithABot:
    async def test_somebody_talks_with_the_bot(self, double: Telegram) -> None:
        ha = double.user("Hồ Văn Hà")
        ha.start("moi_abc")
        assert (await ha.hears()).text == "Bác nói: /start moi_abc"
        tap = ha.tap("Có")
        assert (await ha.hears()).text == "Đã chọn có"
        assert (tap.toast, ha.last.rows, ha.last.edits) == ("Đã ghi", [], 1)

    async def test_the_newest_message_with_a_text_is_waited_for(self, ha: User) -> None:
        ha.say("một")
        ha.say("hai")
        assert (await ha.sees("hai")).id > (await ha.sees("một")).id

    async def test_all_that_came_is_seen_when_it_has_settled(
        self, double: Telegram, ha: User
    ) -> None:
        ha.say("một")
        assert [m.text for m in await ha.settled()] == ["Bác nói: /start", "Bác nói: một"]
        assert await ha.quiet(0.01) == []
        assert not double.ledger.unacknowledged()

    async def test_many_settle_together(self, double: Telegram) -> None:
        people = [double.user() for _ in range(20)]
        for who in people:
            who.start()
        await all_settled([who.chat for who in people])
        assert [len(who.messages) for who in people] == [2] * 20


async def test_settling_waits_for_a_bot_that_says_it_is_busy(double: Telegram) -> None:
    busy = [True, True]
    double.idle = lambda: not busy or not busy.pop()
    await double.settled(quiet=0.01)
    assert not busy


async def test_a_poller_comes_and_goes(double: Telegram, bot: Bot) -> None:
    task = asyncio.create_task(run(bot))
    await double.polled()
    task.cancel()
    await double.gone()
