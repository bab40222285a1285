"""Plays whole chats against the real handlers, forms and database.

A transcript is text anybody can read. `Lan: /dangky` is what somebody says; lines below, beginning
with `  <`, are what the bot answers, and `  Minh < …` what it tells somebody else. `[Gửi]` presses
a button, or in text-only mode types its number or its words. In round brackets:

(2 ảnh), (2 ảnh hoa)        pictures, new ones or with a name always the same
(vị trí 18.3 105.9), (nhãn dán), (tin thoại), (tệp), (tin sửa) chữ, (chuyển tiếp) chữ
(chữ dài 10000), (ký tự lạ) chữ    a long text; letters taken apart, with invisible ones between
(danh sách a.csv) dòng ⏎ dòng    a file of that name, with these lines
(hỏng) câu                  what the platform says of a file it could not take
(nút cũ), (nút cũ Gửi)      the button pressed last, or shown last under that label, again
(nút nhan:#phiếu:1:1)       a made up one; #phiếu, #nháp, #mh and #năm are the newest report, draft,
                            initiative and enrolment
(mã), (đường dẫn)           the last invitation shown

`@ 25/11/2026 08:00` sets the clock, `@ đồng hồ` does what the clock finds due,
`@ nhắc việc` reminds people, whose hour it is, of what is due.
`@ Lan có mô hình “Đường hoa” từ 02/03/2026`: accepted then; nothing was heard of it since.
`@ Lan đã gửi phiếu “Đường hoa”`, with (lĩnh vực 4) or (có kết quả) behind it, plays the shortest
report; only what others are told of it is shown.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.conversation.messages import Incoming, Option, Other, Place, Reply, Said, as_text
from bot.delivery import late
from bot.delivery.batch import Batch
from bot.delivery.batch import Place as Surroundings
from bot.domain.consent import abroad
from bot.domain.text import cut, split
from bot.handlers import notices
from bot.handlers.registry import Organisation, Talk
from bot.handlers.start import PLATFORMS
from storage.database import Database
from storage.tables.delivery import Outbox
from storage.tables.people import Account, Draft
from storage.tables.records import Enrolment, Initiative, Report
from tests.talk_directions import directed
from tests.talk_lists import a_list, read_lists

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
LINK = re.compile(r"/i/([\w-]{20,})")
CARD = re.compile(r"/the/[\w-]+")
NEWEST: dict[str, Any] = {"#phiếu": Report, "#nháp": Draft, "#mh": Initiative, "#năm": Enrolment}
INVISIBLE = "\u200b\u202e\ufeff\u2066"
THINGS = {
    "nhãn dán": Other.STICKER,
    "tin thoại": Other.VOICE,
    "tệp": Other.FILE,
    "tin sửa": Other.EDITED,
}
WEB = "web"
LONGEST = 2000


@dataclass
class Stage:
    """Where a transcript is played: here past any platform, as if on the web. cast: name in the
    transcript → member id. text_only: for a platform without buttons."""

    platform: ClassVar[str] = WEB

    database: Database
    organisation: Organisation
    cast: dict[str, int]
    text_only: bool = False
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=ZONE))
    shown: dict[str, Reply] = field(default_factory=dict)
    pressed: dict[str, str] = field(default_factory=dict)
    buttons: dict[tuple[str, str], str] = field(default_factory=dict)
    code: str = ""
    token: str = ""
    seen: int = 0
    lists: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = Surroundings(lambda _: self.organisation, ZONE, lambda: self.now, _name)
        with self.database.writing() as session:
            for name, member_id in self.cast.items():
                session.add(
                    Account(
                        platform=self.platform, bot=self.platform, external_id=self._chat(name),
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
        incoming = Incoming(WEB, WEB, str(uuid4()), name, said)
        self._run(lambda batch: batch.run([incoming]))
        with self.database.writing() as session:
            due = read_lists(session, self.lists, self.now) if said.document else []
        for row_id in due:
            self._run(partial(Batch.again, row_id=row_id))
        return self._answers(name)

    def _run(self, work: Callable[[Batch], object]) -> None:
        with self.database.writing() as session:
            batch = Batch(session, self.place, self.now)
            work(batch)
            batch.finish()
        assert not batch.failed, "a handler raised"
        found = late.evaluate(self.database, self.place, None)
        with self.database.writing() as session:
            batch = Batch(session, self.place, self.now)
            late.fill(batch, found)
            batch.finish()

    def _chat(self, name: str) -> str:
        """What the platform calls somebody of the transcript."""
        return name

    def _tick(self) -> None:
        self._run(lambda batch: batch.system(notices.bundles))

    def system(self, work: Callable[[Talk], object]) -> list[str]:
        """What the program does by itself, and what people are told of it."""
        self._run(lambda batch: batch.system(work))
        return self._answers("")

    def _direct(self, what: str) -> list[str]:
        if what == "đồng hồ":
            self._tick()
            return self._answers("")
        if (lines := directed(self, what)) is not None:
            return lines
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
        self.pressed[name] = option.data
        if self.text_only:
            return Said(text=_typed(reply, option))
        return Said(button=option.data)

    def _thing(self, name: str, thing: str, rest: str) -> Said:
        first, _, more = thing.partition(" ")
        if thing in THINGS:
            return Said(text=rest, other=THINGS[thing])
        if more.split(" ")[0] == "ảnh":
            return Said(text=rest, photos=_photos(int(first), more[4:]))
        if thing.startswith("danh sách "):
            return a_list(thing.removeprefix("danh sách "), rest, self.lists)
        if first == "nút":
            return Said(button=self._old_button(name, more))
        makes = {
            "vị trí": lambda: Said(place=Place(*map(float, more.split()[1:]))),
            "chuyển tiếp": lambda: Said(text=rest, forwarded=True),
            "chữ dài": lambda: Said(text=("Bà con trồng hoa. " * 1000)[: int(more.split()[1])]),
            "ký tự lạ": lambda: Said(text=strange(rest)),
            "hỏng": lambda: Said(problem=rest),
            "mã": lambda: Said(text=self.code),
            "đường dẫn": lambda: Said(text=f"/start {self.token}"),
        }
        return next(make for start, make in makes.items() if thing.startswith(start))()

    def _old_button(self, name: str, which: str) -> str:
        if which == "cũ":
            return self.pressed.get(name, "f:0:x:0:0")
        if which.startswith("cũ "):
            return self.buttons[name, which[3:]]
        with self.database.reading() as session:
            for word, table in NEWEST.items():
                which = which.replace(word, str(session.scalar(select(func.max(table.id)))))
        return which

    # -- what is answered -----------------------------------------------------------------

    def _answers(self, speaker: str) -> list[str]:
        lines: list[str] = []
        for name, reply in self._new():
            self.shown[name] = reply
            for option in (*reply.options, *reply.actions):
                self.buttons[name, option.label] = option.data
            lines += self._written(name if name != speaker else "", reply)
        return lines

    def _new(self) -> list[tuple[str, Reply]]:
        """What was put into the outbox since the last look, with whom it is for."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Outbox.id, Account.external_id, Outbox.body)
                .join(Account, Account.id == Outbox.account_id)
                .where(Outbox.id > self.seen, Outbox.own.is_(False))
                .order_by(Outbox.id)
            ).all()
        self.seen = max([self.seen, *(row_id for row_id, _, _ in rows)])
        return [(name, Reply.from_json(body)) for _, name, body in rows]

    def _written(self, name: str, reply: Reply) -> list[str]:
        text = as_text(reply)
        self.code = (CODE.findall(text) or [self.code])[-1]
        self.token = (LINK.findall(text) or [self.token])[-1]
        text = LINK.sub("/i/…", CODE.sub("XXXX-XXXX-XXXX", CARD.sub("/the/…", text)))
        text = text.replace(abroad(self.platform), "")
        text = text.replace(PLATFORMS[self.platform], PLATFORMS[WEB])
        assert all(len(piece.encode("utf-16-le")) <= 2 * LONGEST for piece in split(text, LONGEST))
        for option in (*reply.options, *reply.actions):
            assert len(option.data.encode()) <= 64, f"too long for Telegram: {option.data}"
        prefix = f"  {name} <" if name else "  <"
        pictures = [f"{prefix} (ảnh)"] * len(reply.photos)
        file = [f"{prefix} (tệp {reply.file.name})"] if reply.file else []
        short = [cut(line, 300) for line in text.split("\n")]
        return [f"{prefix} {line}".rstrip() for line in short] + pictures + file


def _typed(reply: Reply, option: Option) -> str:
    """How somebody without buttons says the same: the number, or the word."""
    if option in reply.options:
        return str(reply.options.index(option) + 1)
    return option.label.lower()


def _photos(count: int, name: str) -> tuple[str, ...]:
    """New pictures, or with a name always the same ones."""
    names = (f"{name}{n}" if name else str(uuid4()) for n in range(count))
    return tuple(_name(n.encode()) for n in names)


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def strange(text: str) -> str:
    """NFD, with marks between the letters that nobody sees."""
    return INVISIBLE.join(unicodedata.normalize("NFD", text))


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
