"""Acceptance, return, rejection and reopening, and what they mean for enrolment and totals."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import reports, reviewing
from storage.database import Database
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from storage.tables.records import Enrolment, Report
from storage.tally import recount, standing
from tests.make import NOW, make_enrolment, make_member

DAY = NOW.date()
HOUR = timedelta(hours=1)


def answered(**said: str) -> dict[str, Any]:
    return {key: {"v": words, "t": words} for key, words in said.items()}


@pytest.fixture
def focal(session: Session) -> Member:
    return make_member(session, role="focal")


@pytest.fixture
def report(session: Session) -> Report:
    return send(session, make_enrolment(session))


def send(session: Session, enrolment: Enrolment, kind: str = "register") -> Report:
    count = session.scalar(select(func.count()).select_from(Report))
    return reports.add(
        session, key=f"{count}", kind=kind, enrolment=enrolment, has_results=True, now=NOW,
        author_id=make_member(session).id, answers=answered(ten="Đường hoa", noi_dung="Trồng hoa"),
    )  # fmt: skip


def enrolment_of(session: Session, report: Report) -> Enrolment:
    return session.get_one(Enrolment, report.enrolment_id)


def accept(report: Report, by: Member, results: bool = False, version: int = 1) -> bool:
    session = _session(report)
    return reviewing.accept(session, report, version, by=by.id, now=NOW, today=DAY, results=results)


def send_back(report: Report, by: Member, version: int = 1, **marks: str) -> bool:
    return reviewing.send_back(
        _session(report), report, version, by=by.id, now=NOW, reason="ghi rõ", marks=marks
    )


def reject(report: Report, by: Member) -> bool:
    session = _session(report)
    return reviewing.reject(session, report, report.version, by=by.id, now=NOW, reason="không")


def reopen(report: Report, by: Member, state: str = "accepted", day: date = DAY) -> bool:
    return reviewing.reopen(
        _session(report), report, report.version, state, by=by.id, now=NOW, today=day,
        reason="nhầm",
    )  # fmt: skip


def _session(report: Report) -> Session:
    session = Session.object_session(report)
    assert session is not None
    return session


def counted(session: Session) -> dict[str, int]:
    sums = [counts for key, counts in standing(session).items() if key[1] == "root"]
    return {name: sum(s[name] for s in sums) for name in ("planned", "built")}


# -- two at once --------------------------------------------------------------------------------


def test_only_the_first_decision_counts(report: Report, focal: Member) -> None:
    assert send_back(report, focal)
    assert not accept(report, focal)
    assert not reject(report, focal)
    assert report.state == "returned"


def test_a_version_that_was_not_seen_is_not_decided_about(report: Report, focal: Member) -> None:
    reports.correct(_session(report), report, answered(ten="B"), True, report.author_id, NOW)
    assert not accept(report, focal)
    assert accept(report, focal, version=2)


def test_of_two_at_the_same_moment_one_decides(database: Database) -> None:
    with database.writing() as session:
        report_id = send(session, make_enrolment(session)).id
        focal_id = make_member(session, role="focal").id
    both = threading.Barrier(2)

    def decide(state: str) -> bool:
        both.wait()
        with database.writing() as session:
            report = session.get_one(Report, report_id)
            return reports.decide(
                session, report, 1, state, by=focal_id, now=NOW, among=reviewing.WAITS
            )

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, ["accepted", "returned"])) == [False, True]


# -- acceptance ---------------------------------------------------------------------------------


def test_confirmed_results_begin_the_life_of_it(report: Report, focal: Member) -> None:
    session = _session(report)
    accept(report, focal, results=True)
    moved = session.scalars(select(Move)).one()
    assert (moved.name, moved.author_id) == ("begin", focal.id)
    assert enrolment_of(session, report).stage == "building"
    assert counted(session) == {"planned": 1, "built": 1}


def test_without_results_it_does_not(report: Report, focal: Member) -> None:
    accept(report, focal)
    assert _session(report).scalar(select(Move)) is None


# -- return -------------------------------------------------------------------------------------


def test_what_was_changed_since_it_came_back(report: Report, focal: Member) -> None:
    session = _session(report)
    send_back(report, focal, noi_dung="ghi rõ")
    assert report.marks == {"noi_dung": "ghi rõ"}
    for words in ("45 hộ", "46 hộ"):  # twice, before the reviewer has looked
        said = answered(ten="Đường hoa", noi_dung=words, quy_mo=words)
        reports.correct(session, report, said, True, report.author_id, NOW)
    was, now = answered(noi_dung="Trồng hoa"), answered(noi_dung="46 hộ", quy_mo="46 hộ")
    assert reviewing.changes(session, report) == [
        ("noi_dung", was["noi_dung"], now["noi_dung"]),
        ("quy_mo", None, now["quy_mo"]),
    ]


def test_nothing_to_compare_when_it_never_came_back(report: Report) -> None:
    session = _session(report)
    reports.correct(session, report, answered(ten="B"), True, report.author_id, NOW)
    assert reviewing.changes(session, report) == []


def test_the_time_with_its_author_is_no_waiting(report: Report, focal: Member) -> None:
    session = _session(report)
    reviewing.send_back(
        session, report, 1, by=focal.id, now=NOW + 2 * HOUR, reason="ghi rõ", marks={}
    )
    later = NOW + 50 * HOUR
    reports.correct(session, report, answered(ten="B"), True, report.author_id, later)
    assert reviewing.waited(report, later + HOUR) == 3 * HOUR


def test_what_has_waited_longest_is_first(session: Session, focal: Member) -> None:
    first, second = (send(session, make_enrolment(session)) for _ in range(2))
    reports.correct(session, first, first.answers, True, first.author_id, NOW + HOUR)
    assert [row[0] for row in session.execute(reports.waiting())] == [first, second]


# -- rejection ----------------------------------------------------------------------------------


def test_an_enrolment_nothing_else_stands_for_goes(report: Report, focal: Member) -> None:
    assert reject(report, focal)
    assert enrolment_of(_session(report), report).state == "withdrawn"


def test_one_that_somebody_else_reported_too_stays(report: Report, focal: Member) -> None:
    session = _session(report)
    enrolment = enrolment_of(session, report)
    send(session, enrolment, "update")
    reject(report, focal)
    assert enrolment.state == "waiting"


def test_an_author_who_was_rejected_has_not_reported_it(report: Report, focal: Member) -> None:
    reject(report, focal)
    assert not reports.registered_by(_session(report), report.enrolment_id, report.author_id)


# -- taking a decision back ---------------------------------------------------------------------


def test_the_totals_follow(report: Report, focal: Member) -> None:
    session = _session(report)
    accept(report, focal, results=True)
    assert reopen(report, focal)
    assert counted(session) == {"planned": 0, "built": 0}
    assert (report.state, report.confirmed) == ("sent", False)
    accept(report, focal, results=True)
    assert counted(session) == {"planned": 1, "built": 1}


def test_what_another_acceptance_stands_for_stays(report: Report, focal: Member) -> None:
    session = _session(report)
    accept(report, focal)
    news = send(session, enrolment_of(session, report), "update")
    accept(news, focal, results=True)
    reopen(report, focal)
    assert counted(session) == {"planned": 1, "built": 1}
    accept(report, focal)
    reopen(news, focal)
    assert counted(session) == {"planned": 1, "built": 0}


def test_what_stood_before_its_acceptance_stays(session: Session, focal: Member) -> None:
    """An enrolment that was imported, with its results, has no other report."""
    before = DAY - timedelta(30)
    enrolment = make_enrolment(session, accepted_on=before, built_on=before)
    news = send(session, enrolment, "update")
    accept(news, focal, results=True)
    reopen(news, focal)
    assert counted(session) == {"planned": 1, "built": 1}


def test_a_rejected_one_waits_again(report: Report, focal: Member) -> None:
    reject(report, focal)
    assert not reopen(report, focal, "accepted")
    assert reopen(report, focal, "rejected")
    assert enrolment_of(_session(report), report).state == "waiting"


def test_what_waits_is_not_reopened(report: Report, focal: Member) -> None:
    assert not reopen(report, focal)
    assert report.decided_at is None


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(["accept", "built", "reject", "back", "reopen"]), st.booleans()),
        max_size=12,
    )
)
def test_whatever_is_decided_the_totals_are_those_of_a_recount(
    session: Session, said: list[tuple[str, bool]]
) -> None:
    focal, enrolment = make_member(session, role="focal"), make_enrolment(session)
    both = {first: send(session, enrolment, "register" if first else "update") for first in (1, 0)}
    for what, first in said:
        report = both[first]
        match what:
            case "accept" | "built":
                accept(report, focal, what == "built", report.version)
            case "reject":
                reject(report, focal)
            case "reopen":
                reopen(report, focal, report.state)
            case "back" if send_back(report, focal, report.version):
                reports.correct(session, report, report.answers, True, report.author_id, NOW)
        assert standing(session) == recount(session)
        stands = {r.state for r in both.values()}
        assert (enrolment.state == "accepted") == ("accepted" in stands)
