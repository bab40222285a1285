"""What a person can do in Telegram; all of it happens at once, the bot is told by updates."""

from dataclasses import dataclass, field

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.sharing import Sharing
from tests.doubles.telegram.taps import Tap
from tests.doubles.telegram.wire import Json


@dataclass(eq=False, repr=False)
class User(Sharing):
    """toasts: of answered buttons, empty ones left out. Writing and Sharing have the rest."""

    toasts: list[str] = field(default_factory=list)
    clipboard: str = ""
    taps: list[Tap] = field(default_factory=list)

    def tap(self, label: str, message: Message | None = None, chat: Chat | None = None) -> Tap:
        """An inline button by its label, of the newest message that has it, or of this one."""
        chat = chat or self.chat
        where = [message] if message else reversed(chat.messages)
        for found in where:
            if button := found.button(label):
                return self.press(button, found)
        raise AssertionError(f"no button “{label}” in\n{chat}")

    def press(self, button: Json, message: Message) -> Tap:
        if "callback_data" in button:
            return self.tap_data(button["callback_data"], message)
        if "copy_text" in button:
            self.clipboard = button["copy_text"]["text"]
        done = {"url": button.get("url")}
        return Tap("", self, str(button), self.double.now(), "", done)

    def tap_data(self, data: str, message: Message, *, inaccessible: bool = False) -> Tap:
        """Any data, as a tampered app could send. inaccessible: the bot cannot see the message."""
        chat = message.raw["chat"]
        seen = {"chat": chat, "message_id": message.id, "date": 0} if inaccessible else message.raw
        if message.deleted and not inaccessible:
            raise ValueError("Telegram refuses taps on deleted messages")
        tap = self.ask("callback_query", data)
        body = {"id": tap.id, "from": self.raw, "message": seen, "data": data}
        instance = str(abs(chat["id"]) * 7919)
        self.double.push("callback_query", {**body, "chat_instance": instance}, chat["id"])
        return tap

    def tap_key(self, label: str) -> Message:
        """A button of the reply keyboard: its text, or the contact or place it asks for."""
        markup = self.chat.reply_keyboard or {}
        keys = [key for row in markup.get("keyboard", []) for key in row if label in key["text"]]
        if not keys:
            raise AssertionError(f"no key “{label}” in {self.keyboard}")
        if markup.get("one_time_keyboard"):
            self.chat.reply_keyboard = None
        if keys[0].get("request_contact"):
            return self.share_contact()
        return (
            self.share_location() if keys[0].get("request_location") else self.say(keys[0]["text"])
        )

    def ask(self, kind: str, data: str) -> Tap:
        tap = Tap(str(self.double.random.getrandbits(62)), self, data, self.double.now(), kind)
        self.double.queries[tap.id] = tap
        self.taps.append(tap)
        return tap

    def inline(self, query: str = "") -> Tap:
        """Type @bot query in some chat; `answered()` gives the results."""
        tap = self.ask("inline_query", query)
        body = {"id": tap.id, "from": self.raw, "query": query, "offset": ""}
        self.double.push("inline_query", {**body, "chat_type": "private"}, None)
        return tap

    def react(self, message: Message, emoji: str = "👍") -> None:
        new = [{"type": "emoji", "emoji": emoji}]
        body = {"chat": message.raw["chat"], "message_id": message.id, "user": self.raw}
        now = {"date": int(self.double.now()), "old_reaction": [], "new_reaction": new}
        self.double.push("message_reaction", {**body, **now}, message.raw["chat"]["id"])
