"""Posting over connections that aiohttp keeps, and what servers do to them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.platforms.telegram.posting import Poster

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
SOON = aiohttp.ClientTimeout(sock_connect=1, sock_read=0.1)
Post = Callable[[bytes], Awaitable[tuple[int, bytes]]]


class Server:
    """Gives its answers one after the other; `last` ends the connection after the last one."""

    def __init__(self, *answers: bytes, last: bool = False) -> None:
        self.answers, self.last = list(answers), last
        self.requests: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while data := await reader.read(1 << 16):
            self.requests.append(data)
            if self.answers:
                writer.write(self.answers.pop(0))
            if self.last and not self.answers:
                break
        writer.close()


@asynccontextmanager
async def posting(server: Server) -> AsyncIterator[Post]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    address = "http://127.0.0.1:{}/bot1:A/sendMessage".format(
        *listening.sockets[0].getsockname()[1:]
    )
    async with listening, aiohttp.ClientSession() as session:
        poster = Poster(session, SOON)
        yield lambda body: poster.post(address, body)
        await session.close()


async def test_what_is_asked_for() -> None:
    server = Server(OK)
    async with posting(server) as post:
        assert await post(b'{"a":1}') == (200, b"{}")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:A/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert head.endswith(b"\r\nContent-Type: application/json\r\nContent-Length: 7")
    assert body == b'{"a":1}'


async def test_a_connection_is_used_again() -> None:
    server = Server(OK, b"HTTP/1.1 400 Bad\r\nContent-Length: 1\r\n\r\nx", OK)
    async with posting(server) as post:
        assert [(await post(b"{}"))[0] for _ in range(3)] == [200, 400, 200]
    assert server.connections == 1


async def test_one_that_has_ended_is_not() -> None:
    server = Server(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", OK)
    async with posting(server) as post:
        assert await post(b"{}") == (200, b"")
        assert await post(b"{}") == (200, b"{}")
    assert server.connections == 2


async def test_what_only_announces_the_answer() -> None:
    async with posting(Server(b"HTTP/1.1 100 Continue\r\n\r\n" + OK)) as post:
        assert await post(b"{}") == (200, b"{}")


@pytest.mark.parametrize(
    ("server", "problem"),
    [
        (Server(last=True), aiohttp.ServerDisconnectedError),
        (Server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", last=True), aiohttp.ClientError),
        (Server(b"SSH-2.0-OpenSSH\r\n\r\n"), aiohttp.ClientError),
        (Server(), aiohttp.SocketTimeoutError),
        (Server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), aiohttp.SocketTimeoutError),
    ],
    ids=["ended", "ended within", "another protocol", "silent", "silent within"],
)
async def test_a_server_that_does_not_answer(server: Server, problem: type[Exception]) -> None:
    async with posting(server) as post:
        with pytest.raises(problem):
            await post(b"{}")
        server.answers, server.last = [OK], False
        assert await post(b"{}") == (200, b"{}")
    assert server.connections == 2


async def test_nobody_is_there() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await Poster(session, SOON).post("http://127.0.0.1:1/bot", b"{}")
