"""From the text of a call to what stands in the chat: parsed, trimmed, links found, measured."""

import re
from collections.abc import Iterator

from tests.doubles.telegram.entities import Entity, in_order, parse_html, utf16, web_address
from tests.doubles.telegram.wire import Request, bad, of_type

TEXT, CAPTION, ENTITIES = 4096, 1024, 100
PLAIN = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
]
NEEDED = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
NEEDED["date_time"] = "unix_time"
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/])(?P<bot_command>/\w{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<![\w#])(?P<hashtag>#\w*[^\W\d]\w*)"
)
CONTROL = {code: " " for code in range(32) if code not in (9, 10)} | {13: None}
OPAQUE = {"code", "pre", "text_link", "text_mention"}


def found_in(text: str, given: list[Entity]) -> list[Entity]:
    """Commands, addresses and the like, which Telegram marks by itself outside code and links."""
    closed = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    entities = []
    for match in FOUND.finditer(text):
        start, length = utf16(text[: match.start()]), utf16(match.group())
        if not any(start < end and begin < start + length for begin, end in closed):
            entities.append({"type": match.lastgroup, "offset": start, "length": length})
    return entities


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without blanks at the end, nor at the start before the first entity."""
    text = text.translate(CONTROL).rstrip(" \n\t\u00a0")
    first = min((entity["offset"] for entity in entities), default=len(text))
    gone = min(len(text) - len(text.lstrip(" \n")), first)
    return text[gone:], list(clipped(entities, gone, utf16(text)))


def clipped(entities: list[Entity], gone: int, length: int) -> Iterator[Entity]:
    for entity in entities:
        end = min(entity["offset"] + entity["length"], length)
        if end > entity["offset"]:
            start = entity["offset"]
            yield {**entity, "offset": start - gone, "length": end - start}


def marked(text: str, entities: list[Entity] | None = None) -> tuple[str, list[Entity]]:
    """What a person typed or a bot sent, as it stands in the chat."""
    text, given = trimmed(text, entities or [])
    return text, in_order([*given, *found_in(text, given)])[:ENTITIES]


def formatted(request: Request, name: str) -> tuple[str, list[Entity]]:
    """name: "text" or "caption"."""
    source = request.text(name)
    mode = request.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in {"", "none"}:
        given = request.json("entities" if name == "text" else "caption_entities") or []
        text, entities = source, [checked(entity, utf16(source)) for entity in given]
    elif mode in {"markdown", "markdownv2"}:
        raise bad("this double reads no Markdown, use HTML")
    else:
        raise bad("unsupported parse_mode")
    return marked(text, entities)


def text_of(request: Request) -> dict[str, object]:
    if not request.text("text"):
        raise bad("message text is empty")
    text, entities = formatted(request, "text")
    if not text:
        raise bad("text must be non-empty")
    if utf16(text) > TEXT:
        raise bad("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_of(request: Request) -> dict[str, object]:
    text, entities = formatted(request, "caption")
    if utf16(text) > CAPTION:
        raise bad("message caption is too long")
    found: dict[str, object] = {"caption": text} if text else {}
    return found | ({"caption_entities": entities} if entities else {})


def no_entity(why: str) -> Exception:
    return bad(f"can't parse MessageEntity: {why}")


def checked(entity: Entity, length: int) -> Entity:
    """An entity that the bot itself placed."""
    of_type(entity, dict, "entities")
    kind, start = entity.get("type"), int(entity.get("offset", 0))
    end = start + int(entity.get("length", 0))
    if kind not in PLAIN and kind not in NEEDED:
        raise no_entity("Unsupported type specified")
    if kind in NEEDED and NEEDED[kind] not in entity:
        raise no_entity(f'Can\'t find field "{NEEDED[kind]}"')
    if kind == "text_link" and not web_address(entity["url"]):
        why = "Wrong HTTP URL" if entity["url"] else "URL host is empty"
        raise bad(f"entity URL '{entity['url']}' is invalid: {why}")
    if start < 0:
        raise bad(f"receive an entity with incorrect offset {start}")
    if start > length:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {start}")
    if end > length:
        raise bad(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    return entity
