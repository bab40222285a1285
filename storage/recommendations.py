"""What inspections ask for: open, said to be done by the owner, done, or dropped."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, update
from sqlalchemy.orm import Session

from storage.reports import GONE
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.records import Enrolment, Initiative, Report

OPEN_STATES = ("open", "claimed")


def begin(
    session: Session, inspection: Inspection, report: Report, *, by: int, now: datetime
) -> None:
    """What a confirmed inspection asks for, and what it found done of the earlier ones."""
    answers = report.answers
    ticked = (answers.get("truoc") or {}).get("v") or []
    known = {r.id for r in of_initiative(session, report.initiative_id)}
    for one in known.intersection(ticked):
        decide(session, one, OPEN_STATES, "done", by=by, now=now)
    if "kien_nghi" in answers and "han" in answers:
        session.add(
            Recommendation(
                inspection_id=inspection.id, enrolment_id=inspection.enrolment_id,
                text=answers["kien_nghi"]["v"], due_on=date.fromisoformat(answers["han"]["v"]),
            )
        )  # fmt: skip
        session.flush()


def decide(
    session: Session,
    recommendation_id: int,
    among: Collection[str],
    state: str,
    *,
    by: int,
    now: datetime,
    **more: Any,
) -> bool:
    """False: it is in none of these states any more."""
    done = session.execute(
        update(Recommendation)
        .where(Recommendation.id == recommendation_id, Recommendation.state.in_(among))
        .values(state=state, decided_by=by, decided_at=now, **more)
        .returning(Recommendation.id)
        .execution_options(synchronize_session=False)
    ).first()
    if row := session.get(Recommendation, recommendation_id):
        session.refresh(row)
    return done is not None


def of_inspection(session: Session, inspection_id: int) -> Recommendation | None:
    its = select(Recommendation).where(Recommendation.inspection_id == inspection_id)
    return session.scalar(its.order_by(Recommendation.id.desc()).limit(1))


def of_initiative(session: Session, initiative_id: int) -> Sequence[Recommendation]:
    """Those that are not done, due first."""
    its = _open().where(Enrolment.initiative_id == initiative_id)
    return session.scalars(its.order_by(Recommendation.due_on, Recommendation.id)).all()


def of_owner(session: Session, member_id: int, most: int = 4) -> Sequence[Recommendation]:
    """Those still open of what this member has registered, due first."""
    mine = select(Report.enrolment_id).where(
        Report.author_id == member_id, Report.kind == "register", Report.state.not_in(GONE)
    )
    its = _open().where(Enrolment.id.in_(mine), Recommendation.state == "open")
    return session.scalars(its.order_by(Recommendation.due_on, Recommendation.id).limit(most)).all()


def _open() -> Select[Recommendation]:
    return (
        select(Recommendation)
        .join(Enrolment, Enrolment.id == Recommendation.enrolment_id)
        .where(Recommendation.state.in_(OPEN_STATES))
    )


def followed(
    session: Session, mine: ColumnElement[bool], today: date, most: int, skip: int = 0
) -> list[tuple[Recommendation, Initiative]]:
    """Those not done, of `mine`, a condition on enrolments: overdue first, then those said to be
    done, then by day."""
    overdue = and_(Recommendation.state == "open", Recommendation.due_on < today)
    turn = case((overdue, 0), (Recommendation.state == "claimed", 1), else_=2)
    rows = session.execute(
        _open()
        .where(mine)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .add_columns(Initiative)
        .order_by(turn, Recommendation.due_on, Recommendation.id)
        .limit(most)
        .offset(skip)
    )
    return [(row[0], row[1]) for row in rows]


def counts(session: Session, mine: ColumnElement[bool], today: date) -> tuple[int, int, int]:
    """Not done, of these overdue, of these said to be done."""
    late = case((and_(Recommendation.state == "open", Recommendation.due_on < today), 1), else_=0)
    claimed = case((Recommendation.state == "claimed", 1), else_=0)
    rows = (
        _open()
        .where(mine)
        .with_only_columns(
            func.count(), func.coalesce(func.sum(late), 0), func.coalesce(func.sum(claimed), 0)
        )
    )
    total, overdue, said = session.execute(rows).one()
    return int(total), int(overdue), int(said)
