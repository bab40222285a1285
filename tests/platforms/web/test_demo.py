"""The demo's first page, and its clock."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import Refused
from bot.platforms.web.demo import demo_routes
from tests.doubles.fake_host import FakeHost


async def test_it_links_each_role_and_is_framed_by_nobody(host: FakeHost):
    app = web.Application()
    demo_routes(app, host, [("/demo/hoi-vien", "Hội viên"), ("/demo/lanh-dao/", "Lãnh <đạo>")])
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/demo/")
        page = await response.text()
    assert 'href="/demo/hoi-vien/"' in page
    assert "Lãnh &lt;đạo&gt;" in page
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


class FakeClock:
    """Knows one way only."""

    hour = 9

    def shown(self) -> dict[str, str]:
        return {"now": f"thứ Hai, 14/12/2026 {self.hour:02}:00", "day": "2026-12-14"}

    async def move(self, where: str) -> None:
        if where != "hour":
            raise Refused("Đồng hồ chỉ chạy tới ạ.")
        self.hour += 1


@pytest.fixture
async def client(host: FakeHost) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    demo_routes(app, host, [], FakeClock())
    async with TestClient(TestServer(app)) as one:
        yield one


async def move(client, to, origin=""):
    ours = {"Origin": origin or str(client.make_url("/")).rstrip("/")}
    async with client.post("/demo/clock", json={"to": to}, headers=ours) as answer:
        return answer.status, await answer.json()


async def test_the_clock_is_moved_and_shown(client):
    status, said = await move(client, "hour")
    assert (status, said["now"]) == (200, "thứ Hai, 14/12/2026 10:00")
    async with client.get("/demo/clock") as answer:
        assert await answer.json() == said


async def test_the_bar_stands_only_where_there_is_a_clock(client, host: FakeHost):
    without = web.Application()
    demo_routes(without, host, [])
    async with TestClient(TestServer(without)) as other:
        bare = await (await other.get("/demo/")).text()
        assert (await other.get("/demo/clock")).status == 404
    assert "novalidate hidden>" in bare
    assert "novalidate hidden>" not in await (await client.get("/demo/")).text()


@pytest.mark.parametrize("to", ["2026-12-01", "", None, 7, {"a": 1}])
async def test_what_the_clock_refuses_is_said(client, to):
    assert await move(client, to) == (422, {"say": "Đồng hồ chỉ chạy tới ạ."})


async def test_no_other_page_moves_the_clock(client):
    status, _ = await move(client, "hour", "http://elsewhere.example")
    assert status == 403
