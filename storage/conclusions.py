"""What a briefing asked its units to do: open, done or dropped."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from bot.domain.roles import Role as RoleName
from storage import reminders
from storage.tables.people import Member, Role
from storage.tables.reminders import Briefing, Conclusion


def add(
    session: Session, briefing: Briefing, units: Collection[int], **values: Any
) -> list[Conclusion]:
    """One row for each unit; values: text, due_on, author_id, at."""
    rows = [Conclusion(briefing_id=briefing.id, unit_id=u, **values) for u in units]
    session.add_all(rows)
    session.flush()
    return rows


def decide(
    session: Session,
    one: Conclusion,
    among: Collection[str],
    state: str,
    *,
    by: int | None,
    now: datetime | None,
    **more: Any,
) -> bool:
    """False: it is in none of these states any more."""
    done = session.execute(
        update(Conclusion)
        .where(Conclusion.id == one.id, Conclusion.state.in_(among))
        .values(state=state, done_by=by, done_at=now, **more)
        .returning(Conclusion.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(one)
    if done and now and state != "open":
        reminders.settle(session, "conclusion", one.id, now)
    return done is not None


def of_briefing(
    session: Session,
    briefing_id: int,
    units: Collection[int] | None,
    most: int,
    skip: int = 0,
) -> Sequence[Conclusion]:
    """Open ones first, due first; of these units alone (None: of all)."""
    turn = case((Conclusion.state == "open", 0), else_=1)
    its = select(Conclusion).where(Conclusion.briefing_id == briefing_id)
    its = its if units is None else its.where(Conclusion.unit_id.in_(units))
    order = (turn, Conclusion.due_on, Conclusion.id)
    return session.scalars(its.order_by(*order).limit(most).offset(skip)).all()


def counts(session: Session, briefing_id: int) -> tuple[int, int]:
    """All that were not dropped, and those of them that are done."""
    done = case((Conclusion.state == "done", 1), else_=0)
    its = select(func.count(), func.coalesce(func.sum(done), 0)).where(
        Conclusion.briefing_id == briefing_id, Conclusion.state != "dropped"
    )
    total, finished = session.execute(its).one()
    return int(total), int(finished)


def open_of(session: Session, units: Collection[int], most: int) -> Sequence[Conclusion]:
    """Those of these units, due first."""
    its = select(Conclusion).where(Conclusion.unit_id.in_(units), Conclusion.state == "open")
    return session.scalars(its.order_by(Conclusion.due_on, Conclusion.id).limit(most)).all()


def focal_of(session: Session, units: Collection[int]) -> dict[int, list[int]]:
    """The focal persons of each of these units."""
    rows = session.execute(
        select(Role.unit_id, Role.member_id)
        .join(Member, Member.id == Role.member_id)
        .where(Role.unit_id.in_(units), Role.role == RoleName.FOCAL.value, Role.until.is_(None))
        .where(Member.state == "active")
        .order_by(Role.member_id)
    )
    found: dict[int, list[int]] = {}
    for unit_id, member_id in rows:
        found.setdefault(unit_id, []).append(member_id)
    return found
