"""Short answers to the page's requests: JSON, and refusals with a sentence for the member."""

import asyncio
from typing import Any

import orjson
from aiohttp import web

from bot.errors import BotError

LONGEST_BODY = 300.0
"""Seconds: enough for 15 MB over a poor line, and no connection is held open by a trickle."""
CUT_OFF = "Mạng chậm nên tin chưa tới trọn vẹn. Máy sẽ tự gửi lại ạ."


class Rejected(BotError):
    """A request we do not take: status for the machine, a sentence for the member."""

    def __init__(self, status: int, sentence: str, retry_after: float = 0) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.retry_after = status, sentence, retry_after


def as_json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def rejection(why: Rejected) -> web.Response:
    return as_json({"say": why.sentence}, why.status)


async def read_body(
    request: web.Request, most: int, sentence: str, seconds: float = LONGEST_BODY
) -> bytes:
    """The whole body, never more than `most` bytes of it in memory."""
    if (request.content_length or 0) > most:
        raise Rejected(413, sentence)
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.content.iter_chunked(1 << 16):
                size += len(part)
                if size > most:
                    raise Rejected(413, sentence)
                parts.append(part)
    except (TimeoutError, ConnectionError):
        raise Rejected(503, CUT_OFF, retry_after=2) from None
    return b"".join(parts)
