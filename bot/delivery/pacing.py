"""How fast one bot may send: overall, to one chat, to one group. Pure: the clock is handed in."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

SLACK = 0.47
"""Part of a slot by which a late sender may catch up: 29.5 a second then stay under 30."""
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform allows; math.inf or 0 seconds mean no limit."""

    per_second: float = 29.5
    chat_seconds: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20


def is_group(chat: str) -> bool:
    """Telegram's groups and channels have negative numbers."""
    return chat.startswith("-")


@dataclass(slots=True)
class Pacer:
    """The pace of one bot; `now` is in seconds of a clock that never goes back.

    Slots lie on an absolute clock, so that sending late does not slow down what follows.
    """

    limits: Limits = Limits()
    group: Callable[[str], bool] = is_group
    _slot: float = 0.0
    _held: float = 0.0
    _full: dict[str, float] = field(default_factory=dict)
    _groups: dict[str, deque[float]] = field(default_factory=dict)
    _holds: dict[str, float] = field(default_factory=dict)
    _prune_at: int = 1000

    def when(self, chat: str, now: float) -> float:
        """The earliest moment for the next message to this chat; it is free when <= now."""
        burst = (self.limits.chat_burst - 1) * self.limits.chat_seconds
        free = self._full.get(chat, 0.0) - burst
        return max(self._slot, self._held, free, self._holds.get(chat, 0.0), self._group_free(chat))

    def sent(self, chat: str, now: float) -> None:
        """A message to this chat is on its way."""
        slot = 1 / self.limits.per_second
        self._slot = max(self._slot, now - SLACK * slot) + slot
        self._full[chat] = max(self._full.get(chat, 0.0), now) + self.limits.chat_seconds
        if self.group(chat) and self.limits.group_per_minute:
            self._groups.setdefault(chat, deque(maxlen=self.limits.group_per_minute)).append(now)
        self._prune(now)

    def hold(self, until: float, chat: str | None = None) -> None:
        """The platform asked for a pause, for one chat or for the whole bot."""
        if chat is None:
            self._held = max(self._held, until)
        else:
            self._holds[chat] = max(self._holds.get(chat, 0.0), until)

    def _group_free(self, chat: str) -> float:
        times = self._groups.get(chat)
        return times[0] + MINUTE if times and len(times) == times.maxlen else -math.inf

    def _prune(self, now: float) -> None:
        if len(self._full) + len(self._holds) < self._prune_at:
            return
        self._full = {chat: at for chat, at in self._full.items() if at > now}
        self._holds = {chat: at for chat, at in self._holds.items() if at > now}
        self._groups = {c: times for c, times in self._groups.items() if times[-1] + MINUTE > now}
        self._prune_at = max(1000, 2 * (len(self._full) + len(self._holds)))
