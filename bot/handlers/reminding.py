"""How a thing that is due reads, and what can be answered to it with a tap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.conversation.messages import Option
from bot.handlers.registry import Talk
from storage.tables.reminders import Reminder


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a message that tells everything for one person on one day: the lines, and the buttons that
    are shown where it stands alone. short: in a list with others."""

    text: str
    options: tuple[Option, ...] = ()
    short: str = ""


Reads = Callable[[Talk, Sequence[Reminder]], Piece | None]
R = TypeVar("R", bound=Reads)
READS: dict[str, Reads] = {}


def reads(what: str) -> Callable[[R], R]:
    """The function takes (talk, this person's reminders of this `what`, at least one); None: there
    is nothing to say of them any more."""

    def register(run: R) -> R:
        READS[what] = run
        return run

    return register
