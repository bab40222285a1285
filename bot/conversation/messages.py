"""The words all platforms share: what was said, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self


class Other(StrEnum):
    """Things people send that carry nothing a form could use."""

    STICKER = "sticker"
    VOICE = "voice"
    FILE = "file"
    EDITED = "edited"


class Wanted(StrEnum):
    """What kind of input would help next; a platform may show a suitable control."""

    TEXT = "text"
    PHOTOS = "photos"
    PLACE = "place"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float


ONCE = "once:"
"""Before a remote name: fetch it, but never show that very file again. It came as it was taken, so
it may tell where."""


LISTED = "list:"
"""Before a remote name: it is a file with a list, no picture."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file with a list: what its sender calls it, and the SHA-256 under which it is stored ("":
    still to be fetched)."""

    name: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message from a member.

    button is what a pressed button carried (`Option.data`); photos are SHA-256 names of files
    that are already stored, remote what the platform calls pictures that are still to be fetched
    from it; document is a list from an office, which is also a file to whoever has no use for it
    (`Other.FILE`); problem is a sentence of the platform's own about what it could not take (a
    file too large, no image), shown to the member as it stands.
    """

    text: str = ""
    button: str = ""
    photos: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    place: Place | None = None
    phone: str = ""
    other: Other | None = None
    forwarded: bool = False
    problem: str = ""
    document: Document | None = None

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            name: value
            for name in ("text", "button", "phone", "forwarded", "problem")
            if (value := getattr(self, name))
        }
        for name in ("photos", "remote"):
            if names := getattr(self, name):
                body[name] = list(names)
        if self.place:
            body["place"] = [self.place.latitude, self.place.longitude]
        if self.other:
            body["other"] = self.other.value
        if self.document:
            body["document"] = [self.document.name, self.document.hash]
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        apart = ("photos", "remote", "place", "other", "document")
        rest = {k: v for k, v in body.items() if k not in apart}
        place = body.get("place")
        return cls(
            photos=tuple(body.get("photos", ())),
            remote=tuple(body.get("remote", ())),
            place=Place(*place) if place else None,
            other=Other(body["other"]) if body.get("other") else None,
            document=Document(*body["document"]) if body.get("document") else None,
            **rest,
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as a platform hands it in.

    key is unique per (platform, bot) and makes a redelivery harmless; chat is the platform's own
    name for the account; echo asks for the message to be kept in the mailbox beside the answers,
    for platforms whose history is ours to show. tapped is the platform's id of the message whose
    button was pressed; group that of the group it was said in, where chat is still the person's;
    album that of the pictures that were sent together.
    """

    platform: str
    bot: str
    key: str
    chat: str
    said: Said
    echo: bool = False
    tapped: str = ""
    group: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A thing one can choose, by its number, by its words or by a button.

    data is at most 64 bytes (Telegram's limit): `f:<draft>:<step>:<revision>:<choice>` for an
    answer in a form, `<action>:<arguments>` otherwise. style is "", "primary" or "danger".
    """

    label: str
    data: str
    style: str = ""


BY_WORDS = "words"


@dataclass(frozen=True, slots=True)
class File:
    """A stored file to hand over: its SHA-256 name, and what to call it."""

    hash: str
    name: str
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a member.

    options are numbered choices; actions are words one can type at any time ("quay lại"), shown
    as smaller buttons; photos are hashes of stored pictures. screen names what this message shows
    (`draft:7`): a platform that can edit replaces the earlier message of the same screen after a
    tap, and takes the buttons off closed ones. late is a query that is evaluated after the commit
    on a read-only connection and becomes the text; code is copied by a tap where possible.
    edits is the message to replace. moments are pieces of the text that name a moment, in seconds
    since 1970, shown in the reader's own way where possible. commands, as (name, label), become
    the chat's menu instead of a message.
    """

    text: str
    options: tuple[Option, ...] = ()
    actions: tuple[Option, ...] = ()
    wanted: Wanted = Wanted.TEXT
    photos: tuple[str, ...] = ()
    file: File | None = None
    screen: str = ""
    code: str = ""
    link: str = ""
    late: Mapping[str, Any] = field(default_factory=dict)
    edits: str = ""
    moments: Mapping[str, int] = field(default_factory=dict)
    commands: tuple[tuple[str, str], ...] = ()

    def with_text(self, text: str) -> "Reply":
        return replace(self, text=text)

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"text": self.text}
        for name in ("options", "actions"):
            if items := getattr(self, name):
                body[name] = [[o.label, o.data, o.style] for o in items]
        if self.wanted is not Wanted.TEXT:
            body["wanted"] = self.wanted.value
        if self.file:
            body["file"] = [self.file.hash, self.file.name, self.file.mime]
        rest: dict[str, Any] = {"photos": list(self.photos), "late": dict(self.late)}
        rest |= {"moments": dict(self.moments), "commands": [list(c) for c in self.commands]}
        rest |= {name: getattr(self, name) for name in ("screen", "code", "link", "edits")}
        return body | {name: value for name, value in rest.items() if value}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            text=body["text"],
            options=tuple(Option(*o) for o in body.get("options", ())),
            actions=tuple(Option(*o) for o in body.get("actions", ())),
            wanted=Wanted(body.get("wanted", Wanted.TEXT)),
            photos=tuple(body.get("photos", ())),
            file=File(*body["file"]) if body.get("file") else None,
            screen=body.get("screen", ""),
            code=body.get("code", ""),
            link=body.get("link", ""),
            late=body.get("late", {}),
            edits=body.get("edits", ""),
            moments=body.get("moments", {}),
            commands=tuple((name, label) for name, label in body.get("commands", ())),
        )


def offered(reply: Reply) -> tuple[Option, ...]:
    """What may be typed in answer: options by number or words, actions by words alone (style)."""
    return (*reply.options, *(replace(action, style=BY_WORDS) for action in reply.actions))


def as_text(reply: Reply) -> str:
    """The whole reply in words, for a platform without buttons."""
    lines = [reply.text] if reply.text else []
    lines += [f"{n}. {option.label}" for n, option in enumerate(reply.options, 1)]
    if reply.actions:
        lines.append("Hoặc nhắn: " + " · ".join(o.label.lower() for o in reply.actions))
    if reply.link:
        lines.append(reply.link)
    return "\n".join(lines)
