"""The ways to reach people, and what each of them can do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """mailbox: what is stored is delivered, and the chat's history is ours to show, for as long as
    the person is with us. menus: a chat's list of commands can be set."""

    label: str
    mailbox: bool = False
    menus: bool = False


WEB = "web"
TELEGRAM = "telegram"
_CHANNELS = {
    WEB: Channel("trò chuyện web", mailbox=True),
    TELEGRAM: Channel("Telegram", menus=True),
}


def channel(platform: str) -> Channel:
    """What a platform can do; one that is not known here can do nothing but send."""
    return _CHANNELS.get(platform) or Channel(platform.capitalize())
