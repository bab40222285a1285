"""Asking to belong to a unit, and the decision about it: a task of kind "join"."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.roles import Act, Role
from storage import members
from storage.tables.people import Member, MemberBody, Task


@dataclass(frozen=True, slots=True)
class Decision:
    """allowed: the decider holds the right now. first: nobody had decided before; if somebody had,
    the task tells who and what."""

    task: Task
    allowed: bool
    first: bool = False


def ask(session: Session, member: Member, unit_id: int, now: datetime) -> Task:
    """One open wish per member: a new one replaces the one before."""
    close(session, member.id, "join", "replaced", now)
    if member.state == "pending":
        member.unit_id = unit_id
    task = Task(
        kind="join", unit_id=unit_id, member_id=member.id, created_at=now, due_on=None, details={}
    )
    session.add(task)
    session.flush()
    return task


def open_wish(session: Session, member_id: int) -> Task | None:
    mine = (Task.kind == "join", Task.member_id == member_id, Task.done_at.is_(None))
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


def decide(
    session: Session, task_id: int, by: int, yes: bool, now: datetime, today: date
) -> Decision | None:
    """None: there is no such task."""
    task = session.get(Task, task_id)
    if task is None or task.kind != "join":
        return None
    right = (Act.APPROVE_MEMBERS, task.unit_id, now, today)
    if task.member_id == by or not members.allows(session, by, *right):
        return Decision(task, allowed=False)
    first = finish(session, task_id, "accepted" if yes else "refused", now, by)
    session.refresh(task)
    if first:
        (accept if yes else _refuse)(session, task, now)
    return Decision(task, allowed=True, first=first)


def accept(session: Session, task: Task, now: datetime) -> None:
    member = session.get_one(Member, task.member_id)
    settle(session, member, task.unit_id, now, task.done_by)


def settle(
    session: Session, member: Member, unit_id: int, now: datetime, by: int | None = None
) -> None:
    """The member belongs to this unit from now on, no more to the one before."""
    close(session, member.id, "join", "settled", now)
    if member.unit_id:
        members.end_roles(session, member.id, now, Role.MEMBER, member.unit_id)
    member.unit_id, member.state = unit_id, "active"
    members.give_role(session, member.id, Role.MEMBER, unit_id, now, by)


def _refuse(session: Session, task: Task, now: datetime) -> None:
    member = session.get_one(Member, task.member_id)
    if member.state == "pending":
        member.unit_id = None


def add_body(session: Session, member_id: int, unit_id: int) -> None:
    session.merge(MemberBody(member_id=member_id, unit_id=unit_id))


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
