"""Decisions about reports, and what they mean for the enrolment and the totals."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.registration import Registration, registration
from bot.errors import Refused
from storage import enrolments, reports
from storage.tables.records import Enrolment, Initiative, Report, ReportVersion, Site
from storage.tables.units import Unit
from storage.tally import standing
from tests.make import NOW, make_member, make_sector, make_unit

DAY = date(2022, 12, 23)


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


def answers(session: Session, xa: Unit, name: str = "Đường hoa", **more: Any) -> dict[str, Any]:
    sector = make_sector(session, root=session.get_one(Unit, xa.root_id))
    said = {
        "nam": "2022 planned", "ten": name, "linh_vuc": sector.id, "hinh_thuc": "collective",
        "chu_the": "Hội Phụ nữ", "dang_ky_boi": xa.id, "dia_ban": xa.id, "noi_dung": "Trồng hoa",
    } | more  # fmt: skip
    return {key: {"v": value, "t": str(value)} for key, value in said.items()}


def given(session: Session, xa: Unit, **more: Any) -> Registration:
    return registration(answers(session, xa, **more))


def send(session: Session, xa: Unit, key: str = "1", **more: Any) -> Report:
    said = answers(session, xa, **more)
    enrolment = enrolments.enrol(session, xa.root_id, registration(said), NOW)
    return of(session, enrolment, key, said)


def of(session: Session, enrolment: Enrolment, key: str, said: dict[str, Any]) -> Report:
    return reports.add(
        session, key=key, kind="register", enrolment=enrolment, has_results=True, now=NOW,
        author_id=make_member(session).id, answers=said,
    )  # fmt: skip


def decide(session: Session, report: Report, version: int, state: str) -> bool:
    return reports.decide(session, report, version, state, by=None, now=NOW)


def counted(session: Session) -> dict[str, int]:
    sums = [counts for key, counts in standing(session).items() if key[1] == "root"]
    return {name: sum(s[name] for s in sums) for name in ("planned", "built", "unplanned")}


def test_only_the_first_acceptance_counts(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    assert decide(session, report, 1, "accepted")
    assert not decide(session, report, 1, "accepted")
    assert not decide(session, report, 1, "withdrawn")


def test_what_was_changed_since_is_not_accepted(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    changed = answers(session, xa, name="Đường hoa mới")
    reports.correct(session, report, changed, True, report.author_id, NOW)
    assert not decide(session, report, 1, "accepted")
    assert decide(session, report, 2, "accepted")


def test_every_version_is_kept(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    reports.correct(session, report, {"ten": {"v": "B", "t": "B"}}, True, report.author_id, NOW)
    kept = session.scalars(select(ReportVersion).order_by(ReportVersion.version))
    assert [row.answers["ten"]["v"] for row in kept] == ["Đường hoa", "B"]


def test_an_accepted_report_cannot_be_corrected(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    decide(session, report, 1, "accepted")
    with pytest.raises(Refused, match="cập nhật"):
        reports.correct(session, report, {}, True, report.author_id, NOW)


def test_registering_is_not_building(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    reports.accept(session, report, DAY, results=False)
    assert counted(session) == {"planned": 1, "built": 0, "unplanned": 0}
    reports.accept(session, report, DAY, results=True)
    assert counted(session) == {"planned": 1, "built": 1, "unplanned": 0}


def test_the_day_of_building_stays(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    reports.accept(session, report, DAY, results=True)
    reports.accept(session, report, DAY + timedelta(9), results=True)
    assert session.get_one(Enrolment, report.enrolment_id).built_on == DAY


def test_unplanned_counts_as_built_alone(session: Session, xa: Unit) -> None:
    reports.accept(session, send(session, xa, nam="2022 unplanned"), DAY, results=True)
    assert counted(session) == {"planned": 0, "built": 1, "unplanned": 1}


def test_what_was_withdrawn_is_not_counted(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    decide(session, report, 1, "withdrawn")
    reports.withdraw(session, report)
    assert session.get_one(Enrolment, report.enrolment_id).state == "withdrawn"
    assert not any(counted(session).values())


def test_what_somebody_else_reported_too_stays(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    of(session, enrolment, "2", answers(session, xa))
    decide(session, report, 1, "withdrawn")
    reports.withdraw(session, report)
    assert enrolment.state == "waiting"


def test_one_taken_back_can_be_registered_again(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    decide(session, report, 1, "withdrawn")
    reports.withdraw(session, report)
    again = given(session, xa, cu=report.initiative_id)
    assert enrolments.enrol(session, xa.root_id, again, NOW).id == report.enrolment_id


def test_one_model_is_enrolled_once_a_year(session: Session, xa: Unit) -> None:
    same = given(session, xa, cu=send(session, xa).initiative_id)
    with pytest.raises(Refused, match="đã có phiếu năm 2022"):
        enrolments.enrol(session, xa.root_id, same, NOW)


def test_a_correction_cannot_move_it_into_a_year_it_has(session: Session, xa: Unit) -> None:
    first = send(session, xa)
    later = send(session, xa, "2", nam="2023 continued", cu=first.initiative_id)
    enrolment = session.get_one(Enrolment, later.enrolment_id)
    with pytest.raises(Refused, match="đã có phiếu năm 2022"):
        enrolments.change(session, enrolment, given(session, xa), DAY)


def test_a_name_of_another_year_waits_for_acceptance(session: Session, xa: Unit) -> None:
    first = send(session, xa)
    said = {"nam": "2023 continued", "cu": first.initiative_id, "name": "Đường hoa mới"}
    later = send(session, xa, "2", **said)
    enrolments.change(
        session, session.get_one(Enrolment, later.enrolment_id), given(session, xa, **said), DAY
    )
    initiative = session.get_one(Initiative, first.initiative_id)
    assert initiative.name == "Đường hoa"
    reports.accept(session, later, DAY, results=False)
    assert (initiative.name, initiative.folded) == ("Đường hoa mới", "duong hoa moi")


def test_a_correction_of_what_is_counted_moves_the_count(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    reports.accept(session, report, DAY, results=True)
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    enrolments.change(session, enrolment, given(session, xa, nam="2022 unplanned"), DAY)
    assert counted(session) == {"planned": 0, "built": 1, "unplanned": 1}


def test_hamlets_become_sites_known_or_not(session: Session, xa: Unit) -> None:
    thon = make_unit(session, "Thôn Vĩnh Thịnh", "thon", xa)
    send(session, xa, thon=[thon.id, "Xóm Mới"])
    sites = session.scalars(select(Site).order_by(Site.position))
    assert [(s.unit_id, s.hamlet) for s in sites] == [(thon.id, ""), (xa.id, "Xóm Mới")]


def test_codes_count_on_within_their_year(session: Session, xa: Unit) -> None:
    for number in range(3):
        send(session, xa, str(number))
    numbers = session.scalars(select(Initiative.code_number).order_by(Initiative.id))
    assert list(numbers) == [1, 2, 3]


def test_what_came_back_is_listed_for_its_author(session: Session, xa: Unit) -> None:
    report = send(session, xa)
    decide(session, report, 1, "returned")
    assert reports.returned(session, report.author_id, 5) == [report]
    assert session.scalar(select(func.count()).select_from(reports.waiting().subquery())) == 0
