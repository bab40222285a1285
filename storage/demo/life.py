"""What has come of some initiatives: a copy, a call for help, praise that waits, an article.

For who looks around in the demo, so that no list is empty. All of it is made up and says so."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import commendation, helping, reviewing, support
from storage.demo.initiatives import Example, of_thach_lac
from storage.demo.inspection import NET_HOUSE
from storage.demo.load import DemoPeople
from storage.demo.people import FIRST_DAY, HOME, Units
from storage.demo.reports import Ground, add_report, at_nine
from storage.sectors import ensure_sectors
from storage.tables.people import Member
from storage.tables.people import Role as RoleRow
from storage.tables.records import Enrolment, Initiative, Report

MERIT = "Thành tích minh họa: 45 hộ giữ nhà sạch, vườn đẹp; đường làng sạch mỗi sáng thứ bảy."


def add_life(session: Session, today: date, people: DemoPeople) -> None:
    """After `load_demo`, in its transaction."""
    units = Units(session)
    root_id = units.get("Tỉnh Hà Tĩnh", today).id
    sectors = {sector.code: sector for sector in ensure_sectors(session, root_id)}
    ground = Ground(session, root_id, units, sectors)
    focal = session.get_one(Member, people[Role.FOCAL])
    member = session.get_one(Member, people[Role.MEMBER])
    origin = session.scalars(select(Initiative).where(Initiative.name == NET_HOUSE)).one()
    _leads_today(ground, people[Role.LEADER], today)
    _copied(ground, origin, member, focal, today)
    _proposed(ground, member, focal, today)
    helping.publish(
        session, initiative_id=origin.id, kind="article", title="Rau sạch từ nhà lưới (minh họa)",
        where="Bản tin xã Thạch Lạc (minh họa)", day=today - timedelta(10), author_id=focal.id,
        at=at_nine(today - timedelta(9)),
    )  # fmt: skip


def _leads_today(ground: Ground, leader_id: int, today: date) -> None:
    """The leader of the huyện that was closed leads the commune since: this year is theirs, too."""
    home = ground.units.get(HOME, today)
    ground.session.add(
        RoleRow(member_id=leader_id, role=Role.LEADER, unit_id=home.id, since=FIRST_DAY)
    )


def _copied(ground: Ground, origin: Initiative, author: Member, focal: Member, today: date) -> None:
    """Done after the net-house of Hồ Văn Hà; they lack money."""
    copy = replace(
        of_thach_lac("Nhà lưới trồng rau, học anh Hồ Văn Hà", "kinh_te", "Hội LHPN"),
        copied_from=origin.id, needs=("von", "Vốn"),
    )  # fmt: skip
    report = _accepted(ground, copy, author, focal, today - timedelta(30))
    support.note(ground.session, report, report.sent_at)


def _proposed(ground: Ground, author: Member, focal: Member, today: date) -> None:
    """Built this year; its focal person has proposed it."""
    given = of_thach_lac("Nhà sạch, vườn đẹp", "ntm_dtvm", "Hội LHPN")
    done = replace(given, results="Kết quả minh họa: 45 hộ.")
    report = _accepted(ground, done, author, focal, today - timedelta(40))
    enrolment = ground.session.get_one(Enrolment, report.enrolment_id)
    asked = at_nine(today - timedelta(3))
    commendation.propose(ground.session, enrolment, "giay_khen", MERIT, focal.id, asked)


def _accepted(ground: Ground, given: Example, author: Member, by: Member, day: date) -> Report:
    """The next day."""
    report = add_report(ground, given, day, author)
    after = day + timedelta(1)
    reviewing.accept(
        ground.session, report, report.version, by=by.id, now=at_nine(after), today=after,
        results=report.has_results,
    )  # fmt: skip
    return report
