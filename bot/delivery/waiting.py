"""What waits to be sent, as far as a courier knows without asking the database. Pure."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.messages import Reply
from storage.outbox import Ready
from storage.sending import Bot, Delivered, Letter

MOST_BOXES = 20_000


@dataclass(slots=True)
class Box:
    """The mailbox of a chat of which nothing waits that we do not have. mail: the number of its
    last message; open: the one there whose buttons still work."""

    bot: Bot
    chat: str
    mail: int
    open: str


@dataclass(slots=True)
class Waiting:
    """The numbers of a mailbox have no gaps: whoever has all of it up to one number, and is handed
    the next one by the desk, need not read it. Where something may be missing it is forgotten, and
    has to be read."""

    letters: dict[int, list[Letter]] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)

    def found(self, letter: Letter, *, certain: bool) -> None:
        """What was read to come next. certain: nothing has come since."""
        account_id = letter.account_id
        self.letters[account_id] = [letter]
        self.boxes.pop(account_id, None)
        if letter.mail and certain:
            if len(self.boxes) >= MOST_BOXES:
                self.boxes.clear()
            self.boxes[account_id] = Box(letter.bot, letter.chat, letter.mail, letter.open)

    def handed(self, account_id: int, come: Sequence[Ready]) -> bool:
        """What a commit has brought for this account; False when it has to be read."""
        box = self.boxes.get(account_id)
        if box is None or not come or come[0].number != box.mail + 1:
            self.forget(account_id)
            return False
        box.mail = come[-1].number
        there = self.letters.setdefault(account_id, [])
        there += [_letter(box, one) for one in come]
        return True

    def has(self, account_id: int) -> bool:
        """Whether what waits there is known, and there is something."""
        return account_id in self.boxes and account_id in self.letters

    def forget(self, account_id: int) -> None:
        self.boxes.pop(account_id, None)
        self.letters.pop(account_id, None)

    def heads(self, busy: Container[int]) -> list[Letter]:
        """The next message of each chat that is not busy, replies first."""
        heads = [
            min(letters, key=lambda letter: letter.turn)
            for account_id, letters in self.letters.items()
            if account_id not in busy
        ]
        return sorted(heads, key=lambda letter: letter.turn)

    def take(self, letter: Letter) -> Letter:
        """It is on its way; with what is open there by now."""
        left = self.letters[letter.account_id]
        left.remove(letter)
        if not left:
            del self.letters[letter.account_id]
        box = self.boxes.get(letter.account_id)
        return replace(letter, open=box.open) if box and box.open != letter.open else letter

    def sent(self, done: Delivered) -> bool:
        """It has arrived; False when what comes next there has to be read."""
        box = self.boxes.get(done.letter.account_id)
        if box is None:
            return False
        if done.opens or done.closes:
            box.open = done.sent.message if done.opens else ""
        return True


def _letter(box: Box, one: Ready) -> Letter:
    reply = one.reply
    if not isinstance(reply, Reply):
        raise TypeError(f"no reply: {reply!r}")
    return Letter(
        one.account_id, one.number, box.bot, box.chat, one.lane, 0, one.at, reply, box.open
    )
