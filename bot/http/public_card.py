"""/the/<token>: the public card of an initiative, for anybody who was given the link."""

import asyncio
import base64
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from string import Template
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from bot.domain.public_card import lines
from bot.domain.text import cut
from storage import cards
from storage.database import Database

T = TypeVar("T")
Write = Callable[[Callable[[Session], None]], Awaitable[Any]]
COLLECTED = 1.0
"""Seconds in which openings are counted together: many readers are one write."""

STYLE = """
:root{--paper:#f5f2ea;--white:#fff;--ink:#1c2b26;--quiet:#52625b;--green:#0b6b57;--line:#d9d5c8}
*{box-sizing:border-box}html{font-size:112.5%}
body{margin:0;color:var(--ink);background:var(--paper);overflow-wrap:anywhere;
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
header{padding:.7rem 1rem;color:var(--white);background:var(--green);font-weight:600}
main{max-width:40rem;margin:0 auto;padding:1rem;background:var(--white)}
h1{margin:.2rem 0 1rem;font-size:1.45rem;line-height:1.25}
dl{margin:0}dt{color:var(--quiet);font-size:.9rem}
dd{margin:0 0 .8rem;padding:0 0 .8rem;white-space:pre-line;border-bottom:1px solid var(--line)}
ul{margin:1rem 0 0;padding:0;list-style:none;display:grid;gap:.7rem}
img{display:block;width:100%;height:auto;border-radius:.5rem}
footer{max-width:40rem;margin:0 auto;padding:1rem;color:var(--quiet);font-size:.9rem}
a{color:var(--green);display:inline-block;padding:.7rem 0}
"""
PAGE = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>$title</title>$meta<style>$style</style></head>
<body><header>Mô hình “Dân vận khéo”</header>
<main><h1>$heading</h1>$body</main>
<footer>$organisation<br><a href="/">Trò chuyện với Trợ lý</a></footer></body></html>
""")
META = Template("""
<meta name="description" content="$about">
<meta property="og:type" content="article"><meta property="og:locale" content="vi_VN">
<meta property="og:title" content="$title"><meta property="og:description" content="$about">
""")
IMAGE = '<meta property="og:image" content="{}">'
PICTURE = '<li><img src="{}" alt="Ảnh {} của mô hình {}" loading="lazy"></li>'
GONE = "<p>Thẻ này đã được rút nên không còn xem được ạ. Xin hỏi người đã gửi đường dẫn.</p>"
NO_SUCH = "<p>Đường dẫn này không có thẻ nào ạ. Xin xem lại đường dẫn, hoặc hỏi người đã gửi.</p>"


def _allowed() -> str:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


HEADERS = {
    "Content-Security-Policy": _allowed(),
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # withdrawn means withdrawn: nobody keeps a copy
    "Cache-Control": "no-store",
}


@dataclass(slots=True)
class PublicCards:
    """picture is the path of a stored file; write runs in a transaction of the desk's."""

    database: Database
    picture: Callable[[str], Path]
    write: Write
    organisation: str
    public_url: str = ""
    _opened: Counter[str] = field(default_factory=Counter)
    _counting: "asyncio.Task[None] | None" = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/the/{token:[\\w-]{1,64}}", self.page),
            web.get("/the/{token:[\\w-]{1,64}}/{number:\\d{1,2}}.jpg", self.photo),
        ]

    async def page(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        known, body = await self._body(token)
        if body is None:
            return self._sorry(GONE, 410) if known else self._sorry(NO_SUCH, 404)
        if request.method == "GET":
            self._count(token)
        return self._answer(body["name"], self._shown(token, body), self._meta(token, body))

    async def photo(self, request: web.Request) -> web.StreamResponse:
        _, body = await self._body(request.match_info["token"])
        number = int(request.match_info["number"])
        if body is None or not 1 <= number <= len(body["photos"]):
            raise web.HTTPNotFound
        clean, _ = body["photos"][number - 1]
        headers = HEADERS | {"Content-Type": "image/jpeg"}
        return web.FileResponse(self.picture(clean), headers=headers)

    async def _body(self, token: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether there ever was such a card, and what it says if it still does."""

        def read(session: Session) -> tuple[bool, dict[str, Any] | None]:
            card = cards.by_token(session, token)
            if card is None or card.withdrawn_at is not None:
                return card is not None, None
            return True, dict(card.body)

        return await asyncio.to_thread(self._read, read)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self.database.reading() as session:
            return work(session)

    # -- what is shown --------------------------------------------------------------------

    def _shown(self, token: str, body: dict[str, Any]) -> str:
        pairs = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in lines(body))
        pictures = "".join(
            PICTURE.format(f"/the/{token}/{n}.jpg", n, escape(body["name"]))
            for n, _ in enumerate(body["photos"], 1)
        )
        return f"<dl>{pairs}</dl>" + (f"<ul>{pictures}</ul>" if pictures else "")

    def _meta(self, token: str, body: dict[str, Any]) -> str:
        """What a chat shows of the link."""
        about = f"{body['unit']}, {body['year']}. {body['text']}"
        title = escape(body["name"])
        meta = META.substitute(title=title, about=escape(cut(about, 200)))
        if self.public_url and body["photos"]:
            meta += IMAGE.format(escape(f"{self.public_url}/the/{token}/1.jpg"))
        return meta

    def _sorry(self, body: str, status: int) -> web.Response:
        return self._answer("Không có thẻ này", body, status=status)

    def _answer(self, title: str, body: str, meta: str = "", status: int = 200) -> web.Response:
        text = PAGE.substitute(
            title=escape(title),
            heading=escape(title),
            meta=meta,
            style=STYLE,
            body=body,
            organisation=escape(self.organisation),
        )
        return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)

    # -- how often ------------------------------------------------------------------------

    def _count(self, token: str) -> None:
        self._opened[token] += 1
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._note())

    async def _note(self) -> None:
        """Never who: only the number is kept."""
        await asyncio.sleep(COLLECTED)
        times, self._opened = self._opened, Counter()
        await self.write(partial(cards.opened, times=times))
