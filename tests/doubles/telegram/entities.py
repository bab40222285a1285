"""The HTML of the Bot API, read as Telegram reads it: plain text, entities in UTF-16 units.

The rules and the words of refusals are those of TDLib's MessageEntity.cpp.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.doubles.telegram.wire import bad

Entity = dict[str, Any]
TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
# Of several on the same letters the smaller comes first.
PRIORITY = {"blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49}
PRIORITY |= {"bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPECIAL = re.compile(r"[<&]")
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
NAME = re.compile(r"[^ \t\r\n\v>]*")
ATTRIBUTE = re.compile(r"[^ \t\r\n\v=>/\"']*")
TOKEN = re.compile(r"[a-zA-Z0-9.\-]*")
SPACE = re.compile(r"[ \t\r\n\v]*")
TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


def utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def wrong(why: str) -> Exception:
    return bad(f"can't parse entities: {why}")


@dataclass(slots=True)
class Open:
    tag: str
    attributes: dict[str, str]
    start: int
    """In UTF-16 units."""
    at: int
    """Where its text begins among the pieces."""


class Reader:
    """One pass over one text."""

    def __init__(self, source: str) -> None:
        self.source, self.at, self.length = source, 0, 0
        self.pieces: list[str] = []
        self.open: list[Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while found := SPECIAL.search(self.source, self.at):
            self.add(self.source[self.at : found.start()])
            self.at = found.start()
            if found.group() == "&":
                self.add(self.reference())
            elif self.source.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        self.add(self.source[self.at :])
        if self.open:
            tag = self.open[-1].tag
            raise wrong(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self.pieces), self.entities

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16(text)

    def wrong(self, why: str, at: int) -> Exception:
        return wrong(f"{why} at byte offset {len(self.source[:at].encode())}")

    def reference(self) -> str:
        found = REFERENCE.match(self.source, self.at)
        text = found and decoded(found)
        self.at = found.end() if found and text else self.at + 1
        return text or "&"

    def skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self.source, self.at)
        assert found
        self.at = found.end()
        return found.group()

    def here(self) -> str:
        return self.source[self.at : self.at + 1]

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self.wrong("Unexpected end tag", begin)
        self.at += 2
        found = self.skip(NAME)
        self.skip(SPACE)
        if self.here() != ">":
            raise self.wrong("Unclosed end tag", begin)
        self.at += 1
        started = self.open.pop()
        if found and found != started.tag:
            offset = len(self.source[:begin].encode())
            expected = f'expected "</{started.tag}>", found "</{found}>"'
            raise wrong(f"Unmatched end tag at byte offset {offset}, {expected}")
        if self.length > started.start:
            self.finish(started)

    def finish(self, started: Open) -> None:
        inside = "".join(self.pieces[started.at :]) if started.tag == "a" else ""
        place = {"offset": started.start, "length": self.length - started.start}
        entity = entity_of(started.tag, started.attributes, inside)
        if entity is not None:
            self.entities.append({"type": TAGS[started.tag], **place, **entity})

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.skip(NAME).lower()
        if not self.here():
            raise self.wrong("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self.wrong(f'Unsupported start tag "{tag}"', begin)
        attributes = dict(self.attributes(tag, begin))
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.wrong('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Open(tag, attributes, self.length, len(self.pieces)))

    def attributes(self, tag: str, begin: int) -> Iterator[tuple[str, str]]:
        while self.skip(SPACE) or self.here():
            if self.here() == ">":
                self.at += 1
                return
            name = self.skip(ATTRIBUTE).lower()
            if not name:
                raise self.wrong(f'Empty attribute name in the tag "{tag}"', begin)
            self.skip(SPACE)
            if self.here() == "=":
                self.at += 1
                self.skip(SPACE)
                yield name, self.value(tag, begin)
            else:
                yield name, ""
        raise self.wrong(f'Unclosed start tag "{tag}"', begin)

    def value(self, tag: str, begin: int) -> str:
        quote = self.here()
        if not quote:
            raise self.wrong(f'Unclosed start tag "{tag}"', begin)
        if quote in "\"'":
            return self.literal(quote, begin)
        start, text = self.at, self.skip(TOKEN)
        if not self.here():
            raise self.wrong("Unclosed start tag", begin)
        if self.here() not in "> \t\r\n\v":
            raise self.wrong("Unexpected end of name token", start)
        return text.lower()

    def literal(self, quote: str, begin: int) -> str:
        end = self.source.find(quote, self.at + 1)
        if end < 0 or end + 1 == len(self.source):
            raise self.wrong("Unclosed start tag", begin)
        text, self.at = self.source[self.at + 1 : end], end + 1
        return REFERENCE.sub(lambda found: decoded(found) or found.group(), text)


def decoded(found: re.Match[str]) -> str:
    """The character a reference names; "" for one that TDLib leaves as it stands."""
    if found[3]:
        return NAMED.get(found[3], "")
    code = int(found[1], 16) if found[1] else int(found[2])
    if 0xD800 <= code < 0xE000:
        raise wrong(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code) if 0 < code < 0x10FFFF else ""


def entity_of(tag: str, attributes: dict[str, str], inside: str) -> Entity | None:
    """What the entity has beyond its place; None: no entity at all."""
    if tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return SPECIFIC[tag](attributes, inside) if tag in SPECIFIC else {}


def link(attributes: dict[str, str], inside: str) -> Entity | None:
    url = attributes.get("href") or inside
    if user := re.fullmatch(r"tg://user\?id=(\d+)", url):
        who = {"id": int(user[1]), "is_bot": False, "first_name": inside}
        return {"type": "text_mention", "user": who}
    clean = web_address(url)
    return {"url": clean} if clean else None


def web_address(url: str) -> str | None:
    """As Telegram writes it; None when it is none."""
    if re.match(r"(tg|ton|tonsite)://\S+$", url):
        return url
    found = re.fullmatch(r"(?:(https?)://)?([^\s/?#:@]+\.[^\s/?#:@.]+)(:\d+)?([/?#]\S*)?", url)
    local = re.fullmatch(r"(https?)://(localhost|\d+\.\d+\.\d+\.\d+)(:\d+)?([/?#]\S*)?", url)
    if not (found := found or local):
        return None
    scheme, host, port, rest = found.groups()
    return f"{scheme or 'http'}://{host}{port or ''}{rest or '/'}"


def moment(attributes: dict[str, str], inside: str) -> Entity:
    unix, form = attributes.get("unix", ""), attributes.get("format", "")
    if not unix.isdigit() or not 0 < int(unix) < 2**31:
        raise wrong("Invalid Unix time specified")
    if not TIME_FORMAT.fullmatch(form):
        raise wrong("Invalid date format used")
    return {"unix_time": int(unix), **({"date_time_format": form} if form else {})}


def emoji(attributes: dict[str, str], inside: str) -> Entity:
    number = attributes.get("emoji-id", "")
    if not number.isdigit() or int(number) >= 2**63:
        raise wrong("Invalid custom emoji identifier specified")
    return {"custom_emoji_id": number}


def code(attributes: dict[str, str], inside: str) -> Entity:
    language = attributes.get("class", "")
    return {"language": language[9:]} if language.startswith("language-") else {}


SPECIFIC: dict[str, Callable[[dict[str, str], str], Entity | None]] = {
    "a": link,
    "tg-time": moment,
    "tg-emoji": emoji,
    "code": code,
}


def parse_html(source: str) -> tuple[str, list[Entity]]:
    text, entities = Reader(source).read()
    return text, in_order(merged(entities))


def place(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["length"]


def merged(entities: list[Entity]) -> list[Entity]:
    """<pre><code class="language-x"> is one entity; a language elsewhere is nothing."""
    languages = {place(e): e.pop("language") for e in entities if "language" in e}
    blocks = {place(e) for e in entities if e["type"] == "pre" and languages.get(place(e))}
    for entity in entities:
        if entity["type"] == "pre" and place(entity) in blocks:
            entity["language"] = languages[place(entity)]
    return [e for e in entities if not (e["type"] == "code" and place(e) in blocks)]


def in_order(entities: list[Entity]) -> list[Entity]:
    def rank(entity: Entity) -> tuple[int, int, int]:
        return entity["offset"], -entity["length"], PRIORITY.get(entity["type"], 50)

    return sorted(entities, key=rank)
