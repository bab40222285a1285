"""Pictures and lists in, pictures and documents out."""

from urllib.parse import quote

from aiohttp import web

from bot.conversation import documents
from bot.conversation.host import Session, StoredFile
from bot.platforms.web.answers import Rejected, as_json, read_body
from bot.platforms.web.mount import Mount
from bot.platforms.web.say import HASH

MOST_BYTES = 15 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})

TOO_LARGE = "Ảnh này lớn hơn 15 MB. Xin chọn ảnh nhỏ hơn hoặc chụp lại ạ."
NOTHING = "Trợ lý chưa nhận được ảnh. Xin chọn lại ảnh ạ."
NO_LIST = "Tệp này không có gì bên trong. Xin chọn lại tệp ạ."
TOO_OFTEN = "Trợ lý đang nhận nhiều ảnh, tệp. Máy sẽ gửi tiếp sau ít phút ạ."
NOT_HERE = "Không tìm thấy tệp này, hoặc tệp không thuộc phạm vi được xem."


async def put_photo(mount: Mount, request: web.Request, session: Session) -> web.Response:
    data = await _uploaded(mount, request, session, MOST_BYTES, TOO_LARGE)
    if not data:
        raise Rejected(400, NOTHING)
    return as_json({"hash": await mount.host.keep_upload(data)})


async def put_list(mount: Mount, request: web.Request, session: Session) -> web.Response:
    most, too_large = documents.MOST_BYTES, documents.TOO_LARGE
    data = await _uploaded(mount, request, session, most, too_large)
    if not data:
        raise Rejected(400, NO_LIST)
    return as_json({"hash": await mount.host.keep_list(data)})


async def _uploaded(
    mount: Mount, request: web.Request, session: Session, most: int, too_large: str
) -> bytes:
    if wait := mount.uploads.wait(session.chat):
        raise Rejected(429, TOO_OFTEN, retry_after=wait)
    mount.uploads.note(session.chat)
    return await read_body(request, most, too_large)


async def get_photo(mount: Mount, request: web.Request, session: Session) -> web.StreamResponse:
    stored = await find(mount, request, session, small=request.query.get("small") == "1")
    if stored.mime not in PICTURES:
        raise Rejected(404, NOT_HERE)
    return serve(stored, "inline", "private, max-age=86400")


async def get_file(mount: Mount, request: web.Request, session: Session) -> web.StreamResponse:
    stored = await find(mount, request, session, small=False)
    return serve(stored, f"attachment; filename*=UTF-8''{quote(stored.name)}", "no-store")


async def find(mount: Mount, request: web.Request, session: Session, *, small: bool) -> StoredFile:
    name = request.match_info["hash"]
    stored = None
    if HASH.fullmatch(name):
        stored = await mount.host.open_file(session.chat, name, small=small)
    if stored is None:
        raise Rejected(404, NOT_HERE)
    return stored


def serve(stored: StoredFile, disposition: str, caching: str) -> web.FileResponse:
    """Opened by itself in the browser, a file may do nothing."""
    return web.FileResponse(
        stored.path,
        headers={
            "Content-Type": stored.mime,
            "Content-Disposition": disposition,
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": caching,
        },
    )
