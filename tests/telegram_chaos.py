"""The program on Telegram, killed again and again: people who fill in forms all the while."""

import asyncio
import random
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from tests.chaos import Program
from tests.doubles.telegram.faults import Disorder
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.dying import POINTS

BOT = """
flood_per_minute = 1_000_000
per_second = 1_000_000
chat_seconds = 0
group_per_minute = 0
[[telegram]]
token = "{0.token}"
base_url = "{0.base_url}"
base_file_url = "{0.base_file_url}"
"""
"""No pacing: what is to be seen here is not how long one waits."""
DISORDER = Disorder(duplicated=0.05, reordered=0.02)
ANY = "at random"
WITH_PHOTO = "Ảnh: 1 ảnh"
LOOK_TWICE = 0.3
STARTED, LONGEST_LIFE = 0.1, 20.0
"""Seconds that a new process needs at least before it calls Telegram; until it is killed anyway."""
CODE = re.compile(r"đã nhận phiếu (DVK-\d+-\d+)")
QUESTIONS = {
    "thuộc loại nào": "nam",
    "Tên mô hình là gì": "ten",
    "thuộc lĩnh vực nào": "linh_vuc",
    "tập thể hay": "hinh_thuc",
    "đang làm ạ": "chu_the",
    "nào đăng ký ạ": "dang_ky_boi",
    "thực hiện ở xã nào": "dia_ban",
    "tóm tắt cách làm": "noi_dung",
    "XEM LẠI": "gui",
}
CHOICES = {
    "nam": ("Đăng ký mới", "1"),
    "linh_vuc": ("Kinh tế", "kinh tế"),
    "hinh_thuc": ("Tập thể", "tập thể"),
    "dang_ky_boi": ("Xã Thạch Lạc", "1"),
    "dia_ban": ("Xã Thạch Lạc", "Thạch Lạc"),
    "gui": ("Gửi", "gửi"),
}
"""What stands on the button, and what can be typed instead."""


def picture(number: int) -> bytes:
    """For each number of 32 bits another one, whatever compression does to it."""
    dots = bytes(255 * (number >> bit & 1) for bit in range(32))
    out = BytesIO()
    Image.frombytes("L", (8, 4), dots).resize((64, 32), Image.Resampling.NEAREST).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Sheet:
    """A report as its author means it; said: the questions that were answered already."""

    words: dict[str, str]
    photo: bytes
    photo_at: str
    photo_sent: bool = False
    said: set[str] = field(default_factory=set)
    code: str = ""


def new_sheet(chance: random.Random) -> Sheet:
    name = f"{chance.getrandbits(64):x} {chance.getrandbits(64):x}"
    words = {"ten": name, "chu_the": f"Chi hội {chance.getrandbits(32):x}"}
    words["noi_dung"] = f"Bà con cùng làm {name} mỗi sáng thứ bảy."
    photo_at = chance.choice(list(QUESTIONS.values())[1:])
    return Sheet(words, picture(chance.getrandbits(32)), photo_at)


