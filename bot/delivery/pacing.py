"""How fast one bot may send: overall, to one chat, to one group. Pure: the clock is handed in."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

SLACK = 0.47
"""Part of a slot by which a late sender may catch up: 29.5 a second then stay under 30."""
MINUTE = 60.0
SECOND = 1.005
"""As exactly as clocks and guesses go."""
MOST_LATE = 0.1
"""Seconds that a message which came late counts longer for, at most."""
MANY = 1000.0
"""So many a second are as good as no limit."""


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
    _window: deque[list[float]] = field(init=False)
    _usual: float = math.inf
    _slot: float = 0.0
    _held: float = 0.0
    _full: dict[str, float] = field(default_factory=dict)
    _groups: dict[str, deque[float]] = field(default_factory=dict)
    _holds: dict[str, float] = field(default_factory=dict)
    _prune_at: int = 1000

    def __post_init__(self) -> None:
        limited = self.limits.per_second <= MANY
        self._window = deque(maxlen=math.ceil(self.limits.per_second) if limited else 0)

    def when(self, chat: str, now: float) -> float:
        """The earliest moment for the next message to this chat; it is free when <= now."""
        burst = (self.limits.chat_burst - 1) * self.limits.chat_seconds
        free = self._full.get(chat, 0.0) - burst
        alone = max(free, self._holds.get(chat, 0.0), self._group_free(chat))
        return max(self._slot, self._held, self._left(), alone)

    def sent(self, chat: str, now: float) -> Callable[[float], None]:
        """A message to this chat is on its way; call what is returned when it has arrived."""
        self.turn(now)
        self._full[chat] = max(self._full.get(chat, 0.0), now) + self.limits.chat_seconds
        if self.group(chat) and self.limits.group_per_minute:
            self._groups.setdefault(chat, deque(maxlen=self.limits.group_per_minute)).append(now)
        self._prune(now)
        mine = self._window[-1] if self._window else [0.0]
        return lambda then: self._arrived(mine, then - now)

    def _arrived(self, mine: list[float], took: float) -> None:
        """What took longer than usual was counted later there, too, and leaves the second later."""
        self._usual = min(took, self._usual * 1.01)
        mine[0] += min(took - self._usual, MOST_LATE)

    def _left(self) -> float:
        """When the first of as many as a second may hold has left it."""
        full = self._window and len(self._window) == self._window.maxlen
        return self._window[0][0] if full else -math.inf

    def turn(self, now: float) -> float:
        """The next slot is taken, for a call that belongs to a message; returns when it is."""
        slot = 1 / self.limits.per_second
        at = max(self._slot, self._held, self._left(), now - SLACK * slot)
        self._slot = at + slot
        self._window.append([max(at, now) + SECOND])
        return at

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
