"""The web chat over real HTTP, with a host in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.web.platform import WebPlatform
from tests.doubles.fake_host import FakeHost


class Visitor:
    """A browser: it has cookies, and says where its requests come from."""

    def __init__(self, client: TestClient[Any, Any], host: FakeHost, mount: WebPlatform) -> None:
        self.client, self.host, self.platform = client, host, mount
        self.base = mount.mount.base
        self.csrf = ""
        self.headers = {"Origin": str(client.make_url("/")).rstrip("/")}

    def sign_in(self, chat: str = "w1") -> str:
        secret = self.host.let_in(chat)
        self.csrf = self.host.sessions[secret].csrf
        self.client.session.cookie_jar.update_cookies({self.platform.mount.cookie: secret})
        return secret

    async def get(self, path: str, **more: Any) -> ClientResponse:
        return await self.client.get(self.base + path, allow_redirects=False, **more)

    async def post(self, path: str, headers: Any = None, **more: Any) -> ClientResponse:
        said = self.headers | {"X-CSRF": self.csrf} | (headers or {})
        said = {name: value for name, value in said.items() if value}
        return await self.client.post(self.base + path, headers=said, allow_redirects=False, **more)

    async def form(self, path: str, **fields: str) -> ClientResponse:
        return await self.post(path, {"X-CSRF": ""}, data=fields)

    async def say(self, key: str = "", **body: Any) -> ClientResponse:
        return await self.post("/say", json={"key": key or str(uuid4()), **body})


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.fixture
async def visit(host: FakeHost) -> AsyncIterator[Visit]:
    clients: list[TestClient[Any, Any]] = []

    async def start(**options: Any) -> Visitor:
        app = web.Application()
        platform = WebPlatform(host, **options)
        platform.routes(app)
        clients.append(client := TestClient(TestServer(app)))
        await client.start_server()
        return Visitor(client, host, platform)

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def stranger(visit: Visit) -> Visitor:
    return await visit()


@pytest.fixture
async def member(stranger: Visitor) -> Visitor:
    stranger.sign_in()
    return stranger
