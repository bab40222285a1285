"""Messages and documents from above: whom they are for, and who has seen or carried them out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from storage import reminders
from storage.due_parts import among, answered, holders_below
from storage.members import below
from storage.tables.people import Audit, Member, Role
from storage.tables.reminders import Guidance, Reminder, Response
from storage.tables.units import Unit

SEEN, DONE = "seen", "done"
NUDGES = {SEEN: "nudge", DONE: "nudge_done"}
"""What a nudge is called in the log."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody whom it is for, in which unit."""

    member: Member
    unit: Unit


def add(session: Session, **values: Any) -> Guidance:
    one = Guidance(**values)
    session.add(one)
    session.flush()
    return one


# -- whom it is for -----------------------------------------------------------------------------


def reached(session: Session, unit_id: int, roles: Sequence[str], day: date, author_id: int) -> int:
    rows = _meant(unit_id, roles, day, author_id).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def is_for(session: Session, one: Guidance, member_id: int) -> bool:
    return session.execute(_of(one).where(Member.id == member_id)).first() is not None


def number(session: Session, one: Guidance, answer: str = "") -> int:
    """How many it is for; with an answer, those of them who gave it. To carry it out is to have
    seen it."""
    rows = _of(one)
    if answer:
        rows = rows.where(_said(one.id, answer))
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def without(
    session: Session, one: Guidance, answer: str, most: int | None = None, skip: int = 0
) -> list[Meant]:
    """Who has not given an answer, by unit and name."""
    its = _of(one).where(~_said(one.id, answer)).subquery()
    rows = session.execute(
        select(Member, Unit)
        .join(its, its.c.id == Member.id)
        .join(Unit, Unit.id == its.c.unit_id)
        .order_by(Unit.folded, Member.folded, Member.id)
        .limit(most)
        .offset(skip)
    )
    return [Meant(member, unit) for member, unit in rows]


def _of(one: Guidance) -> Select[int, int]:
    return _meant(one.unit_id, one.roles, one.send_on, one.author_id)


def _meant(unit_id: int, roles: Sequence[str], day: date, author_id: int) -> Select[int, int]:
    held = holders_below(unit_id, day, Role.role.in_(roles))
    return (
        select(Member.id, func.min(Role.unit_id).label("unit_id"))
        .join(Role, Role.member_id == Member.id)
        .where(held, Member.state == "active", Member.id != author_id)
        .group_by(Member.id)
    )


def _said(guidance_id: int, answer: str) -> ColumnElement[bool]:
    enough = (SEEN, DONE) if answer == SEEN else (DONE,)
    return (
        select(Response.id)
        .where(Response.what == "guidance", Response.subject_id == guidance_id)
        .where(Response.member_id == Member.id, Response.answer.in_(enough))
        .correlate(Member)
        .exists()
    )


# -- answers ------------------------------------------------------------------------------------


def answer_of(session: Session, guidance_id: int, member_id: int) -> Response | None:
    """The last one: done comes after seen."""
    its = select(Response).where(
        Response.what == "guidance", Response.subject_id == guidance_id,
        Response.member_id == member_id,
    )  # fmt: skip
    return session.scalar(its.order_by(Response.answer != DONE, Response.id.desc()).limit(1))


def notes(session: Session, guidance_id: int, most: int, skip: int = 0) -> Sequence[Response]:
    """How it was carried out, the newest first."""
    its = select(Response).where(
        Response.what == "guidance", Response.subject_id == guidance_id, Response.answer == DONE
    )
    return session.scalars(its.order_by(Response.id.desc()).limit(most).offset(skip)).all()


# -- lists ------------------------------------------------------------------------------------


def sent_to(
    session: Session, units: Collection[int], today: date, most: int, skip: int = 0
) -> Sequence[Guidance]:
    """What went to these units and below, the newest first."""
    mine = Guidance.unit_id.in_(below(units, today))
    rows = select(Guidance).where(mine, Guidance.state != "withdrawn")
    return session.scalars(rows.order_by(Guidance.id.desc()).limit(most).offset(skip)).all()


def waiting(session: Session, member_id: int, today: date, most: int) -> list[Guidance]:
    """What somebody was sent and has not seen, or not carried out though it is due by a day."""
    meant = holders_below(Guidance.unit_id, Guidance.send_on, among(Guidance.roles))
    mine = select(Role.id).where(Role.member_id == member_id, meant).correlate(Guidance).exists()
    seen, done = (answered("guidance", Guidance.id, member_id, *a) for a in ((SEEN, DONE), (DONE,)))
    enough = or_(done, and_(seen, Guidance.due_on.is_(None)))
    rows = select(Guidance).where(
        Guidance.state != "withdrawn", Guidance.send_on <= today, Guidance.author_id != member_id,
        mine, ~enough,
    )  # fmt: skip
    return list(session.scalars(rows.order_by(Guidance.due_on, Guidance.id).limit(most)))


# -- taking back, nudging -----------------------------------------------------------------------


def withdraw(session: Session, one: Guidance, now: datetime) -> bool:
    """Nobody is reminded of it any more. False: it has been taken back already."""
    done = session.execute(
        update(Guidance)
        .where(Guidance.id == one.id, Guidance.state != "withdrawn")
        .values(state="withdrawn")
        .returning(Guidance.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(one)
    for what in ("guidance", "guidance_done"):
        reminders.settle(session, what, one.id, now)
    return done is not None


def told(session: Session, guidance_id: int) -> set[int]:
    """Whom it has reached: it was in a message to them, or they have answered."""
    pushed = select(Reminder.member_id).where(
        Reminder.what.in_(("guidance", "guidance_done")), Reminder.subject_id == guidance_id,
        Reminder.bundle_id.is_not(None),
    )  # fmt: skip
    said = select(Response.member_id).where(
        Response.what == "guidance", Response.subject_id == guidance_id
    )
    return {*session.scalars(pushed), *session.scalars(said)}


def nudged_since(session: Session, guidance_id: int, answer: str, since: datetime) -> bool:
    its = select(Audit.id).where(
        Audit.kind == "guidance", Audit.subject_id == guidance_id,
        Audit.action == NUDGES[answer], Audit.at >= since,
    )  # fmt: skip
    return session.scalar(its.limit(1)) is not None
