"""How the bot presents itself in Telegram: what differs is set. For `dvk doctor --apply`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeDefault,
    MenuButtonCommands,
)
from telegram.error import InvalidToken, TelegramError

from bot.platforms.telegram.cutting import pieces
from bot.platforms.telegram.lean import LeanBot
from bot.platforms.telegram.platform import BASE_FILE_URL, BASE_URL

DESCRIPTION, SHORT, LABEL = 512, 120, 256

Commands = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Profile:
    """commands are (name, label), for private chats and for groups."""

    commands: Commands
    description: str
    short: str
    group_commands: Commands = ()


async def apply(
    token: str,
    profile: Profile,
    *,
    base_url: str = BASE_URL,
    base_file_url: str = BASE_FILE_URL,
) -> list[str]:
    """What was done, a sentence each."""
    bot = LeanBot(token, base_url, base_file_url)
    try:
        await bot.initialize()
        return await set_up(bot, profile)
    except InvalidToken:
        return ["Telegram không nhận mã bot này nên chưa đặt được gì."]
    except TelegramError as problem:
        return [f"Chưa đặt được hết: {problem}. Xin chạy lại lệnh này sau."]
    finally:
        await bot.close_connections()


async def set_up(bot: Bot, profile: Profile) -> list[str]:
    return [
        *await _commands(bot, "lệnh", profile.commands, BotCommandScopeDefault()),
        *await _commands(
            bot, "lệnh trong nhóm", profile.group_commands, BotCommandScopeAllGroupChats()
        ),
        *await _text(
            "lời giới thiệu",
            _cut(profile.description, DESCRIPTION),
            (await bot.get_my_description()).description,
            bot.set_my_description,
        ),
        *await _text(
            "dòng giới thiệu ngắn",
            _cut(profile.short, SHORT),
            (await bot.get_my_short_description()).short_description,
            bot.set_my_short_description,
        ),
        *await _menu_button(bot),
    ]


async def _commands(bot: Bot, what: str, wanted: Commands, scope: BotCommandScope) -> list[str]:
    commands = [BotCommand(name, _cut(label, LABEL)) for name, label in wanted]
    if list(await bot.get_my_commands(scope)) == commands:
        return []
    if not commands:
        await bot.delete_my_commands(scope)
        return [f"Đã xóa bảng {what}."]
    await bot.set_my_commands(commands, scope)
    return [f"Đã đặt bảng {what}: {len(commands)} lệnh."]


async def _text(
    what: str, wanted: str, now: str, put: Callable[[str], Awaitable[Any]]
) -> list[str]:
    if wanted == now:
        return []
    await put(wanted)
    return [f"Đã đặt {what}."]


async def _menu_button(bot: Bot) -> list[str]:
    if isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
        return []
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    return ["Đã đặt nút thực đơn mở bảng lệnh."]


def _cut(text: str, most: int) -> str:
    """Telegram refuses what is longer."""
    text = text.strip()
    return text[: pieces(text, most)[0][1]].strip() if text else ""
