"""What people say of their models with a tap: reported by themselves, inspected by nobody yet."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from storage.due_parts import under
from storage.scope import Scope, visible
from storage.tables.lifecycle import Inspection
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import Response

REVIEW = "initiative_review"
ANSWERS = {"good": "vẫn tốt", "changed": "có thay đổi", "stopped": "đã dừng"}
"""Those that say how a model is; "not_mine" does not."""


def _said(*answers: str) -> ColumnElement[bool]:
    return (Response.what == REVIEW) & Response.answer.in_(answers or ANSWERS)


def last_of(session: Session, enrolment_id: int) -> Response | None:
    its = select(Response).where(_said(), Response.subject_id == enrolment_id)
    return session.scalar(its.order_by(Response.id.desc()).limit(1))


def unchecked(session: Session, one: Response) -> bool:
    return not session.scalar(select(_inspected_since(one.subject_id, one.day)))


def _inspected_since(enrolment_id: object, day: object) -> ColumnElement[bool]:
    return exists().where(
        Inspection.enrolment_id == enrolment_id, Inspection.state == "confirmed",
        Inspection.day >= day,
    )  # fmt: skip


def by_unit(
    session: Session, scope: Scope, unit_id: int, first: date, last: date
) -> dict[int, Counter[str]]:
    """{registrant: {answer: models}} in a unit and below it: the last answer of each model from
    first to last, unless somebody has inspected it since."""
    rows = (
        select(Enrolment.id, Enrolment.registrant_id, Response.answer)
        .join(Response, Response.subject_id == Enrolment.id)
        .where(_said(), Response.day.between(first, last))
        .where(Enrolment.id.in_(visible(select(Enrolment.id), scope)))
        .where(under(unit_id, Enrolment.registrant_id, last))
        .where(~_inspected_since(Enrolment.id, Response.day))
        .order_by(Response.id)
    )
    latest = {row[0]: (row[1], row[2]) for row in session.execute(rows)}
    found: dict[int, Counter[str]] = {}
    for registrant_id, answer in latest.values():
        found.setdefault(registrant_id, Counter())[answer] += 1
    return found


def in_total(found: dict[int, Counter[str]]) -> Counter[str]:
    return sum(found.values(), Counter())


def said_good(session: Session, enrolment_id: int, year: int) -> bool:
    """Whether it was said to be well before in a year: a figure is asked for once."""
    its = select(Response.id).where(
        _said("good"), Response.subject_id == enrolment_id, Response.day >= date(year, 1, 1)
    )
    return session.scalar(its.limit(1)) is not None


def to_tell(session: Session, member_id: int, day: date) -> Sequence[int]:
    """Initiatives that this member said on a day had changed, and has sent no news of since."""
    told = exists().where(
        Report.enrolment_id == Enrolment.id, Report.author_id == member_id,
        Report.sent_at >= Response.at,
    )  # fmt: skip
    rows = (
        select(Enrolment.initiative_id)
        .join(Response, Response.subject_id == Enrolment.id)
        .where(_said("changed"), Response.member_id == member_id, Response.day == day, ~told)
        .order_by(Response.id)
    )
    return list(dict.fromkeys(session.scalars(rows)))
