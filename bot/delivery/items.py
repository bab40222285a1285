"""What the desk is given to do, and how a transaction does it."""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bot.conversation.messages import Incoming
from bot.delivery.batch import Batch, chat_of
from storage.accounts import Chat
from storage.locks import lock_chats


@dataclass(frozen=True, slots=True)
class Again:
    """A message in the inbox that raised and is due to be tried again."""

    row_id: int


Work = Incoming | Again | Callable[[Batch], Any]


@dataclass(eq=False, slots=True)
class Item:
    """Something to do, and the future that resolves once it has committed."""

    work: Work
    done: "asyncio.Future[Any]"
    result: Any = None
    problem: Exception | None = None
    since: float = field(default_factory=perf_counter)

    @property
    def chat(self) -> Chat | None:
        """None: it belongs to no chat."""
        return chat_of(self.work) if isinstance(self.work, Incoming) else None

    def settle(self) -> None:
        if self.done.done():  # the one who waited has gone
            return
        if self.problem is not None:
            self.done.set_exception(self.problem)
        else:
            self.done.set_result(self.result)


def do(batch: Batch, items: Sequence[Item]) -> list[Item]:
    """Writes first, then messages, in order. Returns those of chats that another process serves."""
    ours = lock_chats(batch.session, {item.chat for item in items if item.chat})
    messages = []
    for item in items:
        if isinstance(item.work, Again):
            batch.again(item.work.row_id)
        elif not isinstance(item.work, Incoming):
            _run(batch, item, item.work)
        elif item.chat in ours:
            messages.append(item.work)
    batch.run(messages)
    return [item for item in items if item.chat and item.chat not in ours]


def _run(batch: Batch, item: Item, work: Callable[[Batch], Any]) -> None:
    """Work that raises undoes only itself."""
    item.problem = None
    posts, offers = len(batch.posts), dict(batch.people.offers)
    savepoint = batch.session.begin_nested()
    try:
        item.result = work(batch)
        batch.session.flush()
        savepoint.commit()
    except Exception as problem:
        savepoint.rollback()
        batch.session.expire_all()
        del batch.posts[posts:]
        batch.people.offers = offers
        item.problem = problem


def keep(batch: Batch, work: Work, problem: Exception) -> None:
    """A message that cannot be committed is kept like one whose handler raised."""
    trace = "".join(traceback.format_exception(problem))
    if isinstance(work, Incoming):
        batch.keep(work, trace)
    elif isinstance(work, Again):
        batch.not_again(work.row_id, trace)
    else:
        raise problem
