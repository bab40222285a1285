"""Dates as people type them in Vietnamese, with or without accents."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.partial_dates import Parsed, PartialDate, Precision
from bot.domain.text import fold, one_line

LONGEST = 100
YEARS = range(1900, 2100)

Rule = Callable[[re.Match[str], int | None, date], Parsed | None]

DAY = r"([0-9]{1,2})"
YEAR = r"((?:19|20)[0-9]{2})"
SPOKEN = {"mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8}
SPOKEN |= {"chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12}
SPOKEN |= {"i": 1, "ii": 2, "iii": 3, "iv": 4}
# "sau" is left out: "tháng sau" is next month, and "sáu" has become 6 before.
MONTH = r"(1[0-2]|0?[1-9]|muoi mot|muoi hai|muoi|mot|hai|ba|tu|bon|nam|bay|tam|chin)"
QUARTER = r"([1-4]|iv|iii|ii|i|mot|hai|ba|tu|bon)"
WEEKDAY = r"(?:thu ?(hai|ba|tu|nam|sau|bay|[2-7])|t([2-7])(?=,| tuan)|chu nhat|cn)"
WEEK = re.compile(rf"{WEEKDAY}(?:,? (.+))?")

STEPS = dict.fromkeys(("truoc", "qua", "roi", "vua qua", "vua roi", "ngoai"), -1)
STEPS |= {"nay": 0, "sau": 1, "toi": 1, "kia": -2}
STEP_WORDS = "truoc|qua|roi|vua qua|vua roi|nay|sau|toi"
STEP = f"({STEP_WORDS})"
PARTS_OF_DAY = ("hom ", "bua ", "sang ", "trua ", "chieu ", "toi ", "h")
DAYS = {f"{part}nay": 0 for part in PARTS_OF_DAY} | {f"{part}qua": -1 for part in PARTS_OF_DAY}
DAYS |= {"hom kia": -2, "bua kia": -2, "hom kia kia": -3}
DAYS |= {"mai": 1, "ngay mai": 1, "sang mai": 1, "ngay kia": 2, "ngay mot": 2}

LUNAR = re.compile(r"\b(?:am|al|gieng|chap|ram|tet)\b")
BEFORE = re.compile(r"^(?:(?:bat dau|ke tu|tu|vao|khoang|luc|hoi|trong|ca)\s)+")
AFTER = re.compile(r"(?: den nay| nhe| nha| a|[ .,;!])+$")
SHORT_YEAR = re.compile(r"((?:thang|thg|th|t|quy|q)\.? ?(?:[0-9]{1,2}|i{1,3}|iv))/([0-9]{2})")
GIVEN_YEAR = re.compile(rf"(.*?)[ /.,-]*(?:(?<!thang )nam ?)?(?<![0-9]){YEAR}")
NAMED_YEAR = re.compile(rf"(.*?) ?(?<!thang )\bnam ({STEP_WORDS}|ngoai|kia)|(.*?) ?sang nam")


def _plain(raw: str) -> str:
    """Folded and without the words around a date; "" where nobody can say what is meant."""
    text = one_line(raw).lower()
    # "tháng sáu" is June and "tháng sau" next month; "thang sau" may be either.
    ascii_only = text.isascii()
    text = fold(text.replace("sáu", "6").replace("kìa", "kia kia"))
    text = re.sub(rf"thang sau(?=[ /.-]+(?:nam )?{YEAR})", "thang 6", text)
    text = AFTER.sub("", BEFORE.sub("", text))
    if LUNAR.search(text) or (ascii_only and "thang sau" in text):
        return ""
    short = SHORT_YEAR.fullmatch(text)
    return f"{short[1]}/20{short[2]}" if short else text


def _value(typed: str) -> int:
    return int(typed) if typed.isdigit() else SPOKEN[typed]


def _day(year: int, month: int, day: int, guessed: bool = False) -> Parsed:
    return Parsed(PartialDate(date(year, month, day)), guessed)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _later(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _full(found: re.Match[str], _: int | None, today: date) -> Parsed:
    day, month, year = map(int, found.groups())
    if year < 100:
        year += 2000 if year <= today.year % 100 + 10 else 1900
    return _day(year, month, day)


def _iso(found: re.Match[str], _: int | None, today: date) -> Parsed:
    year, month, day = int(found[1]), int(found[2]), found[3]
    return _day(year, month, int(day)) if day else Parsed(PartialDate.month(year, month))


def _month_year(found: re.Match[str], _: int | None, today: date) -> Parsed:
    return Parsed(PartialDate.month(int(found[2]), int(found[1])))


def _year_alone(found: re.Match[str], year: int | None, today: date) -> Parsed | None:
    return Parsed(PartialDate.year(year)) if year else None


def _part_of_year(found: re.Match[str], year: int | None, today: date) -> Parsed | None:
    """ "đầu năm", "6 tháng cuối năm 2025": the halves; "giữa năm" is near enough quarter II."""
    months, part, named = found.groups()
    if not (year or named or months):
        return None
    number, of = (1 if part == "dau" else 2), year or today.year
    if part == "giua":
        return Parsed(PartialDate.quarter(of, 2), guessed=True)
    half = PartialDate.half(of, number)
    # "… năm" alone means this year, unless that is still to come.
    return Parsed(half, guessed=not year and (not named or half.start > today))


def _half(found: re.Match[str], year: int | None, today: date) -> Parsed:
    return Parsed(PartialDate.half(year or today.year, int(found[1])), guessed=not year)


def _quarter(found: re.Match[str], year: int | None, today: date) -> Parsed:
    quarter = PartialDate.quarter(year or today.year, _value(found[1]))
    return Parsed(quarter, guessed=not year)


def _month(found: re.Match[str], year: int | None, today: date) -> Parsed:
    month = PartialDate.month(year or today.year, _value(found[1] or found[2]))
    return Parsed(month, guessed=not year)


def _day_month(found: re.Match[str], year: int | None, today: date) -> Parsed:
    lunar, day, month = found.groups()
    # "mùng" is said of the lunar months more often than of the others.
    return _day(year or today.year, _value(month), int(day), guessed=not year or bool(lunar))


def _day_alone(found: re.Match[str], year: int | None, today: date) -> Parsed | None:
    lunar, day, step = found.groups()
    if year:
        return None
    month = _later(today, STEPS.get(step, 0))
    return _day(month.year, month.month, int(day), guessed=bool(lunar) or step in (None, "sau"))


def _relative(found: re.Match[str], year: int | None, today: date) -> Parsed | None:
    part, period, step = found.groups()
    if year or not (part or step) or (part and period == "tuan"):
        return None
    shift = STEPS.get(step, 0)
    if period == "tuan":
        return Parsed(PartialDate(_monday(today) + timedelta(weeks=shift)), guessed=True)
    if period == "thang":
        return Parsed(PartialDate(_later(today, shift), Precision.month), guessed=step == "sau")
    return Parsed(PartialDate(_later(today, 3 * shift), Precision.quarter))


def _ago(found: re.Match[str], year: int | None, today: date) -> Parsed | None:
    ago, number, period, way = found.groups()
    if year or not (ago or way):
        return None
    days = int(number) * (7 if period == "tuan" else 1)
    back = ago or way == "truoc"
    moved = today + timedelta(days=-days if back else days)
    return Parsed(PartialDate(moved), guessed=period == "tuan")


NUMERIC: tuple[tuple[str, Rule], ...] = (
    (rf"(?:ngay )?{DAY} ?[ /.-] ?{DAY} ?[ /.-] ?([0-9]{{4}}|[0-9]{{2}})", _full),
    (rf"([0-9]{{2}})([0-9]{{2}}){YEAR}", _full),
    (rf"{YEAR}[/.-]{DAY}(?:[/.-]{DAY})?", _iso),
    (rf"{DAY} ?[/.-] ?{YEAR}", _month_year),
)
PART = "(?:(?:dau|giua|cuoi) )?"
RULES: tuple[tuple[str, Rule], ...] = (
    (r"", _year_alone),
    (r"((?:6|sau) ?thang |nua )?(dau|giua|cuoi)( nam)?", _part_of_year),
    (r"h([12])", _half),
    (rf"{PART}(?:quy|q) ?{QUARTER}", _quarter),
    (rf"{PART}(?:(?:thang|thg)\.? ?{MONTH}|(?:th|t)\.? ?(1[0-2]|0?[1-9]))", _month),
    (rf"(?:ngay |hom |(mung |mong ))?{DAY}(?: ?[/.-] ?| ?(?:thang|thg)\.? ?){MONTH}", _day_month),
    (rf"(?:ngay|hom|(mung|mong)) {DAY}(?: thang {STEP})?", _day_alone),
    (rf"(dau |giua |cuoi )?(tuan|thang|quy)(?: {STEP})?", _relative),
    (r"(cach day )?([0-9]{1,3}) (ngay|hom|tuan)(?: (truoc|nua|sau))?", _ago),
)


def _split_year(text: str, today: date) -> tuple[str, int | None]:
    if found := GIVEN_YEAR.fullmatch(text):
        return found[1], int(found[2])
    if found := NAMED_YEAR.fullmatch(text):
        return found[1] or found[3] or "", today.year + STEPS.get(found[2], 1)
    return text, None


def _first(
    rules: tuple[tuple[str, Rule], ...], text: str, year: int | None, today: date
) -> Parsed | None:
    for pattern, rule in rules:
        if found := re.fullmatch(pattern, text):
            return rule(found, year, today)
    return None


def _read(text: str, today: date) -> Parsed | None:
    if text in DAYS:
        return Parsed(PartialDate(today + timedelta(days=DAYS[text])))
    return _first(NUMERIC, text, None, today) or _first(RULES, *_split_year(text, today), today)


def _weekday(found: re.Match[str], today: date) -> Parsed | None:
    """ "thứ hai tuần trước"; "thứ Tư, 10/06/2026", where a wrong weekday makes it doubtful."""
    typed, rest = found[1] or found[2], found[3]
    number = _value(typed) - 2 if typed else 6
    this_week = _monday(today) + timedelta(days=number)
    if rest in (None, "nay"):
        return Parsed(PartialDate(this_week), guessed=True)
    if week := re.fullmatch(rf"tuan {STEP}", rest):
        return Parsed(PartialDate(this_week + timedelta(weeks=STEPS[week[1]])))
    parsed = _read(rest, today)
    if parsed is None or parsed.date.precision is not Precision.day:
        return None
    return Parsed(parsed.date, parsed.guessed or parsed.date.start.weekday() != number)


def parse_date(raw: str, today: date) -> Parsed | None:
    """None for what is no date, an impossible one, or one of the lunar calendar."""
    text = _plain(raw) if len(raw) <= LONGEST else ""
    if not text:
        return None
    week = WEEK.fullmatch(text)
    try:
        parsed = _weekday(week, today) if week else _read(text, today)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed and parsed.date.start.year in YEARS else None
