"""Counts per name in memory: guesses per address, uploads per chat."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

NAMES = 10_000  # an attacker with many addresses must not fill the memory


class Limiter:
    """At most `most` events of one name within `seconds`."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self.events: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Seconds until the name may go on; 0: now."""
        times = self.events.get(name, deque())
        if len(times) < self.most:
            return 0
        return max(0, times[0] + self.seconds - self.clock())

    def note(self, name: str) -> None:
        self.events.setdefault(name, deque(maxlen=self.most)).append(self.clock())
        self.events.move_to_end(name)
        if len(self.events) > NAMES:
            self.events.popitem(last=False)
