"""Rows that may be there already: two processes may find the same thing to be written."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables.base import Base


def put_once(session: Session, kind: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert those whose unique key is not there yet; the numbers of these."""
    if not rows:
        return []
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if on_sqlite else postgresql.insert
    number = kind.__table__.c.id
    put = insert(kind).on_conflict_do_nothing().returning(number)
    return list(session.scalars(put, list(rows)))
