"""The plan of inspections: what is to be inspected by a day, and what has been."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from storage.members import below
from storage.tables.lifecycle import Inspection, PlannedInspection
from storage.tables.records import Enrolment
from storage.tables.units import UnitBelow

Plan = PlannedInspection


def add(
    session: Session,
    *,
    unit_id: int,
    initiative_id: int | None,
    due_on: date,
    team: str,
    inspector_id: int | None,
    author_id: int,
    now: datetime,
) -> Plan:
    plan = Plan(
        unit_id=unit_id, initiative_id=initiative_id, due_on=due_on, team=team,
        inspector_id=inspector_id, author_id=author_id, at=now,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    return plan


def fulfil(
    session: Session, inspection: Inspection, enrolment: Enrolment, people: Collection[int]
) -> None:
    """The plan this inspection fits is done: one of the initiative, else one of its unit (by who
    was named, if anybody was); of several the one due first."""
    unit = Enrolment.id == enrolment.id
    around = select(Enrolment.id).where(unit, _at(Plan.unit_id, inspection.day)).correlate(Plan)
    fits = (
        select(Plan)
        .where(Plan.state == "planned")
        .where(
            or_(
                Plan.initiative_id == enrolment.initiative_id,
                and_(
                    Plan.initiative_id.is_(None),
                    around.exists(),
                    or_(Plan.inspector_id.is_(None), Plan.inspector_id.in_(people)),
                ),
            )
        )
        .order_by(case((Plan.initiative_id.is_(None), 1), else_=0), Plan.due_on, Plan.id)
    )
    plan = next((p for p in session.scalars(fits) if p.at.date() <= inspection.day), None)
    if plan is not None:
        plan.state, plan.inspection_id = "done", inspection.id
        session.flush()


def _at(unit_id: object, day: date) -> ColumnElement[bool]:
    """Whether the enrolment's place or registrant is this unit or below it on a day."""
    under = select(UnitBelow.unit_id).where(
        UnitBelow.ancestor_id == unit_id, UnitBelow.since <= day, UnitBelow.until > day
    )
    return or_(
        Enrolment.place_id == unit_id,
        Enrolment.registrant_id == unit_id,
        Enrolment.place_id.in_(under),
        Enrolment.registrant_id.in_(under),
    )


def drop(session: Session, plan_id: int) -> bool:
    """False: it is done, or dropped, already."""
    done = session.execute(
        update(Plan)
        .where(Plan.id == plan_id, Plan.state == "planned")
        .values(state="dropped")
        .returning(Plan.id)
        .execution_options(synchronize_session=False)
    ).first()
    if row := session.get(Plan, plan_id):
        session.refresh(row)
    return done is not None


def _of_units(units: Collection[int], today: date, year: int) -> Select[Plan]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return select(Plan).where(
        Plan.unit_id.in_(below(units, today)),
        Plan.state != "dropped",
        Plan.due_on.between(first, last),
    )


def of_units(
    session: Session, units: Collection[int], today: date, year: int, most: int, skip: int = 0
) -> Sequence[Plan]:
    """What is planned for these units and below: not done first, due first."""
    waiting = case((Plan.state == "planned", 0), else_=1)
    rows = _of_units(units, today, year).order_by(waiting, Plan.due_on, Plan.id)
    return session.scalars(rows.limit(most).offset(skip)).all()


def counts(
    session: Session, units: Collection[int], today: date, year: int
) -> tuple[int, int, int]:
    """Planned, of these done, of these overdue."""
    done = case((Plan.state == "done", 1), else_=0)
    late = case((and_(Plan.state == "planned", Plan.due_on < today), 1), else_=0)
    rows = _of_units(units, today, year).with_only_columns(
        func.count(), func.coalesce(func.sum(done), 0), func.coalesce(func.sum(late), 0)
    )
    total, finished, overdue = session.execute(rows).one()
    return int(total), int(finished), int(overdue)


def of_inspector(
    session: Session,
    member_id: int,
    inspects: ColumnElement[bool],
    units: Collection[int],
    today: date,
    most: int,
) -> Sequence[Plan]:
    """What waits for this inspector: what names them, and what names nobody over their units; due
    first. Nothing of an initiative they may not inspect."""
    seen = select(Enrolment.initiative_id).where(inspects)
    mine = or_(
        Plan.inspector_id == member_id,
        and_(Plan.inspector_id.is_(None), Plan.unit_id.in_(below(units, today))),
    )
    rows = select(Plan).where(Plan.state == "planned", mine)
    rows = rows.where(or_(Plan.initiative_id.is_(None), Plan.initiative_id.in_(seen)))
    return session.scalars(rows.order_by(Plan.due_on, Plan.id).limit(most)).all()
