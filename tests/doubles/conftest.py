"""Telegram's double and the real python-telegram-bot that talks to it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.doubles.telegram.people import User
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram


def bot_of(double: Telegram, token: str = "") -> Bot:
    """Without the proxies of the environment, which httpx would ask even for loopback."""
    calls, polls = (HTTPXRequest(4, httpx_kwargs={"trust_env": False}) for _ in range(2))
    return Bot(
        token or double.token,
        base_url=double.base_url,
        base_file_url=double.base_file_url,
        request=calls,
        get_updates_request=polls,
    )


async def refusal(double: Telegram, method: str, **params: object) -> str:
    """What a call in JSON, past python-telegram-bot, is answered; "" when it is accepted."""
    url = f"{double.base_url}{double.token}/{method}"
    async with ClientSession() as session, session.post(url, json=params) as answer:
        return str((await answer.json()).get("description", ""))


@pytest.fixture
async def double() -> AsyncIterator[Telegram]:
    async with telegram() as double:
        yield double


@pytest.fixture
async def bot(double: Telegram) -> AsyncIterator[Bot]:
    async with bot_of(double) as bot:
        yield bot


@pytest.fixture
def ha(double: Telegram) -> User:
    """Has pressed Start; the bot has not fetched it yet."""
    user = double.user("Hồ Văn Hà")
    user.start()
    return user
