"""Bodies of requests: whole, or not waited for any longer."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.web.answers import Rejected, read_body, rejection


async def post(*parts: bytes, pause: float = 0) -> tuple[int, bytes]:
    async def read(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await read_body(request, 100, "too long", seconds=0.2))
        except Rejected as why:
            return rejection(why)

    async def body():
        for part in parts:
            yield part
            await asyncio.sleep(pause)

    app = web.Application()
    app.router.add_post("/", read)
    async with TestClient(TestServer(app)) as client:
        response = await client.post("/", data=body())
        return response.status, await response.read()


async def test_a_body_may_come_in_pieces() -> None:
    assert await post(b"a", b"b", pause=0.01) == (200, b"ab")


async def test_a_trickle_is_not_waited_for() -> None:
    assert (await post(*[b"a"] * 20, pause=0.05))[0] == 503
