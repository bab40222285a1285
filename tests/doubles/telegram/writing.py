"""A person reads and writes."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.telegram.chats import Chat, Standing
from tests.doubles.telegram.formatting import TEXT
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.things import captioned, written
from tests.doubles.telegram.wire import Json, Upload

if TYPE_CHECKING:
    from tests.doubles.telegram.telegram import Telegram

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
LINK = re.compile(r"(?:https?://)?t(?:elegram)?\.me/(\w+)(?:\?start=(.*))?")


@dataclass(eq=False, repr=False)
class Writing:
    """Reads in its private chat (`hears`, `sees`, `last`…); in groups the Group reads."""

    double: "Telegram"
    raw: Json
    chat: Chat
    phone: str

    def __post_init__(self) -> None:
        self.id = int(self.raw["id"])
        self.hears, self.sees = self.chat.hears, self.chat.sees
        self.settled, self.quiet = self.chat.settled, self.chat.quiet

    def __repr__(self) -> str:
        return f"<{self.raw['first_name']} {self.id}>"

    @property
    def last(self) -> Message:
        return self.chat.last

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    @property
    def keyboard(self) -> list[list[str]]:
        return self.chat.keyboard

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The menu this person sees in its private chat."""
        language = str(self.raw.get("language_code", ""))
        return self.double.profile.menu(self.chat, self.id, language)

    # -- writing ----------------------------------------------------------------------------
    def send(
        self,
        body: Json,
        chat: Chat | None = None,
        *,
        content: Upload | None = None,
        reply_to: Message | None = None,
        tell: bool = True,
    ) -> Message:
        """Anything: body as in the Bot API. Not told: `double.push` it yourself."""
        chat = chat or self.chat
        if chat.private:
            if chat.standing == "kicked" or chat.deactivated:
                raise ValueError("who blocked the bot, or is gone, cannot write to it")
            chat.standing = "member"
        if reply_to:
            body = {**body, "reply_to_message": reply_to.quoted}
        message = chat.add({"from": self.raw, **body}, mine=True, content=content)
        if tell:
            self.tell("message", message, chat)
        return message

    def tell(self, kind: str, message: Message, chat: Chat) -> None:
        if chat.private or chat.standing == "administrator" or self.concerns_bot(message):
            self.double.push(kind, message.raw, chat.id)

    def concerns_bot(self, message: Message) -> bool:
        """What a bot in privacy mode gets in a group that it is in."""
        if not self.double.privacy:
            return True
        name, text = f"@{self.double.username}".lower(), message.text.lower()
        command, _, other = text.partition(" ")[0].partition("@")
        answered = message.raw.get("reply_to_message", {}).get("from", {}).get("id")
        called = command.startswith("/") and (not other or f"@{other}" == name)
        return called or name in text or answered == self.double.me["id"]

    def say(
        self, text: str, chat: Chat | None = None, *, reply_to: Message | None = None
    ) -> Message:
        """More than 4096 characters go as several messages, as apps do; gives the last."""
        if not text.strip():
            raise ValueError("apps send no blanks")
        *most, last = [text[at : at + TEXT] for at in range(0, len(text), TEXT)]
        for part in most:
            self.send(written(part), chat)
        return self.send(written(last), chat, reply_to=reply_to)

    def start(self, payload: str = "") -> Message:
        """Follow t.me/bot?start=payload, or press Start."""
        if not PAYLOAD.fullmatch(payload):
            raise ValueError("a deep link takes at most 64 of A-Z a-z 0-9 _ -")
        if self.chat.standing == "kicked":
            self.unblock()
        return self.say(f"/start {payload}".strip())

    def follow(self, link: str) -> Message:
        """Open a t.me link to this bot."""
        found = LINK.fullmatch(link)
        if not found or found[1].lower() != self.double.username.lower():
            raise ValueError(f"{link} does not lead to {self.double.username}")
        return self.start(found[2] or "")

    def edit(self, message: Message, text: str) -> Message:
        """Text or caption of what was sent before."""
        chat = self.double.chats[message.raw["chat"]["id"]]
        name = "text" if "text" in message.raw else "caption"
        body = {k: v for k, v in message.raw.items() if not k.endswith("entities")}
        new = written(text) if name == "text" else captioned(text)
        message.raw = {**body, **new, "edit_date": int(self.double.now())}
        message.edits += 1
        chat.ring()
        self.tell("edited_message", message, chat)
        return message

    def forward(self, message: Message | str, of: "Writing | None" = None) -> Message:
        """A message, or a text as if of somebody else."""
        who = of.raw if of else self.raw
        origin: Json = {"type": "user", "sender_user": who, "date": int(self.double.now()) - 60}
        if isinstance(message, str):
            return self.send({**written(message), "forward_origin": origin})
        if not of:
            origin |= {"sender_user": message.raw["from"], "date": message.raw["date"]}
        left = {"message_id", "date", "chat", "from", "edit_date", "reply_markup"}
        body = {key: value for key, value in message.raw.items() if key not in left}
        return self.send({**body, "forward_origin": origin}, content=message.content)

    # -- coming and going ---------------------------------------------------------------------
    def block(self) -> None:
        self.stand("kicked")

    def unblock(self) -> None:
        self.stand("member")

    def deactivate(self) -> None:
        """The account is gone: no update tells of it."""
        self.chat.deactivated = True

    def stand(self, new: Standing) -> None:
        old, self.chat.standing = self.chat.standing, new
        body = {"chat": self.chat.raw, "from": self.raw, "date": int(self.double.now())}
        body |= {"old_chat_member": self.double.bot_as(old)}
        self.double.push(
            "my_chat_member", {**body, "new_chat_member": self.double.bot_as(new)}, self.id
        )
