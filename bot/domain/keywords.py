"""What a short typed message means: a reserved word, a line to edit, one of the options shown."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from bot.domain.numbers import parse_count
from bot.domain.text import Lexicon, could_mean, fold, tokens, without_politeness


class Word(StrEnum):
    CANCEL = "cancel"
    BACK = "back"
    SKIP = "skip"
    PREVIEW = "preview"
    SAVE = "save"
    HELP = "help"
    MENU = "menu"
    YES = "yes"
    NO = "no"
    DONE = "done"
    SEND = "send"
    MORE = "more"
    NEXT = "next"
    EDIT = "edit"
    DELETE = "delete"


PHRASES: dict[Word, tuple[str, ...]] = {
    Word.CANCEL: ("hủy", "hủy bỏ", "hủy phiếu", "thôi", "cancel"),
    Word.BACK: ("quay lại", "lùi", "lùi lại", "trở lại", "trước", "câu trước", "back"),
    Word.SKIP: (
        *("bỏ qua", "skip", "không biết", "không rõ", "không nhớ", "chưa có", "chưa biết"),
        "chưa rõ",
    ),
    Word.PREVIEW: ("xem lại", "xem trước", "xem phiếu", "preview"),
    Word.SAVE: ("lưu nháp", "để sau", "lưu", "lưu lại", "cất lại"),
    Word.HELP: ("trợ giúp", "giúp", "giúp đỡ", "giúp tôi", "hướng dẫn", "help"),
    Word.MENU: ("menu", "về menu", "trang chủ"),
    Word.YES: (
        *("có", "vâng", "dạ", "dạ vâng", "ừ", "ừm", "uh", "uhm", "đúng", "đúng rồi", "đúng vậy"),
        *("phải", "phải rồi", "được", "được rồi", "dc", "đc", "đồng ý", "nhất trí", "chính xác"),
        *("ok", "oke", "okê", "oki", "okie", "okay", "yes"),
    ),
    Word.NO: (
        *("không", "ko", "k", "kg", "hok", "hông", "không phải", "không đúng", "không đồng ý"),
        *("không có", "không cần", "sai", "sai rồi", "chưa", "chưa đúng", "no"),
    ),
    Word.DONE: ("xong", "xong rồi", "đã xong", "hết", "hết rồi", "done"),
    Word.SEND: ("gửi", "gửi phiếu", "gửi luôn", "gởi", "nộp", "send"),
    Word.MORE: ("thêm", "thêm nữa", "more"),
    Word.NEXT: ("tiếp", "tiếp theo", "xem thêm", "xem tiếp", "trang sau", "next"),
    Word.EDIT: ("sửa", "sửa lại", "chỉnh sửa", "edit"),
    Word.DELETE: ("xóa", "xóa bỏ", "xóa phiếu", "delete"),
}
# With wrong accents nothing is found: "cô" is no "có", and "dừng" or "Dũng" no "đúng".
WORDS = Lexicon((phrase, word) for word, found in PHRASES.items() for phrase in found)
QUESTIONS = (Word.HELP, Word.MENU)

LONGEST_WORD = 60
LONGEST_CHOICE = 200

# Left out because they mean two things: kt, tt, cn.
ABBREVIATIONS = {
    "anqp": "an ninh quốc phòng",
    "antt": "an ninh trật tự",
    "bc": "báo cáo",
    "bcd": "ban chỉ đạo",
    "bhxh": "bảo hiểm xã hội",
    "bhyt": "bảo hiểm y tế",
    "btv": "ban thường vụ",
    "ccb": "cựu chiến binh",
    "dc": "được",
    "dk": "đăng ký",
    "dtn": "đoàn thanh niên",
    "dtncs": "đoàn thanh niên cộng sản",
    "dtvm": "đô thị văn minh",
    "dvk": "dân vận khéo",
    "hdnd": "hội đồng nhân dân",
    "hlhpn": "hội liên hiệp phụ nữ",
    "hnd": "hội nông dân",
    "hok": "không",
    "hpn": "hội phụ nữ",
    "htct": "hệ thống chính trị",
    "htx": "hợp tác xã",
    "k": "không",
    "kdc": "khu dân cư",
    "kg": "không",
    "ko": "không",
    "ldld": "liên đoàn lao động",
    "lhpn": "liên hiệp phụ nữ",
    "mh": "mô hình",
    "mttq": "mặt trận tổ quốc",
    "ntm": "nông thôn mới",
    "nvh": "nhà văn hóa",
    "qpan": "an ninh quốc phòng",
    "tdp": "tổ dân phố",
    "tk": "thống kê",
    "ubnd": "ủy ban nhân dân",
    "vhxh": "văn hóa xã hội",
    "xd": "xây dựng",
    "xdd": "xây dựng đảng",
}
FOLDED = {short: fold(full) for short, full in ABBREVIATIONS.items()}

SECTOR_ALIASES: dict[str, tuple[str, ...]] = {
    "kinh_te": ("kt", "kinh tế", "phát triển kinh tế"),
    "ntm_dtvm": (
        *("ntm", "đtvm", "ntm đtvm", "nông thôn mới", "đô thị văn minh", "nông thôn", "đô thị"),
        *("xây dựng nông thôn mới", "xây dựng đô thị văn minh"),
    ),
    "van_hoa_xa_hoi": ("vhxh", "vh xh", "văn hóa xã hội", "văn hóa", "xã hội", "văn xã"),
    "an_ninh_quoc_phong": (
        *("anqp", "qpan", "an qp", "qp an", "an ninh quốc phòng", "quốc phòng an ninh"),
        *("an ninh", "quốc phòng", "antt"),
    ),
    "xay_dung_dang_htct": (
        *("xdđ", "htct", "xdđ htct", "xây dựng đảng", "hệ thống chính trị"),
        "xây dựng hệ thống chính trị",
    ),
}


def _spoken(raw: str) -> list[str]:
    """The words without "ạ" at the end and "dạ", "vâng" at the beginning."""
    spoken = without_politeness(tokens(raw))
    polite = len(spoken) > 1 and any(could_mean(spoken[0], word) for word in ("dạ", "vâng"))
    return spoken[1:] if polite else spoken


def keyword(raw: str) -> Word | None:
    """The reserved word which is the whole message."""
    return _keyword(raw) if len(raw) <= LONGEST_WORD else None


@lru_cache(maxsize=1024)
def _keyword(raw: str) -> Word | None:
    said = raw.strip()
    if said and not said.strip("?"):
        return Word.HELP
    word = WORDS.find(" ".join(_spoken(said.removeprefix("/"))))
    # "Hủy?" asks what would happen; it does not want it yet.
    return None if said.endswith("?") and word not in QUESTIONS else word


def is_typed_cancel_with_accent(raw: str) -> bool:
    """True for "hủy", "huỷ", "cancel", "/huy"; "huy" may be the name of a person."""
    if keyword(raw) is not Word.CANCEL:
        return False
    typed = " ".join(_spoken(raw))
    return fold(typed) != typed or typed == "cancel" or raw.strip().startswith("/")


def edit_target(raw: str) -> int | None:
    """2 for "sửa 2", "sua cau 2", "s2"."""
    spoken = without_politeness(tokens(raw)) if len(raw) <= LONGEST_WORD else []
    if short := re.fullmatch(r"s ?([0-9]{1,2})", " ".join(spoken)):
        return int(short[1])
    if len(spoken) < 2 or not could_mean(spoken[0], "sửa"):
        return None
    again = any(could_mean(spoken[1], word) for word in ("lại", "phần"))
    return parse_count(" ".join(spoken[2 if again else 1 :]), 99)


Phrase = tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def _phrase(text: str, typed: bool = False) -> Phrase:
    """(folded, as written) for each word, abbreviations spelled out."""
    full = FOLDED if typed else ABBREVIATIONS
    written = " ".join(full.get(fold(word), word) for word in tokens(text))
    return tuple((fold(word), word) for word in written.split())


def _same(typed: Phrase, meant: Phrase) -> bool:
    return len(typed) == len(meant) and all(
        a[0] == b[0] and could_mean(a[1], b[1]) for a, b in zip(typed, meant, strict=True)
    )


def _begins(typed: Phrase, meant: Phrase) -> bool:
    """True if the label goes on after what was typed, perhaps in the middle of a word."""
    start = " ".join(folded for folded, _ in typed)
    return (
        len(start) > 1
        and " ".join(folded for folded, _ in meant).startswith(start)
        and _same(typed[:-1], meant[: len(typed) - 1])
        and could_mean(typed[-1][1], meant[len(typed) - 1][1][: len(typed[-1][1])])
    )


def _within(typed: Phrase, meant: Phrase) -> bool:
    return all(any(a[0] == b[0] and could_mean(a[1], b[1]) for b in meant) for a in typed)


def _matches(typed: Phrase, labels: Sequence[str]) -> tuple[int, ...]:
    phrases = [_phrase(label) for label in labels]
    return tuple(
        i for i, meant in enumerate(phrases) if _begins(typed, meant) or _within(typed, meant)
    )


def _exact(
    typed: Phrase, labels: Sequence[str], aliases: Sequence[Sequence[str]]
) -> tuple[int, ...]:
    names = [(label, *(aliases[i] if i < len(aliases) else ())) for i, label in enumerate(labels)]
    return tuple(
        i for i, known in enumerate(names) if any(_same(typed, _phrase(name)) for name in known)
    )


def match_choice(
    raw: str, labels: Sequence[str], aliases: Sequence[Sequence[str]] = ()
) -> tuple[int, ...]:
    """The options a typed answer can mean: by number, by name, else by some of the words.

    Accents may be left out but not be wrong: "Thạch Hạ" is not "Thạch Hà".
    """
    if len(raw) > LONGEST_CHOICE:
        return ()
    count = parse_count(raw, len(labels))
    spoken = tokens(raw)
    for words in (spoken, without_politeness(spoken)):
        typed = _phrase(" ".join(words), typed=True)
        exact = _exact(typed, labels, aliases) if typed else ()
        # "ba" is the third option and "bà" without its accent.
        if found := set(exact) | ({count - 1} if count else set()):
            return tuple(sorted(found))
        if typed and (near := _matches(typed, labels)):
            return near
    return ()
