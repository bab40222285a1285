"""New mail as server-sent events, numbered, so that a page that lost its connection resumes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import orjson
from aiohttp import web

from bot.platforms.web.mount import Mount
from bot.platforms.web.say import number, to_json
from bot.platforms.web.security import headers
from bot.platforms.web.streams import Stream

AT_ONCE = 200
STREAM = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back
}
# A comment would do for proxies, but only an event with data reaches the page's watchdog.
BEAT = b": beat\nevent: beat\ndata: .\n\n"


async def events(mount: Mount, request: web.Request) -> web.StreamResponse:
    """Signed out is an event too: EventSource cannot see a status."""
    session = await mount.session(request)
    response = web.StreamResponse(headers=headers(framed=mount.framed) | STREAM)
    await response.prepare(request)
    if session is None:
        await response.write(farewell("out"))
        return response
    stream = mount.streams.join(session.chat, mount.secret(request))
    after = number(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
    try:
        # A reader that went away or stalled comes back and resumes by number.
        with suppress(ConnectionError, TimeoutError):
            await follow(mount, response, stream, after)
    finally:
        mount.streams.leave(stream)
    return response


def farewell(why: str) -> bytes:
    return f"event: end\ndata: {why}\n\n".encode()


async def follow(mount: Mount, response: web.StreamResponse, stream: Stream, after: int) -> None:
    async with Bell(mount, stream) as bell:
        await write(mount, response, BEAT)
        while not stream.ended.is_set():
            after, more = await deliver(mount, response, stream, after)
            if not more and not await bell.rings(mount.heartbeat):
                await write(mount, response, BEAT)
                if await mount.host.session(stream.secret) is None:
                    stream.end("out")
    await write(mount, response, farewell(stream.why))


async def deliver(
    mount: Mount, response: web.StreamResponse, stream: Stream, after: int
) -> tuple[int, bool]:
    """Returns the last number written, and whether more is waiting."""
    rows = await mount.host.mailbox(stream.chat, after, AT_ONCE)
    if not rows:
        return after, False
    await write(
        mount,
        response,
        b"".join(b"id: %d\ndata: %b\n\n" % (m.number, orjson.dumps(to_json(m))) for m in rows),
    )
    return rows[-1].number, len(rows) == AT_ONCE


async def write(mount: Mount, response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(mount.patience):
        await response.write(data)


class Bell:
    """Waits for new mail or the end of the stream. It listens from the start, so that mail that
    comes while the mailbox is being read rings too."""

    def __init__(self, mount: Mount, stream: Stream) -> None:
        self.news = mount.host.new_mail(stream.chat)
        self.ended = asyncio.ensure_future(stream.ended.wait())
        self.next = asyncio.ensure_future(anext(self.news, stream))
        self.stream = stream

    async def __aenter__(self) -> "Bell":
        await asyncio.sleep(0)
        return self

    async def rings(self, seconds: float) -> bool:
        done, _ = await asyncio.wait(
            {self.next, self.ended}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if self.next in done:
            if self.next.result() is self.stream:  # the default: nothing will ever come again
                self.stream.end("again")
            self.next = asyncio.ensure_future(anext(self.news, self.stream))
            await asyncio.sleep(0)
        return bool(done)

    async def __aexit__(self, *_: object) -> None:
        self.ended.cancel()
        self.next.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self.next
        if isinstance(self.news, AsyncGenerator):
            await self.news.aclose()