@dataclass
class Person:
    """Answers the newest question as soon as all that was said is answered; one that was answered
    before, only when nothing more comes. Who hears nothing for `patience` seconds answers what is
    there, or asks where things stand."""

    user: User
    chance: random.Random
    patience: float
    sheet: Sheet | None = None
    sent: list[Sheet] = field(default_factory=list)
    asked_again: int = 0
    _read: int = 0
    _owed: int = 0
    _screen: Message | None = None
    _in_vain: int = 0
    _doubts: bool = False
    _puzzled: bool = False

    async def fill_in(self, ended: asyncio.Event) -> None:
        while self._has_a_sheet(ended):
            await self._turn()

    def _has_a_sheet(self, ended: asyncio.Event) -> bool:
        """None is begun after the end."""
        if self.sheet is None and not ended.is_set():
            self.sheet = new_sheet(self.chance)
            self._say("/dangky")
        return self.sheet is not None

    async def _turn(self) -> None:
        # Who has asked in vain waits longer the next time.
        patience = self.patience * 2 ** min(self._in_vain, 4)
        heard = await self._hears(LOOK_TWICE if self._puzzled else patience)
        for message in heard:
            self._file(message)
        seen = asked(self._screen.text) if self._screen else ""
        sheet = self.sheet
        self._puzzled = bool(heard) and sheet is not None and seen in sheet.said
        if sheet is not None and not (heard and (self._owed or self._puzzled)):
            self._act(sheet, silence=not heard)

    async def _hears(self, within: float) -> list[Message]:
        heard: list[Message] = []
        with suppress(AssertionError):
            heard = await self.user.chat.changed.until(self._news, within, str)
        self._read = len(self.user.chat.news)
        self._owed = max(0, self._owed - len(heard)) if heard else 0
        self._in_vain = 0 if heard else self._in_vain
        return heard

    def _news(self) -> list[Message]:
        """A message without buttons was closed: its answer is there, too."""
        fresh = self.user.chat.news[self._read :]
        return [message for message in fresh if message.keyboard or self._receipt(message)]

    def _receipt(self, message: Message) -> str:
        """The code in it, unless that is known already: it may come twice."""
        found = CODE.search(message.text)
        return found[1] if found and found[1] not in {each.code for each in self.sent} else ""

    def _file(self, message: Message) -> None:
        """A receipt ends the sheet."""
        self._screen = message
        if self.sheet and (code := self._receipt(message)):
            self.sheet.code = code
            self.sent.append(self.sheet)
            self.sheet = self._screen = None

    def _act(self, sheet: Sheet, *, silence: bool) -> None:
        screen, self._screen = self._screen, None
        key = asked(screen.text) if screen and screen.keyboard else ""
        if screen and key and self._may_answer(sheet, key, screen):
            self._answer(sheet, key, screen)
        elif silence:
            self._say("/lamtiep")
            self._doubts = True
            self._in_vain += 1
            self.asked_again += 1

    def _may_answer(self, sheet: Sheet, key: str, screen: Message) -> bool:
        """What was typed is not said twice without need, and the sheet goes with its picture."""
        if key == "gui":
            return not sheet.photo_sent or WITH_PHOTO in screen.text
        return key in CHOICES or key not in sheet.said or self._doubts

    def _answer(self, sheet: Sheet, key: str, screen: Message) -> None:
        self._doubts = False
        if key in (sheet.photo_at, "gui") and not sheet.photo_sent:
            sheet.photo_sent = True
            self._owed += 1
            self.user.send_photo(sheet.photo)
            if key == "gui" or self.chance.random() < 0.5:
                return
        label, text = CHOICES.get(key) or ("", sheet.words[key])
        # Of two answers a button's second does no harm; a typed one would answer the next question.
        if label and (key in sheet.said or self.chance.random() < 0.7):
            self._owed += 1
            self.user.press(screen.button(label) or screen.keyboard[0][0], screen)
        else:
            self._say(text)
        sheet.said.add(key)

    def _say(self, text: str) -> None:
        self._owed += 1
        self.user.say(text)


def asked(text: str) -> str:
    return next((key for piece, key in QUESTIONS.items() if piece in text), "")


# -- killing --------------------------------------------------------------------------------------


@dataclass
class Killer:
    """updates: how many one process lives through on average. starts: how many calls there were
    before those of each process."""

    program: Program
    double: Telegram
    chance: random.Random
    updates: int
    kills: Counter[str] = field(default_factory=Counter)
    starts: list[int] = field(default_factory=list)

    def start(self, module: str = "bot", **environment: str) -> None:
        ledger = self.double.ledger
        ledger.new_process()
        self.program.start(module, **environment)
        # The last calls of the one before may still be on their way.
        note = asyncio.get_running_loop().call_later
        note(STARTED, lambda: self.starts.append(len(ledger.calls)))

    async def kill(self, times: int) -> None:
        """Then it runs on."""
        for _, point in zip(range(times), self._points(), strict=False):
            self.kills[await (self._at_random() if point == ANY else self._at(point))] += 1
        self.start()
        await self.polls()

    def _points(self) -> Iterator[str]:
        while True:
            yield from self.chance.sample([*POINTS, ANY], k=1 + len(POINTS))

    async def _at(self, point: str) -> str:
        count = self.chance.randint(1, 2 * self.updates)
        self.start("tests.dying", DVK_TEST_DIE=f"{point}:{count}")
        try:
            code = await asyncio.to_thread(self.program.ended, LONGEST_LIFE)
        except subprocess.TimeoutExpired:
            await asyncio.to_thread(self.program.end, signal.SIGKILL)
            return ANY
        assert code == -signal.SIGKILL, self.program.log.read_text()[-5000:]
        return point

    async def _at_random(self) -> str:
        """One in five dies while it starts."""
        self.start()
        if self.chance.random() < 0.2:
            await asyncio.sleep(self.chance.uniform(0, 1.2))
        else:
            await self.polls()
            await self.more_updates(self.chance.randint(0, 2 * self.updates))
            await asyncio.sleep(self.chance.uniform(0, 0.02))
        await asyncio.to_thread(self.program.end, signal.SIGKILL)
        return ANY

    async def polls(self) -> None:
        """The newest process has begun to receive."""
        ledger = self.double.ledger
        await self.double.polling.until(lambda: ledger.polls, 30, lambda: "nobody polls")

    async def more_updates(self, count: int) -> None:
        updates = self.double.ledger.updates
        goal = len(updates) + count
        with suppress(AssertionError):
            await self.double.changed.until(lambda: len(updates) >= goal, LONGEST_LIFE, lambda: "")
