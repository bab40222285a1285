"""Asking to belong to a unit, and the decision about it: a task of kind "join"."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.roles import Act, Role
from storage import members, tasks
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
    tasks.close(session, member.id, "join", "replaced", now)
    if member.state == "pending":
        member.unit_id = unit_id
    return tasks.add(session, "join", unit_id, member.id, now)


def open_wish(session: Session, member_id: int) -> Task | None:
    return tasks.open_task(session, "join", member_id)


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
    first = tasks.finish(session, task_id, "accepted" if yes else "refused", now, by)
    session.refresh(task)
    member = session.get_one(Member, task.member_id)
    if first and yes:
        settle(session, member, task.unit_id, now, by)
    elif first and member.state == "pending":
        member.unit_id = None
    return Decision(task, allowed=True, first=first)


def settle(
    session: Session, member: Member, unit_id: int, now: datetime, by: int | None = None
) -> None:
    """The member belongs to this unit from now on, no more to the one before."""
    tasks.close(session, member.id, "join", "settled", now)
    if member.unit_id:
        members.end_roles(session, member.id, now, Role.MEMBER, member.unit_id)
    member.unit_id, member.state = unit_id, "active"
    members.give_role(session, member.id, Role.MEMBER, unit_id, now, by)


def add_body(session: Session, member_id: int, unit_id: int) -> None:
    session.merge(MemberBody(member_id=member_id, unit_id=unit_id))
