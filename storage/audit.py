"""The log of who did what to what: rows are added and read, never changed."""

from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from storage.tables.people import Audit

_NOTE = insert(cast(Table, Audit.__table__))


def note(session: Session, **values: Any) -> None:
    """One row: root_id, at, member_id, platform, action, kind, subject_id, details."""
    session.connection().execute(_NOTE, values)
