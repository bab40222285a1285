"""Files with a list, as offices keep them in Excel: which they are, how large they may be."""

from pathlib import PurePath

MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 1_000_000
ENDINGS = (".xlsx", ".xls", ".ods", ".csv")
KINDS = frozenset({
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/csv",
})  # fmt: skip
"""MIME types: for a file whose name says nothing."""
LONGEST_NAME = 100
UNNAMED = "danh sách"
TOO_LARGE = (
    f"Tệp này lớn quá {MOST_MEGABYTES} MB nên Trợ lý không nhận được ạ. Xin bỏ bớt trang, hình "
    "trong tệp, hoặc chia thành mấy tệp."
)
GONE = "Tệp này không còn được giữ nên Trợ lý chưa đọc được ạ. Xin gửi lại tệp."


def is_list(name: str, kind: str = "") -> bool:
    """The name decides where it has an ending: phones call a .csv all sorts of things."""
    ending = PurePath(name).suffix.lower()
    return ending in ENDINGS or (not ending and kind in KINDS)


def short(name: str) -> str:
    """As it is kept and shown: never a path, never long."""
    plain = "".join(c if c.isprintable() else " " for c in name.replace("\\", "/"))
    stem, ending = PurePath(plain).stem.strip(), PurePath(plain).suffix
    return f"{stem[:LONGEST_NAME]}{ending[:10]}" or UNNAMED
