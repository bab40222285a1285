"""What a platform may ask of us, and what we ask of a platform. Platforms know nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.conversation.messages import Incoming, Reply


@dataclass(frozen=True, slots=True)
class Mail:
    """One row of a chat's mailbox. number grows by one per chat; own marks what the member said
    themself, whose body is a `Said` as JSON, else a `Reply` as JSON."""

    number: int
    own: bool
    key: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in web chat. csrf must come back with every POST."""

    chat: str
    name: str
    csrf: str


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What a link may show before it is used: never more than the unit and what it is for."""

    unit: str
    role: str
    usable: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    path: str
    mime: str
    name: str


@dataclass(frozen=True, slots=True)
class PublicCard:
    """Something a member may hand on to anybody: what a list shows of it, and the whole text."""

    id: str
    title: str
    about: str
    text: str


class Host(Protocol):
    """Everything a platform may ask of the rest of the program."""

    async def receive(self, incoming: Incoming) -> None:
        """Return once the message and all its effects have committed.

        Raises what the database raised when nothing was stored: the platform must then not
        acknowledge."""

    def known_as(self, platform: str, name: str) -> None:
        """What the bot is called there, for links to it."""

    async def moved(self, platform: str, bot: str, old: str, new: str) -> None:
        """A chat has another name from now on. Returns once that is stored."""

    async def cards(self, platform: str, bot: str, chat: str, text: str) -> list[PublicCard] | None:
        """At most eight public cards that fit what was typed; None: this is no member of ours.
        Nothing is stored."""

    # -- web chat: mailbox and sign-in ------------------------------------------------
    async def mailbox(self, chat: str, after: int, most: int = 200) -> list[Mail]:
        """Rows numbered above `after`, oldest first."""

    async def history(self, chat: str, before: int, most: int = 50) -> list[Mail]:
        """Rows numbered below `before` (0: the newest), oldest first."""

    def new_mail(self, chat: str) -> AsyncIterator[None]:
        """Yields whenever the chat may have new rows; never blocks the desk."""

    async def look_at_invitation(self, token: str) -> InvitationView:
        """What the link or typed short code is for, without using it."""

    async def redeem(self, token: str, chat: str | None) -> tuple[str, Session]:
        """Use an invitation: returns (session secret for the cookie, session). A chat already
        signed in (its name given) gets the rights added. Raises Refused with a sentence."""

    async def session(self, secret: str) -> Session | None:
        """Who a cookie belongs to; None when unknown, expired or signed out."""

    async def sign_out(self, secret: str) -> None: ...

    # -- files ------------------------------------------------------------------------
    async def keep_upload(self, data: bytes) -> str:
        """Store the bytes of a picture durably; returns their name (SHA-256). Raises Refused with a
        sentence when too large, no picture, or too many pixels. Nothing is decoded here."""

    async def keep_list(self, data: bytes) -> str:
        """The same for a file with a list; what it holds is looked at later."""

    async def open_file(self, chat: str, hash: str, *, small: bool = False) -> StoredFile | None:
        """A stored picture or document this chat may see (`small`: a thumbnail), or None."""


async def straight_away() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Parcel:
    """A reply on its way to one chat.

    open is the platform's id of the chat's last message with buttons, which loses them when this
    one comes after it. files are the pictures and the document of the reply, by hash; remote what
    the platform calls those that it has already. A call that it takes beside the first one awaits
    its turn, since the platform counts calls.
    """

    chat: str
    reply: Reply
    open: str = ""
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    remote: Mapping[str, str] = field(default_factory=dict)
    turn: Callable[[], Awaitable[None]] = field(default=straight_away, compare=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a parcel: the platform's id of the message (of the one that bears the
    buttons, if any does), whether it has buttons, and what the platform calls files it was given,
    by hash."""

    message: str = ""
    buttons: bool = False
    remote: Mapping[str, str] = field(default_factory=dict)


class Platform(Protocol):
    """One way to reach people that wants to be sent to. `name` is what `Incoming.platform` says,
    `bot` what `Incoming.bot` says."""

    name: str
    bot: str

    async def send(self, parcel: Parcel) -> Sent:
        """Deliver one reply. Raises SendError."""

    async def fetch(self, remote: str) -> bytes:
        """A picture or list that the platform keeps. Raises Refused with a sentence for the member
        when it never can be had, SendError when it may be had later."""

    async def run(self) -> None:
        """Receive until cancelled."""
