"""Playing by hand in a terminal: what is typed goes to the bot, what it answers is shown."""

import asyncio
import sys
from collections.abc import Callable

from tests.doubles.telegram.people import User
from tests.doubles.telegram.simulation import person
from tests.doubles.telegram.telegram import Telegram

HELP = """text        say it             /start moi_x  as well
!Nhãn       tap a button       #Nhãn         press a key below the chat
+ [lời]     send a photo       @Tên          go on as somebody else
?           the whole chat     Ctrl-D        the end
"""


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def shows_news(double: Telegram) -> None:
    """The news of all chats, as they come."""
    while True:
        for user in double.users.values():
            for message in user.chat.fresh():
                show(f"{user.raw['first_name']} {message!r}")
            toasts, user.toasts[:] = user.toasts[:], []
            for toast in toasts:
                show(f"{user.raw['first_name']} (toast) {toast}")
        await double.changed.rung(None)


def act(double: Telegram, user: User, line: str) -> User:
    """Who goes on."""
    sign, rest = line[:1], line[1:].strip()
    if sign == "@":
        return person(double, rest)
    acts: dict[str, Callable[[], object]] = {
        "!": lambda: user.tap(rest),
        "#": lambda: user.tap_key(rest),
        "+": lambda: user.send_photo(caption=rest),
        "?": lambda: show(str(user.chat)),
    }
    try:
        acts.get(sign, lambda: user.say(line))()
    except (AssertionError, ValueError) as problem:
        show(str(problem))
    return user


async def play(double: Telegram) -> None:
    show(HELP)
    news = asyncio.create_task(shows_news(double))
    user = person(double, "")
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            user = act(double, user, line.strip())
    news.cancel()
