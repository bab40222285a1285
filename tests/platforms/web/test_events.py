"""The stream: numbered, resumed, ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.conversation.messages import Reply
from bot.platforms.web.mount import Mount
from bot.platforms.web.platform import mount_routes
from bot.platforms.web.streams import PER_CHAT
from tests.doubles.fake_host import FakeHost
from tests.platforms.web.conftest import Visitor

Event = dict[str, str]


@asynccontextmanager
async def listening(member: Visitor, after: int = 0, **headers: str) -> AsyncIterator[Any]:
    response = await member.get(f"/events?after={after}", headers=headers)
    events = read(response)
    assert (await anext(events))["event"] == "beat"
    yield events
    response.close()


async def read(response: ClientResponse) -> AsyncIterator[Event]:
    while block := await response.content.readuntil(b"\n\n"):
        lines = [line for line in block.decode().splitlines() if line and line[0] != ":"]
        yield dict(line.split(": ", 1) for line in lines)


async def texts(events: Any, most: int) -> list[tuple[int, str]]:
    async with asyncio.timeout(5):
        rows = [await anext(events) for _ in range(most)]
    return [(int(row["id"]), orjson.loads(row["data"])["body"]["text"]) for row in rows]


async def happens(condition: Callable[[], bool]) -> bool:
    for _ in range(400):
        if condition():
            return True
        await asyncio.sleep(0.05)
    return False


async def test_what_waits_comes_at_once_and_news_when_it_happens(member: Visitor, host: FakeHost):
    host.put("w1", Reply("một"), Reply("hai"))
    async with listening(member) as events:
        assert await texts(events, 2) == [(1, "một"), (2, "hai")]
        host.put("w1", Reply("ba"))
        host.put("w2", Reply("của người khác"))
        host.put("w1", Reply("bốn"))
        assert await texts(events, 2) == [(3, "ba"), (4, "bốn")]


async def test_a_lost_connection_resumes_by_number(member: Visitor, host: FakeHost):
    host.put("w1", Reply("một"), Reply("hai"), Reply("ba"))
    async with listening(member, after=1) as events:
        assert await texts(events, 1) == [(2, "hai")]
    async with listening(member, after=0, **{"Last-Event-ID": "2"}) as events:
        assert await texts(events, 1) == [(3, "ba")]


async def test_a_long_absence_is_caught_up(member: Visitor, host: FakeHost):
    host.put("w1", *(Reply(str(n)) for n in range(450)))
    async with listening(member) as events:
        assert [n for n, _ in await texts(events, 450)] == list(range(1, 451))


async def test_text_with_line_breaks_stays_one_event(member: Visitor, host: FakeHost):
    host.put("w1", Reply("một\n\ndata: giả\nhai"))
    async with listening(member) as events:
        assert await texts(events, 1) == [(1, "một\n\ndata: giả\nhai")]


async def test_signing_out_ends_the_stream(member: Visitor):
    async with listening(member) as events:
        await member.post("/out")
        assert await anext(events) == {"event": "end", "data": "out"}


async def test_a_stranger_is_told_to_sign_in(stranger: Visitor):
    response = await stranger.get("/events")
    assert await response.text() == "event: end\ndata: out\n\n"


async def test_the_oldest_of_too_many_makes_room(member: Visitor):
    async with listening(member) as oldest:
        others = [await member.get("/events") for _ in range(PER_CHAT)]
        assert await anext(oldest) == {"event": "end", "data": "full"}
        for other in others:
            other.close()


async def test_a_shutdown_asks_pages_to_come_back(member: Visitor):
    async with listening(member) as events:
        member.platform.mount.streams.end_all()
        assert await anext(events) == {"event": "end", "data": "again"}


async def test_nobody_is_remembered_after_leaving(member: Visitor, host: FakeHost):
    async with listening(member):
        assert len(member.platform.mount.streams.all()) == 1

    def noticed() -> bool:
        host.put("w1", Reply("còn đó không"))
        return not member.platform.mount.streams.by_chat

    assert await happens(noticed)
    assert not host.listening["w1"]


async def impatient(host: FakeHost, **options: float) -> Visitor:
    app = web.Application()
    mount = replace(Mount(host), **options)  # type: ignore[arg-type]
    mount_routes(mount, app)
    client = TestClient(TestServer(app))
    await client.start_server()
    platform: Any = type("Platform", (), {"mount": mount})()
    return Visitor(client, host, platform)


async def test_silence_is_broken_by_beats(host: FakeHost):
    member = await impatient(host, heartbeat=0.02)
    member.sign_in()
    async with listening(member) as events:
        assert (await anext(events))["event"] == "beat"
        host.sessions.clear()  # expired meanwhile
        [last] = [e async for e in _until_end(events)]
        assert last["data"] == "out"
    await member.client.close()


async def _until_end(events: Any) -> AsyncIterator[Event]:
    async for event in events:
        if event["event"] == "end":
            yield event
            return


async def test_a_page_that_reads_nothing_is_let_go(host: FakeHost):
    member = await impatient(host, patience=0.2)
    member.sign_in()
    host.put("w1", *(Reply("x" * 60_000) for _ in range(400)))
    response = await member.get("/events")
    assert await happens(lambda: not member.platform.mount.streams.by_chat)
    response.close()
    await member.client.close()
