"""The shortlist is that of `bot.domain.merits`; each proposal is decided once."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy.orm import Session

from bot.domain import merits
from bot.domain.roles import Act, Grant, Role
from storage import commendation, decisions, reports
from storage.scope import Scope
from storage.tables.helping import Commendation
from storage.tables.lifecycle import Inspection
from storage.tables.records import Enrolment
from storage.tables.units import Unit
from tests.make import NOW, make_enrolment, make_initiative, make_member, make_sector, make_unit

DAY = date(2022, 12, 1)


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


def eyes(xa: Unit) -> Scope:
    return Scope.of(None, [Grant(Role.APPROVER, xa.id)])


def enrolled(
    session: Session, xa: Unit, *, built: bool = True, stage: str = "recognised",
    exemplary: bool = True, copies: int = 0,
) -> Enrolment:  # fmt: skip
    sector = make_sector(session)
    row = make_enrolment(session, place=xa, sector=sector, accepted_on=DAY)
    row.built_on, row.stage, row.exemplary = DAY if built else None, stage, exemplary
    for _ in range(copies):
        copy = make_initiative(session)
        copy.origin_id = row.initiative_id
        make_enrolment(
            session, place=make_unit(session, "Xã Khác"), sector=sector, initiative=copy,
            accepted_on=DAY,
        )  # fmt: skip
    session.flush()
    return row


def proposed(session: Session, row: Enrolment, form: str = "giay_khen") -> Commendation | None:
    return commendation.propose(session, row, form, "Đường sạch đẹp", make_member(session).id, NOW)


def test_the_query_lists_what_the_rule_lists(session: Session, xa: Unit) -> None:
    stages = ("recognised", "building")
    rows = [
        enrolled(session, xa, built=b, stage=s, exemplary=e, copies=c)
        for b, s, e, c in product((True, False), stages, (True, False), (0, 1))
    ]
    found = [one.enrolment.id for one in commendation.shortlist(session, eyes(xa), 2022, 99)]
    records = {row.id: commendation.record_of(session, eyes(xa), row) for row in rows}
    assert sorted(found) == sorted(i for i, record in records.items() if merits.listed(record))
    met = [len(merits.met(records[one])) for one in found]
    assert met == sorted(met, reverse=True)


def test_of_inspections_the_last_one_counts(session: Session, xa: Unit) -> None:
    row = enrolled(session, xa)
    for number, verdict in enumerate(("tot", "chua_dat"), 1):
        report = reports.add(
            session, key=str(number), kind="inspect", enrolment=row, answers={}, now=NOW,
            author_id=make_member(session).id, has_results=False,
        )  # fmt: skip
        session.add(
            Inspection(
                report_id=report.id, enrolment_id=row.id, day=date(2022, 12, number),
                form="dinh_ky", working="tot", verdict=verdict,
            )
        )  # fmt: skip
    session.flush()
    assert commendation.record_of(session, eyes(xa), row).verdict == "chua_dat"


def test_other_years_and_what_has_stopped_are_not_listed(session: Session, xa: Unit) -> None:
    enrolled(session, xa).activity = "stopped"
    session.flush()
    assert commendation.shortlist(session, eyes(xa), 2022, 8) == []
    enrolled(session, xa)
    assert commendation.shortlist(session, eyes(xa), 2021, 8) == []
    assert len(commendation.shortlist(session, eyes(xa), 2022, 8)) == 1


def test_the_same_is_proposed_once_unless_it_was_refused(session: Session, xa: Unit) -> None:
    row = enrolled(session, xa)
    first = proposed(session, row)
    assert first
    assert proposed(session, row) is None
    assert proposed(session, row, "bang_khen")
    assert commendation.refuse(session, first, "Chưa đủ", first.author_id, NOW)
    assert proposed(session, row)


def test_two_at_once_the_first_decides(session: Session, xa: Unit) -> None:
    row = proposed(session, enrolled(session, xa))
    assert row
    decision = decisions.enter(
        session, root_id=xa.root_id, kind="commendation", number="12/QĐ", body="UBND", day=DAY,
        author_id=row.author_id, now=NOW,
    )  # fmt: skip
    assert commendation.decide(session, row, decision.id, row.author_id, NOW)
    assert not commendation.refuse(session, row, "Chưa đủ", row.author_id, NOW)
    assert (row.state, row.note) == ("decided", "")
    assert list(commendation.under(session, decision.id)) == [row]


def test_what_was_tapped_comes_first_then_the_oldest(session: Session, xa: Unit) -> None:
    rows = [proposed(session, enrolled(session, xa)) for _ in range(3)]
    ids = [row.id for row in rows if row]
    found = commendation.proposed(session, eyes(xa), Act.RECOGNISE, 8, first=ids[1])
    assert [row.id for row, _, _ in found] == [ids[1], ids[0], ids[2]]


@pytest.mark.parametrize("typed", ["15-QĐ/TU", "15 - qđ/tu", "15-QD/TU"])
def test_a_decision_is_entered_once_however_it_is_typed(
    session: Session, xa: Unit, typed: str
) -> None:
    by = make_member(session).id

    def enter(number: str, body: str, day: date = DAY) -> int:
        return decisions.enter(
            session, root_id=xa.root_id, kind="commendation", number=number, body=body, day=day,
            author_id=by, now=NOW,
        ).id  # fmt: skip

    first = enter("15-QĐ/TU", "Tỉnh ủy Hà Tĩnh")
    assert enter(typed, "tỉnh uỷ Hà Tĩnh") == first
    assert enter(typed, "Huyện ủy") != first
    assert enter(typed, "Tỉnh ủy Hà Tĩnh", date(2022, 12, 2)) != first
