"""Inspections: each beside its report, and what it means once the head of the team confirms."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import planned, recommendations, reports, tally
from storage.members import below, in_force
from storage.tables.lifecycle import Inspection
from storage.tables.people import Member
from storage.tables.people import Role as RoleRow
from storage.tables.records import CoReporter, Enrolment, Photo, Report
from storage.units import ancestors

OPEN, CONFIRMED = "open", "confirmed"


@dataclass(frozen=True, slots=True)
class Found:
    """What an inspection found, in columns; see `storage.tables.lifecycle.Inspection`."""

    day: date
    form: str
    working: str
    verdict: str
    team: str
    head_id: int | None
    earlier_id: int | None


def add(session: Session, report: Report, found: Found) -> Inspection:
    inspection = Inspection(
        report_id=report.id, enrolment_id=report.enrolment_id, state=OPEN, **asdict(found)
    )
    session.add(inspection)
    session.flush()
    return inspection


def change(session: Session, inspection: Inspection, found: Found) -> None:
    for name, value in asdict(found).items():
        setattr(inspection, name, value)
    session.flush()


def latest_until(session: Session, initiative_id: int, year: int) -> Enrolment | None:
    """The enrolment an inspection in a year is of: of that year, else of the last one before."""
    its = select(Enrolment).where(
        Enrolment.initiative_id == initiative_id,
        Enrolment.year <= year,
        Enrolment.state != "withdrawn",
    )
    return session.scalar(its.order_by(Enrolment.year.desc()).limit(1))


def of_report(session: Session, report_id: int) -> Inspection | None:
    return session.scalar(select(Inspection).where(Inspection.report_id == report_id))


def confirm(
    session: Session, inspection: Inspection, version: int, *, by: int, now: datetime, today: date
) -> bool:
    """It counts from now on. False: the version that was seen is confirmed, changed or taken back
    already."""
    report = session.get_one(Report, inspection.report_id)
    if not reports.decide(session, report, version, "accepted", by=by, now=now, among=["sent"]):
        return False
    enrolment = session.get_one(Enrolment, inspection.enrolment_id)
    inspection.state = CONFIRMED
    known = enrolment.inspected_on or inspection.day
    enrolment.inspected_on = min(known, inspection.day)
    tally.sync(session, enrolment, today)
    recommendations.begin(session, inspection, report, by=by, now=now)
    planned.fulfil(session, inspection, enrolment, {report.author_id, inspection.head_id or 0})
    return True


def _confirmed() -> Select[Inspection]:
    """Newest first."""
    return (
        select(Inspection)
        .join(Report, Report.id == Inspection.report_id)
        .where(Inspection.state == CONFIRMED)
        .order_by(Inspection.day.desc(), Inspection.id.desc())
    )


def of_initiative(
    session: Session, initiative_id: int, most: int = 1, skip: int = 0
) -> Sequence[Inspection]:
    """Of all its years, newest first."""
    its = _confirmed().where(Report.initiative_id == initiative_id)
    return session.scalars(its.limit(most).offset(skip)).all()


def count(session: Session, initiative_id: int) -> int:
    its = _confirmed().where(Report.initiative_id == initiative_id).order_by(None)
    return session.scalar(select(func.count()).select_from(its.subquery())) or 0


def of_owner(session: Session, member_id: int, most: int, skip: int = 0) -> Sequence[Inspection]:
    """Of what this member has registered, newest first."""
    theirs = _confirmed().where(Report.initiative_id.in_(_owned(member_id)))
    return session.scalars(theirs.limit(most).offset(skip)).all()


def _owned(member_id: int) -> Select[int]:
    together = select(CoReporter.initiative_id).where(CoReporter.member_id == member_id)
    registered = select(Report.initiative_id).where(
        Report.author_id == member_id, Report.kind == "register", Report.state.not_in(reports.GONE)
    )
    return select(registered.union(together).subquery().c.initiative_id)


def owns(session: Session, initiative_id: int, member_id: int | None) -> bool:
    mine = _owned(member_id or 0)
    return initiative_id in session.scalars(mine).all()


def owners_of_all_years(session: Session, initiative_id: int) -> list[int]:
    """Who registered it, and who reports it with them."""
    registered = select(Report.author_id).where(
        Report.initiative_id == initiative_id,
        Report.kind == "register",
        Report.state.not_in(reports.GONE),
    )
    together = select(CoReporter.member_id).where(CoReporter.initiative_id == initiative_id)
    return sorted({*session.scalars(registered), *session.scalars(together)})


def to_confirm(session: Session, member_id: int, most: int = 8) -> Sequence[Inspection]:
    """What waits for the head of its team, oldest first."""
    return session.scalars(
        select(Inspection)
        .join(Report, Report.id == Inspection.report_id)
        .where(Inspection.head_id == member_id, Inspection.state == OPEN, Report.state == "sent")
        .order_by(Inspection.id)
        .limit(most)
    ).all()


def last_team(session: Session, member_id: int) -> str:
    """Who was along the last time this member inspected."""
    mine = (
        select(Inspection.team)
        .join(Report, Report.id == Inspection.report_id)
        .where(Report.author_id == member_id, Report.kind == "inspect")
    )
    return session.scalar(mine.order_by(Inspection.id.desc()).limit(1)) or ""


def called(session: Session, root_id: int, folded: str, now: datetime) -> list[int]:
    """Members of this name who hold more than a member's role."""
    held = select(RoleRow.member_id).where(RoleRow.role != Role.MEMBER, in_force(now))
    named = select(Member.id).where(
        Member.root_id == root_id, Member.folded == folded, Member.state == "active"
    )
    return list(session.scalars(named.where(Member.id.in_(held)).order_by(Member.id)))


def inspectors(
    session: Session, units: Collection[int], now: datetime, today: date, most: int = 8
) -> Sequence[Member]:
    """Inspectors over some of these units, in part or as a whole."""
    above = {a for unit in units for a in ancestors(session, unit, today)}
    held = select(RoleRow.member_id).where(
        RoleRow.role == Role.INSPECTOR,
        in_force(now),
        or_(RoleRow.unit_id.in_(above), RoleRow.unit_id.in_(below(units, today))),
    )
    named = select(Member).where(Member.id.in_(held), Member.state == "active")
    return session.scalars(named.order_by(Member.folded, Member.id).limit(most)).all()


def came(session: Session, photos: Collection[str]) -> list[datetime]:
    """When these pictures came in, in order."""
    times = select(Photo.created_at).where(Photo.hash.in_(photos))
    return sorted(session.scalars(times))
