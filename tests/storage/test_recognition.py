"""Decisions about initiatives, what waits for them, and whom they concern."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.errors import Refused
from storage import lifecycle, members, recognition
from storage.scope import Scope
from storage.tables.people import Member
from storage.tables.records import CoReporter, Decision, Enrolment
from storage.tables.units import Unit
from tests.make import NOW, make_enrolment
from tests.storage.living import DAY, LATER, decision, make, recognise


@pytest.mark.parametrize(
    ("day", "why"), [(date(2021, 12, 31), "trước năm đăng ký 2022"), (date(2022, 12, 24), "chưa")]
)
def test_a_decision_of_the_wrong_day(
    session: Session, one: Enrolment, approver: Member, day: date, why: str
) -> None:
    make(session, one, approver, "begin", "propose")
    with pytest.raises(Refused, match=why):
        recognise(session, one, approver, day=day)


def test_without_a_decision(session: Session, one: Enrolment, approver: Member) -> None:
    make(session, one, approver, "begin", "propose")
    with pytest.raises(Refused, match="cần có quyết định"):
        make(session, one, approver, "recognise")


def test_a_recognition_is_raised_but_not_lowered(
    session: Session, one: Enrolment, approver: Member
) -> None:
    make(session, one, approver, "begin", "propose")
    recognise(session, one, approver, level="commune")
    central, province = (decision(session, approver, level=one) for one in ("central", "province"))
    make(session, one, approver, "raise", decision_id=province.id)
    assert (one.level, one.decision_id) == ("province", province.id)
    with pytest.raises(Refused, match="cấp cao hơn"):
        make(session, one, approver, "raise", decision_id=province.id)
    make(session, one, approver, "raise", decision_id=central.id)


def test_what_waits_for_whom(session: Session, xa: Unit, focal: Member, approver: Member) -> None:
    def found(name: str, who: Member, signed: Decision | None = None) -> list[int]:
        scope = Scope.of(who.id, members.grants_of(session, who.id, LATER))
        rows = recognition.waiting(session, scope, name, DAY, 9, signed)
        return [row.enrolment.id for row in rows]

    built, proposed, raised = (make_enrolment(session, place=xa, built_on=DAY) for _ in range(3))
    for one in (built, proposed, raised):
        make(session, one, focal, "begin")
    for one in (proposed, raised):
        make(session, one, focal, "propose")
    recognise(session, raised, approver)
    assert found("propose", focal) == [built.id]
    assert found("appraise", focal) == []
    assert found("appraise", approver) == [proposed.id]
    province = decision(session, approver, level="province")
    assert found("recognise", approver, province) == [proposed.id, raised.id]
    assert found("recognise", approver, decision(session, approver, date(2021, 5, 1))) == []


def test_whose_it_is(session: Session, one: Enrolment, focal: Member) -> None:
    session.add(CoReporter(initiative_id=one.initiative_id, member_id=focal.id, at=NOW))
    assert lifecycle.owners_of_year(session, one) == [focal.id]
