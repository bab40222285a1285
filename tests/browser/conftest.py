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
from tests.browser.program import Program, demo_program, real_program
from tests.doubles.fake_host import FakeHost


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(needs_chromium)


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


# -- the real program ---------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo_app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    async with demo_program(tmp_path_factory.mktemp("demo")) as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def real_app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    async with real_program(tmp_path_factory.mktemp("real")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def lan(browser: Browser) -> AsyncIterator[Phone]:
    async with phone(browser) as one:
        yield one
        assert one.problems == []


@pytest_asyncio.fixture(loop_scope="session")
async def other(browser: Browser) -> AsyncIterator[Phone]:
    async with phone(browser) as one:
        yield one
        assert one.problems == []
