"""Sizes, money and counts as people type them in Vietnamese, and how they are written back."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from bot.domain.amounts import LARGEST, UNCLEAR, Item, Reader, amount, item, items
from bot.domain.measures import UNASKED, UNIT_NAMES, UNITS, WHOLE, Measures
from bot.domain.text import Lexicon, clean, one_line, tokens, without_politeness

LONGEST = 300
LONGEST_LIST = 2000

DONG: Measures = (("dong", Decimal(1)),)
USUAL: Measures = tuple((unit, Decimal(1)) for unit in UNASKED)
# "1.250 ha" is 1250 by the book, but far more often one and a quarter.
DOUBTFUL: tuple[Measures, ...] = ((("m2", Decimal(10_000)),), (("km", Decimal(1)),))

# "2 tấn/ha" and "3 triệu mỗi tháng" are rates; braces would be taken for a template later on.
REFUSED_AFTER = {"/", "%", "mỗi", "moi", "không", "khong", "chưa", "chua", "{", "}"}
SEPARATOR = re.compile(r"(?:(?<=[^\W\d_])|(?<=m[23]))\s?,\s?|\s(?:và|va|\+)\s", re.IGNORECASE)
SWAPPED = str.maketrans(",.", ".,")
COUNT_BEFORE = Lexicon((w, True) for w in ("số", "câu", "mục", "dòng", "bước", "ý", "chọn"))


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Decimal | int
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What was typed can mean several things, and the member has to choose."""

    question: str
    options: tuple[Quantity, ...]


def _unit(reader: Reader) -> Measures:
    """Takes the longest unit which comes next: "mét vuông" before "mét"."""
    for length in (3, 2, 1):
        following = reader.items[reader.at : reader.at + length]
        found = UNITS.find(" ".join(item.text for item in following))
        if found and len(following) == length:
            reader.at += length
            return found
    return ()


def _measures(reader: Reader, default: str | None) -> Measures:
    """The measures that come into question; without a unit in the text, the usual ones."""
    found = _unit(reader)
    if found:
        return () if reader.loose and found != DONG else found
    if reader.money:
        return DONG
    if reader.at == len(reader.items):
        usual = (*DONG, *USUAL) if reader.largest == 1000 else USUAL
        return ((default, Decimal(1)),) if default else usual
    return (*USUAL, ("khac", Decimal(1))) if reader.peek().text.isalpha() else ()


def _harmless(rest: list[Item]) -> bool:
    """True if what follows the unit is a remark and neither another size nor a rate."""
    return not any(
        item.kind in ("figure", "nonsense")
        or item.text in REFUSED_AFTER
        or (item.kind != "word" and (after.kind != "word" or UNITS.find(after.text)))
        for item, after in pairwise([*rest, Item("")])
    )


def _doubted(reader: Reader, found: tuple[Decimal, ...], measures: Measures) -> tuple[Decimal, ...]:
    first = reader.items[0].text
    if len(found) == 1 and UNCLEAR.fullmatch(first) and measures in DOUBTFUL:
        return (*found, Decimal(first.replace(",", ".")))
    return found


def _number(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _options(readings: Iterable[Decimal], measures: Measures, text: str) -> tuple[Quantity, ...]:
    found = (
        Quantity(_number(value * factor), unit, text)
        for value, (unit, factor) in product(readings, measures)
        if value * factor <= LARGEST
    )
    # 4,200 hộ can only be 4.200: half a household is none.
    return tuple(q for q in dict.fromkeys(found) if q.unit not in WHOLE or isinstance(q.value, int))


def _or(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} hay {last}"


def parse_quantity(raw: str, default_unit: str | None = None) -> Quantity | Ask | None:
    """One size with its unit; Ask if only the member can say which is meant."""
    if len(raw) > LONGEST:
        return None
    text = one_line(raw)
    reader = Reader(items(text))
    found = amount(reader)
    if not found:
        return None
    plain = reader.at == 1
    measures = _measures(reader, default_unit)
    half = reader.take("half") or 0
    if not _harmless(reader.items[reader.at :]):
        return None
    readings = _doubted(reader, found, measures) if plain else found
    options = _options((value + half for value in readings), measures, text)
    if len(options) > 1:
        return Ask(f"“{text}” là {_or(map(format_quantity, options))} ạ?", options)
    return options[0] if options else None


def _has_unit(found: Quantity | Ask | None) -> bool:
    return isinstance(found, Quantity) or (
        isinstance(found, Ask) and len({option.unit for option in found.options}) == 1
    )


def _listed(line: str) -> list[Quantity | Ask | None]:
    """The sizes of one line; it is only taken apart if every part is a size with its unit."""
    parts = [parse_quantity(part) for part in SEPARATOR.split(line)]
    return parts if all(map(_has_unit, parts)) else [parse_quantity(line)]


def parse_quantities(raw: str) -> list[Quantity | Ask] | None:
    """The sizes of "4.200 m²; 45 hộ; 500 triệu"; None if any part is none."""
    if len(raw) > LONGEST_LIST:
        return None
    lines = [line for line in re.split(r"[;\n]", clean(raw)) if line.strip()]
    found = [size for line in lines for size in _listed(line)]
    sizes = [size for size in found if size is not None]
    return sizes if sizes and len(sizes) == len(found) else None


def parse_count(raw: str, most: int) -> int | None:
    """A whole number up to `most`: "3", "ba", "số 3", "(3)"."""
    text = unicodedata.normalize("NFKC", raw[:LONGEST]).strip()
    spoken = without_politeness(tokens(text))
    if len(raw) > LONGEST or text.startswith("-"):
        return None
    while len(spoken) > 1 and COUNT_BEFORE.find(spoken[0]):
        del spoken[0]
    reader = Reader([item(word) for word in spoken])
    found = amount(reader)
    if len(found) != 1 or reader.at < len(spoken) or reader.largest > 1:
        return None
    value = _number(found[0])
    return value if isinstance(value, int) and value <= most else None


def format_number(n: Decimal | int) -> str:
    """4.200 and 2,5."""
    shown = f"{Decimal(n):,f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return shown.translate(SWAPPED)


def _format_money(value: Decimal | int) -> str:
    for size, name in ((10**9, "tỷ"), (10**6, "triệu")):
        # More than two decimals are easier to read, and never misread, in full.
        if value >= size and value % (size // 100) == 0:
            return f"{format_number(Decimal(value) / size)} {name} đồng"
    return f"{format_number(value)} đồng"


def format_quantity(q: Quantity) -> str:
    if q.unit == "khac":
        return q.text
    if q.unit == "dong":
        return _format_money(q.value)
    return f"{format_number(q.value)} {UNIT_NAMES.get(q.unit, q.unit)}"
