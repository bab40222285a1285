"""Inspections: what is looked at and how it is marked, and a whole one said in one message."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.checklist import REST, exceptions
from bot.domain.dates import parse_date
from bot.domain.numbers import Quantity, format_number, parse_quantities
from bot.domain.partial_dates import Precision
from bot.domain.text import clean, fold, words


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look at; points: what it counts when it is met (0: it is not counted)."""

    text: str
    points: float = 0


CRITERIA = tuple(
    map(
        Criterion,
        (
            "Đúng tên, địa chỉ đăng ký",
            "Đúng nội dung, tiến độ",
            "Có chỉ đạo của cấp ủy, kế hoạch",
            "Số hộ, người tham gia so với đăng ký",
            "Hiệu quả cụ thể, có số liệu",
            "Người dân đồng tình",
            "Hồ sơ, hình ảnh",
            "Biết rõ khó khăn, cách gỡ",
            "Có thể nhân rộng",
        ),
    )
)
VERDICTS = ("Tốt", "Khá", "Đạt", "Chưa đạt")
VERDICT_KEYS = ("tot", "kha", "dat", "chua_dat")


@dataclass(frozen=True, slots=True)
class Inspecting:
    """How an organisation inspects: its criteria, and what it calls the four verdicts."""

    criteria: tuple[Criterion, ...] = CRITERIA
    verdicts: tuple[str, ...] = VERDICTS

    def verdict(self, key: str) -> str:
        return dict(zip(VERDICT_KEYS, self.verdicts, strict=True))[key]


MET, PARTLY, NOT_MET, NOT_APPLIED = "dat", "mot_phan", "chua_dat", "khong_ap_dung"
MARKS = {
    MET: ("Đạt",),
    PARTLY: ("Đạt một phần", "một phần", "1 phần"),
    NOT_MET: ("Chưa đạt", "không đạt"),
    NOT_APPLIED: ("Không áp dụng",),
}
SHARES = {MET: 1.0, PARTLY: 0.5, NOT_MET: 0.0}
FORMS = {
    "dinh_ky": ("Định kỳ",),
    "dot_xuat": ("Đột xuất",),
    "tham_dinh": ("Thẩm định công nhận", "thẩm định"),
    "phuc_tra": ("Phúc tra",),
}
WORKING = {
    "tot": ("Hoạt động tốt",),
    "binh_thuong": ("Hoạt động bình thường", "bình thường"),
    "cam_chung": ("Cầm chừng", "hoạt động cầm chừng"),
    "dung": ("Đã dừng", "dừng hoạt động"),
}
PROPOSALS = {
    "cong_nhan": ("Công nhận",),
    "nhan_rong": ("Nhân rộng",),
    "khen_thuong": ("Khen thưởng",),
    "cung_co": ("Tiếp tục củng cố", "củng cố"),
    "dung": ("Dừng",),
}


def fails(marks: Mapping[str, str | None] | None) -> bool:
    """Whether a criterion is not met: what is lacking has to be said then."""
    return NOT_MET in (marks or {}).values()


def score(marks: Mapping[str, str | None], criteria: tuple[Criterion, ...]) -> str:
    """ "14,5/18 điểm" of criteria with points; what does not apply counts on neither side."""
    usual = marks.get(REST)
    given = [(c.points, marks.get(str(n), usual)) for n, c in enumerate(criteria, 1)]
    counted = [(points, mark) for points, mark in given if mark in SHARES and points]
    if not counted:
        return ""
    got = sum(points * SHARES[mark or MET] for points, mark in counted)
    return f"{_number(got)}/{_number(sum(points for points, _ in counted))} điểm"


def _number(value: float) -> str:
    whole = int(value)
    return format_number(whole) if whole == value else f"{value:.2f}".rstrip("0").replace(".", ",")


