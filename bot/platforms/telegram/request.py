"""HTTP for python-telegram-bot over aiohttp and orjson: a third of the time of its own client."""

import asyncio
import ipaddress
import json
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.platforms.telegram.posting import Poster
from bot.platforms.telegram.slimming import slim_update

JSON = {"Content-Type": "application/json"}
CONNECT, READ, UPLOAD = 5.0, 20.0, 120.0
"""Seconds: to be connected; without an answer; for a whole upload."""
CHUNK = 1 << 16


class NotSent(NetworkError):
    """No connection: nothing can have arrived."""


class Unavailable(NetworkError):
    """Telegram answered that it has trouble of its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the server has trouble ({status})")
        self.status = status


class Flooded(TelegramError):
    """Asked to wait. python-telegram-bot's own error warns whenever it is made."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait for {seconds:.0f} s")
        self.seconds = seconds


class TooLarge(NetworkError):
    """More bytes than we take."""


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address; none on this machine itself."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_loopback(host) or proxy_bypass(host):
        return None
    proxy = getproxies().get(parts.scheme) or ""
    return proxy if proxy.startswith(("http://", "https://")) else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parsed(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        pass
    try:  # halves of emojis, which orjson does not take
        return json.loads(payload.decode("utf-8", "replace"))
    except ValueError:
        raise TelegramError("the answer is no JSON") from None


def answer(payload: bytes) -> dict[str, Any]:
    body = parsed(payload)
    if not isinstance(body, dict):
        raise TelegramError("the answer is no object")
    if body.get("ok") and "result" not in body:
        raise TelegramError("the answer has no result")
    return body


def seconds(given: Any) -> float | None:
    return READ if given is BaseRequest.DEFAULT_NONE else given


class AiohttpRequest(BaseRequest):
    """One session, opened when first needed, without a limit of connections. `last` is the last
    answer as it came."""

    def __init__(self, base_url: str) -> None:
        self._proxy = proxy_for(base_url)
        self._session: aiohttp.ClientSession | None = None
        self._poster: Poster | None = None
        self._timeouts: dict[tuple[float | None, float | None], aiohttp.ClientTimeout] = {}
        self.last = b""

    @property
    def read_timeout(self) -> float:
        return READ

    async def initialize(self) -> None:
        self._open()

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy,
            )
            if self._proxy is None:
                self._poster = Poster(self._session, self._timeout(READ))
        return self._session

    def _timeout(self, read: float | None, total: float | None = None) -> aiohttp.ClientTimeout:
        key = read, total
        if key not in self._timeouts:
            self._timeouts[key] = aiohttp.ClientTimeout(
                total=total, sock_connect=CONNECT, sock_read=read
            )
        return self._timeouts[key]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        try:
            status, payload = await self._ask(url, method, request_data, seconds(read_timeout))
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise named(problem) from None
        self.last = payload
        check(status, payload)
        return status, payload

    async def _ask(
        self, url: str, method: str, data: RequestData | bytes | None, read: float | None
    ) -> tuple[int, bytes]:
        session = self._open()
        if isinstance(data, bytes) and self._poster:
            return await self._poster.post(url, data)
        body, headers, total = body_of(data)
        timeout = self._timeout(read, total)
        async with session.request(
            method, url, data=body, headers=headers, timeout=timeout
        ) as response:
            return response.status, await response.read()

    async def download(self, url: str, most: int) -> bytes:
        """Raises TooLarge, without reading more than `most` bytes."""
        parts: list[bytes] = []
        size = 0
        try:
            async with self._open().get(url, timeout=self._timeout(READ, UPLOAD)) as response:
                check(response.status, b"")
                if response.status != HTTPStatus.OK:
                    raise NetworkError(f"the file cannot be had ({response.status})")
                async for part in response.content.iter_chunked(CHUNK):
                    parts.append(part)
                    size += len(part)
                    if size > most:
                        raise TooLarge("the file is too large")
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise named(problem) from None
        return b"".join(parts)


class Calls(AiohttpRequest):
    """For everything but getUpdates."""

    async def call(self, url: str, body: bytes) -> Any:
        """POST a body of JSON that is made already: python-telegram-bot's way to make one takes
        longer than all the rest of it."""
        return await self.post(url, cast(RequestData, body))

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        return answer(payload)


class Polls(AiohttpRequest):
    """For getUpdates alone, which holds its connection."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        body = answer(payload)
        for update in body.get("result") or ():
            slim_update(update)
        return body


def body_of(data: RequestData | bytes | None) -> tuple[Any, dict[str, str] | None, float | None]:
    """Body, headers and the seconds for the whole."""
    if isinstance(data, bytes):
        return data, JSON, None
    if data is None or not (data.contains_files or data.parameters):
        return None, None, None
    if not data.contains_files:
        # JSON is as good as a form for Telegram, and makes ten times less work.
        return orjson.dumps(data.parameters), JSON, None
    # Names of files as they are: Telegram does not read the percent signs of quoted ones.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        plain = " ".join(filename.split()) or "file"
        form.add_field(name, content, filename=plain, content_type=mime)
    return form, None, UPLOAD


def named(problem: Exception) -> TelegramError:
    """Says what happened without the address, which holds the token."""
    kind = type(problem).__name__
    if isinstance(problem, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotSent(f"no connection ({kind})")
    if isinstance(problem, asyncio.TimeoutError | TimeoutError):
        return TimedOut(f"no answer in time ({kind})")
    return NetworkError(f"the connection broke ({kind})")


def check(status: int, payload: bytes) -> None:
    """Raises what python-telegram-bot would not tell apart."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unavailable(status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Flooded(_retry_after(payload))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise BadRequest("Request Entity Too Large")


def _retry_after(payload: bytes) -> float:
    try:
        return max(1.0, float(parsed(payload)["parameters"]["retry_after"]))
    except (TelegramError, KeyError, TypeError, ValueError):
        return 5.0
