"""Tasks: things a person with a role over a unit must do; each is done once."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import members
from storage.tables.people import Task


def add(
    session: Session,
    kind: str,
    unit_id: int,
    member_id: int,
    now: datetime,
    due_on: date | None = None,
) -> Task:
    task = Task(kind=kind, unit_id=unit_id, member_id=member_id, created_at=now, due_on=due_on)
    session.add(task)
    session.flush()
    return task


def open_task(session: Session, kind: str, member_id: int) -> Task | None:
    mine = (Task.kind == kind, Task.member_id == member_id, Task.done_at.is_(None))
    return session.scalar(select(Task).where(*mine).limit(1))


def finish(
    session: Session, task_id: int, outcome: str, now: datetime, by: int | None = None
) -> bool:
    """False when somebody else was first. A conditional UPDATE: two at once are one."""
    statement = (
        update(Task)
        .where(Task.id == task_id, Task.done_at.is_(None))
        .values(done_at=now, done_by=by, outcome=outcome)
        .returning(Task.id)
    )
    return session.scalar(statement) is not None


def close(session: Session, member_id: int, kind: str, outcome: str, now: datetime) -> None:
    still = (Task.member_id == member_id, Task.kind == kind, Task.done_at.is_(None))
    for task_id in list(session.scalars(select(Task.id).where(*still))):
        finish(session, task_id, outcome, now)


def waiting(
    session: Session, kind: str, above: tuple[int, ...], today: date, most: int = 8
) -> list[Task]:
    """Open tasks about these units and below, those due first."""
    if not above:
        return []
    statement = (
        select(Task)
        .where(Task.kind == kind, Task.done_at.is_(None))
        .where(Task.unit_id.in_(members.below(above, today)))
        .order_by(Task.due_on, Task.created_at, Task.id)
        .limit(most)
    )
    return list(session.scalars(statement))
