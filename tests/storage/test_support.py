"""Requests for help follow the answers of reports, and are taken on by one at a time."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Grant, Role
from storage import reports, support
from storage.scope import Scope
from storage.tables.helping import SupportRequest
from storage.tables.records import Report
from storage.tables.units import Unit
from tests.make import NOW, make_enrolment, make_member, make_unit


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


def answer(value: Any) -> dict[str, Any]:
    return {"ho_tro": {"v": value, "t": str(value)}} if value is not None else {}


def sent(session: Session, xa: Unit, value: Any) -> Report:
    author = make_member(session).id
    report = reports.add(
        session, key=str(author), kind="register", author_id=author, answers=answer(value),
        enrolment=make_enrolment(session, place=xa), has_results=False, now=NOW,
    )  # fmt: skip
    support.note(session, report, NOW)
    return report


def corrected(session: Session, report: Report, value: Any) -> None:
    reports.correct(session, report, answer(value), False, report.author_id, NOW)
    support.note(session, report, NOW)


def requests(session: Session) -> list[tuple[str, str, str]]:
    return [(r.need, r.text, r.state) for r in session.scalars(select(SupportRequest))]


def eyes(unit: Unit) -> Scope:
    return Scope.of(None, [Grant(Role.LEADER, unit.id)])


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        (None, []),
        ("khong", []),
        ("von", [("von", "", "open")]),
        ("Cần giống cây", [("khac", "Cần giống cây", "open")]),
    ],
)
def test_only_what_is_needed_is_noted(session: Session, xa: Unit, said: Any, noted: Any) -> None:
    sent(session, xa, said)
    assert requests(session) == noted


@pytest.mark.parametrize(
    ("first", "then", "noted"),
    [
        ("von", "ky_thuat", [("ky_thuat", "", "open")]),
        ("von", "khong", [("von", "", "closed")]),
        ("von", None, [("von", "", "closed")]),
        ("khong", "von", [("von", "", "open")]),
        ("von", "von", [("von", "", "open")]),
    ],
)
def test_a_corrected_answer_changes_or_closes_it(
    session: Session, xa: Unit, first: Any, then: Any, noted: Any
) -> None:
    corrected(session, sent(session, xa, first), then)
    assert requests(session) == noted


def test_what_was_closed_can_be_asked_for_again(session: Session, xa: Unit) -> None:
    report = sent(session, xa, "von")
    for said in ("khong", "ky_thuat"):
        corrected(session, report, said)
    assert requests(session) == [("ky_thuat", "", "open")]


def test_the_first_takes_it_on_and_only_they_close_it(session: Session, xa: Unit) -> None:
    sent(session, xa, "von")
    [row] = session.scalars(select(SupportRequest))
    one, two = make_member(session).id, make_member(session).id
    assert [support.take(session, row, who, NOW) for who in (one, two)] == [True, False]
    assert [support.close(session, row, who, NOW, "Xong") for who in (two, one)] == [False, True]
    assert (row.state, row.taken_by, row.note) == ("closed", one, "Xong")


def test_what_is_given_back_is_free_again(session: Session, xa: Unit) -> None:
    sent(session, xa, "von")
    [row] = session.scalars(select(SupportRequest))
    one, two = make_member(session).id, make_member(session).id
    assert support.take(session, row, one, NOW)
    assert [support.give_back(session, row, who) for who in (two, one)] == [False, True]
    assert support.take(session, row, two, NOW)


def test_lists_show_what_is_free_first_and_nothing_taken_back(session: Session, xa: Unit) -> None:
    taken, free, gone = (sent(session, xa, "von") for _ in range(3))
    gone.state = "withdrawn"
    row = support.of_report(session, taken.id)
    assert row is not None
    assert support.take(session, row, make_member(session).id, NOW)
    found = [request.report_id for request, _, _ in support.waiting(session, eyes(xa), 8)]
    assert found == [free.id, taken.id]
    assert support.count(session, eyes(xa)) == 2
    assert support.waiting(session, eyes(make_unit(session, "Xã Thạch Khê")), 8) == []
