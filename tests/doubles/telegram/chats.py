"""A chat as it stands on Telegram, and reading it from the side of people."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.signals import Signal
from tests.doubles.telegram.wire import Json, Upload

if TYPE_CHECKING:
    from tests.doubles.telegram.people import User
    from tests.doubles.telegram.telegram import Telegram

Standing = Literal["none", "member", "administrator", "kicked", "left"]
WITHIN = 10.0


@dataclass(eq=False, repr=False)
class Chat:
    """standing: what the bot is here; "none" in a private chat: the person has not written yet."""

    double: "Telegram"
    raw: Json
    standing: Standing = "none"
    deactivated: bool = False
    migrated_to: int | None = None
    members: "list[User]" = field(default_factory=list)
    admins: "list[User]" = field(default_factory=list)
    every: dict[int, Message] = field(default_factory=dict)
    """Also what was deleted."""
    last_id: int = 0
    news: list[Message] = field(default_factory=list)
    """Each time the bot sent or edited something."""
    heard: int = 0
    """How much of the news `hears` has given."""
    reply_keyboard: Json | None = None
    actions: list[tuple[float, str]] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def private(self) -> bool:
        return bool(self.raw["type"] == "private")

    # -- how it stands --------------------------------------------------------------------
    @property
    def messages(self) -> list[Message]:
        return [message for message in self.every.values() if not message.deleted]

    @property
    def replies(self) -> list[Message]:
        """What the bot wrote and is still there."""
        return [message for message in self.messages if not message.mine]

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        found = next((m for m in reversed(self.every.values()) if not (m.mine or m.deleted)), None)
        assert found, f"nothing of the bot in\n{self}"
        return found

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard; [] when there is none."""
        rows = (self.reply_keyboard or {}).get("keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    @property
    def typing(self) -> list[str]:
        """The actions the bot showed: "typing", "upload_photo"…"""
        return [action for _, action in self.actions]

    def transcript(self) -> str:
        return "\n".join(map(repr, self.messages)) or "(nothing)"

    # -- waiting --------------------------------------------------------------------------
    async def hears(self, within: float = WITHIN) -> Message:
        """The bot's next message or edit, each once and in order."""
        await self.changed.until(
            lambda: len(self.news) > self.heard, within, lambda: f"nothing new:\n{self}"
        )
        self.heard += 1
        return self.news[self.heard - 1]

    async def sees(self, text: str, within: float = WITHIN) -> Message:
        """The newest message of the bot with this text, as soon as there is one; takes the news."""

        def found() -> Message | None:
            newest = reversed(self.every.values())
            return next((m for m in newest if not (m.mine or m.deleted) and text in m.text), None)

        message = await self.changed.until(found, within, lambda: f"no “{text}” in\n{self}")
        self.heard = len(self.news)
        assert message
        return message

    async def quiet(self, seconds: float = 0.1) -> list[Message]:
        """Hears nothing for so long; the news since the last look (to show that there are none)."""
        while await self.changed.rung(seconds):
            pass
        return self.fresh()

    async def settled(self, quiet: float = 0.05, within: float = WITHIN) -> list[Message]:
        """All is taken and answered, and nothing moved for `quiet` s; gives this chat's news."""
        await self.double.settled(quiet, within)
        return self.fresh()

    def fresh(self) -> list[Message]:
        news, self.heard = self.news[self.heard :], len(self.news)
        return news

    def __str__(self) -> str:
        return self.transcript()

    def __repr__(self) -> str:
        return f"<{self.raw['type']} {self.id}, {len(self.every)} messages>"

    # -- for the methods of the bot and the acts of people ----------------------------------
    def add(self, body: Json, *, mine: bool, content: Upload | None = None) -> Message:
        self.last_id += 1
        head = {"message_id": self.last_id, "date": int(self.double.now()), "chat": self.raw}
        message = Message(self.last_id, {**head, **body}, mine, content)
        self.every[message.id] = message
        if not mine:
            self.news.append(message)
        self.ring()
        return message

    def edited(self, message: Message, body: Json) -> None:
        """By the bot."""
        message.raw = {**body, "edit_date": int(self.double.now())}
        message.edits += 1
        self.news.append(message)
        self.ring()

    def ring(self) -> None:
        self.changed.ring()
        self.double.changed.ring()


async def all_settled(chats: list[Chat], quiet: float = 0.05) -> None:
    await asyncio.gather(*(chat.settled(quiet) for chat in chats))
