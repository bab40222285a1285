"""What is asked again and again of data that seldom changes: units and sectors.

Answers are kept per process and version of that data; the version is read with those whose messages
a batch serves. Other sessions know none, and read the data itself.
"""

import secrets
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

T = TypeVar("T")
VERSION = "reference"
"""Key in `Session.info`."""
MOST = 5_000
_BUMP = text(
    "INSERT INTO counter (name, value) VALUES ('units', :version) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_answers: dict[Hashable, Any] = {}


def changed(session: Session) -> None:
    """Units or sectors are others now: forget what is known of them."""
    # never the same twice, also after a rollback: a cache of the vanished state cannot match
    session.execute(_BUMP, {"version": secrets.randbits(31)})
    session.info.pop(VERSION, None)


def kept(session: Session, asked: Hashable, answer: Callable[[], T]) -> T:
    """The answer to something asked of units and sectors alone; plain values, no rows."""
    if (version := session.info.get(VERSION)) is None:
        return answer()
    key = (version, asked)
    if key not in _answers:
        if len(_answers) >= MOST:
            _answers.clear()
        _answers[key] = answer()
    found: T = _answers[key]
    return found
