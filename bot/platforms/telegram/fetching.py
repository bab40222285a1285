"""Pictures that Telegram keeps for us."""

from telegram.error import BadRequest, TelegramError

from bot.conversation.messages import ONCE
from bot.errors import Refused
from bot.platforms.telegram.lean import LeanBot
from bot.platforms.telegram.reading import MOST_BYTES, TOO_LARGE
from bot.platforms.telegram.request import TooLarge
from bot.platforms.telegram.troubles import Floods, says, send_error

GONE = "Ảnh này Telegram không còn giữ nên Trợ lý chưa lưu được ạ. Xin gửi lại ảnh."
LATER = ("temporarily unavailable", "try again")


async def fetch(bot: LeanBot, remote: str, most: int = MOST_BYTES) -> bytes:
    """Raises Refused when it can never be had, SendError when perhaps later."""
    try:
        found = await bot.get_file(remote.removeprefix(ONCE))
        if (found.file_size or 0) > most:
            raise Refused(TOO_LARGE)
        return await bot.calls.download(found.file_path or "", most)
    except TooLarge:
        raise Refused(TOO_LARGE) from None
    except BadRequest as refusal:
        if says(refusal, "file is too big"):
            raise Refused(TOO_LARGE) from None
        if says(refusal, *LATER):
            raise send_error(refusal, "", Floods()) from None
        raise Refused(GONE) from None
    except TelegramError as problem:
        raise send_error(problem, "", Floods()) from None
