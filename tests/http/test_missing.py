"""An address that is none."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.http.missing import kind_404


async def test_an_unknown_address_shows_the_way_to_the_chat() -> None:
    application = web.Application(middlewares=[kind_404])
    async with TestClient(TestServer(application)) as client:
        answer = await client.get("/khong-co")
        assert answer.status == 404
        assert '<a href="/">' in await answer.text()
