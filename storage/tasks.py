"""Tasks: things a person with a role over a unit must do."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from storage.tables.people import Task


def add(
    session: Session,
    kind: str,
    unit_id: int,
    member_id: int,
    now: datetime,
    due_on: date | None = None,
    **details: Any,
) -> int:
    task = Task(
        kind=kind, unit_id=unit_id, member_id=member_id, created_at=now, due_on=due_on,
        details=details,
    )  # fmt: skip
    session.add(task)
    session.flush()
    return task.id
