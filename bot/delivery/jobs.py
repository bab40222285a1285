"""What the worker process can do: plain functions from dict to dict, without a database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.files import Files
from storage.images import clean_photo

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
