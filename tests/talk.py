"""Plays whole chats against the real handlers, forms and database.

A transcript is text anybody can read. `Lan: /dangky` is what somebody says; lines below, beginning
with `  <`, are what the bot answers, and `  Minh < …` what it tells somebody else. `[Gửi]` presses
a button, or in text-only mode types its number or its words. In round brackets: (2 ảnh),
(vị trí 18.3 105.9), (nhãn dán), (tin thoại), (tệp), (tin sửa) chữ, (chuyển tiếp) chữ, (nút cũ) the
button pressed last, again, (mã) the last invitation code shown. `@ 25/11/2026 08:00` sets the
clock; `@ đồng hồ` does what the clock finds due.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.conversation.messages import Incoming, Option, Other, Place, Reply, Said, as_text
from bot.delivery import late
from bot.delivery.batch import Batch
from bot.delivery.batch import Place as Surroundings
from bot.domain.text import split
from bot.handlers import notices
from bot.handlers.registry import Organisation
from storage.database import Database
from storage.tables.delivery import Outbox
from storage.tables.people import Account

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
LINK = re.compile(r"/i/[\w-]{20,}")
THINGS = {
    "nhãn dán": Other.STICKER,
    "tin thoại": Other.VOICE,
    "tệp": Other.FILE,
    "tin sửa": Other.EDITED,
}
TEXT_ONLY = "text"
LONGEST = 2000


@dataclass
class Stage:
    """Where a transcript is played. cast: name in the transcript → member id. platform "text" has
    no buttons and short messages."""

    database: Database
    organisation: Organisation
    cast: dict[str, int]
    platform: str = "web"
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=ZONE))
    shown: dict[str, Reply] = field(default_factory=dict)
    pressed: dict[str, str] = field(default_factory=dict)
    code: str = ""
    seen: int = 0

    def __post_init__(self) -> None:
        self.place = Surroundings(lambda _: self.organisation, ZONE, lambda: self.now)
        with self.database.writing() as session:
            for name, member_id in self.cast.items():
                session.add(
                    Account(
                        platform=self.platform, bot=self.platform, external_id=name,
                        member_id=member_id, held=None, created_at=self.now,
                    )
                )  # fmt: skip

    def play(self, line: str) -> list[str]:
        """One line of the transcript; returns the lines the bot answers with."""
        if line.startswith("@"):
            return self._direct(line[1:].strip())
        name, _, said = line.partition(": ")
        return self.say(name, self._said(name, said))

    def say(self, name: str, said: Said) -> list[str]:
        incoming = Incoming(self.platform, self.platform, str(uuid4()), name, said)
        self._run(lambda batch: batch.run([incoming]))
        return self._answers(name)

    def _run(self, work: "object") -> None:
        with self.database.writing() as session:
            batch = Batch(session, self.place, self.now)
            work(batch)  # type: ignore[operator]
            batch.finish()
        assert not batch.failed, "a handler raised"
        found = late.evaluate(self.database, self.place, None)
        with self.database.writing() as session:
            batch = Batch(session, self.place, self.now)
            late.fill(batch, found)
            batch.finish()

    def _direct(self, what: str) -> list[str]:
        if what == "đồng hồ":
            self._run(lambda batch: batch.system(notices.bundles))
            return self._answers("")
        self.now = datetime.strptime(what, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)
        return []

    # -- what is said -----------------------------------------------------------------

    def _said(self, name: str, said: str) -> Said:
        if said.startswith("[") and said.endswith("]"):
            return self._button(name, said[1:-1])
        if said.startswith("(") and ")" in said:
            thing, _, rest = said[1:].partition(")")
            return self._thing(name, thing, rest.strip())
        return Said(text=said.replace("⏎", "\n"))

    def _button(self, name: str, label: str) -> Said:
        reply = self.shown[name]
        both = [*reply.options, *reply.actions]
        option = next((o for o in both if o.label == label), None)
        assert option, f"{name} has no button “{label}”, only {[o.label for o in both]}"
        if self.platform == TEXT_ONLY:
            return Said(text=_typed(reply, option))
        self.pressed[name] = option.data
        return Said(button=option.data)

    def _thing(self, name: str, thing: str, rest: str) -> Said:
        if thing in THINGS:
            return Said(text=rest, other=THINGS[thing])
        if thing.endswith(" ảnh"):
            count = int(thing.split()[0])
            names = (f"{rest}{n}{uuid4() if not rest else ''}" for n in range(count))
            return Said(photos=tuple(hashlib.sha256(n.encode()).hexdigest() for n in names))
        if thing.startswith("vị trí "):
            latitude, longitude = map(float, thing.split()[2:])
            return Said(place=Place(latitude, longitude))
        if thing == "chuyển tiếp":
            return Said(text=rest, forwarded=True)
        if thing == "nút cũ":
            return Said(button=self.pressed.get(name, "f:0:x:0:0"))
        assert thing == "mã", f"what is ({thing})?"
        return Said(text=self.code)

    # -- what is answered -----------------------------------------------------------------

    def _answers(self, speaker: str) -> list[str]:
        with self.database.reading() as session:
            rows = session.execute(
                select(Outbox.id, Account.external_id, Outbox.body)
                .join(Account, Account.id == Outbox.account_id)
                .where(Outbox.id > self.seen, Outbox.own.is_(False))
                .order_by(Outbox.id)
            ).all()
        lines: list[str] = []
        for row_id, name, body in rows:
            self.seen = max(self.seen, row_id)
            reply = Reply.from_json(body)
            self.shown[name] = reply
            lines += self._written(name if name != speaker else "", reply)
        return lines

    def _written(self, name: str, reply: Reply) -> list[str]:
        text = as_text(reply)
        for code in CODE.findall(text):
            self.code = code
        text = LINK.sub("/i/…", CODE.sub("XXXX-XXXX-XXXX", text))
        assert all(len(piece.encode("utf-16-le")) <= 2 * LONGEST for piece in split(text, LONGEST))
        for option in (*reply.options, *reply.actions):
            assert len(option.data.encode()) <= 64, f"too long for Telegram: {option.data}"
        prefix = f"  {name} <" if name else "  <"
        pictures = [f"{prefix} (ảnh)"] * len(reply.photos)
        file = [f"{prefix} (tệp {reply.file.name})"] if reply.file else []
        return [f"{prefix} {line}".rstrip() for line in text.split("\n")] + pictures + file


def _typed(reply: Reply, option: Option) -> str:
    """How somebody without buttons says the same: the number, or the word."""
    if option in reply.options:
        return str(reply.options.index(option) + 1)
    return option.label.lower()


def spoken(text: str) -> Iterable[str]:
    """The lines of a transcript that are played."""
    for line in text.splitlines():
        if line and not line.startswith(("#", " ")):
            yield line


def record(stage: Stage, text: str) -> str:
    """The transcript with the answers given now."""
    out: list[str] = []
    for line in text.splitlines():
        if line.startswith("  ") and "<" in line:
            continue
        out.append(line)
        if line and not line.startswith(("#", " ")):
            out += stage.play(line)
    return "\n".join(out) + "\n"
