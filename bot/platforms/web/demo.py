"""The demo's first page: one chat per role, side by side, and the clock that can be moved."""

from collections.abc import Sequence
from html import escape
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot.conversation.host import Host
from bot.platforms.web.answers import as_json, read_body
from bot.platforms.web.assets import static, template
from bot.platforms.web.mount import Mount
from bot.platforms.web.say import UNREADABLE, decode
from bot.platforms.web.security import anyone, posted

LINK = (
    '<li><a class="button" href="{path}" data-title="{title}">{role}'
    '<span class="who">{who}</span></a></li>'
)
MOST_BYTES = 1000


class MovedClock(Protocol):
    """The demo's time."""

    def shown(self) -> dict[str, str]:
        """now: in words; day: as 2026-12-14."""

    async def move(self, where: str) -> None:
        """Forward, by the name of a button or to a day. Raises Refused with a sentence."""


def demo_routes(
    app: web.Application,
    host: Host,
    chats: Sequence[tuple[str, str]],
    clock: MovedClock | None = None,
    base: str = "/demo",
) -> None:
    """chats: (path, title) of each mounted chat, which must be `framed`; what stands after the
    colon of a title is left out where there is little room."""
    mount = Mount(host, base)
    links = "\n".join(_link(path, title) for path, title in chats)

    async def page(mount: Mount, request: web.Request) -> web.StreamResponse:
        text = template("demo.html", mount.base).body.decode().replace("{{links}}", links)
        text = text.replace("{{hidden}}", "" if clock else "hidden")
        return web.Response(
            text=text, content_type="text/html", headers={"Cache-Control": "no-store"}
        )

    app.router.add_get(mount.home, anyone(mount, page))
    app.router.add_get(mount.base + "/s/{version}/{name}", anyone(mount, static))
    if clock:
        _clock_routes(app, mount, clock)


def _clock_routes(app: web.Application, mount: Mount, clock: MovedClock) -> None:
    async def look(mount: Mount, request: web.Request) -> web.StreamResponse:
        return as_json(clock.shown())

    async def move(mount: Mount, request: web.Request) -> web.StreamResponse:
        body = decode(await read_body(request, MOST_BYTES, UNREADABLE))
        await clock.move(str(body.get("to", "")))
        return as_json(clock.shown())

    app.router.add_get(mount.base + "/clock", anyone(mount, look))
    app.router.add_post(mount.base + "/clock", posted(mount, move))


def _link(path: str, title: str) -> str:
    role, colon, who = map(escape, title.partition(":"))
    home = escape(urlsplit(path).path.rstrip("/") + "/")
    return LINK.format(path=home, title=escape(title), role=role, who=colon + who)
