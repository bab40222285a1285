"""What falls due in the demo: models nobody has heard of since summer, and advice of an inspection.

So that on the day before a quarter's review is due there is something to be reminded of. All of it
is made up and says so."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.partial_dates import plain_date
from bot.domain.roles import Role
from bot.domain.schedules import period
from storage import inspections, period_reports, reports, reviewing, schedules
from storage.demo.initiatives import of_thach_lac
from storage.demo.inspection import its_answers
from storage.demo.load import DemoPeople
from storage.demo.people import HOME, WHO_LEFT, Units, add_person
from storage.demo.reports import Ground, add_report, answer, at_nine
from storage.inspections import Found
from storage.period_figures import figures
from storage.sectors import ensure_sectors
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.reminders import ReviewPeriod, Schedule
from storage.tables.units import Unit

OURS = (
    ("Tủ sách nhà văn hóa thôn", "van_hoa_xa_hoi", "Hội LHPN"),
    ("Phân loại rác tại nhà", "ntm_dtvm", "Hội LHPN"),
)
"""Of the member who plays; then of somebody who has left, so that the focal person is asked."""
LEFT = (
    ("Góp vốn giúp nhau nuôi bò", "kinh_te", "Hội Nông dân"),
    ("Hàng cau trước ngõ", "ntm_dtvm", "Đoàn Thanh niên"),
    ("Nếp cưới mới", "van_hoa_xa_hoi", "MTTQ"),
    ("Một cửa thân thiện", "xay_dung_dang_htct", "UBND"),
)
BEFORE = timedelta(days=80)
"""So long before the quarter they were sent: nobody has heard of them since."""
LOOKED, ADVICE = timedelta(days=10), timedelta(days=7)
TEAM = "Đoàn kiểm tra của Ban Dân vận (minh họa)"
NO_PICTURE = "Bản dùng thử không kèm ảnh"
WHAT = "Lắp thêm vòi tưới và ghi sổ thu chi (minh họa)."
YEAR_REPORT = {
    "so_lieu": answer("dung", "Đúng như sổ"),
    "lanh_dao": answer("Ban hành kế hoạch, giao chỉ tiêu cho các thôn (minh họa)."),
    "phuong_huong": answer("Nhân rộng nhà lưới trồng rau, giữ các tuyến đường hoa (minh họa)."),
}


def add_due(session: Session, today: date, people: DemoPeople) -> None:
    """After `add_life`, in its transaction."""
    units = Units(session)
    root_id = units.get("Tỉnh Hà Tĩnh", today).id
    sectors = {sector.code: sector for sector in ensure_sectors(session, root_id)}
    ground = Ground(session, root_id, units, sectors)
    players = {role: session.get_one(Member, people[role]) for role in Role}
    summer = period("quarter", today)[0] - BEFORE
    if summer.year == today.year:  # an enrolment is of one year
        gone = add_person(session, units, WHO_LEFT, today)
        _silent(ground, OURS, players[Role.MEMBER], players[Role.FOCAL], summer)
        _silent(ground, LEFT, gone, players[Role.FOCAL], summer)
        gone.state = "withdrawn"
    _advised(ground, players[Role.MEMBER], players[Role.INSPECTOR], today)
    _reported(ground, players[Role.FOCAL], players[Role.ADMIN], today)


def _silent(
    ground: Ground, names: tuple[tuple[str, str, str], ...], author: Member, by: Member, day: date
) -> None:
    for name in names:
        report = add_report(ground, of_thach_lac(*name), day, author)
        reviewing.accept(
            ground.session, report, report.version, by=by.id, now=at_nine(day + timedelta(1)),
            today=day + timedelta(1), results=False,
        )  # fmt: skip


def _advised(ground: Ground, owner: Member, inspector: Member, today: date) -> None:
    """The newest model of hers that was accepted was looked at; something is to be done soon."""
    day = today - LOOKED
    hers = select(Report).where(Report.author_id == owner.id, Report.state == "accepted")
    registered = ground.session.scalars(hers.order_by(Report.sent_at.desc())).first()
    assert registered
    enrolment = ground.session.get_one(Enrolment, registered.enrolment_id)
    initiative = ground.session.get_one(Initiative, enrolment.initiative_id)
    report = reports.add(
        ground.session, key=f"demo-inspection-{initiative.code}", kind="inspect",
        enrolment=enrolment, author_id=inspector.id, has_results=False, now=at_nine(day),
        answers=its_answers(
            initiative, day, TEAM, NO_PICTURE, kien_nghi=answer(WHAT),
            han=answer((today + ADVICE).isoformat(), plain_date(today + ADVICE)),
        ),
    )  # fmt: skip
    found = Found(day, "dinh_ky", "tot", "tot", TEAM, None, None)
    inspection = inspections.add(ground.session, report, found)
    inspections.confirm(ground.session, inspection, 1, by=inspector.id, now=at_nine(day), today=day)


def _reported(ground: Ground, focal: Member, above: Member, today: date) -> None:
    """What the commune owed before today has come and was accepted."""
    session, home = ground.session, ground.units.get(HOME, today)
    schedules.ensure_schedules(session, ground.root_id, at_nine(today))
    schedules.ensure_periods(session, ground.root_id, today)
    past = (
        select(ReviewPeriod)
        .join(Schedule, Schedule.id == ReviewPeriod.schedule_id)
        .where(Schedule.what == period_reports.WHAT, ReviewPeriod.due_on < today)
        .where(ReviewPeriod.due_on > home.valid_from)
    )
    for one in session.scalars(past).all():
        _report(session, one, home, focal, above)


def _report(session: Session, one: ReviewPeriod, home: Unit, focal: Member, above: Member) -> None:
    sent = at_nine(one.due_on - timedelta(2))
    report = period_reports.put(
        session, key=f"demo-period-{one.id}", period_id=one.id, unit_id=home.id, version=0,
        author_id=focal.id, answers=YEAR_REPORT, figures=figures(session, home, one, sent),
        now=sent,
    )  # fmt: skip
    assert report
    period_reports.decide(
        session, report, report.version, period_reports.ACCEPTED, by=above.id,
        now=sent + timedelta(days=1),
    )  # fmt: skip
