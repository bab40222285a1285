"""The demo's data: the article's figures, and somebody to play every role."""

import csv
import shutil
from collections import Counter
from datetime import date
from importlib import resources

import pytest
from sqlalchemy import func, select

from bot.domain.roles import Role
from storage.database import open_database
from storage.demo.initiatives import BY_SECTOR, COMMUNES, illustrations, named
from storage.demo.load import load_demo
from storage.tables.lifecycle import Inspection
from storage.tables.people import Member
from storage.tables.people import Role as RoleRow
from storage.tables.records import Enrolment, Initiative, Report, Site
from storage.tables.units import Sector, Target, Unit
from storage.tally import recount, standing
from storage.units import below
from tests.storage.places import TODAY, unit

IN_2022 = date(2022, 12, 23)


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory):
    """One demo for all who only read it."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.db")
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        people = load_demo(session, TODAY)
    yield database, people
    database.close()


@pytest.fixture
def session(loaded):
    with loaded[0].reading() as session:
        yield session


@pytest.fixture
def people(loaded):
    return loaded[1]


def test_the_article_in_numbers(session):
    thach_ha = unit(session, "Huyện Thạch Hà", IN_2022)
    built = (
        select(Sector.code, func.count())
        .join(Enrolment, Enrolment.sector_id == Sector.id)
        .where(Enrolment.built_on.is_not(None), Enrolment.place_id.in_(below(thach_ha.id, 2022)))
        .group_by(Sector.code)
    )
    by_sector = dict(session.execute(built).all())
    assert by_sector == BY_SECTOR
    assert list(BY_SECTOR.values()) == [34, 28, 37, 20, 19]
    assert sum(by_sector.values()) == 138


def test_three_were_not_registered(session):
    origins = Counter(session.scalars(select(Enrolment.origin).where(Enrolment.year == 2022)))
    assert origins == {"planned": 135, "unplanned": 3}


def test_targets_sum_to_135(session):
    thach_ha = unit(session, "Huyện Thạch Hà", IN_2022)
    inside = Target.unit_id.in_(below(thach_ha.id, 2022))
    assert session.scalar(select(func.sum(Target.value)).where(inside)) == 135
    assert session.scalar(select(func.sum(Target.value))) == 135


def test_the_tally_knows_the_same(session):
    assert standing(session) == recount(session)


def test_the_illustrations_say_so(session):
    rows = session.execute(
        select(Initiative.name, Initiative.illustration, Enrolment.year).join(Enrolment)
    ).all()
    assert Counter(shown for _, shown, year in rows if year == 2022) == {True: 128, False: 10}
    assert all(name.startswith("Mô hình minh họa") == shown for name, shown, _ in rows)


def test_illustrations_are_spread_over_the_22_communes():
    assert {one.place for one in illustrations()} == set(COMMUNES)
    assert len(COMMUNES) == 22


def test_two_cells_share_one_initiative(session):
    sites = (
        select(Unit.name)
        .join(Site, Site.unit_id == Unit.id)
        .join(Enrolment, Enrolment.id == Site.enrolment_id)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .where(Initiative.name == "Xây dựng chi bộ xuất sắc")
        .order_by(Site.position)
    )
    assert session.scalars(sites).all() == ["Thôn Hội Cát", "Thôn Đình Hàn"]


def test_the_named_ones_keep_owner_place_and_size(session):
    articles = {one.name: one for one in named()}
    assert len(articles) == 10
    house = articles["Nhà lưới sản xuất rau củ quả"]
    assert (house.owner, house.place) == ("Gia đình anh Hồ Văn Hà", "Xã Thạch Lạc")
    details = session.scalar(
        select(Enrolment.details).join(Initiative).where(Initiative.name == house.name)
    )
    assert details["quy_mo"]["t"] == "4.200 m²"


def test_agencies_are_in_no_commune(session):
    place = select(Unit.name).join(Enrolment, Enrolment.place_id == Unit.id)
    outside = session.scalars(place.where(Unit.kind == "huyen")).all()
    assert outside == ["Huyện Thạch Hà"] * 2


def test_somebody_plays_every_role(session, people):
    assert set(people) == set(Role)
    for role, member_id in people.items():
        held = session.scalars(select(RoleRow.role).where(RoleRow.member_id == member_id)).all()
        assert held == [role]
    assert session.get_one(Member, people["member"]).name == "Nguyễn Thị Lan"


def test_the_leader_holds_a_unit_closed_since(session, people):
    held = select(Unit).join(RoleRow, RoleRow.unit_id == Unit.id)
    over = session.scalars(held.where(RoleRow.member_id == people["leader"])).one()
    assert (over.name, over.valid_to) == ("Huyện Thạch Hà", date(2025, 7, 1))


def test_something_waits_today(session):
    states = Counter(session.scalars(select(Report.state)))
    assert states == {"accepted": 139, "sent": 2, "returned": 1}
    waiting = select(Enrolment.year).where(Enrolment.state == "waiting")
    assert set(session.scalars(waiting)) == {2026}


@pytest.mark.parametrize("today", [date(2022, 12, 23), date(2025, 3, 1), date(2030, 1, 1)])
def test_it_loads_on_any_day(database, today):
    with database.writing() as session:
        focal = session.get_one(Member, load_demo(session, today)["focal"])
        assert focal.unit_id == unit(session, "Xã Thạch Lạc", today).id


def test_the_files_ship_with_the_package():
    folder = resources.files("storage.demo")
    for name, rows in (("units.csv", 153), ("initiatives.csv", 10)):
        lines = folder.joinpath(name).read_text("utf-8").splitlines()
        assert len(list(csv.DictReader(lines))) == rows


def test_the_inspection_of_the_picture_says_what_is_made_up(session):
    inspection = session.scalars(select(Inspection)).one()
    report = session.get_one(Report, inspection.report_id)
    assert session.get_one(Initiative, report.initiative_id).name == "Nhà lưới sản xuất rau củ quả"
    assert "minh họa" in report.answers["uu_diem"]["t"]
    assert "anh" in report.answers
    assert session.get_one(Enrolment, report.enrolment_id).inspected_on == inspection.day
