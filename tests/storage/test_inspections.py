"""Inspections: what one means once it is confirmed, and which there are."""

from datetime import date, timedelta

import pytest

from bot.domain.roles import Role
from storage import inspections, planned, recommendations, reports
from storage.tables.records import CoReporter, Photo, Report
from storage.tally import recount, standing
from tests.make import NOW, make_enrolment, make_member, make_unit
from tests.storage.inspected import DAY, confirmed, make_inspection

TODAY = NOW.date()


@pytest.fixture
def enrolment(session):
    return make_enrolment(session, 2022, accepted_on=date(2022, 3, 31))


def owner_of(session, enrolment):
    author = make_member(session)
    reports.add(
        session, key=f"dk-{enrolment.id}", kind="register", enrolment=enrolment,
        author_id=author.id, answers={}, has_results=False, now=NOW, state="accepted",
    )  # fmt: skip
    return author


def confirm(session, inspection, version=1):
    by = make_member(session).id
    return inspections.confirm(session, inspection, version, by=by, now=NOW, today=TODAY)


def test_before_the_head_confirms_it_counts_nowhere(session, enrolment):
    make_inspection(session, enrolment, asks="Làm biển tên")
    assert enrolment.inspected_on is None
    assert inspections.count(session, enrolment.initiative_id) == 0
    assert recommendations.of_initiative(session, enrolment.initiative_id) == []


def test_confirmed_it_counts_and_the_totals_know(session, enrolment):
    inspection = make_inspection(session, enrolment)
    assert confirm(session, inspection)
    assert (inspection.state, enrolment.inspected_on) == ("confirmed", DAY)
    assert standing(session) == recount(session)
    assert sum(counts["inspected"] for counts in standing(session).values()) == 3


def test_the_first_inspection_of_the_year_is_kept(session, enrolment):
    for day in (DAY, date(2022, 6, 1), date(2022, 12, 22)):
        confirmed(session, enrolment, day=day)
    assert enrolment.inspected_on == date(2022, 6, 1)
    days = [i.day for i in inspections.of_initiative(session, enrolment.initiative_id, 8)]
    assert days == [date(2022, 12, 22), DAY, date(2022, 6, 1)]


def test_two_who_confirm_at_once_are_one(session, enrolment):
    inspection = make_inspection(session, enrolment)
    assert confirm(session, inspection)
    assert not confirm(session, inspection)


def test_a_version_that_was_changed_meanwhile_is_not_confirmed(session, enrolment):
    inspection = make_inspection(session, enrolment)
    report = session.get_one(Report, inspection.report_id)
    reports.correct(session, report, {}, False, report.author_id, NOW)
    assert not confirm(session, inspection, version=1)
    assert confirm(session, inspection, version=2)


def test_owners_are_who_registered_it_and_who_reports_with_them(session, enrolment):
    author, other = owner_of(session, enrolment), make_member(session)
    session.add(CoReporter(initiative_id=enrolment.initiative_id, member_id=other.id, at=NOW))
    session.flush()
    found = inspections.owners_of_all_years(session, enrolment.initiative_id)
    assert found == sorted([author.id, other.id])
    assert inspections.owns(session, enrolment.initiative_id, other.id)
    assert not inspections.owns(session, enrolment.initiative_id, None)
    inspection = confirmed(session, enrolment)
    assert list(inspections.of_owner(session, other.id, 8)) == [inspection]


def test_it_is_of_the_year_or_of_the_last_one_before(session, enrolment):
    initiative = enrolment.initiative_id
    assert inspections.latest_until(session, initiative, 2026) is enrolment
    assert inspections.latest_until(session, initiative, 2021) is None


def test_what_waits_for_a_head(session, enrolment):
    head = make_member(session, role=Role.LEADER)
    inspection = make_inspection(session, enrolment, head=head)
    assert list(inspections.to_confirm(session, head.id)) == [inspection]
    confirm(session, inspection)
    assert list(inspections.to_confirm(session, head.id)) == []


def test_a_name_means_members_with_more_than_a_members_role(session):
    head = make_member(session, name="Phan Quốc Tuấn", role=Role.APPROVER)
    make_member(session, name="Phan Quốc Tuấn")
    found = inspections.called(session, head.root_id, "phan quoc tuan", NOW)
    assert found == [head.id]


def test_the_team_of_the_last_time(session, enrolment):
    author = make_member(session)
    assert inspections.last_team(session, author.id) == ""
    make_inspection(session, enrolment, author)
    assert inspections.last_team(session, author.id) == "Lê Thị Hương"


def test_when_pictures_came_in(session):
    session.add(Photo(hash="a", state="raw", created_at=NOW))
    session.add(Photo(hash="b", state="raw", created_at=NOW - timedelta(minutes=3)))
    session.flush()
    assert inspections.came(session, ["a", "b", "c"]) == [NOW - timedelta(minutes=3), NOW]


def test_inspectors_over_a_unit_its_parts_or_what_is_above(session):
    xa, other = make_unit(session), make_unit(session, "Xã Thạch Khê")
    names = {"Trên": None, "Đây": xa, "Khác": other}
    for name, unit in names.items():
        make_member(session, name=name, unit=unit, role=Role.INSPECTOR)
    found = inspections.inspectors(session, [xa.id], NOW, TODAY)
    assert sorted(m.name for m in found) == ["Trên", "Đây"]


# -- the plan -------------------------------------------------------------------------------


def plan(session, enrolment, initiative=True, inspector=None, due_on=date(2022, 12, 31)):
    return planned.add(
        session, unit_id=enrolment.place_id,
        initiative_id=enrolment.initiative_id if initiative else None, due_on=due_on, team="Đoàn 1",
        inspector_id=inspector.id if inspector else None, author_id=make_member(session).id,
        now=NOW - timedelta(days=10),
    )  # fmt: skip


def test_an_inspection_fulfils_the_plan_of_its_initiative(session, enrolment):
    whole, one = plan(session, enrolment, initiative=False), plan(session, enrolment)
    inspection = confirmed(session, enrolment)
    assert (one.state, one.inspection_id, whole.state) == ("done", inspection.id, "planned")
    confirmed(session, enrolment, form="dot_xuat")
    assert whole.state == "done"


def test_of_a_unit_only_by_who_was_named(session, enrolment):
    named, other = make_member(session), make_member(session)
    one = plan(session, enrolment, initiative=False, inspector=named)
    confirmed(session, enrolment, author=other)
    assert one.state == "planned"
    confirmed(session, enrolment, author=named, form="dot_xuat")
    assert one.state == "done"


def test_what_was_before_the_plan_does_not_fulfil_it(session, enrolment):
    one = plan(session, enrolment)
    confirmed(session, enrolment, day=date(2022, 6, 1))
    assert one.state == "planned"


def test_planned_against_done(session, enrolment):
    plan(session, enrolment)
    plan(session, enrolment, due_on=date(2022, 12, 1))
    dropped = plan(session, enrolment)
    assert planned.drop(session, dropped.id)
    assert not planned.drop(session, dropped.id)
    confirmed(session, enrolment)
    whose = (session, [enrolment.place_id], TODAY, 2022)
    assert planned.counts(*whose) == (2, 1, 0)
    assert [p.state for p in planned.of_units(*whose, 8)] == ["planned", "done"]
