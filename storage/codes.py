"""Numbers of report codes: one counter per organisation and year, which never repeats."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.prepared import Prepared

_NEXT = Prepared(
    text(
        "INSERT INTO counter (name, value) VALUES (:name, 1) "
        "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
    )
)


def next_code(session: Session, root_id: int, year: int) -> int:
    """1, 2, 3 … within an organisation and year; safe when several processes ask at once."""
    return int(_NEXT.value(session, {"name": f"code:{root_id}:{year}"}))
