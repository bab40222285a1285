"""The demo's first page: one chat per role, side by side."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from bot.conversation.host import Host
from bot.platforms.web.assets import static, template
from bot.platforms.web.mount import Mount
from bot.platforms.web.security import anyone

LINK = (
    '<li><a class="button" href="{path}" data-title="{title}">{role}'
    '<span class="who">{who}</span></a></li>'
)


def demo_routes(
    app: web.Application, host: Host, chats: Sequence[tuple[str, str]], base: str = "/demo"
) -> None:
    """chats: (path, title) of each mounted chat, which must be `framed`; what stands after the
    colon of a title is left out where there is little room."""
    mount = Mount(host, base)
    links = "\n".join(_link(path, title) for path, title in chats)

    async def page(mount: Mount, request: web.Request) -> web.StreamResponse:
        text = template("demo.html", mount.base).body.decode().replace("{{links}}", links)
        return web.Response(
            text=text, content_type="text/html", headers={"Cache-Control": "no-store"}
        )

    app.router.add_get(mount.home, anyone(mount, page))
    app.router.add_get(mount.base + "/s/{version}/{name}", anyone(mount, static))


def _link(path: str, title: str) -> str:
    role, colon, who = map(escape, title.partition(":"))
    home = escape(urlsplit(path).path.rstrip("/") + "/")
    return LINK.format(path=home, title=escape(title), role=role, who=colon + who)
