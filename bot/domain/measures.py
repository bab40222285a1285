"""Units of size as people write them, and what each means in the units we keep."""

from decimal import Decimal

from bot.domain.text import Lexicon

UNIT_NAMES = {
    "m2": "m²",
    "ho": "hộ",
    "nguoi": "người",
    "km": "km",
    "m": "m",
    "m3": "m³",
    "dong": "đồng",
    "con": "con",
    "cay": "cây",
    "tan": "tấn",
    "kg": "kg",
    "lit": "lít",
    "cai": "cái",
    "luot": "lượt",
    "mo_hinh": "mô hình",
    "cong_trinh": "công trình",
    "ngay_cong": "ngày công",
    "khac": "",
}
"""What a unit is called; "khac" keeps a size in the member's own words."""

UNASKED = ("ho", "nguoi", "m2")
WHOLE = {"ho", "nguoi", "dong", "con", "cay", "cai", "luot", "mo_hinh", "cong_trinh"}

# One spelling can mean several measures: land by region, "công" also a day's work.
Measures = tuple[tuple[str, Decimal], ...]
SPELLINGS: dict[Measures, tuple[str, ...]] = {
    (("m2", Decimal(1)),): ("m 2", "m vuông", "mét vuông", "mét 2"),
    (("m2", Decimal(10_000)),): ("ha", "hecta", "héc ta", "héc - ta", "hécta"),
    (("m2", Decimal(1_000_000)),): ("km 2", "km vuông"),
    (("m2", Decimal(500)), ("m2", Decimal(360)), ("m2", Decimal(1000))): ("sào",),
    (("m2", Decimal(5000)), ("m2", Decimal(3600)), ("m2", Decimal(10_000))): ("mẫu",),
    (("m2", Decimal(1000)), ("ngay_cong", Decimal(1))): ("công",),
    (("ngay_cong", Decimal(1)),): ("ngày công", "công lao động"),
    (("m", Decimal(1)),): ("m", "mét"),
    (("m3", Decimal(1)),): ("m 3", "m khối", "mét khối", "khối"),
    (("km", Decimal(1)),): ("km", "cây số", "kilômét", "ki lô mét"),
    (("kg", Decimal(1)),): ("kg", "ký", "kí", "cân", "ki lô gam", "kilôgam"),
    (("kg", Decimal(10)),): ("yến",),
    (("kg", Decimal(100)),): ("tạ",),
    (("tan", Decimal(1)),): ("tấn",),
    (("lit", Decimal(1)),): ("lít",),
    (("dong", Decimal(1)),): ("đồng", "đ", "vnd", "vnđ", "₫"),
    (("ho", Decimal(1)),): ("hộ", "gia đình", "nóc nhà"),
    (("con", Decimal(1)),): ("con",),
    (("cay", Decimal(1)),): ("cây",),
    (("cai", Decimal(1)),): ("cái", "chiếc"),
    (("luot", Decimal(1)),): ("lượt",),
    (("mo_hinh", Decimal(1)),): ("mô hình",),
    (("cong_trinh", Decimal(1)),): ("công trình",),
    (("nguoi", Decimal(1)),): (
        *("người", "khẩu", "nhân khẩu", "lao động", "công nhân", "nông dân", "cán bộ"),
        *("hội viên", "đoàn viên", "đảng viên", "thành viên", "đồng chí", "đ / c", "thanh niên"),
        *("phụ nữ", "chị em", "con em", "học sinh", "em", "cháu", "cụ"),
    ),
}
UNITS = Lexicon((phrase, measures) for measures, found in SPELLINGS.items() for phrase in found)
