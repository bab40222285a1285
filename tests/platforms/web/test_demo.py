"""The demo's first page."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

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
