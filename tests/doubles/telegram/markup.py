"""Keyboards: what Telegram takes as reply_markup, and how it refuses the rest."""

from collections.abc import Callable
from typing import Any

from tests.doubles.telegram.entities import utf16, web_address
from tests.doubles.telegram.wire import Json, bad, of_type

STYLES = {"primary", "success", "danger"}
ACTIONS = (
    "url",
    "callback_data",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
PRIVATE_ONLY = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
}
SWITCHES = ("resize_keyboard", "one_time_keyboard", "is_persistent", "selective", "force_reply")


def checked(markup: Any, *, private: bool, inline_only: bool = False) -> Json | None:
    """The markup; None for none or for a keyboard without buttons."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return inline(markup)
    if inline_only:
        raise bad("inline keyboard expected")
    return other(markup, private=private)


def other(markup: Json, *, private: bool) -> Json | None:
    """A reply keyboard, its removal, or a forced reply."""
    for name in SWITCHES:
        of_type(markup.get(name, False), bool, name)
    if utf16(markup.get("input_field_placeholder") or "") > 64:
        raise bad("input field placeholder must be at most 64 characters long")
    if "keyboard" in markup:
        return reply(markup, private=private)
    if of_type(markup.get("remove_keyboard", False), bool, "remove_keyboard"):
        return markup
    return markup if markup.get("force_reply") else None


def rows(markup: Json, name: str, most: int, widest: int, button: Callable[[Any], Json]) -> Any:
    found = [
        [button(each) for each in of_type(row, list, name)]
        for row in of_type(markup[name], list, name)
    ]
    if sum(map(len, found)) > most or any(len(row) > widest for row in found):
        raise bad("reply markup is too long")
    return [row for row in found if row]


def inline(markup: Json) -> Json | None:
    found = rows(markup, "inline_keyboard", 100, 8, inline_button)
    return {"inline_keyboard": found} if found else None


def reply(markup: Json, *, private: bool) -> Json | None:
    found = rows(markup, "keyboard", 300, 12, lambda button: reply_button(button, private=private))
    return {**markup, "keyboard": found} if found else None


def no_button(kind: str, why: str) -> Exception:
    return bad(f"can't parse {kind} button: {why}")


def labelled(button: Any, kind: str) -> None:
    if not isinstance(button, dict):
        raise no_button(kind, "expected an Object")
    if "text" not in button:
        raise no_button(kind, 'Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise no_button(kind, 'Field "text" must be of type String')
    if not button["text"].strip():
        raise bad(f"{kind} button text must be non-empty")
    if button.get("style") is not None and button["style"] not in STYLES:
        raise no_button(kind, "invalid button style specified")


def inline_button(button: Any) -> Json:
    labelled(button, "inline keyboard")
    given = [name for name in ACTIONS if button.get(name) not in (None, "", False)]
    if not given and button.get("switch_inline_query", button.get(ACTIONS[6])) is None:
        why = "Text buttons are unallowed in the inline keyboard"
        raise no_button("inline keyboard", why)
    if len(given) > 1:
        raise no_button("inline keyboard", "exactly one action must be specified")
    for name in given:
        CHECKS.get(name, lambda value: None)(button[name])
    return dict(button)


def callback_data(value: Any) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")


def copy_text(value: Any) -> None:
    if not isinstance(value, dict) or not 1 <= utf16(str(value.get("text") or "")) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def url(value: Any) -> None:
    if not web_address(str(value)):
        why = "Unsupported URL protocol" if "://" in str(value) else "Wrong HTTP URL"
        raise bad(f"inline keyboard button URL '{value}' is invalid: {why}")


def web_app(value: Any) -> None:
    address = str(value.get("url", "")) if isinstance(value, dict) else ""
    if not address.startswith("https://"):
        why = "Only HTTPS links are allowed"
        raise bad(f"inline keyboard button Web App URL '{address}' is invalid: {why}")


def needs_another_message(value: Any) -> None:
    raise bad("BUTTON_TYPE_INVALID")


CHECKS: dict[str, Callable[[Any], None]] = {
    "callback_data": callback_data,
    "copy_text": copy_text,
    "url": url,
    "web_app": web_app,
    "pay": needs_another_message,
    "callback_game": needs_another_message,
}


def reply_button(button: Any, *, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    labelled(button, "keyboard")
    for name, why in PRIVATE_ONLY.items():
        if button.get(name) and not private:
            raise bad(why)
    return dict(button)
