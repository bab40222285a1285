"""Two initiatives that are one: their reports, inspections and people come together under the code
of the one that is kept; nothing is deleted."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.registration import as_update
from bot.errors import Refused
from storage import enrolments, search_index, tally
from storage.tables.helping import Commendation, PolicyUse, Publicity, SupportRequest
from storage.tables.lifecycle import Inspection, PlannedInspection, Recommendation
from storage.tables.records import CoReporter, Enrolment, Initiative, Report

OF_ENROLMENTS: tuple[Any, ...] = (Inspection, Recommendation, SupportRequest, Commendation)
OF_INITIATIVES: tuple[Any, ...] = (PlannedInspection, Publicity)
NO_MORE = "Một trong hai mô hình này đã được gộp trước đó rồi ạ. Xin mở lại để xem."


def keeper(session: Session, one: Initiative, other: Initiative) -> Initiative:
    """The one whose code stays: what has been recognised, else what has been reported first."""

    def rank(initiative: Initiative) -> tuple[bool, int, int]:
        return (not _recognised(session, initiative), initiative.code_year, initiative.code_number)

    return min(one, other, key=rank)


def _recognised(session: Session, initiative: Initiative) -> bool:
    found = select(Enrolment.id).where(
        Enrolment.initiative_id == initiative.id, Enrolment.decision_id.is_not(None)
    )
    return session.scalar(found.limit(1)) is not None


def merge(
    session: Session, gone: Initiative, kept: Initiative, now: datetime, today: date
) -> list[int]:
    """Make one of two; returns the members whose initiative went into the other.

    Raises Refused when one of them has been merged already, or they are of two organisations.
    """
    _lock(session, gone, kept)
    if gone.merged_id or kept.merged_id or gone.id == kept.id or gone.root_id != kept.root_id:
        raise Refused(NO_MORE)
    people = _join(session, gone, kept, now)
    for enrolment in _years(session, gone):
        same = enrolments.of_year(session, kept.id, enrolment.year)
        if same is None:
            enrolment.initiative_id = kept.id
            _move_reports(session, enrolment, enrolment, kept)
        else:
            _into(session, enrolment, same, kept)
            _counted(session, same, today)
        _counted(session, enrolment, today)
    for table in OF_INITIATIVES:
        session.execute(
            update(table).where(table.initiative_id == gone.id).values(initiative_id=kept.id)
        )
    _move_policies(session, gone, kept)
    copies = update(Initiative).where(Initiative.origin_id == gone.id, Initiative.id != kept.id)
    session.execute(copies.values(origin_id=kept.id))
    gone.merged_id = kept.id
    if kept.origin_id == gone.id:
        kept.origin_id = gone.origin_id if gone.origin_id != kept.id else None
    session.flush()
    return people


def _counted(session: Session, enrolment: Enrolment, today: date) -> None:
    tally.sync(session, enrolment, today)
    search_index.index(session, enrolment)


def _lock(session: Session, *both: Initiative) -> None:
    """In the order of their ids, whoever asks."""
    for one in sorted(both, key=lambda i: i.id):
        session.refresh(one, with_for_update=True)


def _join(session: Session, gone: Initiative, kept: Initiative, now: datetime) -> list[int]:
    """Whoever reported either of them reports the one that is kept."""
    authors = select(Report.author_id).where(Report.initiative_id == gone.id)
    others = select(CoReporter.member_id).where(CoReporter.initiative_id == gone.id)
    people = sorted({*session.scalars(authors), *session.scalars(others)})
    there = select(CoReporter.member_id).where(CoReporter.initiative_id == kept.id)
    known = set(session.scalars(there))
    rows = [m for m in people if m not in known]
    session.add_all(CoReporter(initiative_id=kept.id, member_id=m, at=now) for m in rows)
    return people


def _years(session: Session, initiative: Initiative) -> Sequence[Enrolment]:
    found = select(Enrolment).where(Enrolment.initiative_id == initiative.id)
    return session.scalars(found.order_by(Enrolment.year).with_for_update()).all()


def _into(session: Session, gone: Enrolment, kept: Enrolment, initiative: Initiative) -> None:
    """One year of both: what was known of either is known of the one that is kept."""
    _move_reports(session, gone, kept, initiative)
    for table in OF_ENROLMENTS:
        session.execute(
            update(table).where(table.enrolment_id == gone.id).values(enrolment_id=kept.id)
        )
    if gone.state != "withdrawn":
        kept.accepted_on = _first(kept.accepted_on, gone.accepted_on)
        kept.state = "accepted" if "accepted" in (gone.state, kept.state) else "waiting"
        kept.built_on = _first(kept.built_on, gone.built_on)
        kept.inspected_on = _first(kept.inspected_on, gone.inspected_on)
    gone.state = "withdrawn"
    session.flush()


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _move_reports(
    session: Session, gone: Enrolment, kept: Enrolment, initiative: Initiative
) -> None:
    """What still waits is news of the one that is kept, so that its name is not changed by it."""
    label = f"{initiative.code} {initiative.name}"
    for report in session.scalars(select(Report).where(Report.enrolment_id == gone.id)):
        report.enrolment_id, report.initiative_id = kept.id, initiative.id
        if report.kind == "register" and report.state in ("sent", "returned"):
            report.kind = "update"
            report.answers = as_update(report.answers, initiative.id, label)
    session.flush()


def _move_policies(session: Session, gone: Initiative, kept: Initiative) -> None:
    has = {p.policy_id for p in session.scalars(_policies(kept))}
    for use in session.scalars(_policies(gone)).all():
        if use.policy_id in has:
            session.delete(use)
        else:
            use.initiative_id = kept.id
    session.flush()


def _policies(initiative: Initiative) -> Any:
    return select(PolicyUse).where(PolicyUse.initiative_id == initiative.id)


def followed(session: Session, initiative: Initiative) -> Initiative:
    """What it is part of today."""
    while initiative.merged_id:
        initiative = session.get_one(Initiative, initiative.merged_id)
    return initiative
