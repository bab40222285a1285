"""A message as people see it in the chat."""

from dataclasses import dataclass, field
from html import escape

from tests.doubles.telegram.entities import Entity
from tests.doubles.telegram.wire import Json, Upload

HTML = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
    "text_link": ('<a href="{url}">', "</a>"),
    "date_time": ('<tg-time unix="{unix_time}">', "</tg-time>"),
}


@dataclass(slots=True, eq=False)
class Message:
    id: int
    raw: Json
    """As the Bot API shows it; replaced, never changed, by an edit."""
    mine: bool
    """Written by a person, not by the bot."""
    content: Upload | None = None
    """The bytes of its photo or document."""
    edits: int = 0
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)
    """What the bot set."""
    has_reply_keyboard: bool = False
    """Or removed one, or forces a reply: such a message cannot be edited."""

    @property
    def text(self) -> str:
        """Or the caption."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def entities(self) -> list[Entity]:
        return self.raw.get("entities") or self.raw.get("caption_entities") or []

    @property
    def quoted(self) -> Json:
        """As what is replied to: without what it replied to itself."""
        return {key: value for key, value in self.raw.items() if key != "reply_to_message"}

    def marked(self, kind: str) -> list[str]:
        """The parts of the text with this entity: marked("bold")."""
        units = self.text.encode("utf-16-le")
        return [
            units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in self.entities
            if e["type"] == kind
        ]

    @property
    def html(self) -> str:
        """The text with its marks, for reading."""
        units = self.text.encode("utf-16-le")
        marks: dict[int, list[str]] = {}
        for e in self.entities:
            if e["type"] in HTML:
                begin, end = HTML[e["type"]]
                marks.setdefault(e["offset"], []).append(begin.format_map(e))
                marks.setdefault(e["offset"] + e["length"], []).insert(0, end)
        cuts = [0, *sorted(marks), len(units) // 2]
        parts = [units[2 * a : 2 * b].decode("utf-16-le") for a, b in zip(cuts, cuts[1:])]  # noqa: B905, RUF007
        tags = ["", *("".join(marks[at]) for at in sorted(marks))]
        return "".join(tag + escape(part, quote=False) for tag, part in zip(tags, parts))  # noqa: B905

    @property
    def keyboard(self) -> list[list[Json]]:
        """Its inline buttons, as the Bot API shows them."""
        rows: list[list[Json]] = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def rows(self) -> list[list[str]]:
        """The labels of its buttons."""
        return [[button["text"] for button in row] for row in self.keyboard]

    @property
    def buttons(self) -> list[str]:
        return [label for row in self.rows for label in row]

    def button(self, label: str) -> Json | None:
        """The button with this label, else the first whose label holds it."""
        every = [button for row in self.keyboard for button in row]
        exact = (button for button in every if button["text"] == label)
        near = (button for button in every if label in button["text"])
        return next(exact, None) or next(near, None)

    @property
    def photo(self) -> bytes | None:
        return self.content.data if self.content and "photo" in self.raw else None

    @property
    def document(self) -> Upload | None:
        return self.content if "document" in self.raw else None

    def __repr__(self) -> str:
        who = "<" if self.mine else ">"
        what = self.text or next((key for key in self.raw if key in SHOWN), "")
        signs = " (deleted)" * self.deleted + f" (edited {self.edits}×)" * bool(self.edits)
        buttons = "".join(f"\n    {' | '.join(row)}" for row in self.rows)
        return f"{who} {self.id}{signs}: {what}{buttons}"


SHOWN = [
    "photo",
    "document",
    "voice",
    "sticker",
    "video",
    "contact",
    "location",
    "new_chat_members",
    "left_chat_member",
]
