"""Who has been told something within the hour waits for the next bundle."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage import notes, reports
from storage.tables.people import Member
from storage.tables.records import Report
from tests.make import NOW, make_enrolment, make_member

HOUR = timedelta(hours=1)


def make_report(session: Session, author: Member) -> Report:
    return reports.add(
        session, key="1", kind="register", enrolment=make_enrolment(session), author_id=author.id,
        answers={}, has_results=False, now=NOW,
    )  # fmt: skip


def note(session: Session, to: Member, report: Report, now: datetime) -> bool:
    """Whether it is told at once."""
    return notes.add(session, to.id, report.id, now, now - HOUR)


def test_only_the_first_of_an_hour_is_told_at_once(session: Session) -> None:
    one, other = make_member(session), make_member(session)
    report = make_report(session, one)
    times = (NOW, NOW + HOUR / 2, NOW + 2 * HOUR)
    assert [note(session, one, report, when) for when in times] == [True, False, True]
    assert note(session, other, report, NOW)


def test_what_waited_is_due_after_the_hour(session: Session) -> None:
    member = make_member(session)
    report = make_report(session, member)
    for _ in range(2):
        note(session, member, report, NOW)
    assert notes.due(session, NOW - HOUR) == {}
    ((_, waiting),) = notes.due(session, NOW + HOUR)[member.id]
    assert waiting is report
