"""What Telegram's refusals mean for a message that we wanted to send."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.errors import SendError
from bot.platforms.telegram.request import Flooded, NotSent, Unavailable

# In lower case. Telegram words these freely; those of the second kind are sometimes passing.
NEVER = (
    "user is deactivated",
    "user_is_blocked",
    "input_user_deactivated",
    "chat_write_forbidden",
    "bot was kicked",
    "group chat was deactivated",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "chat_restricted",
)
NOBODY = ("chat not found", "peer_id_invalid", "user not found")


def is_group(chat: str) -> bool:
    return chat.startswith("-")


@dataclass(slots=True)
class Floods:
    """Telegram does not say whether one chat or the whole bot is meant by a 429. Two private chats
    that have to wait at the same time mean the bot; a group has a limit of its own (20 a minute)
    and means nothing."""

    clock: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict)

    def of_whole_bot(self, chat: str, seconds: float) -> bool:
        now = self.clock()
        self._until = {one: until for one, until in self._until.items() if until > now}
        if is_group(chat):
            return False
        others = self._until.keys() - {chat}
        self._until[chat] = max(self._until.get(chat, 0.0), now + seconds)
        return bool(others)


def says(refusal: TelegramError, *parts: str) -> bool:
    words = refusal.message.lower()
    return any(part in words for part in parts)


def send_error(problem: TelegramError, chat: str, floods: Floods) -> SendError:
    match problem:
        case Flooded(seconds=seconds):
            whole = floods.of_whole_bot(chat, seconds)
            return SendError(str(problem), retry_after=seconds, whole_bot=whole)
        case ChatMigrated(new_chat_id=new):
            return SendError("the group became a supergroup", moved_to=str(new))
        case Forbidden():
            return SendError(str(problem), permanent=True, gone=True)
        case BadRequest():
            return _refused(problem)
        case InvalidToken():  # its text may hold the token
            return SendError("Telegram does not know this bot's token")
        case _:
            return SendError(str(problem), unsure=_may_have_arrived(problem))


def _may_have_arrived(problem: TelegramError) -> bool:
    """A gateway that waited in vain cannot say what became of it, nor can a broken connection; an
    answer that cannot be read was an answer."""
    if isinstance(problem, Unavailable):
        return problem.status == HTTPStatus.GATEWAY_TIMEOUT
    return not isinstance(problem, NotSent)


def _refused(problem: BadRequest) -> SendError:
    if says(problem, *NOBODY):
        return SendError(str(problem), gone=True)
    return SendError(str(problem), permanent=True, gone=says(problem, *NEVER))
