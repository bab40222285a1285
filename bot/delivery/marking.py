"""What became of letters: written together, since each write of the desk costs as much as many."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

from bot.delivery.persist import Write, surely
from storage import sending
from storage.sending import Delivered


@dataclass(slots=True)
class Marks:
    write: Write
    _waiting: list[tuple[Delivered, "asyncio.Future[None]"]] = field(default_factory=list)
    _writing: "asyncio.Task[None] | None" = None

    async def sent(self, delivered: Delivered) -> None:
        """Returns once it is stored."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((delivered, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            mark = partial(sending.mark_sent, delivered=[delivered for delivered, _ in some])
            try:
                await surely(self.write, mark)
            except Exception as problem:
                for _, stored in some:
                    if not stored.done():
                        stored.set_exception(problem)
            else:
                for _, stored in some:
                    if not stored.done():
                        stored.set_result(None)
        self._writing = None
