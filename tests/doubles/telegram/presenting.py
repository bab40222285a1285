"""The bot's menu, name and descriptions."""

import re
from collections.abc import Callable

from tests.doubles.telegram.entities import utf16
from tests.doubles.telegram.profile import Scope
from tests.doubles.telegram.sending import chat_of
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.wire import Json, Request, bad, of_type

WIDE = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
NARROW = {"chat", "chat_administrators", "chat_member"}
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def language(request: Request) -> str:
    code = request.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("LANGUAGE_CODE_INVALID")
    return code


def scope(double: Telegram, request: Request) -> Scope:
    given = of_type(request.json("scope") or {"type": "default"}, dict, "scope")
    kind = str(given.get("type"))
    if kind in WIDE:
        return kind, 0, 0, language(request)
    if kind not in NARROW:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    chat = chat_of(double, Request(request.method, given))
    if kind != "chat" and chat.private:
        raise bad("chat_administrators and chat_member scopes are for groups")
    who = Request(request.method, given).number("user_id") if kind == "chat_member" else 0
    if kind == "chat_member" and who not in double.users:
        raise bad("user not found")
    return kind, chat.id, who, language(request)


def command(given: object) -> Json:
    each: Json = of_type(given, dict, "commands")
    name, about = str(each.get("command", "")).removeprefix("/"), str(each.get("description", ""))
    if not COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= utf16(about.strip()) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": about.strip()}


def set_my_commands(double: Telegram, request: Request) -> bool:
    given = of_type(request.json("commands"), list, "commands")
    if len(given) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    double.profile.commands[scope(double, request)] = [command(each) for each in given]
    return True


def get_my_commands(double: Telegram, request: Request) -> list[Json]:
    return double.profile.commands.get(scope(double, request), [])


def delete_my_commands(double: Telegram, request: Request) -> bool:
    double.profile.commands.pop(scope(double, request), None)
    return True


def setter(name: str, most: int) -> Callable[[Telegram, Request], bool]:
    def put(double: Telegram, request: Request) -> bool:
        text = request.text(name).strip()
        if utf16(text) > most:
            raise bad(f"{name.upper()}_TOO_LONG" if name != "name" else "BOT_TITLE_INVALID")
        kept: dict[str, str] = getattr(double.profile, name)
        kept[language(request)] = text
        return True

    return put


def getter(name: str) -> Callable[[Telegram, Request], Json]:
    def get(double: Telegram, request: Request) -> Json:
        kept: dict[str, str] = getattr(double.profile, name)
        default = double.me["first_name"] if name == "name" else ""
        return {name: kept.get(language(request)) or kept.get("") or default}

    return get


def button_of(request: Request) -> int:
    return request.number("chat_id")


def set_chat_menu_button(double: Telegram, request: Request) -> bool:
    button = of_type(request.json("menu_button") or {"type": "default"}, dict, "menu_button")
    if button.get("type") not in {"commands", "web_app", "default"}:
        raise bad("can't parse menu button: unsupported type")
    address = (button.get("web_app") or {}).get("url", "")
    if button["type"] == "web_app" and not address.startswith("https://"):
        raise bad(f"menu button Web App URL '{address}' is invalid: Only HTTPS links are allowed")
    double.profile.menu_buttons[button_of(request)] = button
    return True


def get_chat_menu_button(double: Telegram, request: Request) -> Json:
    buttons = double.profile.menu_buttons
    return buttons.get(button_of(request)) or buttons.get(0) or {"type": "commands"}


METHODS = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": setter("name", 64),
    "getMyName": getter("name"),
    "setMyDescription": setter("description", 512),
    "getMyDescription": getter("description"),
    "setMyShortDescription": setter("short_description", 120),
    "getMyShortDescription": getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
