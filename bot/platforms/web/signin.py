"""Coming in by invitation or code, and going out."""

from urllib.parse import parse_qsl

from aiohttp import web

from bot.conversation.host import InvitationView
from bot.errors import Refused
from bot.platforms.web import assets, pages
from bot.platforms.web.answers import Rejected, as_json, read_body
from bot.platforms.web.mount import Mount
from bot.platforms.web.security import STRANGER, address, has_token

FORM_BYTES = 4096
CODE_CHARACTERS = 64

TOO_MANY = (
    "Đã thử nhiều lần chưa đúng. Xin đợi {minutes} phút rồi thử lại, "
    "hoặc hỏi cán bộ đầu mối của đơn vị ạ."
)
NO_CODE = "Xin nhập mã mời rồi bấm “Vào” ạ."
LONG_FORM = "Mã này dài quá. Xin xem lại mã trên giấy mời ạ."


async def chat_page(mount: Mount, request: web.Request) -> web.StreamResponse:
    if await mount.session(request):
        response = await assets.shell(mount, request)
        mount.remember(request, response, mount.secret(request))
        response.headers["Vary"] = "Cookie, Accept-Encoding"
        return response
    if mount.let_in is None:
        return pages.sign_in(mount, request)
    response = await assets.shell(mount, request)
    mount.remember(request, response, await mount.let_in())
    return response


async def show_invitation(mount: Mount, request: web.Request) -> web.Response:
    """Link previews open links: this only looks."""
    stop_guessing(mount, request)
    try:
        view = await mount.host.look_at_invitation(request.match_info["token"])
    except Refused as why:
        view = InvitationView("", "", usable=False, why_not=str(why))
    if not view.usable:
        mount.guesses.note(address(mount, request))
    return pages.invitation(mount, request, view, await mount.session(request))


async def use_invitation(mount: Mount, request: web.Request) -> web.StreamResponse:
    await read_form(mount, request)
    return await redeem(mount, request, request.match_info["token"])


async def use_code(mount: Mount, request: web.Request) -> web.StreamResponse:
    code = (await read_form(mount, request)).get("code", "").strip()
    if not code:
        return pages.sign_in(mount, request, notice=NO_CODE, status=400)
    return await redeem(mount, request, code[:CODE_CHARACTERS])


async def redeem(mount: Mount, request: web.Request, token: str) -> web.StreamResponse:
    stop_guessing(mount, request)
    before = await mount.session(request)
    try:
        secret, _ = await mount.host.redeem(token, before.chat if before else None)
    except Refused as why:
        mount.guesses.note(address(mount, request))
        return pages.unusable(mount, request, str(why), before)
    response = to_chat(mount)
    mount.remember(request, response, secret)
    return response


async def sign_out(mount: Mount, request: web.Request) -> web.StreamResponse:
    """From the chat by its header; from an invitation page by its form."""
    said = request.headers.get("X-CSRF")
    form = {} if said else await read_form(mount, request)
    session, secret = await mount.session(request), mount.secret(request)
    if said and session and not has_token(session, said):
        raise Rejected(403, STRANGER)
    if session:
        await mount.host.sign_out(secret)
        mount.streams.end_session(secret)
    response = to_chat(mount) if form else as_json({})
    mount.forget(response)
    response.headers["Clear-Site-Data"] = '"cache"'  # pictures, on a telephone others use too
    return response


def to_chat(mount: Mount) -> web.Response:
    return web.Response(status=303, headers={"Location": mount.home})


def stop_guessing(mount: Mount, request: web.Request) -> None:
    """A typed code is short; what protects it is how often one may try."""
    if wait := mount.guesses.wait(address(mount, request)):
        raise Rejected(429, TOO_MANY.format(minutes=int(wait // 60) + 1), retry_after=wait)


async def read_form(mount: Mount, request: web.Request) -> dict[str, str]:
    """The words of a form of ours; with a session it must carry the session's token."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Rejected(415, STRANGER)
    data = await read_body(request, FORM_BYTES, LONG_FORM)
    form = dict(parse(data))
    session = await mount.session(request)
    if session and not has_token(session, form.get("csrf", "")):
        raise Rejected(403, STRANGER)
    return form


def parse(data: bytes) -> list[tuple[str, str]]:
    return parse_qsl(data.decode("utf-8", "replace"), max_num_fields=10)
