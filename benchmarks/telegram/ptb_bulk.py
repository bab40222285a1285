"""What is usually done: a loop over all chats with python-telegram-bot's own AIORateLimiter.

python -m benchmarks.telegram.ptb_bulk TOKEN ADDRESS_OF_THE_API FIRST_CHAT COUNT
"""

import asyncio
import sys

from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest


async def send(token: str, api: str, first: int, count: int) -> None:
    """30 a second overall, as its documentation suggests; what is refused is tried three times."""
    limiter = AIORateLimiter(overall_max_rate=30, overall_time_period=1, max_retries=3)
    request = HTTPXRequest(256, httpx_kwargs={"trust_env": False})
    bot: ExtBot[None] = ExtBot(token, base_url=f"{api}/bot", request=request, rate_limiter=limiter)
    async with bot:
        chats = range(first, first + count)
        await asyncio.gather(*(bot.send_message(chat, "Xin nhắc việc.") for chat in chats))


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
