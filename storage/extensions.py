"""More time for what is due: asked for, then granted or refused, once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from storage.members import below
from storage.reminders import OPEN
from storage.tables.reminders import Extension, Reminder

Thing = tuple[str, int, int]
"""What, subject and unit: see `Reminder`."""


def thing_of(one: Reminder | Extension) -> Thing:
    return (one.what, one.subject_id, one.unit_id)


def ask(
    session: Session, reminder: Reminder, member_id: int, until: date, reason: str, now: datetime
) -> Extension | None:
    """None: somebody has asked already."""
    if asked(session, reminder):
        return None
    what, subject_id, unit_id = thing_of(reminder)
    one = Extension(
        what=what, subject_id=subject_id, unit_id=unit_id, member_id=member_id, until=until,
        reason=reason, state="asked", at=now,
    )  # fmt: skip
    session.add(one)
    session.flush()
    return one


def asked(session: Session, reminder: Reminder) -> Extension | None:
    its = _of([thing_of(reminder)]).where(Extension.state == "asked")
    return next((e for e in session.scalars(its) if thing_of(e) == thing_of(reminder)), None)


def _of(things: Iterable[Thing]) -> Select[Extension]:
    subjects = {subject_id for _, subject_id, _ in things}
    return select(Extension).where(Extension.subject_id.in_(subjects)).order_by(Extension.id)


def granted(session: Session, reminders: Iterable[Reminder]) -> dict[Thing, date]:
    """The last day that was granted for each thing that has one."""
    things = {thing_of(one) for one in reminders}
    rows = session.scalars(_of(things).where(Extension.state == "granted"))
    return {thing_of(one): one.until for one in rows if thing_of(one) in things}


def waiting(session: Session, above: tuple[int, ...], today: date) -> Sequence[Extension]:
    """Asked for by people of these units and below, oldest first."""
    if not above:
        return []
    inside = Extension.unit_id.in_(below(above, today))
    rows = select(Extension).where(Extension.state == "asked", inside)
    return session.scalars(rows.order_by(Extension.id)).all()


def decide(session: Session, one: Extension, state: str, by: int, now: datetime) -> bool:
    """False: somebody was faster. What was granted waits on the lists until it is due again."""
    statement = (
        update(Extension)
        .where(Extension.id == one.id, Extension.state == "asked")
        .values(state=state, decided_by=by, decided_at=now)
        .returning(Extension.id)
        .execution_options(synchronize_session=False)
    )
    done = session.scalar(statement) is not None
    session.refresh(one)
    if done and state == "granted":
        _not_now(session, one)
    return done


def _not_now(session: Session, one: Extension) -> None:
    session.execute(
        update(Reminder)
        .where(Reminder.what == one.what, Reminder.subject_id == one.subject_id)
        .where(Reminder.unit_id == one.unit_id, Reminder.state.in_(OPEN))
        .values(state="listed", bundle_id=None)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
