"""What the worker process can do: plain functions from dict to dict, without a database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.errors import Refused
from storage import list_import
from storage.files import Files
from storage.images import clean_photo
from storage.sheet_rows import BadRow, sheet

Payload = dict[str, Any]

JOBS: dict[str, Callable[[Payload], Payload]] = {}


def job(kind: str) -> Callable[[Callable[[Payload], Payload]], Callable[[Payload], Payload]]:
    def register(run: Callable[[Payload], Payload]) -> Callable[[Payload], Payload]:
        JOBS[kind] = run
        return run

    return register


@job("photo")
def photo(payload: Payload) -> Payload:
    """{"hash", "files": folder} → see `clean_photo`."""
    files = Files(Path(payload["files"]))
    return clean_photo(files.path(payload["hash"]), files.folder)


LONGEST_CELL = 500
MOST_LETTERS = 2_000_000
"""All cells together: what is read is kept until it is imported."""
TOO_MUCH = "Tệp có quá nhiều chữ. Xin chỉ giữ các cột cần nhập rồi gửi lại ạ."
NOT_HERE = "Tệp này không còn được giữ. Xin gửi lại tệp ạ."
UNREADABLE = "Trợ lý chưa đọc được tệp: {why}"


@job(list_import.JOB)
def read_list(payload: Payload) -> Payload:
    """{"hash", "documents": folder} → a `Sheet` as a dict: what its columns mean is asked later."""
    try:
        data = Files(Path(payload["documents"])).path(payload["hash"]).read_bytes()
        found = sheet(data, list_import.MOST_ROWS)
    except FileNotFoundError:
        raise Refused(NOT_HERE) from None
    except BadRow as bad:
        raise Refused(UNREADABLE.format(why=bad)) from None
    rows = [(line, [cell[:LONGEST_CELL] for cell in cells]) for line, cells in found.rows]
    if sum(len(cell) for _, cells in rows for cell in cells) > MOST_LETTERS:
        raise Refused(TOO_MUCH)
    return {"rows": rows, "merged": found.merged, "more": found.more}
