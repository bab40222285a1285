"""Shows "typing" to whoever has waited for more than a second."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

AFTER, AGAIN = 1.0, 4.5
"""Seconds; Telegram shows it for five."""
TIMES = 4
"""Some messages have no answer."""


@dataclass(slots=True)
class Attention:
    show: Callable[[str], None]
    after: float = AFTER
    _waiting: dict[str, asyncio.TimerHandle] = field(default_factory=dict)

    def begins(self, chat: str) -> None:
        """Something came from there."""
        if chat not in self._waiting:
            self._wait(chat, self.after, TIMES)

    def ends(self, chat: str) -> None:
        """Something goes there."""
        if handle := self._waiting.pop(chat, None):
            handle.cancel()

    def end_all(self) -> None:
        for chat in list(self._waiting):
            self.ends(chat)

    def _wait(self, chat: str, seconds: float, times: int) -> None:
        loop = asyncio.get_running_loop()
        self._waiting[chat] = loop.call_later(seconds, self._show, chat, times)

    def _show(self, chat: str, times: int) -> None:
        self.show(chat)
        if times > 1:
            self._wait(chat, AGAIN, times - 1)
        else:
            del self._waiting[chat]
