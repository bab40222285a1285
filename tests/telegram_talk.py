"""Transcripts played on Telegram: what is said goes through its double as a person would do it, and
each answer must also be what the person sees there."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import ClassVar

from bot.conversation.channels import TELEGRAM
from bot.conversation.messages import Other, Reply, Said
from bot.handlers.registry import Talk
from bot.platforms.telegram.keyboards import ASKING
from bot.platforms.telegram.reading import TOO_LARGE
from storage.images import NO_IMAGE
from tests.doubles.telegram.formatting import TEXT
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.people import User
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.things import picture, written
from tests.talk import Stage
from tests.telegramming import House, Sent, disagreement, house, pressable, sent_to

PDF = ("ke-hoach.pdf", "application/pdf")
BAD: dict[str, Callable[[User], Message]] = {
    NO_IMAGE: lambda user: user.send_document(b"GIF89a"),
    TOO_LARGE: lambda user: user.send_document(size=21 << 20),
}
"""What the platform says of it → what is sent."""


@dataclass
class TelegramStage(Stage):
    """`begin` before the first line, `end` after the last; in between time stands still."""

    platform: ClassVar[str] = TELEGRAM
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    house: House = field(init=False)
    users: dict[str, User] = field(default_factory=dict)
    bore: dict[tuple[str, str], Message] = field(default_factory=dict)
    """The message that a button was on, by person and data."""
    pictures: list[str] = field(default_factory=list)
    """Updates whose answers are not looked at, as keys of the outbox."""
    last: int = 0
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        self.double = self.runner.run(self._open.enter_async_context(telegram()))
        # A bot without a name has no links: the transcripts are of all platforms.
        self.double.me["username"] = ""
        super().__post_init__()

    def begin(self, folder: Path) -> None:
        here = house(
            self.database, folder, self.double,
            now=lambda: self.now, organisation=self.organisation,
        )  # fmt: skip
        self.house = self.runner.run(self._open.enter_async_context(here))

    def end(self) -> None:
        with self.runner:
            self.runner.run(self._open.aclose())

    # -- who is who -------------------------------------------------------------------------
    def _user(self, name: str) -> User:
        if name not in self.users:
            self.users[name] = self.double.user(name)
            self.users[name].chat.standing = "member"
        return self.users[name]

    def _chat(self, name: str) -> str:
        return str(self._user(name).id)

    # -- what is said -----------------------------------------------------------------------
    def say(self, name: str, said: Said) -> list[str]:
        user = self._user(name)
        tapped = self._do(name, user, said)
        written_at = user.messages[-1].id
        self.runner.run(self.house.rest())
        first = next((sent for sent in sent_to(self.database, user) if sent.id > self.seen), None)
        assert first is None or in_its_place(first, tapped, written_at), user.chat
        return self._answers(name)

    def _do(self, name: str, user: User, said: Said) -> Message | None:
        """Gives the message whose button was tapped."""
        if said.button:
            return self._tap(name, user, said.button)
        if said.photos:
            user.send_album([self._picture(p) for p in said.photos], said.text)
        elif said.place:
            user.share_location(said.place.latitude, said.place.longitude)
        elif said.problem:
            BAD[said.problem](user)
        elif said.forwarded:
            user.forward(said.text)
        elif said.other:
            self._send_other(user, said)
        elif len(said.text) > TEXT:
            # Apps cut it; what pieces do is a matter of the tests of each platform.
            user.send(written(said.text))
        else:
            user.say(said.text)
        return None

    def _send_other(self, user: User, said: Said) -> None:
        match said.other:
            case Other.STICKER:
                user.send_sticker()
            case Other.VOICE:
                user.send_voice()
            case Other.FILE:
                content = self.lists[said.document.hash] if said.document else b"%PDF"
                about = (said.document.name, "text/csv") if said.document else PDF
                user.send_document(content, *about, caption=said.text)
            case Other.EDITED:
                user.edit(user.send(written("Đường"), tell=False), said.text)

    def _picture(self, hash: str) -> bytes:
        if hash not in self.pictures:
            self.pictures.append(hash)
        return picture(self.pictures.index(hash))

    def _button(self, name: str, label: str) -> Said:
        """What can be seen: not by its data alone."""
        said = super()._button(name, label)
        if any(label in row for row in self._user(name).keyboard):
            return Said(text=label)
        assert self._bearing(self._user(name), said.button), f"“{label}” is not to be seen"
        return said

    def _bearing(self, user: User, data: str) -> Message | None:
        found = (
            message
            for message in reversed(user.chat.replies)
            if data in {button["callback_data"] for button in pressable(message)}
        )
        return next(found, None)

    def _tap(self, name: str, user: User, data: str) -> Message:
        """An old or a made up button: an app can send its data for any message."""
        user.chat.standing = "member"
        message = self._bearing(user, data) or self.bore.get((name, data))
        if message is None:
            message = user.last if user.chat.replies else user.send(written("…"), tell=False)
        self.bore[name, data] = message
        user.tap_data(data, message)
        return message

    def _tick(self) -> None:
        self.runner.run(self.house.app.ticker.tick())
        self.runner.run(self.house.rest())

    def system(self, work: Callable[[Talk], object]) -> list[str]:
        self._run(lambda batch: batch.system(work))
        self.runner.run(self.house.rest())
        return self._answers("")

    # -- what is answered -------------------------------------------------------------------
    def _new(self) -> list[tuple[str, Reply]]:
        found: list[tuple[int, str, Reply]] = []
        for name, user in self.users.items():
            every = sent_to(self.database, user)
            new = [sent for sent in every if sent.id > self.seen]
            if new:
                self.runner.run(self.house.until(partial(disagreement, user, every, new), 3))
            found += [(sent.id, name, sent.reply) for sent in new]
            self.last = max([self.last, *(sent.id for sent in new)])
        self.seen = self.last
        return [(name, reply) for _, name, reply in sorted(found, key=itemgetter(0))]

    def _written(self, name: str, reply: Reply) -> list[str]:
        """Transcripts show no pictures: elsewhere none is cleaned while they are played."""
        return super()._written(name, replace(reply, photos=()))


def in_its_place(sent: Sent, tapped: Message | None, written_at: int) -> bool:
    """After a tap the message itself has changed, if it can; after typing there is a new one."""
    if tapped is None:
        return sent.message > written_at
    as_text = not (sent.reply.photos or sent.reply.file or sent.reply.wanted in ASKING)
    changes = as_text and not tapped.mine and "text" in tapped.raw
    return sent.message == tapped.id if changes else sent.message > tapped.id
