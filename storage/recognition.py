"""What waits for recognition, and the decisions that recognised it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import ACTIVE, LEVELS, MOVES
from bot.domain.roles import Act
from bot.domain.text import sort_key
from storage.decisions import RECOGNITION
from storage.scope import Scope, over
from storage.tables.records import Decision, Enrolment, Initiative
from storage.tables.units import Unit, UnitBelow

LATE = 2
"""A year's initiatives are recognised in that year or the next."""
ON_THE_WAY = frozenset(("proposed", "appraising"))
FEW = 200
"""Units; of more of them the rows are looked through instead."""


class Waiting(NamedTuple):
    initiative: Initiative
    enrolment: Enrolment
    place: str


def waiting(
    session: Session,
    scope: Scope,
    name: str,
    today: date,
    most: int,
    decision: Decision | None = None,
) -> list[Waiting]:
    """Of whom the move of this name can be made by this scope; to recognise under a decision, then
    also those that it would raise."""
    rows = _some(session, scope, name, most, _ready(name, today, decision))
    if decision is not None and len(rows) < most:
        raised = _raised(today, decision)
        rows += _some(session, scope, "raise", most - len(rows), raised)
    return rows


def count(session: Session, scope: Scope, name: str, today: date) -> int:
    number = select(func.count(Enrolment.id)).join(Initiative)
    right = (*_ready(name, today, None), *_theirs(session, scope, MOVES[name].act))
    return session.scalar(number.where(*right)) or 0


def _some(
    session: Session, scope: Scope, name: str, most: int, ready: list[ColumnElement[bool]]
) -> list[Waiting]:
    """The last ones, so that of very many no more are looked at than are wanted; in the order of
    places and codes."""
    rows = session.execute(
        select(Initiative, Enrolment, Unit.name)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .join(Unit, Unit.id == Enrolment.place_id)
        .where(*ready, *_theirs(session, scope, MOVES[name].act))
        .order_by(Enrolment.id.desc())
        .limit(most)
    )
    found = [Waiting(*row) for row in rows]
    return sorted(found, key=lambda w: (w.enrolment.stage, sort_key(w.place), w.initiative.code))


def _theirs(session: Session, scope: Scope, act: Act) -> list[ColumnElement[bool]]:
    """What they may do this about; of few units by the indexes of places and registrants."""
    below = select(UnitBelow.unit_id).where(UnitBelow.ancestor_id.in_(scope.units(act)))
    units = set(session.scalars(below.limit(FEW))) | {*scope.units(act)}
    at = or_(Enrolment.place_id.in_(units), Enrolment.registrant_id.in_(units))
    return [over(scope, act), at] if len(units) < FEW else [over(scope, act)]


def _ready(name: str, today: date, decision: Decision | None) -> list[ColumnElement[bool]]:
    rule = MOVES[name]
    found = [getattr(Enrolment, column) == value for column, value in rule.only.items()]
    if name == "propose":
        found.append(Enrolment.built_on.is_not(None))
    return [_stage(*rule.stages), *found, *_living(today, decision)]


def _stage(*stages: str) -> ColumnElement[bool]:
    """Few are on their way: by the index. Of the others there are many: not by it."""
    few = ON_THE_WAY.issuperset(stages)
    return (Enrolment.stage if few else func.coalesce(Enrolment.stage, "")).in_(stages)


def _raised(today: date, decision: Decision) -> list[ColumnElement[bool]]:
    lower = LEVELS[: LEVELS.index(decision.level)]
    recognised = (_stage("recognised"), Enrolment.level.in_(lower))
    return [*recognised, *_living(today, decision)]


def _living(today: date, decision: Decision | None) -> list[ColumnElement[bool]]:
    """Of the years that may still be recognised, or that the decision is about."""
    last, first = today.year, today.year - LATE + 1
    if decision is not None:
        last, first = decision.day.year, min(first, decision.day.year - LATE + 1)
    return [
        Enrolment.state == "accepted", Enrolment.activity == ACTIVE,
        Enrolment.year.between(first, last), Initiative.merged_id.is_(None),
    ]  # fmt: skip


# -- decisions ------------------------------------------------------------------------------------


def of_scope(
    session: Session, root_id: int, member_id: int, scope: Scope, most: int, skip: int = 0
) -> Sequence[Decision]:
    """Entered by this member, or about what they may recognise; newest first."""
    theirs = (
        select(Enrolment.id)
        .where(Enrolment.decision_id == Decision.id, over(scope, Act.RECOGNISE))
        .exists()
    )
    return session.scalars(
        select(Decision)
        .where(Decision.root_id == root_id, Decision.kind == RECOGNITION)
        .where(or_(Decision.author_id == member_id, theirs))
        .order_by(Decision.day.desc(), Decision.id.desc())
        .limit(most)
        .offset(skip)
    ).all()


def recognised_by(session: Session, decision_id: int) -> int:
    """How many stand on it today."""
    number = select(func.count(Enrolment.id)).where(Enrolment.decision_id == decision_id)
    return session.scalar(number) or 0


def initiatives_of(
    session: Session, decision_id: int, scope: Scope, most: int, skip: int = 0
) -> list[tuple[Initiative, Enrolment]]:
    """What stands on it, as far as the scope may recognise."""
    rows = session.execute(
        select(Initiative, Enrolment)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(Enrolment.decision_id == decision_id, over(scope, Act.RECOGNISE))
        .order_by(Initiative.code_year, Initiative.code_number)
        .limit(most)
        .offset(skip)
    )
    return [(initiative, enrolment) for initiative, enrolment in rows]


def issuers(session: Session, root_id: int, most: int) -> Sequence[str]:
    """Who has issued decisions, the last first."""
    own = select(Decision.body).where(Decision.root_id == root_id, Decision.kind == RECOGNITION)
    last = func.max(Decision.id).desc()
    return session.scalars(own.group_by(Decision.body).order_by(last).limit(most)).all()
