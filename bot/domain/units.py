"""Kinds of units: the tree they stand in, how they are written, and what people type for them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.text import words

HANH_CHINH = "hanh_chinh"
DANG = "dang"
DOAN_THE = "doan_the"
CUM = "cum"

TREES = {HANH_CHINH: "hành chính", DANG: "đảng", DOAN_THE: "đoàn thể", CUM: "cụm"}


@dataclass(frozen=True, slots=True)
class UnitKind:
    """prefixes: how its names begin, the usual one first. place: it has a territory."""

    label: str
    tree: str
    prefixes: tuple[str, ...] = ()
    place: bool = False


def _place(label: str, *prefixes: str) -> UnitKind:
    return UnitKind(label, HANH_CHINH, prefixes or (label,), place=True)


# in the order in which they are offered
KINDS = {
    "tinh": _place("Tỉnh, thành phố", "Tỉnh", "Thành phố"),
    "huyen": _place("Huyện, thị xã, thành phố", "Huyện", "Thành phố", "Thị xã", "Quận"),
    "xa": _place("Xã"),
    "phuong": _place("Phường"),
    "thi_tran": _place("Thị trấn"),
    "dac_khu": _place("Đặc khu"),
    "thon": _place("Thôn", "Thôn", "Xóm", "Ấp", "Bản", "Làng", "Buôn"),
    "to_dan_pho": _place("Tổ dân phố", "Tổ dân phố", "Khu phố", "Khối phố"),
    "co_quan": UnitKind("Cơ quan", HANH_CHINH),
    "dang_bo": UnitKind("Đảng bộ", DANG, ("Đảng bộ", "Đảng ủy", "Huyện ủy", "Tỉnh ủy")),
    "chi_bo": UnitKind("Chi bộ", DANG, ("Chi bộ",)),
    "mttq": UnitKind("MTTQ", DOAN_THE, ("MTTQ", "Ủy ban", "UBMTTQ", "Mặt trận")),
    "hoi_phu_nu": UnitKind("Hội Phụ nữ", DOAN_THE, ("Hội LHPN", "Hội")),
    "hoi_nong_dan": UnitKind("Hội Nông dân", DOAN_THE, ("Hội Nông dân",)),
    "hoi_ccb": UnitKind("Hội Cựu chiến binh", DOAN_THE, ("Hội CCB", "Hội")),
    "doan_thanh_nien": UnitKind("Đoàn Thanh niên", DOAN_THE, ("Đoàn Thanh niên", "Đoàn")),
    "cong_doan": UnitKind("Công đoàn", DOAN_THE, ("Công đoàn", "Liên đoàn")),
    "chi_hoi": UnitKind("Chi hội", DOAN_THE, ("Chi hội", "Chi đoàn")),
    "cum": UnitKind("Cụm", CUM, ("Cụm",)),
}
COMMUNES = ("xa", "phuong", "thi_tran", "dac_khu")
HAMLETS = ("thon", "to_dan_pho")
PLACES = tuple(code for code, kind in KINDS.items() if kind.place)
BODIES = tuple(code for code, kind in KINDS.items() if not kind.place)


def kinds_in(tree: str) -> tuple[str, ...]:
    return tuple(code for code, kind in KINDS.items() if kind.tree == tree)


# what is the same to people; longer phrases are replaced first
SAME = {
    "xa": ("x",),
    "phuong": ("p",),
    "thi tran": ("tt",),
    "huyen": ("h",),
    "thanh pho": ("tp",),
    "thi xa": ("tx",),
    "to dan pho": ("tdp", "to dp"),
    "khu pho": ("kp",),
    "uy ban nhan dan": ("ubnd", "uy ban"),
    "mat tran": (
        "mttq",
        "ubmttq",
        "uy ban mttq",
        "uy ban mttq viet nam",
        "mat tran to quoc",
        "uy ban mat tran",
        "uy ban mat tran to quoc",
        "uy ban mat tran to quoc viet nam",
    ),
    "hoi phu nu": ("hpn", "hoi pn", "hlhpn"),
    "phu nu": ("lhpn", "lien hiep phu nu"),
    "hoi nong dan": ("hnd", "hoi nd"),
    "hoi cuu chien binh": ("hccb",),
    "cuu chien binh": ("ccb",),
    "doan thanh nien": (
        "dtn",
        "dtncs",
        "doan tn",
        "doan tncs",
        "doan tncs ho chi minh",
        "doan thanh nien cong san ho chi minh",
    ),
    "cong doan": ("ldld", "lien doan lao dong"),
    "dang bo": ("db", "dang uy"),
    "dang bo huyen": ("huyen uy",),
    "dang bo tinh": ("tinh uy",),
    "chi bo": ("cb",),
    "bao hiem xa hoi": ("bhxh",),
    "toa an": ("toa an nhan dan", "tand"),
    "vien kiem sat": ("vien kiem sat nhan dan", "vks", "vksnd"),
}
_CANONICAL = {word: one for one, others in SAME.items() for word in (one, *others)}


def _phrases(options: Iterable[str]) -> re.Pattern[str]:
    longest_first = "|".join(sorted(options, key=len, reverse=True))
    return re.compile(rf"(?<!\S)(?:{longest_first})(?!\S)")


_SAME = _phrases(_CANONICAL)
_LEVEL = _phrases(" ".join(words(prefix)) for code in PLACES for prefix in KINDS[code].prefixes)


def key(text: str) -> str:
    """What a name is compared by: folded words, abbreviations and initials written out one way."""
    return _SAME.sub(lambda found: _CANONICAL[found[0]], " ".join(words(text)))


_SOUNDS = {"tr": "ch", "s": "x", "gi": "d", "r": "d", "n": "l"}
_SOUND = re.compile(r"\b(?:tr|s|gi(?=[aeiouy])|r|n(?=[aeiouy]))")


def sound(key: str) -> str:
    """A key as many pronounce it: "thach tri" and "thach chi" are alike, for suggestions only."""
    return _SOUND.sub(lambda found: _SOUNDS[found[0]], key)


def _prefix(kind: str, name: str) -> str:
    """How this name begins, as it is written there; empty when it has no prefix of its kind."""
    for prefix in sorted(KINDS[kind].prefixes, key=len, reverse=True):
        count = prefix.count(" ") + 1
        if words(name)[:count] == words(prefix) and name.count(" ") >= count:
            return " ".join(name.split()[:count])
    return ""


def full_name(kind: str, name: str) -> str:
    """("xa", "Thạch Lạc") → "Xã Thạch Lạc"; a name that already begins so stays as it is."""
    prefixes = KINDS[kind].prefixes
    return name if not prefixes or _prefix(kind, name) else f"{prefixes[0]} {name}"


def bare_name(kind: str, name: str) -> str:
    """("xa", "Xã Thạch Lạc") → "Thạch Lạc"."""
    return name[len(_prefix(kind, name)) :].strip()


def within_sentence(kind: str, name: str) -> str:
    """("xa", "Xã Thạch Lạc") → "xã Thạch Lạc"; names of bodies keep their capital."""
    return name[:1].lower() + name[1:] if KINDS[kind].place and _prefix(kind, name) else name


def typed_names(kind: str, name: str) -> tuple[str, ...]:
    """The keys a unit is found by: its whole name, and the name without "xã", "huyện" …

    A bare number ("Thôn 1") is none: it would be taken for the number of a choice.
    """
    whole = key(name)
    short = key(bare_name(kind, name)) if KINDS[kind].place else _without_levels(whole)
    return (whole,) if short in ("", whole) or short.isdigit() else (whole, short)


def _without_levels(body: str) -> str:
    """From "hoi phu nu xa thach dai" to "hoi phu nu thach dai"; "huyen" at the end stays."""
    return re.sub(rf" {_LEVEL.pattern}(?= (?!hoi\b)\S)", "", body)
