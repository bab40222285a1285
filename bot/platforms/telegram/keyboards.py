"""What can be chosen, as the Bot API writes buttons. Pure.

python-telegram-bot's own button objects took a third of all the work of a reply.
"""

import logging
from collections.abc import Iterable
from typing import Any

from bot.conversation.messages import Option, Reply, Wanted
from bot.platforms.telegram.cutting import utf16_len

log = logging.getLogger(__name__)

DATA_BYTES, COPIED = 64, 256
MOST = 90
"""Of a hundred buttons, so that actions, code and link have room."""
READABLE = 34
"""What one line of a phone shows of a label."""
ROW, MARGIN, WIDEST = 48, 4, 8
"""All buttons of a row are equally wide."""
STYLES = {"primary", "success", "danger"}
ASKING = {
    Wanted.PHONE: ("📱 Gửi số điện thoại của tôi", "Hoặc gõ số điện thoại", "request_contact"),
    Wanted.PLACE: ("📍 Gửi vị trí của tôi", "Hoặc gõ tên nơi thực hiện", "request_location"),
}

Button = dict[str, Any]
Markup = dict[str, Any]


def numbered(reply: Reply) -> str:
    """The text; with the choices as a list when a phone would not show their labels whole."""
    if not _too_long(reply.options):
        return reply.text
    lines = [f"{number}. {option.label}" for number, option in enumerate(reply.options, 1)]
    return "\n".join(filter(None, [reply.text, *lines]))


def _too_long(options: Iterable[Option]) -> bool:
    return any(utf16_len(option.label) > READABLE for option in options)


def choices(reply: Reply) -> list[tuple[str, Option]]:
    """The options with what stands on their buttons: the number of those in a list."""
    if not _too_long(reply.options):
        return [(option.label, option) for option in reply.options]
    return [
        (_beside_a_list(number, option), option) for number, option in enumerate(reply.options, 1)
    ]


def _beside_a_list(number: int, option: Option) -> str:
    short = len(option.label) <= READABLE // 2
    return f"{number}. {option.label}" if short else str(number)


def inline(reply: Reply) -> Markup | None:
    rows = rows_of(_pressable(choices(reply)[:MOST]))
    rows += [[button] for button in (_copy(reply.code), _open(reply.link)) if button]
    rows += rows_of(_pressable((action.label, action) for action in reply.actions))
    return {"inline_keyboard": rows} if rows else None


def _pressable(labelled: Iterable[tuple[str, Option]]) -> list[Button]:
    return [
        {"text": label, "callback_data": option.data, **_style(option)}
        for label, option in labelled
        if _can_be_pressed(option)
    ]


def _can_be_pressed(option: Option) -> bool:
    right = bool(option.label.strip()) and 0 < len(option.data.encode()) <= DATA_BYTES
    if not right:
        log.error("no button for %r (%r): it can only be typed", option.label, option.data)
    return right


def _style(option: Option) -> Button:
    return {"style": option.style} if option.style in STYLES else {}


def _copy(code: str) -> Button | None:
    if not code or utf16_len(code) > COPIED:
        return None
    return {"text": f"📋 Chép mã {code}", "copy_text": {"text": code}}


def is_address(link: str) -> bool:
    """Whether Telegram takes it for a button."""
    return link.startswith("https://") and "." in link


def _open(link: str) -> Button | None:
    return {"text": "Mở đường dẫn", "url": link} if is_address(link) else None


def asks(reply: Reply, *, private: bool) -> bool:
    """Whether a button of the member's own keyboard helps: for the phone number, for the place."""
    return private and reply.wanted in ASKING


def own_keyboard(reply: Reply) -> Markup:
    """A message bears this or an inline keyboard: here all choices are typed by their buttons."""
    label, hint, request = ASKING[reply.wanted]
    labelled = [*choices(reply)[:MOST], *((action.label, action) for action in reply.actions)]
    typed = [{"text": label, **_style(option)} for label, option in labelled if label.strip()]
    return {
        "keyboard": [[{"text": label, request: True, "style": "primary"}], *rows_of(typed)],
        "resize_keyboard": True,
        "one_time_keyboard": True,
        "input_field_placeholder": hint,
    }


NO_KEYBOARD: Markup = {"remove_keyboard": True}


def rows_of(buttons: Iterable[Button]) -> list[list[Button]]:
    """As many to a row as can be read."""
    rows: list[list[Button]] = []
    widest = 0
    for button in buttons:
        width = utf16_len(button["text"]) + MARGIN
        if rows and len(rows[-1]) < WIDEST and (len(rows[-1]) + 1) * max(widest, width) <= ROW:
            rows[-1].append(button)
            widest = max(widest, width)
        else:
            rows.append([button])
            widest = width
    return rows
