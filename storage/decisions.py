"""Signed decisions: each entered once, whatever comes under it; recognition and praise alike."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.text import fold
from storage.tables.records import Decision

RECOGNITION, COMMENDATION = "recognition", "commendation"


def find(
    session: Session, root_id: int, kind: str, number: str, body: str, day: date
) -> Decision | None:
    """The one of this number, issuing body and day, however they were typed."""
    return session.scalar(
        select(Decision).where(
            Decision.root_id == root_id, Decision.kind == kind, Decision.day == day,
            Decision.folded == folded(number, body),
        )
    )  # fmt: skip


def folded(number: str, body: str) -> str:
    """ "15 - QĐ/TU" and "15-qđ/tu" are the same number."""
    return f"{fold(number).replace(' ', '')} {fold(body)}"


def enter(
    session: Session,
    *,
    root_id: int,
    kind: str,
    number: str,
    body: str,
    day: date,
    author_id: int,
    now: datetime,
    level: str = "",
    scan: str = "",
) -> Decision:
    """A new one, or the one that is there already."""
    if known := find(session, root_id, kind, number, body, day):
        return known
    decision = Decision(
        root_id=root_id, kind=kind, number=number, body=body, folded=folded(number, body), day=day,
        level=level, scan=scan, author_id=author_id, at=now,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    return decision


def recent(session: Session, root_id: int, kind: str, most: int) -> Sequence[Decision]:
    """Newest first: one goes on under the last."""
    own = select(Decision).where(Decision.root_id == root_id, Decision.kind == kind)
    return session.scalars(own.order_by(Decision.id.desc()).limit(most)).all()
