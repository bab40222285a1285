"""Targets: how many a unit undertakes to build in a year. Who amends one says why, and an approver
agrees; nothing that was ever set is overwritten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from bot.errors import Refused
from storage.members import below
from storage.tables.lifecycle import TargetChange
from storage.tables.units import Target, Unit

PROPOSED, IN_FORCE, REFUSED, REPLACED = "proposed", "in_force", "refused", "replaced"


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What a target is about. sector_id None: not divided by sector; kind "": by neither kind."""

    unit_id: int
    year: int
    sector_id: int | None = None
    kind: str = ""


def current(session: Session, what: Undertaking) -> Target | None:
    return session.scalar(
        select(Target).where(
            Target.unit_id == what.unit_id, Target.year == what.year, Target.kind == what.kind,
            Target.sector_id.is_not_distinct_from(what.sector_id),
        )
    )  # fmt: skip


def undertake(
    session: Session,
    what: Undertaking,
    value: int,
    *,
    author_id: int | None,
    now: datetime,
    reason: str = "",
    decides: bool = False,
) -> TargetChange:
    """Set a target, or amend it: in force at once where there was none or the author decides, else
    proposed. Refused where nothing changes, or an amendment has no reason."""
    lock(session, what.unit_id)
    known = current(session, what)
    before = known.value if known else None
    if before == value:
        raise Refused(f"Chỉ tiêu này đang là {value} rồi ạ, không phải đổi.")
    if known and not reason.strip():
        raise Refused("Chỉ tiêu này đã có. Xin ghi lý do thay đổi ạ.")
    _replace_open(session, what, now, author_id)
    change = TargetChange(
        unit_id=what.unit_id, year=what.year, sector_id=what.sector_id, kind=what.kind,
        before=before, value=value, reason=reason.strip(), author_id=author_id, at=now,
        state=IN_FORCE if decides or known is None else PROPOSED,
    )  # fmt: skip
    session.add(change)
    if change.state == IN_FORCE:
        _put(session, what, value)
    session.flush()
    return change


def lock(session: Session, unit_id: int) -> None:
    """One at a time: two undivided targets of a unit would both be let in by the database."""
    session.scalar(select(Unit.id).where(Unit.id == unit_id).with_for_update())


def _replace_open(session: Session, what: Undertaking, now: datetime, by: int | None) -> None:
    """A newer wish takes the place of one that nobody has decided yet."""
    session.execute(
        update(TargetChange)
        .where(TargetChange.state == PROPOSED, *_about(what))
        .values(state=REPLACED, decided_by=by, decided_at=now)
        .execution_options(synchronize_session=False)
    )


def _about(what: Undertaking) -> tuple[ColumnElement[bool], ...]:
    return (
        TargetChange.unit_id == what.unit_id,
        TargetChange.year == what.year,
        TargetChange.kind == what.kind,
        TargetChange.sector_id.is_not_distinct_from(what.sector_id),
    )


def _put(session: Session, what: Undertaking, value: int) -> None:
    if known := current(session, what):
        known.value = value
        return
    session.add(
        Target(
            unit_id=what.unit_id, year=what.year, sector_id=what.sector_id, kind=what.kind,
            value=value,
        )
    )  # fmt: skip


def decide(
    session: Session, change: TargetChange, yes: bool, *, by: int, now: datetime, note: str = ""
) -> bool:
    """Agree to a proposal, or refuse it; False: somebody was faster, or it has been replaced."""
    lock(session, change.unit_id)
    done = session.execute(
        update(TargetChange)
        .where(TargetChange.id == change.id, TargetChange.state == PROPOSED)
        .values(state=IN_FORCE if yes else REFUSED, decided_by=by, decided_at=now, note=note)
        .returning(TargetChange.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(change)
    if done and yes:
        _put(session, about(change), change.value)
        session.flush()
    return done is not None


def about(change: TargetChange) -> Undertaking:
    return Undertaking(change.unit_id, change.year, change.sector_id, change.kind)


def of_unit(session: Session, unit_id: int, year: int) -> Sequence[Target]:
    """The undivided ones first."""
    return session.scalars(
        select(Target)
        .where(Target.unit_id == unit_id, Target.year == year)
        .order_by(Target.sector_id.is_not(None), Target.sector_id, Target.kind)
    ).all()


def history(session: Session, unit_id: int, year: int, most: int) -> Sequence[TargetChange]:
    """Newest first."""
    found = select(TargetChange).where(TargetChange.unit_id == unit_id, TargetChange.year == year)
    return session.scalars(found.order_by(TargetChange.id.desc()).limit(most)).all()


def proposed(
    session: Session, units: Collection[int], today: date, most: int, skip: int = 0
) -> Sequence[TargetChange]:
    """What waits for who decides over these units, oldest first."""
    if not units:
        return []
    waiting = select(TargetChange).where(
        TargetChange.state == PROPOSED, TargetChange.unit_id.in_(below(units, today))
    )
    return session.scalars(waiting.order_by(TargetChange.id).limit(most).offset(skip)).all()


def units_of(
    session: Session, units: Collection[int], year: int, today: date, most: int, skip: int = 0
) -> Sequence[Unit]:
    """Units below these that have a target in the year, by name."""
    if not units:
        return []
    own = select(Target.unit_id).where(Target.year == year)
    found = select(Unit).where(Unit.id.in_(own), Unit.id.in_(below(units, today)))
    return session.scalars(found.order_by(Unit.folded, Unit.id).limit(most).offset(skip)).all()
