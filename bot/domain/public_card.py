"""What of an initiative anybody may read: no telephone numbers, places on a map, or people."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.phones import CANDIDATE, parse_phone
from bot.domain.text import clean, without_title

Body = dict[str, Any]
"""name, code, owner ("" of an individual), unit, sector, year, state, text, figures (pairs of label
and value), photos (names of the clean picture and of its thumbnail)."""

MOST_PHOTOS = 3
FIGURES = (("quy_mo", "Quy mô"), ("ket_qua", "Kết quả"), ("bat_dau", "Bắt đầu"))
SOMEBODY, NUMBER = "chủ mô hình", "…"
TITLE = r"(?:ông|bà|bác|cô|chú|anh|chị|đồng chí|đ/c)"
FAMILY = re.compile(r"^(?:(?:hộ )?gia đình|hộ)\s+", re.IGNORECASE)
UNCLE_HO = "Bác Hồ"
LONGEST_NAME = 4
ENDS = ".,;:!?”)"


def body(
    facts: Mapping[str, Any],
    answers: Mapping[str, Mapping[str, Any]],
    people: Iterable[str],
    photos: Iterable[tuple[str, str]],
    *,
    told: bool = True,
) -> Body:
    """facts: name, code, unit, sector, year, state, kind, owner. people: names that must not be in
    it; told: with what is done and what came of it."""
    collective = facts["kind"] == "collective"
    names = [bare(name) for name in people] + ([] if collective else [bare(facts["owner"])])

    def public(text: str) -> str:
        return without_phones(_without(text, names))

    figures = [[label, public(answers[key]["t"])] for key, label in FIGURES if key in answers]
    return {
        **{key: facts[key] for key in ("code", "unit", "sector", "year", "state")},
        "name": public(facts["name"]),
        "owner": public(facts["owner"]) if collective else "",
        "text": public(answers["noi_dung"]["t"]) if told and "noi_dung" in answers else "",
        "figures": [f for f in figures if told or f[0] != "Kết quả"],
        "photos": [list(one) for one in photos][:MOST_PHOTOS],
    }


def bare(name: str) -> str:
    """Hồ Văn Hà, of "Gia đình anh Hồ Văn Hà"."""
    return without_title(FAMILY.sub("", clean(name)))[1]


def _without(text: str, names: Iterable[str]) -> str:
    for name in names:
        if name.count(" "):
            titled = rf"(?:{TITLE}\s+)?\b{re.escape(name)}\b"
            text = re.sub(titled, SOMEBODY, text, flags=re.IGNORECASE)
    return text


def without_phones(text: str) -> str:
    return CANDIDATE.sub(lambda found: NUMBER if parse_phone(found[0]) else found[0], text)


def people_in(body: Body) -> list[str]:
    """What looks like somebody's name, a title and capitals: a person has to look at it."""
    told = [body["name"], body["text"], *(value for _, value in body["figures"])]
    found = [name for text in told for name in _titled(text.split())]
    return list(dict.fromkeys(name for name in found if name != UNCLE_HO))


def _titled(spoken: list[str]) -> Iterator[str]:
    for start, word in enumerate(spoken):
        name = []
        if re.fullmatch(TITLE, word.strip("“("), re.IGNORECASE):
            for part in spoken[start + 1 : start + 1 + LONGEST_NAME]:
                if not part[:1].isupper():
                    break
                name.append(part.strip(ENDS))
                if part[-1] in ENDS:
                    break
        if name:
            yield " ".join([word.strip("“("), *name])


def digest(body: Body) -> str:
    """Names what was seen before it was approved; it fits into a button."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]


def lines(body: Body) -> list[tuple[str, str]]:
    """Label and value, as far as there is one."""
    pairs = [
        ("Chủ thể", body["owner"]),
        ("Nơi thực hiện", body["unit"]),
        ("Lĩnh vực", body["sector"]),
        ("Năm", str(body["year"])),
        ("Tình trạng", body["state"]),
        ("Cách làm", body["text"]),
        *((label, value) for label, value in body["figures"]),
    ]
    return [(label, value) for label, value in pairs if value]


def as_message(body: Body) -> str:
    head = f"MÔ HÌNH “DÂN VẬN KHÉO”\n{body['name']}"
    return "\n".join([head, *(f"{label}: {value}" for label, value in lines(body))])
