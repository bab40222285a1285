"""What exactly lags in one unit, who answers for it, and how often they were reminded."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.conversation.messages import Option, Reply
from bot.domain.due_words import how_far
from bot.domain.partial_dates import plain_date
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import lifecycle
from bot.handlers.lagging_asked import (
    INSPECT,
    LISTS,
    OVERDUE,
    REPORTS,
    Question,
    answers_for,
    back,
    period_of,
    reach_of,
    things_of,
    year_of,
)
from bot.handlers.period_report import title
from bot.handlers.registry import Talk, action, late
from storage import lagging
from storage.due_now import Thing
from storage.lagging import Due
from storage.reach import Reach
from storage.tables.lifecycle import Recommendation
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.reminders import Conclusion, ReviewPeriod
from storage.tables.units import Unit

PAGE, LONGEST = 8, 90
YEAR = timedelta(days=365)
WHATS = {
    REPORTS: (lagging.REPORT,), OVERDUE: lagging.OVERDUE, INSPECT: (lagging.INSPECT,),
}  # fmt: skip
DONE = "{unit} không còn gì {what} ạ."


@action("tre_dv")
def one_unit(talk: Talk, which: str, unit: str, about: str = "0", page: str = "0") -> Reply:
    asked = {"which": which, "unit": int(unit), "about": int(about), "page": int(page)}
    return Reply("", late={"kind": "lagging_unit", **asked})


@late("lagging_unit")
def answer(talk: Talk, which: str, unit: int, about: int = 0, page: int = 0) -> Reply:
    asked = Question(which, unit, about, only=True)
    try:
        reach = reach_of(talk, unit, only=True)
        options = OPTIONS[which](talk, asked, reach)
        return _shown(talk, asked, options, max(page, 0))
    except Refused as refused:
        return Reply(str(refused))


def _shown(talk: Talk, asked: Question, options: Sequence[Option], page: int) -> Reply:
    unit = talk.session.get_one(Unit, asked.unit).name
    what = LISTS[asked.which].lower()
    if not options:
        return talk.reply(DONE, back(asked), unit=unit, what=what)
    page = min(page, (len(options) - 1) // PAGE)
    some = [*options[page * PAGE : (page + 1) * PAGE]]
    if len(options) > (page + 1) * PAGE:
        some.append(Option("Xem tiếp", asked.data("tre_dv", page + 1)))
    some += [Option("Nhắc đơn vị này", asked.data("nhac_dv"), "primary"), back(asked)]
    head = f"{unit} – {what}: {len(options)}\n{_who(talk, asked)}"
    return talk.reply("{head}", *some, head=head)


def _who(talk: Talk, asked: Question) -> str:
    since = talk.today - YEAR
    if asked.which == REPORTS:
        since = period_of(talk, asked).first
    number, last = lagging.reminded(talk.session, asked.unit, WHATS[asked.which], since)
    told = f"Đã nhắc {number} lần, gần nhất {plain_date(last)}." if last else "Chưa nhắc lần nào."
    return f"Đầu mối: {answers_for(talk, asked.unit)}. {told}"


# -- the things -----------------------------------------------------------------------------------


def _report(talk: Talk, asked: Question, reach: Reach) -> list[Option]:
    return [_option(talk, due) for due in things_of(talk, asked, reach)]


def _models(talk: Talk, asked: Question, reach: Reach) -> list[Option]:
    year = year_of(talk, asked)
    rows = talk.session.scalars(
        select(Initiative)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(lagging.not_inspected(year, reach))
        .order_by(Initiative.code_year, Initiative.code_number)
    )
    return [Option(cut(f"{i.code} – {i.name}", LONGEST), f"mh:{i.id}:{year}") for i in rows]


OPTIONS: dict[str, Callable[[Talk, Question, Reach], list[Option]]] = {
    REPORTS: _report, OVERDUE: _report, INSPECT: _models,
}  # fmt: skip


def _option(talk: Talk, due: Due) -> Option:
    schedule, thing = due
    name, data = NAMED[schedule.what](talk, thing)
    far = how_far(thing.due_on, talk.today)
    if schedule.what == "report_waiting":
        far = f"chờ {(talk.today - thing.due_on).days} ngày"
    return Option(f"{cut(name, LONGEST)}: {far}", data)


def _period(talk: Talk, thing: Thing) -> tuple[str, str]:
    period = talk.session.get_one(ReviewPeriod, thing.subject_id)
    return title(period), f"bk:{period.id}:{thing.unit_id}"


def _target(talk: Talk, thing: Thing) -> tuple[str, str]:
    year = talk.session.get_one(ReviewPeriod, thing.subject_id).first.year
    return f"Đăng ký chỉ tiêu năm {year}", f"ct:{year}"


def _review(talk: Talk, thing: Thing) -> tuple[str, str]:
    one = talk.session.get_one(Enrolment, thing.subject_id)
    return f"Rà soát {lifecycle.title(talk, one)}", f"mh:{one.initiative_id}"


def _recommendation(talk: Talk, thing: Thing) -> tuple[str, str]:
    one = talk.session.get_one(Recommendation, thing.subject_id)
    enrolment = talk.session.get_one(Enrolment, one.enrolment_id)
    code = talk.session.get_one(Initiative, enrolment.initiative_id).code
    return f"Kiến nghị {code}: {one.text}", f"kn:{one.id}"


def _waiting(talk: Talk, thing: Thing) -> tuple[str, str]:
    one = talk.session.get_one(Report, thing.subject_id)
    initiative = talk.session.get_one(Initiative, one.initiative_id)
    return f"Phiếu {initiative.code}, “{cut(initiative.name, 50)}”", f"phieu:{one.id}"


def _conclusion(talk: Talk, thing: Thing) -> tuple[str, str]:
    one = talk.session.get_one(Conclusion, thing.subject_id)
    return f"Kết luận giao ban: {one.text}", f"kl_xem:{one.id}"


NAMED: dict[str, Callable[[Talk, Thing], tuple[str, str]]] = {
    lagging.REPORT: _period,
    "target_missing": _target,
    lagging.REVIEW: _review,
    "recommendation": _recommendation,
    "report_waiting": _waiting,
    "conclusion": _conclusion,
}
