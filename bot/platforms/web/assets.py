"""The files of the chat page, read once, kept small, and cached by a hash of their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

from bot.platforms.web.answers import Rejected
from bot.platforms.web.mount import Mount

FOLDER = Path(__file__).with_name("static")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/manifest+json",
}
# What a phone needs to open the chat without a connection; the service worker keeps these.
SHELL = (
    "style.css", "icon.svg", "chat.js", "composer.js", "draw.js", "look.js", "net.js",
    "photo.js", "queue.js", "talk.js",
)  # fmt: skip
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    zipped: bytes
    type: str
    etag: str


def make_asset(name: str, body: bytes) -> Asset:
    etag = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, mtime=0), TYPES[Path(name).suffix], etag)


@cache
def read_static(name: str) -> Asset:
    return make_asset(name, (FOLDER / name).read_bytes())


@cache
def version() -> str:
    """Changes with any file: modules import each other by relative addresses."""
    names = sorted(p.name for p in FOLDER.iterdir() if p.suffix in TYPES)
    return hashlib.sha256("".join(read_static(n).etag for n in names).encode()).hexdigest()[:12]


@cache
def template(name: str, base: str) -> Asset:
    """A static file that names others: its {{base}}, {{version}} and {{shell}} filled in."""
    where = f"{base}/s/{version()}"
    shell = ", ".join(f'"{where}/{n}"' for n in SHELL)
    text = read_static(name).body.decode()
    for word, value in (("base", base), ("version", version()), ("at", where), ("shell", shell)):
        text = text.replace("{{" + word + "}}", value)
    return make_asset(name, text.encode())


async def static(mount: Mount, request: web.Request) -> web.Response:
    name = request.match_info["name"]
    known = "/" not in name and Path(name).suffix in TYPES and (FOLDER / name).is_file()
    if not known:
        raise Rejected(404, "Không có tệp này.")
    current = request.match_info["version"] == version()
    return respond(request, read_static(name), FOREVER if current else ASK_AGAIN)


async def manifest(mount: Mount, request: web.Request) -> web.Response:
    return respond(request, template("manifest.json", mount.base))


async def worker(mount: Mount, request: web.Request) -> web.Response:
    return respond(request, template("sw.js", mount.base))


async def shell(mount: Mount, request: web.Request) -> web.Response:
    """The chat page itself: the same for everybody, so it may be kept for offline use."""
    return respond(request, template("index.html", mount.base))


def respond(request: web.Request, asset: Asset, caching: str = ASK_AGAIN) -> web.Response:
    headers = {"Cache-Control": caching, "ETag": f'"{asset.etag}"', "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    body = asset.body
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(asset.zipped) < len(body):
        body, headers["Content-Encoding"] = asset.zipped, "gzip"
    return web.Response(body=body, headers=headers | {"Content-Type": asset.type})
