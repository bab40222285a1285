"""Waiting for something to happen, without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Signal:
    """Rung whenever something changed; who waits looks again."""

    def __init__(self) -> None:
        self.waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        waiting, self.waiting = self.waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def rung(self, within: float | None) -> bool:
        """False when time is up."""
        future = asyncio.get_running_loop().create_future()
        self.waiting.add(future)
        try:
            async with asyncio.timeout(within):
                await future
        except TimeoutError:
            return False
        finally:
            self.waiting.discard(future)
        return True

    async def until(self, ready: Callable[[], T], within: float, else_say: Callable[[], str]) -> T:
        """What `ready` gives as soon as it is truthy; an AssertionError when time is up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not (found := ready()):
            if not await self.rung(max(0, deadline - loop.time())) and not ready():
                raise AssertionError(f"after {within} s: {else_say()}")
        return found
