"""Reminders: one row per thing, stage and person; added once, settled when no longer due."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session, aliased

from storage.due_now import plainly_due, still_due
from storage.once import put_once
from storage.tables.reminders import Reminder, Response, Schedule

OPEN = ("waiting", "sent", "listed")
"""States in which a reminder waits for an answer, whether it was pushed or not."""
SETTLES: dict[tuple[str, str], tuple[str, ...]] = {
    ("guidance", "seen"): ("guidance",),
    ("guidance", "done"): ("guidance", "guidance_done"),
    ("initiative_review", "good"): ("initiative_review", "stale"),
    ("initiative_review", "changed"): ("initiative_review", "stale"),
    ("initiative_review", "stopped"): ("initiative_review", "stale"),
    ("briefing", "not_coming"): ("briefing",),
    ("periodic_report", "on_paper"): ("periodic_report",),
}
"""What an answer makes no longer due."""
Row = dict[str, Any]


def add(session: Session, rows: Sequence[Row]) -> int:
    """Put in what is not there yet, as columns of `Reminder`; earlier stages of the same thing for
    the same person that were not sent yet are replaced. Returns how many are new."""
    fresh = put_once(session, Reminder, rows)
    _replace_earlier(session, fresh)
    return len(fresh)


def _replace_earlier(session: Session, fresh: Collection[int]) -> None:
    """One that was put off keeps the hour that was asked for."""
    if not fresh:
        return
    old, new = aliased(Reminder), aliased(Reminder)
    same = ("schedule_id", "subject_id", "unit_id", "member_id")
    pairs = (
        select(old, new)
        .join(new, and_(*(getattr(old, name) == getattr(new, name) for name in same)))
        .where(new.id.in_(fresh), old.state == "waiting", old.stage < new.stage)
    )
    for earlier, later in session.execute(pairs).all():
        earlier.state = "replaced"
        if earlier.snoozes:
            later.send_from = max(later.send_from, earlier.send_from)
            later.snoozes = earlier.snoozes
    session.flush()


def of_bundle(session: Session, bundle_id: int) -> list[Reminder]:
    its = select(Reminder).where(Reminder.bundle_id == bundle_id, Reminder.state == "sent")
    return list(session.scalars(its.order_by(Reminder.due_on, Reminder.subject_id, Reminder.id)))


def open_of(session: Session, member_id: int, today: date, zone: ZoneInfo) -> list[Reminder]:
    """All that waits for a member and is still due, each thing once, overdue first."""
    mine = select(Reminder).where(Reminder.member_id == member_id, Reminder.state.in_(OPEN))
    order = (Reminder.due_on, Reminder.stage.desc(), Reminder.subject_id, Reminder.id)
    rows = session.scalars(mine.order_by(*order))
    latest: dict[tuple[str, int, int], Reminder] = {}
    for one in rows:
        latest.setdefault((one.what, one.subject_id, one.unit_id), one)
    return holding(session, list(latest.values()), today, zone)


def holding(
    session: Session, reminders: Sequence[Reminder], today: date, zone: ZoneInfo
) -> list[Reminder]:
    """Those whose query still gives them, in the order they came."""
    kept: set[int] = set()
    by_schedule = sorted(reminders, key=lambda r: r.schedule_id)
    for schedule_id, some in groupby(by_schedule, key=lambda r: r.schedule_id):
        its = list(some)
        schedule = session.get_one(Schedule, schedule_id)
        due = still_due(session, schedule, {r.subject_id for r in its}, today, zone)
        kept.update(r.id for r in its if (r.subject_id, r.unit_id, r.due_on) in due)
    return [r for r in reminders if r.id in kept]


def no_longer_due(session: Session, schedule: Schedule, today: date, zone: ZoneInfo) -> list[int]:
    """Open reminders of a schedule whose thing was done meanwhile."""
    asked = select(Reminder.id, Reminder.subject_id, Reminder.unit_id, Reminder.due_on).where(
        Reminder.schedule_id == schedule.id,
        Reminder.state.in_(OPEN),
        ~plainly_due(schedule, today, zone),
    )
    rows = session.execute(asked).all()
    if not rows:
        return []
    few = {row.subject_id for row in rows} if len(rows) <= 500 else None
    due = still_due(session, schedule, few, today, zone)
    return [row.id for row in rows if (row.subject_id, row.unit_id, row.due_on) not in due]


def finish(session: Session, ids: Iterable[int], now: datetime) -> None:
    session.execute(
        update(Reminder)
        .where(Reminder.id.in_(list(ids)), Reminder.state.in_(OPEN))
        .values(state="done", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def settle(
    session: Session,
    what: str,
    subject_id: int,
    now: datetime,
    unit_id: int | None = None,
    member_id: int | None = None,
) -> int:
    """What is done is asked of nobody any more (of this member: when it was theirs alone)."""
    its = [Reminder.what == what, Reminder.subject_id == subject_id, Reminder.state.in_(OPEN)]
    its += [Reminder.unit_id == unit_id] if unit_id is not None else []
    its += [Reminder.member_id == member_id] if member_id is not None else []
    ids = list(session.scalars(select(Reminder.id).where(*its)))
    if ids:
        finish(session, ids, now)
    return len(ids)


def settle_own(session: Session, what: str, member_id: int, now: datetime) -> None:
    """Whatever of a kind waits for a member is done: they have seen it."""
    its = (Reminder.what == what, Reminder.member_id == member_id, Reminder.state.in_(OPEN))
    if ids := list(session.scalars(select(Reminder.id).where(*its))):
        finish(session, ids, now)


def snooze(session: Session, reminder: Reminder, until: datetime) -> None:
    """The same one again, later."""
    reminder.state, reminder.bundle_id = "waiting", None
    reminder.send_from, reminder.snoozes = until, reminder.snoozes + 1
    session.flush()


def hand_on(session: Session, reminder: Reminder, member_id: int, now: datetime) -> bool:
    """To somebody else, who hears of it at the next good hour. False: they have it already."""
    kept = ("schedule_id", "what", "subject_id", "unit_id", "due_on", "stage", "rung")
    row = {name: getattr(reminder, name) for name in kept}
    row |= {"member_id": member_id, "state": "waiting", "send_from": now, "at": now, "snoozes": 0}
    reminder.state, reminder.settled_at, reminder.handed_to = "handed", now, member_id
    session.flush()
    return bool(add(session, [row]))


def handed(session: Session, schedule: Schedule) -> dict[tuple[int, int, date, int], int]:
    """(subject, unit, due day, who it was for) → who has it now."""
    its = select(Reminder).where(Reminder.schedule_id == schedule.id, Reminder.state == "handed")
    return {
        (r.subject_id, r.unit_id, r.due_on, r.member_id): r.handed_to
        for r in session.scalars(its)
        if r.handed_to is not None
    }


def respond(
    session: Session,
    *,
    what: str,
    subject_id: int,
    unit_id: int,
    member_id: int,
    answer: str,
    day: date,
    now: datetime,
    note: str = "",
    photo: str = "",
) -> Response:
    """Keep an answer; what it settles is asked of nobody (briefing, guidance: not of this one; a
    period's report: not of this unit)."""
    row = Response(
        what=what, subject_id=subject_id, unit_id=unit_id, member_id=member_id, answer=answer,
        day=day, at=now, note=note, photo=photo,
    )  # fmt: skip
    session.add(row)
    session.flush()
    alone = member_id if what in ("briefing", "guidance") else None
    unit = unit_id if what == "periodic_report" else None
    for name in SETTLES.get((what, answer), ()):
        settle(session, name, subject_id, now, unit, alone)
    return row
