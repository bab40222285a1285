"""The 138 initiatives of Thạch Hà in 2022: ten the article names, and 128 that only illustrate.

The article of 23/12/2022 gives the totals per sector, 138 built and 135 registered; it
names ten. The others are made up, so that the totals are right, and say so in their names.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from itertools import cycle, islice
from typing import Any, cast

YEAR = 2022
BY_SECTOR = {
    "kinh_te": 34,
    "ntm_dtvm": 28,
    "van_hoa_xa_hoi": 37,
    "an_ninh_quoc_phong": 20,
    "xay_dung_dang_htct": 19,
}
UNPLANNED = frozenset({25, 60, 95})
"""Numbers of the illustrations that nobody had registered: the article's "vượt 03"."""

COMMUNES = (
    "Thị trấn Thạch Hà", "Xã Ngọc Sơn", "Xã Thạch Hải", "Xã Thạch Kênh", "Xã Thạch Sơn",
    "Xã Thạch Liên", "Xã Đỉnh Bàn", "Xã Việt Tiến", "Xã Thạch Khê", "Xã Thạch Long",
    "Xã Thạch Trị", "Xã Thạch Lạc", "Xã Thạch Ngọc", "Xã Tượng Sơn", "Xã Thạch Văn",
    "Xã Lưu Vĩnh Sơn", "Xã Thạch Thắng", "Xã Thạch Đài", "Xã Thạch Hội", "Xã Tân Lâm Hương",
    "Xã Thạch Xuân", "Xã Nam Điền",
)  # fmt: skip
THEMES = {
    "kinh_te": ("Vườn cây ăn quả", "Tổ liên kết chăn nuôi", "Góp vốn giúp nhau", "Rau an toàn"),
    "ntm_dtvm": ("Tuyến đường hoa", "Hàng rào xanh", "Phân loại rác tại nhà", "Vườn mẫu"),
    "van_hoa_xa_hoi": ("Nhà văn hóa sáng đèn", "Đỡ đầu học sinh", "Tủ sách thôn", "Nếp cưới mới"),
    "an_ninh_quoc_phong": ("Camera an ninh", "Tổ tự quản", "Tiếng kẻng bình yên"),
    "xay_dung_dang_htct": ("Chi bộ bốn tốt", "Một cửa thân thiện", "Nghe dân nói"),
}
PRAISED = "Bài báo ngày 23/12/2022 nêu là mô hình nổi bật, hiệu quả cao."
MADE_UP = "Nội dung minh họa để xem thử chương trình, không phải số liệu thật."


@dataclass(frozen=True, slots=True)
class Example:
    """One initiative of the year; units by their names, hamlets may lie in several communes. needs:
    a value of "Cần hỗ trợ" and its words."""

    name: str
    sector: str
    kind: str
    owner: str
    registrant: str
    place: str
    content: str
    results: str = ""
    hamlets: tuple[str, ...] = ()
    size: str = ""
    origin: str = "planned"
    illustration: bool = False
    copied_from: int | None = None
    needs: tuple[str, str] | None = None


def named() -> list[Example]:
    """The ten of the article, as far as it describes them."""
    text = resources.files("storage.demo").joinpath("initiatives.csv").read_text("utf-8")
    return [_read(row) for row in csv.DictReader(text.splitlines())]


def _read(row: dict[str, str]) -> Example:
    hamlets = tuple(filter(None, map(str.strip, row["hamlets"].split("|"))))
    return replace(Example(**cast("Any", row)), results=PRAISED, hamlets=hamlets)


def illustrations() -> Iterator[Example]:
    """As many as the sectors lack, sector by sector, spread over the communes."""
    have = Counter(one.sector for one in named())
    sectors = [s for s, total in BY_SECTOR.items() for _ in range(total - have[s])]
    places = islice(cycle(COMMUNES), len(sectors))
    for number, (sector, place) in enumerate(zip(sectors, places, strict=True), 1):
        yield illustration(number, sector, place)


def illustration(number: int, sector: str, place: str) -> Example:
    themes = THEMES[sector]
    within = place[0].lower() + place[1:]
    return Example(
        name=f"Mô hình minh họa số {number} – {themes[number % len(themes)]}",
        sector=sector,
        kind="individual" if number % 5 == 0 else "collective",
        owner=f"Chủ thể minh họa, {within}",
        registrant=f"{'MTTQ' if number % 2 else 'UBND'} {within}",
        place=place,
        content=MADE_UP,
        results="Kết quả minh họa.",
        origin="unplanned" if number in UNPLANNED else "planned",
        illustration=True,
    )


def waiting() -> list[Example]:
    """What neighbours of Thạch Lạc have sent this year; the last one is returned."""
    return [
        of_thach_lac("Tuyến đường hoa thôn Vĩnh Thịnh", "ntm_dtvm", "Hội LHPN"),
        of_thach_lac("Tổ tự quản đường làng", "an_ninh_quoc_phong", "UBND"),
        of_thach_lac("Hàng rào xanh", "ntm_dtvm", "MTTQ"),
    ]


def of_thach_lac(name: str, sector: str, body: str) -> Example:
    return Example(
        name=f"Mô hình minh họa – {name}",
        sector=sector,
        kind="collective",
        owner="Bà con thôn Vĩnh Thịnh",
        registrant=f"{body} xã Thạch Lạc",
        place="Xã Thạch Lạc",
        content=MADE_UP,
        hamlets=("Thôn Vĩnh Thịnh",),
        illustration=True,
    )
