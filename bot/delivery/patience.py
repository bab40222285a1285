"""How long is waited for a send, how often it is tried again, and when it is given up. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import SendError
from storage.outbox import REMINDER
from storage.sending import Letter


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: between looks into the outbox, for one send, for those under way at the end,
    before the first and at most before a further try. A message is given up when it is that old
    and has been tried that often. at_once bounds the sends under way, of which reminders leave some
    to answers (spare)."""

    look: float = 1.0
    send: float = 60.0
    end: float = 10.0
    retry: float = 2.0
    longest_retry: float = 600.0
    give_up: timedelta = timedelta(hours=24)
    give_up_tries: int = 10
    at_once: int = 100
    spare: int = 20
    most: int = 200

    def room(self, letter: Letter) -> int:
        """How many sends may be under way when this one begins."""
        return self.at_once - (self.spare if letter.lane == REMINDER else 0)


def next_try(
    letter: Letter, error: SendError, now: datetime, chance: float, patience: Patience
) -> datetime | None:
    """When to send again; None: never. chance in [0, 1) spreads the retries of many chats."""
    # It may have arrived: only what is harmless to read twice is said twice; a reminder once more.
    once_more = letter.lane == REMINDER and not letter.doubt
    harmless = letter.reply.code or letter.reply.edits or once_more
    if error.permanent or (error.unsure and not harmless):
        return None
    if letter.attempts >= patience.give_up_tries and now - letter.at > patience.give_up:
        return None
    # The exponent is bounded: 2.0 ** 1024 overflows.
    pause = min(patience.retry * 2.0 ** min(letter.attempts, 30), patience.longest_retry)
    return now + timedelta(seconds=max(pause * (0.5 + chance), error.retry_after or 0.0))
