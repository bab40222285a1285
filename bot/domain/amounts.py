"""Reading the number at the head of a text: in figures, in words, and both mixed."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from bot.domain.text import Lexicon

WORDS = (
    ("digit", "1", "một mốt"),
    ("digit", "2", "hai"),
    ("digit", "3", "ba"),
    ("digit", "4", "bốn tư"),
    ("digit", "5", "năm lăm nhăm"),
    ("digit", "6", "sáu"),
    ("digit", "7", "bảy bẩy"),
    ("digit", "8", "tám"),
    ("digit", "9", "chín"),
    ("ten", "10", "mười mươi chục"),
    ("hundred", "100", "trăm"),
    ("odd", "0", "linh lẻ"),
    ("half", "0.5", "rưỡi rưởi"),
    ("figure", "0.5", "nửa"),
    ("scale", "1e3", "nghìn ngàn k"),
    ("scale", "1e4", "vạn"),
    ("scale", "1e6", "triệu tr"),
    ("scale", "1e9", "tỷ tỉ"),
)
NUMBER_WORDS = Lexicon(
    (word, (kind, Decimal(value))) for kind, value, found in WORDS for word in found.split()
)
BEFORE_WORDS = (
    "hơn gần khoảng chừng tầm độ cỡ trên dưới ước tính tổng cộng có được hiện là đạt rộng "
    "diện tích quy mô vốn kinh phí trị giá ~ ≈ > < ≥ ≤ + : • * ("
)
BEFORE = Lexicon((word, True) for word in BEFORE_WORDS.split())

LARGEST = Decimal(10**15)
TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+|[^\s]")
UNCLEAR = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
VIETNAMESE = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
ENGLISH = re.compile(r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]{1,2})")
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    kind: str = "word"
    values: tuple[Decimal, ...] = ()


@dataclass(slots=True)
class Reader:
    items: list[Item]
    at: int = 0
    loose: bool = False  # ended in the bare 2 of "1 tỷ 2", which only money has
    largest: Decimal = Decimal(1)

    @property
    def money(self) -> bool:
        """True if nothing but money is counted like this: "1 tỷ 2", "50k"."""
        return self.largest >= 1_000_000 or any(i.text == "k" for i in self.items[: self.at])

    def peek(self) -> Item:
        return self.items[self.at] if self.at < len(self.items) else Item("", "end")

    def take(self, kind: str) -> Decimal | None:
        item = self.peek()
        if item.kind != kind:
            return None
        self.at += 1
        return item.values[0]


def _figures(token: str) -> tuple[Decimal, ...]:
    """The readings of 4.200 (one) or 4,200 (two); none if it is no number."""
    if len(token) > 20:
        return ()
    if UNCLEAR.fullmatch(token) and "," in token:
        return Decimal(token.replace(",", "")), Decimal(token.replace(",", "."))
    if VIETNAMESE.fullmatch(token):
        return (Decimal(token.replace(".", "").replace(",", ".")),)
    if ENGLISH.fullmatch(token):
        return (Decimal(token.replace(",", "")),)
    return (Decimal(token.replace(",", ".")),) if PLAIN.fullmatch(token) else ()


def item(token: str) -> Item:
    if token[0] in "0123456789":
        values = _figures(token)
        return Item(token, "figure" if values else "nonsense", values)
    kind, value = NUMBER_WORDS.find(token) or ("word", Decimal(0))
    return Item(token, kind, (value,))


def items(text: str) -> list[Item]:
    lower = unicodedata.normalize("NFKC", text).lower()
    # Figures are also grouped by spaces: 4 200.
    grouped = re.sub(r"(?<![0-9.,])[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9.,])", _joined, lower)
    found = [item(token) for token in TOKEN.findall(grouped)]
    while found and found[-1].text in ".,;!…":
        found.pop()
    start = 0
    while start < len(found) and found[start].kind == "word" and BEFORE.find(found[start].text):
        start += 1
    return found[start:]


def _joined(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def tens(reader: Reader) -> Decimal | None:
    digit = reader.take("digit")
    if reader.take("ten") is None:
        return digit
    return (digit or Decimal(1)) * 10 + (reader.take("digit") or 0)


def _after_hundred(reader: Reader) -> Decimal:
    if reader.take("odd") is not None:
        return reader.take("digit") or Decimal(0)
    if reader.take("half"):
        return Decimal(50)
    rest = reader.take("figure") or tens(reader) or Decimal(0)
    return rest * 10 if rest < 10 else rest


def _small(reader: Reader) -> tuple[Decimal, ...]:
    """A number in figures, or one below a thousand in words: all its readings."""
    readings = reader.peek().values
    figures = reader.take("figure")
    if figures is None:
        spoken = tens(reader)
        if spoken is None:
            return ()
        readings = (spoken,)
    elif reader.take("ten"):
        readings = tuple(value * 10 for value in readings)
    if reader.take("hundred"):
        more = _after_hundred(reader)
        readings = tuple(value * 100 + more for value in readings)
    return readings


def _scale(reader: Reader) -> Decimal:
    scale = Decimal(1)
    while found := reader.take("scale"):
        scale *= found
    return scale


def _tail(readings: tuple[Decimal, ...], scale: Decimal, written: str) -> Decimal | None:
    """What the 2 of "1 tỷ 2" and the "hai trăm" of "một nghìn hai trăm" add."""
    value = readings[0]
    if len(readings) > 1 or value >= 1000:
        return None
    if written.isdigit() and value == int(written):
        return value * scale / Decimal(10 ** len(written))
    if value < 10:
        return value * scale / 10
    # "một triệu hai mươi" may be 1.200.000 or 1.020.000.
    return value * scale / 1000 if value >= 100 else None


def amount(reader: Reader) -> tuple[Decimal, ...]:
    """All readings of the number at the beginning; none if there is none."""
    totals: tuple[Decimal, ...] = ()
    last = LARGEST
    written = reader.peek().text
    while readings := _small(reader):
        scale = _scale(reader)
        if totals and scale == 1:
            extra = _tail(readings, last, written)
            reader.loose = written.isdigit()
            return () if extra is None else tuple(total + extra for total in totals)
        if scale >= last:
            return ()
        half = scale * (reader.take("half") or 0)
        found = product(totals or (Decimal(0),), readings)
        totals = tuple(total + value * scale + half for total, value in found)
        reader.largest = max(reader.largest, scale)
        if scale == 1:
            break
        last, written = scale, reader.peek().text
    return totals
