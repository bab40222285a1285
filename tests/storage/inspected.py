"""An inspection as it is sent, for tests that need one."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from storage import inspections, reports
from storage.inspections import Found
from storage.tables.lifecycle import Inspection
from storage.tables.people import Member
from storage.tables.records import Enrolment
from tests.make import NOW, make_member

DAY = date(2022, 12, 20)


def make_inspection(
    session: Session,
    enrolment: Enrolment,
    author: Member | None = None,
    *,
    day: date = DAY,
    head: Member | None = None,
    asks: str = "",
    due_on: date = date(2023, 1, 15),
    done: tuple[int, ...] = (),
    form: str = "dinh_ky",
) -> Inspection:
    """One that waits for its head; asks: a recommendation. done: those that were ticked."""
    answers: dict[str, Any] = {"truoc": {"v": list(done), "t": ""}}
    if asks:
        answers["kien_nghi"] = {"v": asks, "t": asks}
        answers["han"] = {"v": due_on.isoformat(), "t": ""}
    report = reports.add(
        session, key=f"{enrolment.id}-{day}-{asks}-{form}", kind="inspect", enrolment=enrolment,
        author_id=(author or make_member(session)).id, answers=answers, has_results=False, now=NOW,
    )  # fmt: skip
    found = Found(day, form, "tot", "kha", "Lê Thị Hương", head.id if head else None, None)
    return inspections.add(session, report, found)


def confirmed(session: Session, enrolment: Enrolment, **given: Any) -> Inspection:
    inspection = make_inspection(session, enrolment, **given)
    by = make_member(session).id
    assert inspections.confirm(session, inspection, 1, by=by, now=NOW, today=NOW.date())
    return inspection
