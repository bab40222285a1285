"""Who writes more than anybody could: warned once, then not heard until they pause. Pure."""

import math
from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    HEAR = "hear"
    WARN = "warn"
    IGNORE = "ignore"


@dataclass(slots=True)
class Flood:
    """A bucket of `burst` messages per chat, refilled by `per_second`; who was warned is heard when
    it is full again. `now` in seconds of a clock that never goes back."""

    burst: float = 60.0
    per_second: float = 1.0
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _warned: set[str] = field(default_factory=set)
    _prune_at: int = 1000

    def take(self, chat: str, now: float) -> Verdict:
        left, at = self._left.get(chat, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        # heard again with each drop, a flood would be warned again with each drop
        heard = left >= (self.burst if chat in self._warned else 1.0)
        self._left[chat] = (left - 1.0 if heard else left, now)
        self._prune(now)
        if heard:
            self._warned.discard(chat)
            return Verdict.HEAR
        if chat in self._warned:
            return Verdict.IGNORE
        self._warned.add(chat)
        return Verdict.WARN

    def _prune(self, now: float) -> None:
        """Forget the buckets that are full again."""
        if len(self._left) < self._prune_at:
            return
        full = self.burst / self.per_second if self.per_second else math.inf
        self._left = {c: (left, at) for c, (left, at) in self._left.items() if now - at < full}
        self._warned &= self._left.keys()
        self._prune_at = max(1000, 2 * len(self._left))
