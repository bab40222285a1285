"""Times of day as people type them in Vietnamese, with or without accents."""

import re
from datetime import time

from bot.domain.text import fold, one_line

LONGEST = 40
SPOKEN = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
SPOKEN |= {"muoi": 10, "muoi mot": 11, "muoi hai": 12}
NUMBER = "([0-9]{1,2}|" + "|".join(sorted(SPOKEN, key=len, reverse=True)) + ")"
MINUTES = r"(?:(ruoi)|(kem) ?([0-9]{1,2})|([0-9]{1,2})(?: ?(?:phut|p))?)?"
PART = r"(?: ?(?:buoi )?(sang|trua|chieu|toi))?"
BEFORE = r"(?:(?:luc|vao|hoi|khoang) )?"
CLOCK = re.compile(rf"{BEFORE}{NUMBER} ?(?:gio|h|g|:) ?{MINUTES}{PART}")
ALONE = re.compile(r"([0-9]{1,2})")
DAYTIME = range(6, 21)
"""What a number alone may mean, and hours of which nobody asks whether morning or evening."""


def parse_hour(raw: str) -> time | None:
    """None for what is no time of day, and for one that may be of the night: "2 giờ"."""
    text = fold(one_line(raw)).strip(" .,!") if len(raw) <= LONGEST else ""
    text = re.sub(r" (?:a|nhe|nha)$", "", text)
    if found := ALONE.fullmatch(text):
        return _time(int(found[1]), 0, "")
    if not (found := CLOCK.fullmatch(text)):
        return None
    number, half, short, minus, minutes, part = found.groups()
    hour = SPOKEN[number] if number in SPOKEN else int(number)
    if short:
        return _time(hour - 1, 60 - int(minus), part or "")
    return _time(hour, 30 if half else int(minutes or 0), part or "")


def _time(hour: int, minute: int, part: str) -> time | None:
    if part in ("chieu", "toi") and 1 <= hour < 12:
        hour += 12
    if part == "trua" and hour in (1, 2):
        hour += 12
    if not (part or hour in DAYTIME or hour > max(DAYTIME)):
        return None
    return time(hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None


def say_hour(at: time) -> str:
    """8 giờ 30; 14 giờ."""
    return f"{at.hour} giờ {at.minute:02}" if at.minute else f"{at.hour} giờ"
