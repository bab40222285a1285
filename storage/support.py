"""Requests for help: what reports have asked for, who took it on, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from bot.domain.roles import Act
from storage.scope import Scope, over
from storage.tables.helping import SupportRequest
from storage.tables.records import Enrolment, Initiative, Report

NONE, OTHER = "khong", "khac"
NEEDS = ("von", "ky_thuat", "thu_tuc", OTHER)
OPEN, TAKEN, CLOSED = "open", "taken", "closed"
WAITING = SupportRequest.state != CLOSED
NOT_NEEDED = "Người báo cáo không cần hỗ trợ nữa."
Asking = tuple[SupportRequest, Enrolment, Initiative]


# -- from reports ---------------------------------------------------------------------------


def note(session: Session, report: Report, now: datetime) -> None:
    """What a report that has just been sent asks for. A correction changes the open request, takes
    it back, or asks anew."""
    need, words = asked_for(report)
    known = of_report(session, report.id) if report.version > 1 else None
    if known is None:
        if need:
            session.add(
                SupportRequest(
                    report_id=report.id, enrolment_id=report.enrolment_id, need=need, text=words,
                    at=now,
                )
            )  # fmt: skip
            session.flush()
    elif (need, words) != (known.need, known.text):
        _change(known, need, words, now)
        session.flush()


def asked_for(report: Report) -> tuple[str, str]:
    """A value of the step "ho_tro" and what was written in its place; ("", "") for nothing."""
    answer = report.answers.get("ho_tro") or {"v": None, "t": ""}
    value, words = answer["v"], str(answer["t"])
    if value in (None, "", NONE):
        return "", ""
    return (value, "") if value in NEEDS else (OTHER, words)


def of_report(session: Session, report_id: int) -> SupportRequest | None:
    return session.scalar(
        select(SupportRequest).where(SupportRequest.report_id == report_id).with_for_update()
    )


def _change(known: SupportRequest, need: str, words: str, now: datetime) -> None:
    if not need:
        if known.state != CLOSED:
            known.state, known.note, known.closed_at = CLOSED, NOT_NEEDED, now
        return
    known.need, known.text = need, words
    if known.state == CLOSED:
        known.state, known.at, known.note = OPEN, now, ""
        known.taken_by = known.taken_at = known.policy_id = known.closed_at = None


# -- for those who help ------------------------------------------------------------------------


def waiting(session: Session, scope: Scope, most: int, skip: int = 0) -> list[Asking]:
    """Not closed, oldest first; those nobody has taken come first."""
    ordered = _asking(scope).order_by(
        SupportRequest.state == TAKEN,
        SupportRequest.at,
        SupportRequest.id,
    )
    return [(r, e, i) for r, e, i in session.execute(ordered.limit(most).offset(skip))]


def count(session: Session, scope: Scope, *such: ColumnElement[bool]) -> int:
    rows = _asking(scope).where(*such).with_only_columns(func.count())
    return session.scalar(rows) or 0


def _asking(scope: Scope) -> Any:
    """Of reports that stand: what was taken back or rejected asks for nothing."""
    return (
        select(SupportRequest, Enrolment, Initiative)
        .join(Enrolment, Enrolment.id == SupportRequest.enrolment_id)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .join(Report, Report.id == SupportRequest.report_id)
        .where(WAITING, Report.state.not_in(["withdrawn", "rejected"]), over(scope, Act.SUPPORT))
    )


def of_enrolment(session: Session, enrolment_id: int) -> Sequence[SupportRequest]:
    """What it still asks for, newest first."""
    return session.scalars(
        select(SupportRequest)
        .join(Report, Report.id == SupportRequest.report_id)
        .where(SupportRequest.enrolment_id == enrolment_id, WAITING)
        .where(Report.state.not_in(["withdrawn", "rejected"]))
        .order_by(SupportRequest.id.desc())
    ).all()


def take(session: Session, request: SupportRequest, member_id: int, now: datetime) -> bool:
    """False: somebody was faster, or it is closed."""
    free = (SupportRequest.state == OPEN,)
    return _moved(session, request, free, state=TAKEN, taken_by=member_id, taken_at=now)


def give_back(session: Session, request: SupportRequest, member_id: int) -> bool:
    mine = (SupportRequest.state == TAKEN, SupportRequest.taken_by == member_id)
    return _moved(session, request, mine, state=OPEN, taken_by=None, taken_at=None)


def close(
    session: Session,
    request: SupportRequest,
    member_id: int,
    now: datetime,
    words: str,
    policy_id: int | None = None,
) -> bool:
    """By whoever took it on; False: it is no longer theirs."""
    mine = (SupportRequest.state == TAKEN, SupportRequest.taken_by == member_id)
    values = {"note": words, "policy_id": policy_id, "closed_at": now}
    return _moved(session, request, mine, state=CLOSED, **values)


def _moved(
    session: Session, request: SupportRequest, when: tuple[ColumnElement[bool], ...], **values: Any
) -> bool:
    done = session.execute(
        update(SupportRequest)
        .where(SupportRequest.id == request.id, *when)
        .values(**values)
        .returning(SupportRequest.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(request)
    return done is not None
