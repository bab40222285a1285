"""Reports of units on a period: one for each, its versions and decisions, who is still to send."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import period_lists, period_reports
from storage.period_figures import figures
from storage.statistics import StatisticsQuery, totals
from storage.tables.people import Member
from storage.tables.reminders import (
    Extension,
    PeriodReport,
    PeriodReportVersion,
    Response,
    ReviewPeriod,
)
from storage.tables.units import Unit
from tests.make import (
    make_enrolment,
    make_initiative,
    make_member,
    make_period,
    make_role,
    make_sector,
    make_unit,
)

NOW = datetime(2022, 12, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
IN, BEFORE = date(2022, 11, 5), date(2022, 4, 5)


@pytest.fixture
def period(session: Session, huyen: Unit) -> ReviewPeriod:
    return make_period(session, huyen)


def said(**answers: str) -> dict[str, Any]:
    return {key: {"v": text, "t": text} for key, text in answers.items()}


def put(
    session: Session, period: ReviewPeriod, unit: Unit, who: Member, version: int = 0, **more: Any
) -> PeriodReport | None:
    values = {"answers": said(lanh_dao="Giao chỉ tiêu"), "figures": {}, **more}
    return period_reports.put(
        session, key=f"{unit.id}:{version}", period_id=period.id, unit_id=unit.id,
        version=version, author_id=who.id, now=NOW, **values,
    )  # fmt: skip


def sent(session: Session, period: ReviewPeriod, unit: Unit, who: Member) -> PeriodReport:
    report = put(session, period, unit, who)
    assert report
    return report


def decide(session: Session, report: PeriodReport, state: str, version: int = 1) -> bool:
    by = make_member(session, "Phan Quốc Tuấn").id
    return period_reports.decide(session, report, version, state, by=by, now=NOW)


# -- one for each ---------------------------------------------------------------------------------


def test_of_two_that_are_sent_at_once_the_first_stands(session, period, xa, focal):
    assert put(session, period, xa, focal)
    assert put(session, period, xa, focal) is None


def test_who_has_seen_the_first_may_write_over_it(session, period, xa, focal):
    report = sent(session, period, xa, focal)
    assert put(session, period, xa, focal, version=1) is report
    assert [v.version for v in session.scalars(select(PeriodReportVersion))] == [1, 2]


def test_an_accepted_one_stands(session, period, xa, focal):
    decide(session, sent(session, period, xa, focal), "accepted")
    assert put(session, period, xa, focal, version=1) is None


def test_a_decision_is_about_the_version_that_was_seen(session, period, xa, focal):
    report = sent(session, period, xa, focal)
    put(session, period, xa, focal, version=1)
    assert not decide(session, report, "accepted", version=1)
    assert decide(session, report, "accepted", version=2)


def test_of_two_decisions_the_first_stands(session, period, xa, focal):
    report = sent(session, period, xa, focal)
    assert decide(session, report, "accepted")
    assert not decide(session, report, "returned")
    assert report.state == "accepted"


def test_on_paper_is_kept_as_an_answer(session, period, xa, focal):
    report = put(session, period, xa, focal, state="paper", note="Số 45-BC/ĐU", answers={})
    assert report
    period_reports.on_paper(session, report, TODAY, NOW)
    [row] = session.scalars(select(Response))
    assert (row.answer, row.note, row.unit_id) == ("on_paper", "Số 45-BC/ĐU", xa.id)


# -- what is open ---------------------------------------------------------------------------------


def test_what_is_still_to_be_sent_comes_first(session, huyen, period, xa, focal):
    sent(session, period, xa, focal)
    other = make_unit(session, "Xã Thạch Khê")
    rows = period_reports.of_units(session, huyen.id, [xa.id, other.id], TODAY)
    assert [(unit.name, bool(report)) for _, unit, report in rows] == [
        ("Xã Thạch Khê", False),
        ("Xã Thạch Lạc", True),
    ]


def test_a_closed_unit_and_the_organisation_itself_report_nothing(session, huyen, period):
    closed = make_unit(session, "Xã Cũ", valid_to=date(2022, 7, 1))
    assert period_reports.of_units(session, huyen.id, [huyen.id, closed.id], TODAY) == []


def test_more_time_that_was_granted_counts(session, period, xa, focal):
    until = period.due_on + timedelta(9)
    session.add(
        Extension(
            what="periodic_report", subject_id=period.id, unit_id=xa.id, member_id=focal.id,
            until=until, state="granted", at=NOW,
        )
    )  # fmt: skip
    assert period_reports.due_on(session, period, xa.id) == until


def test_the_answers_of_the_period_before_are_known(session, huyen, period, xa, focal):
    before = make_period(
        session, huyen, first=date(2022, 7, 1), last=date(2022, 9, 30), due_on=date(2022, 9, 15)
    )
    sent(session, before, xa, focal)
    found = period_reports.earlier_answers(session, period.id, xa.id)
    assert found["lanh_dao"]["t"] == "Giao chỉ tiêu"
    assert period_reports.earlier_answers(session, before.id, xa.id) == {}


# -- to whom it goes ------------------------------------------------------------------------------


def test_it_goes_to_those_above_in_the_units_own_tree(session, huyen, xa, focal, approver):
    body = make_unit(session, "Hội LHPN huyện", "hoi_phu_nu", huyen)
    own = make_unit(session, "Hội LHPN xã Thạch Lạc", "hoi_phu_nu", body)
    head = make_member(session, "Lê Thị Hoa", body, Role.FOCAL)
    assert period_reports.receivers(session, own.id, NOW, besides=0) == [head.id]
    assert period_reports.receivers(session, xa.id, NOW, besides=0) == [approver.id]


def test_an_administrator_only_where_there_is_nobody_else(session, huyen, xa):
    admin = make_member(session, "Võ Thị Mai", huyen, Role.ADMIN)
    assert period_reports.receivers(session, xa.id, NOW, besides=0) == [admin.id]
    make_member(session, "Phan Quốc Tuấn", huyen, Role.APPROVER)
    assert admin.id not in period_reports.receivers(session, xa.id, NOW, besides=0)


def test_never_to_its_author(session, huyen, period, xa, focal):
    make_role(session, focal, Role.FOCAL, huyen)
    report = sent(session, period, xa, focal)
    assert period_reports.receivers(session, xa.id, NOW, besides=focal.id) == []
    assert not period_reports.accepts(session, focal.id, report, NOW, TODAY)


# -- figures --------------------------------------------------------------------------------------


def test_figures_are_those_of_the_statistics(session, period, xa):
    for day in (IN, BEFORE):
        make_enrolment(session, place=xa, built_on=day, inspected_on=None)
    found = figures(session, xa, period, NOW)
    year = totals(session, StatisticsQuery(2022, xa.id), NOW)
    assert found["rows"]["built"] == [1, year.built] == [1, 2]
    assert found["sectors"][year.sectors[0].label] == [1, 2]
    assert found["definition"] == year.definition


def test_what_came_after_the_period_is_not_in_it(session, huyen, xa):
    half = make_period(
        session, huyen, kind="half", first=date(2022, 1, 1), last=date(2022, 6, 30),
        due_on=date(2022, 6, 10),
    )  # fmt: skip
    for day in (IN, BEFORE):
        make_enrolment(session, place=xa, built_on=day)
    assert figures(session, xa, half, NOW)["rows"]["built"] == [1, 1]


def test_copies_of_another_one_are_counted_apart(session, huyen, period, xa):
    copy = make_initiative(session, "Đường hoa thôn Bắc", huyen)
    copy.origin_id = make_initiative(session).id
    make_enrolment(session, place=xa, initiative=copy, accepted_on=IN)
    assert figures(session, xa, period, NOW)["rows"]["copied"] == [1, 1]


def test_models_without_news_are_counted(session, period, xa):
    make_enrolment(session, place=xa, accepted_on=BEFORE, sector=make_sector(session))
    found = figures(session, xa, period, NOW)
    assert (found["silent"], found["active"]) == (1, 1)


# -- many at a time -------------------------------------------------------------------------------


def test_who_has_sent_nothing_comes_first(session, huyen, period, xa, focal):
    other = make_unit(session, "Xã Thạch Khê")
    make_member(session, "Đặng Thị Thu", other, Role.FOCAL)
    sent(session, period, xa, focal)
    rows = period_lists.units_of(session, period.id, [huyen.id], TODAY, 8, 0)
    assert [unit.id for unit, _ in rows] == [other.id, xa.id]
    assert period_lists.counts(session, period.id, [huyen.id], TODAY) == {"": 1, "sent": 1}


def test_a_unit_that_nobody_answers_for_is_not_expected(session, huyen, period):
    make_unit(session, "Xã Thạch Khê")
    assert period_lists.units_of(session, period.id, [huyen.id], TODAY, 8, 0) == []


def test_the_written_report_gets_answers_in_order(session, period, xa, focal):
    other = make_unit(session, "Xã Thạch Khê")
    answers = said(kien_nghi="Hỗ trợ", lanh_dao="Giao chỉ tiêu", so_lieu="Thiếu hai mô hình")
    put(session, period, xa, focal, answers=answers)
    first, second = period_lists.of_period(session, period.id, [other.id, xa.id])
    assert (first.unit, first.state, first.parts) == ("Xã Thạch Khê", "", {})
    assert list(second.parts) == ["I", "V"]
    assert second.parts["I"] == (("Công tác lãnh đạo, chỉ đạo", "Giao chỉ tiêu"),)
    assert second.remark == "Thiếu hai mô hình"


def test_it_waits_until_it_is_decided(session, huyen, period, xa, focal):
    report = sent(session, period, xa, focal)
    assert list(period_lists.waiting(session, [huyen.id], TODAY)) == [report]
    decide(session, report, "accepted")
    assert period_lists.waiting(session, [huyen.id], TODAY) == []
