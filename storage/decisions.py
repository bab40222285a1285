"""Signed decisions: each entered once, whatever comes under it; recognition and praise alike."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from bot.domain.partial_dates import plain_date
from bot.domain.text import fold
from bot.errors import Refused
from storage.tables.helping import Commendation
from storage.tables.people import Audit
from storage.tables.records import Decision, Enrolment

RECOGNITION, COMMENDATION = "recognition", "commendation"
TAKEN = "Đã có Quyết định {number} ngày {day} của {body} rồi ạ. Xin nhắn “sửa 1” để ghi lại số."
TOO_EARLY = (
    "Ngày {day} có trước năm {year} của mô hình đã ghi theo quyết định này. Xin nhắn “sửa 3” để "
    "ghi lại ngày ạ."
)


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


def of_author(
    session: Session, root_id: int, kind: str, author_id: int | None, most: int, skip: int = 0
) -> Sequence[Decision]:
    """Those that somebody entered, or all (None), newest first."""
    own = select(Decision).where(Decision.root_id == root_id, Decision.kind == kind)
    if author_id is not None:
        own = own.where(Decision.author_id == author_id)
    ordered = own.order_by(Decision.day.desc(), Decision.id.desc())
    return session.scalars(ordered.limit(most).offset(skip)).all()


# -- putting one right ----------------------------------------------------------------------------


def amend(
    session: Session, decision: Decision, number: str, body: str, day: date
) -> dict[str, str]:
    """What it said before, of what changed. Refused where another one says this, or what stands on
    it is of a later year."""
    session.refresh(decision, with_for_update=True)
    known = find(session, decision.root_id, decision.kind, number, body, day)
    if known is not None and known.id != decision.id:
        raise Refused(TAKEN.format(number=known.number, day=plain_date(day), body=known.body))
    if (year := _last_year(session, decision.id)) > day.year:
        raise Refused(TOO_EARLY.format(day=plain_date(day), year=year))
    new = {"number": number, "body": body, "day": day}
    before = {k: str(getattr(decision, k)) for k, v in new.items() if getattr(decision, k) != v}
    decision.number, decision.body, decision.day = number, body, day
    decision.folded = folded(number, body)
    session.flush()
    return before


def _last_year(session: Session, decision_id: int) -> int:
    """Of what it has recognised or praised; 0: nothing."""
    praised = select(Commendation.enrolment_id).where(Commendation.decision_id == decision_id)
    years = union_all(
        select(Enrolment.year).where(Enrolment.decision_id == decision_id),
        select(Enrolment.year).where(Enrolment.id.in_(praised)),
    ).subquery()
    return session.scalar(select(func.max(years.c.year))) or 0


def amendments(session: Session, decision_id: int, most: int = 3) -> Sequence[Audit]:
    """From the log, newest first; their details are what it said before."""
    own = select(Audit).where(Audit.kind == "decision", Audit.subject_id == decision_id)
    last = own.where(Audit.action == "amend").order_by(Audit.id.desc())
    return session.scalars(last.limit(most)).all()
