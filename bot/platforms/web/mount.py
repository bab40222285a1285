"""One web chat under its own path: what its handlers share."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from bot.conversation.host import Host, Session
from bot.platforms.web.limits import Limiter
from bot.platforms.web.streams import Streams

COOKIE_DAYS = 180


@dataclass(frozen=True, slots=True)
class Mount:
    """base is "" or "/demo/hoi-vien". framed: our own pages may show it in a frame. trust_proxy:
    X-Forwarded-For and -Proto come from our own proxy. let_in (demo only) gives whoever comes
    without a session the secret of one. Times are seconds."""

    host: Host
    base: str = ""
    public_url: str = ""
    bot: str = "web"
    framed: bool = False
    trust_proxy: bool = False
    let_in: Callable[[], Awaitable[str]] | None = None
    heartbeat: float = 15
    patience: float = 30
    guesses: Limiter = field(default_factory=lambda: Limiter(20, 600))
    uploads: Limiter = field(default_factory=lambda: Limiter(120, 600))
    streams: Streams = field(default_factory=Streams)

    @property
    def home(self) -> str:
        return f"{self.base}/"

    @property
    def cookie(self) -> str:
        return "dvk" + re.sub(r"[^A-Za-z0-9]+", "_", self.base)

    def secret(self, request: web.Request) -> str:
        return request.cookies.get(self.cookie, "")

    async def session(self, request: web.Request) -> Session | None:
        secret = self.secret(request)
        return await self.host.session(secret) if secret else None

    def is_https(self, request: web.Request) -> bool:
        forwarded = request.headers.get("X-Forwarded-Proto", "") if self.trust_proxy else ""
        return self.public_url.startswith("https://") or forwarded == "https" or request.secure

    def address_of_page(self, request: web.Request, path: str) -> str:
        """The whole address under which this phone reaches a path of ours."""
        scheme = "https" if self.is_https(request) else "http"
        host = urlsplit(self.public_url).netloc or request.host
        return f"{scheme}://{host}{path}"

    def remember(self, request: web.Request, response: web.StreamResponse, secret: str) -> None:
        response.set_cookie(
            self.cookie,
            secret,
            path=self.home,
            max_age=COOKIE_DAYS * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=self.is_https(request),
        )

    def forget(self, response: web.StreamResponse) -> None:
        response.del_cookie(self.cookie, path=self.home)
