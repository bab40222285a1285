"""Short answers to the page's requests: JSON, and refusals with a sentence for the member."""

from typing import Any

import orjson
from aiohttp import web

from bot.errors import BotError


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


async def read_body(request: web.Request, most: int, sentence: str) -> bytes:
    """The whole body, never more than `most` bytes of it in memory."""
    if (request.content_length or 0) > most:
        raise Rejected(413, sentence)
    parts, size = [], 0
    async for part in request.content.iter_chunked(1 << 16):
        size += len(part)
        if size > most:
            raise Rejected(413, sentence)
        parts.append(part)
    return b"".join(parts)
