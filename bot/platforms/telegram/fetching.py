"""Pictures and lists that Telegram keeps for us."""

from telegram.error import BadRequest, TelegramError

from bot.conversation import documents
from bot.conversation.messages import LISTED, ONCE
from bot.errors import Refused
from bot.platforms.telegram.lean import LeanBot
from bot.platforms.telegram.reading import MOST_BYTES, TOO_LARGE
from bot.platforms.telegram.request import TooLarge
from bot.platforms.telegram.troubles import Floods, says, send_error

GONE = "Ảnh này Telegram không còn giữ nên Trợ lý chưa lưu được ạ. Xin gửi lại ảnh."
LATER = ("temporarily unavailable", "try again")


async def fetch(bot: LeanBot, remote: str, most: int = MOST_BYTES) -> bytes:
    """Raises Refused when it can never be had, SendError when perhaps later."""
    if remote.startswith(LISTED):
        name, most = remote.removeprefix(LISTED), documents.MOST_BYTES
        return await _fetch(bot, name, most, documents.TOO_LARGE, documents.GONE)
    return await _fetch(bot, remote.removeprefix(ONCE), most, TOO_LARGE, GONE)


async def _fetch(bot: LeanBot, name: str, most: int, too_large: str, gone: str) -> bytes:
    try:
        found = await bot.get_file(name)
        if (found.file_size or 0) > most:
            raise Refused(too_large)
        return await bot.calls.download(found.file_path or "", most)
    except TooLarge:
        raise Refused(too_large) from None
    except BadRequest as refusal:
        if says(refusal, "file is too big"):
            raise Refused(too_large) from None
        if says(refusal, *LATER):
            raise send_error(refusal, "", Floods()) from None
        raise Refused(gone) from None
    except TelegramError as problem:
        raise send_error(problem, "", Floods()) from None