# -- all in one message ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says: model as it was typed, values by the keys of the form's steps, and the
    pieces that were not understood."""

    model: str
    values: dict[str, object] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()


TEXTS = {
    "uu_diem": ("ưu điểm", "mặt được", "làm tốt", "kết quả"),
    "han_che": ("mặt hạn chế", "hạn chế", "tồn tại", "thiếu sót"),
    "kien_nghi": ("kiến nghị", "yêu cầu", "đề xuất"),
    "doan": ("đoàn kiểm tra", "thành phần", "đoàn"),
    "ly_do": ("lý do",),
}
"""Pieces that begin so are told in the words that follow."""
BEGINNINGS = {
    **TEXTS,
    "han": ("thời hạn", "hạn"),
    "ngay": ("ngày kiểm tra", "kiểm tra ngày", "ngày"),
    "danh_gia": ("đánh giá chung", "đánh giá"),
    "de_nghi": ("đề nghị",),
    "so_lieu": ("số liệu thực tế", "số liệu", "quy mô"),
    "hinh_thuc": ("hình thức",),
    "tieu_chi": ("tiêu chí",),
}
PHRASES = sorted(
    ((words(phrase), key) for key, phrases in BEGINNINGS.items() for phrase in phrases),
    key=lambda one: -len(one[0]),
)
ALSO = (
    "đạt hết",
    "trừ",
    "hôm nay",
    "hôm qua",
    *(n for names in (FORMS, WORKING) for ns in names.values() for n in ns),
)
STARTS = "|".join(
    re.escape(start)
    for start in sorted({fold(p) for ps in BEGINNINGS.values() for p in ps} | set(map(fold, ALSO)))
)
COMMA = re.compile(rf"[,.]\s+(?=(?:{STARTS})\b)")


def told(text: str, inspecting: Inspecting, today: date) -> Told:
    """ "42: tốt; đạt hết trừ 5; hạn chế …; kiến nghị …; hạn 15/12", in any order, with or without
    accents."""
    model, _, rest = clean(text).partition(":")
    values: dict[str, object] = {}
    unclear = []
    for piece in _pieces(rest):
        key, value = _read(piece, inspecting, today)
        if key in values or not key:
            unclear.append(piece)
        else:
            values[key] = value
    return Told(model.strip(), values, tuple(unclear))


def _pieces(text: str) -> Iterator[str]:
    """Between semicolons and lines; else at commas before words that begin a piece."""
    for part in re.split(r"[;\n]", text):
        # folding keeps the length of what is NFC and has no ligatures; else it is left whole
        folded = "".join(fold(c) or c for c in part)
        cuts = [m.span() for m in COMMA.finditer(folded)] if len(folded) == len(part) else []
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(part)]
        for start, end in zip(starts, ends, strict=True):
            if piece := part[start:end].strip(" .,:-"):
                yield piece


def _read(piece: str, inspecting: Inspecting, today: date) -> tuple[str, object]:
    """The step a piece answers, and with what; ("", None): neither is clear."""
    key, rest = _beginning(piece)
    if key in TEXTS:
        return (key, rest) if rest else ("", None)
    if key:
        value = _value(key, rest, inspecting, today)
        return (key, value) if value is not None else ("", None)
    for key in ("danh_gia", "hinh_thuc", "hoat_dong", "tieu_chi", "ngay"):
        if (value := _value(key, piece, inspecting, today)) is not None:
            return key, value
    return "", None


def _beginning(piece: str) -> tuple[str, str]:
    """The key its first words name, and what follows them as it was written."""
    spoken = words(piece)
    for phrase, key in PHRASES:
        if spoken[: len(phrase)] == phrase:
            return key, _after(piece, len(phrase))
    return "", piece


def _after(piece: str, count: int) -> str:
    begins = [m.end() for m in re.finditer(r"[^\W_]+", piece)]
    return piece[begins[count - 1] :].strip(" :,-–") if count <= len(begins) else ""


def _value(key: str, text: str, inspecting: Inspecting, today: date) -> object:
    match key:
        case "danh_gia":
            labels = zip(VERDICT_KEYS, inspecting.verdicts, strict=True)
            return _named({k: (label,) for k, label in labels}, text)
        case "hinh_thuc":
            return _named(FORMS, text)
        case "hoat_dong":
            return _named(WORKING, text)
        case "tieu_chi":
            others = {mark: names for mark, names in MARKS.items() if mark != MET}
            count = len(inspecting.criteria)
            marks = exceptions(text, count, (MET, MARKS[MET]), others)
            return marks and {REST: MET, **marks}
        case "de_nghi":
            found = [_named(PROPOSALS, part) for part in re.split(r",|\bvà\b|\bva\b", text)]
            return found if all(found) else None
        case "so_lieu":
            sizes = parse_quantities(text) or []
            sure = bool(sizes) and all(isinstance(size, Quantity) for size in sizes)
            return text if sure else None
    return _day(text, today, ahead=key == "han")


def _named(names: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    said = fold(text)
    return next((key for key, ns in names.items() if said in map(fold, ns)), None)


def _day(text: str, today: date, *, ahead: bool) -> str | None:
    """A day, ISO. Without a year it is the one nearest ahead, or nearest behind."""
    parsed = parse_date(text, today)
    if parsed is None or parsed.date.precision is not Precision.day:
        return None
    day = parsed.date.start
    if parsed.guessed and ahead and day < today:
        day = _same_day(day, day.year + 1)
    elif parsed.guessed and not ahead and day > today:
        day = _same_day(day, day.year - 1)
    return day.isoformat()


def _same_day(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day)
