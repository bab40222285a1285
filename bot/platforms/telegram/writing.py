"""A reply as the messages that Telegram takes. Pure: no file is read here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from bot.conversation.messages import File, Reply
from bot.platforms.telegram.cutting import Span, pieces, utf16_len
from bot.platforms.telegram.keyboards import (
    Markup,
    asks,
    inline,
    is_address,
    numbered,
    own_keyboard,
)

TEXT, CAPTION, ALBUM = 4096, 1024, 10
MARKS = 50
"""Of the hundred that a message may have; links and commands in it count as well."""
NO_TEXT = "…"
PICTURES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class Message:
    """One message. photos and file are named by hash; anew: give the bytes even of those that
    Telegram has."""

    plain: str = ""
    html: str = ""
    photos: tuple[str, ...] = ()
    file: File | None = None
    markup: Markup | None = None
    anew: bool = False

    @property
    def buttons(self) -> bool:
        """Whether it can be tapped, so that its buttons are taken off some day."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return any("callback_data" in button for row in rows for button in row)

    @property
    def has_keyboard(self) -> bool:
        """One in the place of the member's letters."""
        return "keyboard" in (self.markup or {})

    @property
    def editable(self) -> bool:
        """Whether it can take the place of a text that is there."""
        return bool(self.plain) and not (self.photos or self.file or self.has_keyboard)


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the text that is more than text: what stands before and after it in HTML."""

    start: int
    end: int
    before: str
    after: str


def compose(reply: Reply, *, private: bool) -> list[Message]:
    """The last one bears the buttons."""
    asking = asks(reply, private=private)
    markup = own_keyboard(reply) if asking else inline(reply)
    text = numbered(reply)
    if reply.link and (asking or not is_address(reply.link)) and reply.link not in text:
        text = f"{text}\n{reply.link}".strip()
    attached = list(_attached(reply))
    if attached and _takes_caption(attached[-1], text):
        *before, last = attached
        caption = html(text, marks(reply, text), (0, len(text)))
        return [*before, replace(last, plain=text, html=caption, markup=markup)]
    if not text.strip() and attached and markup is None:
        return attached
    messages = [*attached, *_texts(reply, text)]
    return [*messages[:-1], replace(messages[-1], markup=markup)]


def _attached(reply: Reply) -> Iterator[Message]:
    """Pictures, in albums when there are several, then the document."""
    photos, file = reply.photos, reply.file
    if file and not photos and file.mime in PICTURES:
        photos, file = (file.hash,), None
    for start in range(0, len(photos), ALBUM):
        yield Message(photos=photos[start : start + ALBUM])
    if file:
        yield Message(file=file)


def _takes_caption(message: Message, text: str) -> bool:
    """An album shows no buttons."""
    return len(message.photos) < 2 and bool(text.strip()) and utf16_len(text) <= CAPTION


def _texts(reply: Reply, text: str) -> list[Message]:
    text = text if text.strip() else NO_TEXT
    found = marks(reply, text)
    cut = pieces(text, TEXT, [(mark.start, mark.end) for mark in found])
    return [
        Message(text[start:end], html(text, found, (start, end)))
        for start, end in cut
        if text[start:end].strip()
    ]


def marks(reply: Reply, text: str) -> list[Mark]:
    """Moments and the code wherever they stand, in order; where two overlap, the first."""
    found = [
        Mark(start, start + len(piece), f'<tg-time unix="{unix}" format="{_format(piece)}">', TIME)
        for piece, unix in reply.moments.items()
        if 0 < unix < 2**31
        for start in _places(text, piece)
    ]
    code = [Mark(start, start + len(reply.code), *CODE) for start in _places(text, reply.code)]
    kept: list[Mark] = []
    for mark in sorted([*found, *code], key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept[:MARKS]


TIME, CODE = "</tg-time>", ("<code>", "</code>")


def _format(piece: str) -> str:
    """Date and time as far as the words themselves have them, in the reader's own style."""
    time = "t" if ":" in piece or "giờ" in piece.lower() else ""
    date = "d" if "/" in piece or "." in piece else "D" if "ng" in piece.lower() else ""
    return f"{date}{time}" or "d"


def _places(text: str, piece: str) -> Iterator[int]:
    place = text.find(piece) if piece.strip() else -1
    while place >= 0:
        yield place
        place = text.find(piece, place + len(piece))


def html(text: str, marked: list[Mark], span: Span) -> str:
    """A part of the text with its marks, everything else escaped."""
    at, end = span
    parts: list[str] = []
    for mark in marked:
        start, stop = max(mark.start, at), min(mark.end, end)
        if start < stop:
            parts += [escape(text[at:start], quote=False), mark.before]
            parts += [escape(text[start:stop], quote=False), mark.after]
            at = stop
    return "".join([*parts, escape(text[at:end], quote=False)])


def simpler(message: Message, refusal: str) -> Message | None:
    """What to send after Telegram refused a message, each time with less; None: give up."""
    words = refusal.lower()
    if message.html and "pars" in words and "entit" in words:
        return replace(message, html="")
    if (message.photos or message.file) and not message.anew and _about_a_file(words):
        return replace(message, anew=True)
    if message.markup and any(part in words for part in ("button", "markup", "keyboard")):
        return replace(message, markup=None)
    if message.photos:
        # Better without a picture than not at all.
        return replace(message, photos=())
    return None


def _about_a_file(words: str) -> bool:
    return any(part in words for part in ("file", "media", "photo", "image", "document"))
