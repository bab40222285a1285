"""The queue of updates: handed out until an offset acknowledges them, for one poller at a time."""

import asyncio
from collections import deque
from dataclasses import dataclass

from tests.doubles.telegram.ledger import Update
from tests.doubles.telegram.signals import Signal


@dataclass(slots=True)
class Entry:
    update: Update
    out_of_turn: bool = False
    """Comes late on purpose: an offset above it does not take it away unseen."""
    after: int = 0
    """How many further updates it lets pass first."""


class Queue:
    def __init__(self) -> None:
        self.out: list[Entry] = []
        """Handed out, not acknowledged."""
        self.line: deque[Entry] = deque()
        self.held: list[Entry] = []
        self.more = Signal()
        self.poller: asyncio.Event | None = None
        """Set when another poller has come."""

    def __len__(self) -> int:
        return len(self.out) + len(self.line) + len(self.held)

    def put(self, entry: Entry) -> None:
        self.line.append(entry)
        for waiting in self.held[:]:
            waiting.after -= 1
            if waiting.after <= 0:
                self.release(waiting)
        self.more.ring()

    def hold(self, entry: Entry, after: int, seconds: float) -> None:
        """Until `after` further updates have come, or the time is up."""
        entry.after, entry.out_of_turn = after, True
        self.held.append(entry)
        asyncio.get_running_loop().call_later(seconds, self.release, entry)

    def release(self, entry: Entry) -> None:
        if entry in self.held:
            self.held.remove(entry)
            self.line.append(entry)
            self.more.ring()

    def acknowledge(self, offset: int, now: float) -> bool:
        """Forget all before offset; whether that was anything."""
        before = len(self)
        for entry in self.out:
            if entry.update.id < offset:
                entry.update.acked = entry.update.acked or now
        self.out = [entry for entry in self.out if entry.update.id >= offset]
        while self.line and self.line[0].update.id < offset and not self.line[0].out_of_turn:
            self.line.popleft().update.lost = True
        return len(self) < before

    def keep_last(self, count: int, now: float) -> None:
        """A negative offset: all but the last are forgotten."""
        every = [*self.out, *self.line]
        cut = max(0, len(every) - count)
        for entry in every[:cut]:
            entry.update.acked = now
        self.out, self.line = [], deque(every[cut:])

    def take(self, limit: int, now: float) -> list[Update]:
        """What was handed out before and not acknowledged comes first, again."""
        while self.line and len(self.out) < limit:
            self.out.append(self.line.popleft())
        given = [entry.update for entry in self.out[:limit]]
        for update in given:
            update.handed.append(now)
        return given
