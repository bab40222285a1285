"""What became of letters: written together, since each write of the desk costs as much as many."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

from bot.delivery.persist import Write, surely
from storage import sending
from storage.sending import Delivered


@dataclass(slots=True)
class Marks:
    """along: where a write may wait for another, as long as nothing waits for it."""

    write: Write
    along: Write
    _waiting: list[tuple[Delivered, "asyncio.Future[None]"]] = field(default_factory=list)
    _writing: "asyncio.Task[None] | None" = None
    _hurry: bool = False

    async def sent(self, delivered: Delivered, *, hurry: bool) -> None:
        """Returns once it is stored. hurry: more is to be sent then."""
        self._hurry |= hurry
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((delivered, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            write, self._hurry = self.write if self._hurry else self.along, False
            mark = partial(sending.mark_sent, delivered=[delivered for delivered, _ in some])
            try:
                await surely(write, mark)
            except Exception as problem:
                for _, stored in some:
                    if not stored.done():
                        stored.set_exception(problem)
            else:
                for _, stored in some:
                    if not stored.done():
                        stored.set_result(None)
        self._writing = None
