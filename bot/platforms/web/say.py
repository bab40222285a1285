"""What the page says to us: one message, or a look at what was said before."""

import json
import math
import re
from typing import Any

from aiohttp import web

from bot.conversation.documents import is_list, short
from bot.conversation.host import Mail, Session
from bot.conversation.messages import Document, Incoming, Other, Place, Said
from bot.platforms.web.answers import Rejected, as_json, read_body
from bot.platforms.web.mount import Mount

MOST_CHARACTERS = 10_000
MOST_PHOTOS = 10
MOST_BYTES = 128 * 1024
BUTTON_BYTES = 64
PAGE = 50

KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HASH = re.compile(r"[0-9a-f]{64}")

TOO_LONG = "Tin dài quá 10.000 chữ. Xin chia thành vài tin ngắn hơn rồi gửi lại ạ."
EMPTY = "Tin này chưa có nội dung. Xin nhập chữ hoặc bấm một nút ạ."
UNREADABLE = "Trợ lý chưa đọc được tin này. Xin tải lại trang rồi gửi lại ạ."
NO_PLACE = "Trợ lý chưa đọc được vị trí này. Xin gõ tên xã, thôn thay cho vị trí ạ."
NO_LIST = "Trợ lý chưa đọc được tệp này. Xin chọn tệp Excel (.xlsx, .xls, .ods) hoặc CSV ạ."
TOO_MANY = f"Mỗi lần gửi tối đa {MOST_PHOTOS} ảnh. Xin gửi làm nhiều lần ạ."


async def say(mount: Mount, request: web.Request, session: Session) -> web.Response:
    """Answers only after the message and its effects have committed."""
    body = decode(await read_body(request, MOST_BYTES, TOO_LONG))
    key = body.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Rejected(400, UNREADABLE)
    said = read_said(body)
    await mount.host.receive(Incoming("web", mount.bot, key, session.chat, said, echo=True))
    return as_json({})


async def history(mount: Mount, request: web.Request, session: Session) -> web.Response:
    before = number(request.query.get("before", ""))
    mail = await mount.host.history(session.chat, before, PAGE)
    me = {"chat": session.chat, "name": session.name, "csrf": session.csrf}
    return as_json({"me": me, "mail": [to_json(m) for m in mail], "more": len(mail) == PAGE})


def to_json(mail: Mail) -> dict[str, Any]:
    body = {"n": mail.number, "own": mail.own, "at": mail.at.isoformat(), "body": mail.body}
    return body | ({"key": mail.key} if mail.own else {})


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def decode(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise Rejected(400, UNREADABLE) from None
    if not isinstance(body, dict):
        raise Rejected(400, UNREADABLE)
    return body


def read_said(body: dict[str, Any]) -> Said:
    document = read_document(body["document"]) if body.get("document") is not None else None
    said = Said(
        text=read_text(body.get("text", "")),
        button=read_button(body.get("button", "")),
        photos=read_photos(body.get("photos", [])),
        place=read_place(body["place"]) if body.get("place") is not None else None,
        other=Other.FILE if document else None,
        document=document,
    )
    if not (said.text.strip() or said.button or said.photos or said.place or document):
        raise Rejected(400, EMPTY)
    return said


def read_text(value: object) -> str:
    """Without what a database cannot hold: NUL, and halves of a cut emoji."""
    if not isinstance(value, str):
        raise Rejected(400, UNREADABLE)
    if len(value) > MOST_CHARACTERS:
        raise Rejected(413, TOO_LONG)
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def read_button(value: object) -> str:
    data = read_text(value)
    if len(data.encode()) > BUTTON_BYTES:
        raise Rejected(400, UNREADABLE)
    return data


def read_photos(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Rejected(400, UNREADABLE)
    if len(value) > MOST_PHOTOS:
        raise Rejected(400, TOO_MANY)
    if not all(isinstance(name, str) and HASH.fullmatch(name) for name in value):
        raise Rejected(400, UNREADABLE)
    return tuple(dict.fromkeys(value))


def read_document(value: object) -> Document:
    """[name, hash]"""
    if not (isinstance(value, list) and len(value) == 2 and HASH.fullmatch(str(value[1]))):
        raise Rejected(400, UNREADABLE)
    name = short(read_text(value[0]))
    if not is_list(name):
        raise Rejected(400, NO_LIST)
    return Document(name, str(value[1]))


def read_place(value: object) -> Place:
    """[latitude, longitude] in degrees."""
    numbers = isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
    if not numbers:
        raise Rejected(400, NO_PLACE)
    assert isinstance(value, list)
    latitude, longitude = map(float, value)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Rejected(400, NO_PLACE)
    return Place(latitude, longitude)


def is_number(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 180
    return whole or (isinstance(value, float) and math.isfinite(value))
