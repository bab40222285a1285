"""A running bot between Telegram's double and a host in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.host import Parcel, Platform
from bot.conversation.messages import Reply
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.receiving import Patience
from tests.doubles.fake_host import FakeHost
from tests.doubles.telegram.people import User
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram

QUICK = Patience(poll=5, first=0.01, longest=0.05, conflict=0.05, unknown=0.05)


def platform_of(double: Telegram, host: FakeHost, **more: Any) -> TelegramPlatform:
    return TelegramPlatform(
        host,
        double.token,
        base_url=double.base_url,
        base_file_url=double.base_file_url,
        patience=QUICK,
        **more,
    )


@asynccontextmanager
async def running(platform: Platform) -> AsyncIterator[None]:
    task = asyncio.create_task(platform.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def double() -> AsyncIterator[Telegram]:
    async with telegram() as double:
        yield double


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.fixture
async def platform(double: Telegram, host: FakeHost) -> AsyncIterator[TelegramPlatform]:
    platform = platform_of(double, host)
    async with running(platform):
        await platform.started.wait()
        yield platform


@pytest.fixture
async def ha(double: Telegram, platform: TelegramPlatform) -> User:
    """Has pressed Start, which the bot knows."""
    user = double.user("Hồ Văn Hà")
    user.start()
    await user.settled(quiet=0.01)
    return user


def parcel(user: User, reply: Reply, **more: Any) -> Parcel:
    return Parcel(str(user.id), reply, **more)
