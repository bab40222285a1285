"""The log of who did what to what: rows are added and read, never changed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, Table, and_, insert, or_, select
from sqlalchemy.orm import Session

from storage.members import below
from storage.prepared import Prepared
from storage.tables.people import Audit, Member
from storage.tables.records import Enrolment, Report

_NOTE = Prepared(
    insert(cast(Table, Audit.__table__)),
    "root_id", "at", "member_id", "platform", "action", "kind", "subject_id", "details",
)  # fmt: skip


def note(session: Session, **values: Any) -> None:
    """One row: root_id, at, member_id, platform, action, kind, subject_id, details."""
    _NOTE.do(session, values)


def of_initiative(initiative_id: int) -> Select[Audit]:
    """All that was done to an initiative, its years and its reports."""
    years = select(Enrolment.id).where(Enrolment.initiative_id == initiative_id)
    reports = select(Report.id).where(Report.initiative_id == initiative_id)
    return select(Audit).where(
        or_(
            and_(Audit.kind == "initiative", Audit.subject_id == initiative_id),
            and_(Audit.kind == "enrolment", Audit.subject_id.in_(years)),
            and_(Audit.kind == "report", Audit.subject_id.in_(reports)),
        )
    )


def of_member(member_id: int) -> Select[Audit]:
    """What this person did, and what was done to them."""
    about = and_(Audit.kind == "member", Audit.subject_id == member_id)
    return select(Audit).where(or_(Audit.member_id == member_id, about))


def between(first: datetime, end: datetime, units: Collection[int], today: date) -> Select[Audit]:
    """What people of these units did in [first, end)."""
    inside = select(Member.id).where(Member.unit_id.in_(below(units, today)))
    return select(Audit).where(Audit.at >= first, Audit.at < end, Audit.member_id.in_(inside))


def page(session: Session, rows: Select[Audit], most: int, skip: int) -> Sequence[Audit]:
    """Newest first."""
    return session.scalars(rows.order_by(Audit.id.desc()).limit(most).offset(skip)).all()
