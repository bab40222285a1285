"""How our bots present themselves in Telegram, set by `dvk doctor --apply`."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import telegram_profile
from bot.config import Telegram as Bot
from bot.telegram_profile import DESCRIPTION, SHORT
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram


@pytest.fixture
async def double() -> AsyncIterator[Telegram]:
    async with telegram() as double:
        yield double


async def apply(double: Telegram, token: str = "") -> list[str]:
    """It has an event loop of its own, as in the command line."""
    bot = Bot(
        name="chinh",
        token=token or double.token,
        base_url=double.base_url,
        base_file_url=double.base_file_url,
    )
    return await asyncio.to_thread(telegram_profile.apply, [bot])


async def test_all_is_set_and_named(double: Telegram) -> None:
    said = await apply(double)
    assert said[0] == "chinh: Đã đặt bảng lệnh: 2 lệnh."
    assert double.profile.description[""] == DESCRIPTION
    assert double.profile.short_description[""] == SHORT


async def test_the_second_time_nothing_is_left_to_do(double: Telegram) -> None:
    await apply(double)
    assert await apply(double) == []


async def test_a_wrong_token_is_told_without_showing_it(double: Telegram) -> None:
    [said] = await apply(double, "123456789:AAHcanary-canary-canary-canary-canary")
    assert "chinh: Telegram không nhận mã bot" in said
    assert "canary" not in said


def test_nothing_of_it_is_cut() -> None:
    assert len(DESCRIPTION) <= 512
    assert len(SHORT) <= 120
