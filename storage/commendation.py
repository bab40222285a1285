"""Commendations: whom results speak for, who was proposed, and what was decided."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from bot.domain import merits
from bot.domain.merits import Record
from bot.domain.roles import Act
from storage.replication import copies
from storage.scope import Scope, over
from storage.tables.helping import Commendation
from storage.tables.lifecycle import Inspection
from storage.tables.records import Enrolment, Initiative

PROPOSED, DECIDED, REFUSED = "proposed", "decided", "refused"
Proposal = tuple[Commendation, Enrolment, Initiative]


class Candidate(NamedTuple):
    enrolment: Enrolment
    initiative: Initiative
    record: Record


# -- the shortlist --------------------------------------------------------------------------


def _verdict() -> Any:
    """Of the last confirmed inspection of the year, or ""."""
    last = (
        select(Inspection.verdict)
        .where(Inspection.enrolment_id == Enrolment.id, Inspection.state == "confirmed")
        .order_by(Inspection.day.desc(), Inspection.id.desc())
        .limit(1)
        .correlate(Enrolment)
    )
    return func.coalesce(last.scalar_subquery(), "")


def _candidates(scope: Scope) -> tuple[Any, dict[str, ColumnElement[bool]]]:
    """Accepted enrolments with what speaks for them, and each criterion of `bot.domain.merits` as
    a condition."""
    counted, verdict = copies(scope), _verdict()
    number = func.coalesce(counted.c.copies, 0)
    rows: Any = (
        select(Enrolment, Initiative, verdict, number)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .outerjoin(counted, counted.c.origin_id == Initiative.id)
        .where(Enrolment.state == "accepted", Enrolment.activity == "active")
    )
    conditions = {
        "built": Enrolment.built_on.is_not(None),
        "inspected": verdict.in_(merits.GOOD_VERDICTS),
        "recognised": Enrolment.stage == "recognised",
        "exemplary": Enrolment.exemplary,
        "copied": number >= merits.LEAST_COPIES,
    }
    return rows, conditions


def shortlist(
    session: Session, scope: Scope, year: int, most: int, skip: int = 0
) -> list[Candidate]:
    """Of what the scope may propose those `merits.listed` puts on the list, whoever meets most
    first."""
    rows, conditions = _candidates(scope)
    must = [conditions[name] for name in merits.REQUIRED]
    others = [case((c, 1), else_=0) for n, c in conditions.items() if n not in merits.REQUIRED]
    number: Any = sum(others[1:], others[0])
    found = rows.where(Enrolment.year == year, *must, over(scope, Act.PROPOSE))
    ordered = found.where(number >= merits.LEAST_MET).order_by(number.desc(), Enrolment.id)
    return [_candidate(*row) for row in session.execute(ordered.limit(most).offset(skip))]


def _candidate(
    enrolment: Enrolment, initiative: Initiative, verdict: str, number: int
) -> Candidate:
    record = Record(
        built=enrolment.built_on is not None, verdict=verdict, level=enrolment.level,
        recognised=enrolment.stage == "recognised", exemplary=enrolment.exemplary, copies=number,
    )  # fmt: skip
    return Candidate(enrolment, initiative, record)


def record_of(session: Session, scope: Scope, enrolment: Enrolment) -> Record:
    """What speaks for one, whether it is on the list or not."""
    rows, _ = _candidates(scope)
    row = session.execute(rows.where(Enrolment.id == enrolment.id)).first()
    return _candidate(*row).record if row else Record()


# -- proposals ------------------------------------------------------------------------------


def of_enrolments(session: Session, ids: Collection[int]) -> dict[int, list[Commendation]]:
    """Proposed and decided ones."""
    rows = session.scalars(
        select(Commendation)
        .where(Commendation.enrolment_id.in_(ids), Commendation.state != REFUSED)
        .order_by(Commendation.id)
    )
    found: dict[int, list[Commendation]] = {}
    for row in rows:
        found.setdefault(row.enrolment_id, []).append(row)
    return found


def propose(
    session: Session, enrolment: Enrolment, form: str, merit: str, author_id: int, now: datetime
) -> Commendation | None:
    """None: somebody has proposed the same already, or it has been decided."""
    session.refresh(enrolment, with_for_update=True)  # two at once: the second sees the first
    known = of_enrolments(session, [enrolment.id]).get(enrolment.id, [])
    if any(one.form == form for one in known):
        return None
    row = Commendation(
        enrolment_id=enrolment.id, form=form, merit=merit, author_id=author_id, at=now
    )
    session.add(row)
    session.flush()
    return row


def proposed(
    session: Session, scope: Scope, act: Act, most: int, skip: int = 0, first: int = 0
) -> list[Proposal]:
    """What waits for a decision, of that about which the scope may do this, oldest first; before
    them the one called first."""
    ordered = _proposals(scope, act).order_by(Commendation.id != first, Commendation.id)
    return [(c, e, i) for c, e, i in session.execute(ordered.limit(most).offset(skip))]


def count(session: Session, scope: Scope, act: Act) -> int:
    return session.scalar(_proposals(scope, act).with_only_columns(func.count())) or 0


def _proposals(scope: Scope, act: Act) -> Any:
    return (
        select(Commendation, Enrolment, Initiative)
        .join(Enrolment, Enrolment.id == Commendation.enrolment_id)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .where(Commendation.state == PROPOSED, over(scope, act))
    )


def decide(
    session: Session, row: Commendation, decision_id: int, member_id: int, now: datetime
) -> bool:
    """False: somebody has decided meanwhile."""
    values = {"state": DECIDED, "decision_id": decision_id}
    return _moved(session, row, decided_by=member_id, decided_at=now, **values)


def refuse(session: Session, row: Commendation, why: str, member_id: int, now: datetime) -> bool:
    return _moved(session, row, state=REFUSED, note=why, decided_by=member_id, decided_at=now)


def _moved(session: Session, row: Commendation, **values: Any) -> bool:
    done = session.execute(
        update(Commendation)
        .where(Commendation.id == row.id, Commendation.state == PROPOSED)
        .values(**values)
        .returning(Commendation.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(row)
    return done is not None


def under(session: Session, decision_id: int) -> Sequence[Commendation]:
    """What a decision praises."""
    own = select(Commendation).where(Commendation.decision_id == decision_id)
    return session.scalars(own.order_by(Commendation.id)).all()
