"""Updates as Telegram writes them, with as little as possible."""

from typing import Any

from telegram import Update

from bot.conversation.messages import Said
from bot.platforms.telegram.reading import Me, read
from bot.platforms.telegram.slimming import slim_update

ME = Me("telegram", 7000000001, "DanVanKheoBot")
HA = {"id": 501, "is_bot": False, "first_name": "Hà"}
PRIVATE = {"id": 501, "type": "private", "first_name": "Hà"}
GROUP = {"id": -42, "type": "supergroup", "title": "Thôn Vĩnh Thịnh"}
FILE = {"file_id": "F", "file_unique_id": "U"}


def update(kind: str = "message", **body: Any) -> Update:
    raw = {"update_id": 9, kind: body}
    slim_update(raw)
    return Update.de_json(raw, None)


def message(*, kind: str = "message", chat: Any = PRIVATE, who: Any = HA, **body: Any) -> Update:
    return update(kind, message_id=3, date=1_790_000_000, chat=chat, **{"from": who}, **body)


def said(*, kind: str = "message", **body: Any) -> Said:
    incoming = read(message(kind=kind, **body), ME)
    assert incoming
    return incoming.said


def photo(width: int, size: int = 1000) -> dict[str, Any]:
    about = {"file_id": f"P{width}", "file_unique_id": f"U{width}", "file_size": size}
    return {**about, "width": width, "height": width}


def command(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "chat": GROUP, **more}
