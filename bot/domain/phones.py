"""Vietnamese telephone numbers: kept as +84…, shown as people here write them."""

import re
import unicodedata

LONGEST = 200
CANDIDATE = re.compile(r"\+?[0-9](?:[ .)\-–]{0,3}[0-9])*")
MOBILE = re.compile(r"0[35789][0-9]{8}")
LANDLINE = re.compile(r"02[0-9]{9}")
TWO_CITIES = ("024", "028")
"""Hà Nội and TP.HCM: the only area codes of three figures."""


def _national(typed: str) -> str:
    """The number as dialled at home: 0912345678."""
    digits = re.sub(r"[^0-9]", "", typed)
    if typed.startswith("+84") or (digits.startswith("84") and len(digits) in (11, 12)):
        return "0" + digits[2:].removeprefix("0")
    if digits.startswith("0084"):
        return "0" + digits[4:]
    return "" if typed.startswith("+") else digits


def parse_phone(raw: str) -> str | None:
    """The one number in the text, whatever remark stands beside it: "0912 345 678 (anh Hà)"."""
    if len(raw) > LONGEST:
        return None
    text = " ".join(unicodedata.normalize("NFKC", raw).replace("(0)", "").split())
    found = [typed for typed in CANDIDATE.findall(text) if len(re.sub(r"[^0-9]", "", typed)) > 6]
    number = _national(found[0]) if len(found) == 1 else ""
    if MOBILE.fullmatch(number) or LANDLINE.fullmatch(number):
        return "+84" + number[1:]
    return None


def format_phone(phone: str) -> str:
    number = "0" + phone.removeprefix("+84")
    if MOBILE.fullmatch(number):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    area = 3 if number.startswith(TWO_CITIES) else 4
    return f"{number[:area]} {number[area : area + 4]} {number[area + 4 :]}"
