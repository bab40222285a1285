"""A phone at the chat, with a host in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser

from bot.platforms.web.platform import WebPlatform
from tests.browser.driver import Phone, chromium, needs_chromium, phone, serving
from tests.browser.pictures import demo
from tests.doubles.fake_host import FakeHost


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(needs_chromium)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one Chromium at a time


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def url(host: FakeHost) -> AsyncIterator[str]:
    app = web.Application()
    WebPlatform(host).routes(app)
    async with serving(app) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def demo_url(host: FakeHost) -> AsyncIterator[str]:
    async with serving(demo(host)) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def mine(browser: Browser, host: FakeHost, url: str) -> AsyncIterator[Phone]:
    """A phone that has just come in by invitation."""
    host.invite("loi-moi")
    async with phone(browser, width=320, height=640) as one:
        await one.accept_invitation(f"{url}/i/loi-moi")
        yield one
        assert one.problems == []
