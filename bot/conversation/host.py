"""What a platform may ask of us, and what we ask of a platform. Platforms know nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
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


class Host(Protocol):
    """Everything a platform may ask of the rest of the program."""

    async def receive(self, incoming: Incoming) -> None:
        """Return once the message and all its effects have committed.

        Raises what the database raised when nothing was stored: the platform must then not
        acknowledge."""

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

    async def open_file(self, chat: str, hash: str, *, small: bool = False) -> StoredFile | None:
        """A stored picture or document this chat may see (`small`: a thumbnail), or None."""


class Platform(Protocol):
    """One way to reach people. `name` is what `Incoming.platform` says."""

    name: str
    buttons: bool

    async def send(self, chat: str, reply: Reply) -> str | None:
        """Deliver one reply; returns the platform's message id. Raises SendError."""

    async def run(self) -> None:
        """Receive until cancelled."""
