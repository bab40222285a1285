"""The web chat as a platform: where its requests go."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.conversation.host import Host
from bot.conversation.messages import Reply
from bot.platforms.web import assets, events, files, say, signin
from bot.platforms.web.mount import Mount
from bot.platforms.web.security import anyone, posted, signed


class WebPlatform:
    """One web chat. Several may be mounted in one application, each under its own base."""

    name = "web"
    buttons = True

    def __init__(
        self,
        host: Host,
        *,
        base: str = "",
        public_url: str = "",
        bot: str = "web",
        framed: bool = False,
        trust_proxy: bool = False,
        let_in: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self.mount = Mount(
            host, base.rstrip("/"), public_url.rstrip("/"), bot, framed, trust_proxy, let_in
        )

    async def send(self, chat: str, reply: Reply) -> str | None:
        """The mailbox row is the message; the pages that listen read it themselves."""
        return None

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.mount.streams.end_all()

    def routes(self, app: web.Application) -> None:
        mount_routes(self.mount, app)


def mount_routes(mount: Mount, app: web.Application) -> None:
    for method, path, handler in handlers(mount):
        app.router.add_route(method, mount.base + path, handler)
    if mount.base:
        app.router.add_get(mount.base, to_home(mount))

    async def end_streams(_: web.Application) -> None:
        mount.streams.end_all()

    app.on_shutdown.append(end_streams)


def handlers(mount: Mount) -> list[tuple[str, str, Handler]]:
    return [
        ("GET", "/", anyone(mount, signin.chat_page)),
        ("GET", "/shell", anyone(mount, assets.shell)),
        ("GET", "/s/{version}/{name}", anyone(mount, assets.static)),
        ("GET", "/manifest.webmanifest", anyone(mount, assets.manifest)),
        ("GET", "/sw.js", anyone(mount, assets.worker)),
        ("GET", "/i/{token}", anyone(mount, signin.show_invitation)),
        ("POST", "/i/{token}", posted(mount, signin.use_invitation)),
        ("POST", "/code", posted(mount, signin.use_code)),
        ("POST", "/out", posted(mount, signin.sign_out)),
        ("GET", "/events", anyone(mount, events.events)),
        ("GET", "/history", signed(mount, say.history)),
        ("POST", "/say", signed(mount, say.say)),
        ("POST", "/photo", signed(mount, files.put_photo)),
        ("POST", "/list", signed(mount, files.put_list)),
        ("GET", "/photo/{hash}", signed(mount, files.get_photo)),
        ("GET", "/file/{hash}", signed(mount, files.get_file)),
    ]


def to_home(mount: Mount) -> Handler:
    async def redirect(_: web.Request) -> web.StreamResponse:
        return web.Response(status=308, headers={"Location": mount.home})

    return redirect
