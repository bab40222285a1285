"""What every answer carries and every request must pass."""

import hmac
import ipaddress
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.conversation.host import Session
from bot.errors import Refused
from bot.platforms.web import pages
from bot.platforms.web.answers import Rejected, rejection
from bot.platforms.web.mount import Mount

Open = Callable[[Mount, web.Request], Awaitable[web.StreamResponse]]
Signed = Callable[[Mount, web.Request, Session], Awaitable[web.StreamResponse]]
log = logging.getLogger(__name__)

STRANGER = "Yêu cầu này không đến từ trang trò chuyện. Xin mở lại trang rồi thử lại ạ."
SIGNED_OUT = "Phiên trò chuyện đã kết thúc. Xin vào lại bằng lời mời hoặc mã ạ."
BUSY = "Trợ lý chưa lưu được lúc này. Máy sẽ tự thử lại; nếu không, xin tải lại trang ạ."
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)


def headers(*, framed: bool = False) -> dict[str, str]:
    """same-origin and not no-referrer: the latter turns the Origin of our own forms into "null",
    and browsers without Sec-Fetch-Site could no longer sign in."""
    return {
        "Content-Security-Policy": POLICY + ("'self'" if framed else "'none'"),
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex",
    }


def is_ours(mount: Mount, request: web.Request) -> bool:
    """Whether a POST comes from a page of ours. Sec-Fetch-Site is missing on plain http."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    scheme, netloc = urlsplit(origin)[:2]
    ours = urlsplit(mount.public_url)
    return bool(netloc) and (netloc == request.host or (scheme, netloc) == ours[:2])


def has_token(session: Session, said: str) -> bool:
    return hmac.compare_digest(session.csrf.encode(), said.encode("utf-8", "replace"))


def address(mount: Mount, request: web.Request) -> str:
    """Who is guessing: an IPv4 address, or the /64 a household has in IPv6."""
    forwarded = request.headers.get("X-Forwarded-For", "") if mount.trust_proxy else ""
    text = forwarded.rpartition(",")[2].strip() or request.remote or ""
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return text
    return text if known.version == 4 else str(ipaddress.ip_network((text, 64), strict=False))


def answer(mount: Mount, request: web.Request, why: Rejected) -> web.Response:
    """JSON for the page's script, a page for whoever came by a link or a form."""
    by_hand = "text/html" in request.headers.get("Accept", "")
    response = pages.refused(mount, why.sentence, why.status) if by_hand else rejection(why)
    if why.retry_after:
        response.headers["Retry-After"] = str(round(why.retry_after + 0.5))
    return response


def anyone(mount: Mount, handler: Open) -> Handler:
    """Adds the headers, and turns refusals into answers."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(mount, request)
        except Rejected as why:
            response = answer(mount, request, why)
        except Refused as why:
            response = answer(mount, request, Rejected(422, str(why)))
        except web.HTTPException:
            raise
        except Exception:
            log.exception("web chat: %s %s", request.method, request.match_info.route.resource)
            response = answer(mount, request, Rejected(503, BUSY, retry_after=2))
        if not response.prepared:
            response.headers.update(
                {k: v for k, v in headers(framed=mount.framed).items() if k not in response.headers}
            )
        return response

    return guarded


def posted(mount: Mount, handler: Open) -> Handler:
    """For anyone, from our own page."""

    async def checked(mount: Mount, request: web.Request) -> web.StreamResponse:
        if not is_ours(mount, request):
            raise Rejected(403, STRANGER)
        return await handler(mount, request)

    return anyone(mount, checked)


def signed(mount: Mount, handler: Signed) -> Handler:
    """For the signed-in; a POST also from our own page and with its token."""

    async def checked(mount: Mount, request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and not is_ours(mount, request):
            raise Rejected(403, STRANGER)
        session = await mount.session(request)
        if session is None:
            raise Rejected(401, SIGNED_OUT)
        if request.method == "POST" and not has_token(session, request.headers.get("X-CSRF", "")):
            raise Rejected(403, STRANGER)
        return await handler(mount, request, session)

    return anyone(mount, checked)
