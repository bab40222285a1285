"""What a total counts: initiatives or their places of work; reports and people apart from them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from storage import reports
from storage.counted import behind
from storage.statistics import StatisticsQuery, totals
from storage.tables.records import CoReporter, Site
from storage.tables.units import Unit
from storage.tally import recount, standing, sync
from tests.make import make_enrolment, make_member, make_root, make_unit

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def huyen(session: Session) -> Unit:
    return make_root(session)


def test_places_of_work_are_counted_where_the_setting_says_so(
    session: Session, huyen: Unit
) -> None:
    """Two party cells in two communes carry out one initiative: one, or two."""
    first, second = (make_unit(session, f"Xã {n}", parent=huyen) for n in ("Một", "Hai"))
    both = make_enrolment(session, place=first, built_on=date(2022, 5, 1))
    session.add(Site(enrolment_id=both.id, unit_id=second.id, position=2))
    session.flush()
    sync(session, both, date(2022, 6, 1))
    found = [
        totals(session, StatisticsQuery(2022, huyen.id, points=points), NOW)
        for points in (False, True)
    ]
    assert [(t.built, t.noun) for t in found] == [(1, "mô hình"), (2, "điểm thực hiện")]
    assert ["tính một lần" in t.definition for t in found] == [True, False]
    assert standing(session) == recount(session)


def test_initiatives_reports_and_people_are_counted_apart(session: Session, huyen: Unit) -> None:
    enrolment = make_enrolment(session, place=huyen, built_on=date(2022, 5, 1))
    one, other = make_member(session, unit=huyen), make_member(session, unit=huyen)
    for key, author, kind in (("1", one, "register"), ("2", one, "update"), ("3", other, "update")):
        reports.add(
            session, key=key, kind=kind, enrolment=enrolment, author_id=author.id, answers={},
            has_results=False, now=NOW, state="accepted",
        )  # fmt: skip
    session.add(CoReporter(initiative_id=enrolment.initiative_id, member_id=other.id, at=NOW))
    session.flush()
    assert behind(session, StatisticsQuery(2022, huyen.id)) == (3, 2)
