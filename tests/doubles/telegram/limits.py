"""Telegram's flood limits, off unless a test wants them."""

import math
from collections import deque
from dataclasses import dataclass, field

from tests.doubles.telegram.wire import Refusal

SENDING = {
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendMediaGroup",
    "sendLocation",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageMedia",
}


def flooded(seconds: float) -> Refusal:
    wait = max(1, math.ceil(seconds))
    return Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


@dataclass
class Flood:
    """Messages in a span of seconds, for the bot, for a private chat and for a group."""

    bot: tuple[int, float] = (30, 1)
    chat: tuple[int, float] = (3, 3)
    """One a second, and bursts of three."""
    group: tuple[int, float] = (20, 60)
    sent: dict[int, deque[float]] = field(default_factory=dict)

    def check(self, method: str, chat: int | None, now: float) -> None:
        """Raises the 429; counts the message otherwise."""
        if method not in SENDING or chat is None:
            return
        own = self.group if chat < 0 else self.chat
        lines = [(self.line(0), *self.bot), (self.line(chat), *own)]
        for line, most, span in lines:
            while line and line[0] <= now - span:
                line.popleft()
            if len(line) >= most:
                raise flooded(line[0] + span - now)
        for line, _, _ in lines:
            line.append(now)

    def line(self, chat: int) -> deque[float]:
        return self.sent.setdefault(chat, deque())
