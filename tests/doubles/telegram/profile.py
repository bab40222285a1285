"""What the bot tells about itself: commands, descriptions, menu buttons."""

from dataclasses import dataclass, field

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.wire import Json

Scope = tuple[str, int, int, str]
"""type, chat, user, language"""


@dataclass
class Profile:
    commands: dict[Scope, list[Json]] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    """By language, "" for all others."""
    short_description: dict[str, str] = field(default_factory=dict)
    name: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    """By chat, 0 for all others."""

    def menu(self, chat: Chat, who: int, language: str) -> list[tuple[str, str]]:
        """What this person sees here: the narrowest scope wins, its own language before none."""
        for kind, where, whose in self.scopes(chat, who):
            for spoken in (language, ""):
                if found := self.commands.get((kind, where, whose, spoken)):
                    return [(each["command"], each["description"]) for each in found]
        return []

    def scopes(self, chat: Chat, who: int) -> list[tuple[str, int, int]]:
        """In the order Telegram asks them."""
        if chat.private:
            return [("chat", chat.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
        admin = who in {user.id for user in chat.admins}
        return [
            ("chat_member", chat.id, who),
            *([("chat_administrators", chat.id, 0)] if admin else []),
            ("chat", chat.id, 0),
            *([("all_chat_administrators", 0, 0)] if admin else []),
            ("all_group_chats", 0, 0),
            ("default", 0, 0),
        ]
