"""`/baocaoky`: the periods a unit reports on, and its report on one."""

from datetime import date

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import clock, plain_date
from bot.domain.roles import Act, Role, units_for
from bot.domain.schedules import period_name
from bot.errors import Refused
from bot.handlers.people import ELSE, due, may, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, command
from bot.handlers.seeing import who
from bot.presentation.period_report import STATES, answers_text, differences, figures_text
from storage import members, period_lists, period_reports
from storage.period_figures import Figures, figures
from storage.period_reports import ACCEPTED, PAPER, RETURNED, SENT
from storage.tables.reminders import PeriodReport, ReviewPeriod
from storage.tables.units import Unit

PAGE = 8
PHRASES = ("ky", "dinh ky", "thang", "quy", "6 thang", "sau thang", "nam")
WORDS = tuple(f"{begin} {rest}" for begin in ("bao cao", "bc") for rest in PHRASES)
NOT_YOURS = (
    "Báo cáo này của đơn vị ngoài phần {ac} được xem ạ. {Ac} nhắn “báo cáo kỳ” để xem báo cáo của "
    "đơn vị mình."
)
NOT_SENDER = "Báo cáo kỳ của {unit} do đầu mối của đơn vị ghi và gửi ạ. {Ac} xem được khi đã gửi."
CLOSED = "Kỳ này chưa mở hoặc đã đóng với {unit} ạ. {Ac} nhắn “báo cáo kỳ” để xem kỳ đang mở."
NOTHING = "Đơn vị {ac} chưa có kỳ báo cáo nào đang mở ạ."
ABOVE_ALL = "Báo cáo kỳ do đầu mối của các đơn vị gửi lên. {Ac} cần xem gì ạ?"
AGAIN = Option("Báo cáo kỳ khác", "cmd:baocaoky")


# -- which ones ---------------------------------------------------------------------------------


@command("baocaoky", "Báo cáo kỳ", act=(Act.REPORT_PERIOD, Act.READ_PERIODS), words=WORDS, menu=4)
def periods(talk: Talk, argument: str) -> Replies:
    return listed(talk)


@action("bk_ds")
def listed(talk: Talk, skip: str = "0") -> Reply:
    """The open periods of one's own units, what is to be sent first; ways to those below."""
    own, first = _own_units(talk), max(int(skip), 0)
    rows = period_reports.of_units(talk.session, talk.organisation.root_id, own, talk.today)
    options = [
        Option(_line(talk, period, unit, report, len(own) > 1), f"bk:{period.id}:{unit.id}")
        for period, unit, report in rows[first : first + PAGE]
    ]
    if len(rows) > first + PAGE:
        options.append(Option("Xem tiếp", f"bk_ds:{first + PAGE}"))
    options += [option for part in _around(talk) for option in part.options]
    text = "Báo cáo kỳ của đơn vị {ac}. {Ac} chọn một kỳ ạ:" if rows else NOTHING
    return talk.reply(text if own else ABOVE_ALL, *options, ELSE)


def _own_units(talk: Talk) -> tuple[int, ...]:
    """Over which one is focal person or leader oneself."""
    held = (g.unit_id for g in talk.person.grants if g.role in (Role.FOCAL, Role.LEADER))
    return tuple(dict.fromkeys(held))


def _around(talk: Talk) -> list[Part]:
    below = Option("Báo cáo của đơn vị cấp dưới", "bk_duoi")
    held = units_where(talk, Act.READ_PERIODS)
    some = period_lists.any_below(talk.session, held, talk.today)
    parts = [Part(options=(below,))] if some else []
    waits = waiting_for(talk)
    return [*parts, Part(options=(_waiting_button(len(waits)),))] if waits else parts


def _line(
    talk: Talk, period: ReviewPeriod, unit: Unit, report: PeriodReport | None, named: bool
) -> str:
    day = plain_date(period_reports.due_on(talk.session, period, unit.id))
    state = STATES[report.state if report else ""]
    when = f"; hạn {day}" if report is None or report.state == RETURNED else ""
    return f"{title(period)}{f' – {unit.name}' if named else ''}: {state}{when}"


def title(period: ReviewPeriod) -> str:
    """Báo cáo 6 tháng đầu năm 2026"""
    return f"Báo cáo {period_name(period.kind, period.first)}"


# -- who may ------------------------------------------------------------------------------------


def asked(talk: Talk, period_id: str | int, unit_id: str | int) -> tuple[ReviewPeriod, Unit]:
    """A period and a unit that this person may read about."""
    period = talk.session.get(ReviewPeriod, int(period_id))
    unit = talk.session.get(Unit, int(unit_id))
    if period is None or unit is None or not may(talk, Act.READ_PERIODS, unit.id):
        raise Refused(talk.say(NOT_YOURS))
    return period, unit


def sends(talk: Talk, unit: Unit) -> bool:
    """Only the unit's own focal person, asked anew in this transaction."""
    grants = members.grants_of(talk.session, talk.member_id, talk.now, lock=True)
    return unit.id in units_for(Act.REPORT_PERIOD, grants)


def sending(talk: Talk, period_id: str | int, unit_id: str | int) -> tuple[ReviewPeriod, Unit]:
    """A period on which this person may report for a unit now."""
    period, unit = asked(talk, period_id, unit_id)
    if not sends(talk, unit):
        raise Refused(talk.say(NOT_SENDER, unit=unit.name))
    if not period_reports.is_open(talk.session, period.id, unit.id, talk.today):
        raise Refused(talk.say(CLOSED, unit=unit.name))
    return period, unit


def accepts(talk: Talk, report: PeriodReport) -> bool:
    return period_reports.accepts(talk.session, talk.member_id, report, talk.now, talk.today)


# -- one report ---------------------------------------------------------------------------------


@action("bk")
def see(talk: Talk, period_id: str, unit_id: str) -> Reply:
    period, unit = asked(talk, period_id, unit_id)
    report = period_reports.find(talk.session, period.id, unit.id)
    return shown(talk, report) if report else _not_sent(talk, period, unit)


def _not_sent(talk: Talk, period: ReviewPeriod, unit: Unit) -> Reply:
    day = period_reports.due_on(talk.session, period, unit.id)
    head = f"{title(period)} – {unit.name}: chưa nộp.\n{until(talk, day)}"
    mine = sends(talk, unit)
    options = (
        Option("Ghi báo cáo", f"bk_ghi:{period.id}:{unit.id}", "primary"),
        Option("Đã báo cáo bằng văn bản", f"bk_vb:{period.id}:{unit.id}"),
    )
    return due(talk, talk.reply("{head}", *(options if mine else ()), AGAIN, head=head), day)


def until(talk: Talk, day: date) -> str:
    """Early ones are welcome, late ones too."""
    if day < talk.today:
        return f"Hạn {plain_date(day)}, đã quá {(talk.today - day).days} ngày; vẫn nộp được ạ."
    return f"Nộp từ nay đến {plain_date(day)}."


def shown(talk: Talk, report: PeriodReport) -> Reply:
    """All answers, and the figures then and now; whoever asks has the right to read it."""
    period = talk.session.get_one(ReviewPeriod, report.period_id)
    unit = talk.session.get_one(Unit, report.unit_id)
    lines = [f"{title(period)} – {unit.name}", _state(talk, report)]
    if report.answers:
        lines += [answers_text(report.answers), "Số liệu khi nộp:"]
        lines.append(figures_text(report.figures, whole_year(period)))
        changed = differences(report.figures, figures_now(talk, period, unit))
        lines += ["Số liệu nay đã khác:", *changed] if changed else []
    return talk.reply("{text}", *_options(talk, report, unit), AGAIN, text="\n".join(lines))


def whole_year(period: ReviewPeriod) -> bool:
    return period.kind == "year"


def figures_now(talk: Talk, period: ReviewPeriod, unit: Unit) -> Figures:
    points = talk.organisation.points
    return figures(talk.session, unit, period, talk.local(talk.now), points)


def _state(talk: Talk, report: PeriodReport) -> str:
    did = "ghi" if report.state == PAPER else "nộp"
    sent = f"{did} lúc {clock(talk.local(report.sent_at))}, {who(talk, report.author_id)}"
    version = f", bản {report.version}" if report.version > 1 else ""
    lines = [f"{STATES[report.state].capitalize()} ({sent}{version})."]
    if report.reason:
        lines.append(f"{'Văn bản' if report.state == PAPER else 'Ý kiến'}: “{report.reason}”")
    if report.decided_by and report.decided_at:
        when = clock(talk.local(report.decided_at))
        decided = "Mở lại" if report.state == SENT else "Cấp trên xem"
        lines.append(f"{decided} lúc {when}: {who(talk, report.decided_by)}.")
    return "\n".join(lines)


def _options(talk: Talk, report: PeriodReport, unit: Unit) -> list[Option]:
    tag, options = f"{report.id}:{report.version}", []
    if report.state in (SENT, RETURNED, PAPER) and sends(talk, unit):
        label = "Ghi báo cáo" if report.state == PAPER else "Sửa báo cáo"
        options.append(Option(label, f"bk_sua:{report.id}", "primary"))
    if report.state in period_reports.WAITS and accepts(talk, report):
        options.append(Option("Nhận báo cáo", f"bk_nhan:{tag}", "primary"))
        options.append(Option("Trả lại để bổ sung", f"bk_tra:{tag}"))
    if report.state == ACCEPTED and report.decided_by == talk.member_id and accepts(talk, report):
        options.append(Option("Mở lại báo cáo", f"bk_mo:{tag}"))
    return options


# -- what waits ---------------------------------------------------------------------------------


def waiting_for(talk: Talk) -> list[PeriodReport]:
    """What was sent to this person to accept."""
    held = units_where(talk, Act.ACCEPT_PERIODS)
    found = period_lists.waiting(talk.session, held, talk.today)
    return [r for r in found if talk.person.member_id in receivers(talk, r)]


def receivers(talk: Talk, report: PeriodReport) -> list[int]:
    return period_reports.receivers(talk.session, report.unit_id, talk.now, report.author_id)


def _waiting_button(count: int) -> Option:
    return Option(f"Báo cáo kỳ chờ xem ({count})", "bk_cho")


def in_a_line(talk: Talk, report: PeriodReport) -> str:
    period = talk.session.get_one(ReviewPeriod, report.period_id)
    again = ", đã sửa" if report.version > 1 and report.state == SENT else ""
    return f"{title(period)} – {members.unit_name(talk.session, report.unit_id)}{again}"


@adds_to("tasks", 45)
def waiting(talk: Talk) -> Part | None:
    """What is to be accepted, and own reports that came back."""
    waits = waiting_for(talk)
    options = [_waiting_button(len(waits))] if waits else []
    focal = units_where(talk, Act.REPORT_PERIOD)
    options += [
        Option(f"{in_a_line(talk, r)}: cần bổ sung", f"bk:{r.period_id}:{r.unit_id}")
        for r in period_lists.returned(talk.session, focal)[:PAGE]
    ]
    return Part(options=tuple(options)) if options else None


@action("bk_cho")
def to_accept(talk: Talk, skip: str = "0") -> Reply:
    rows, first = waiting_for(talk), max(int(skip), 0)
    options = [
        Option(in_a_line(talk, r), f"bk:{r.period_id}:{r.unit_id}")
        for r in rows[first : first + PAGE]
    ]
    if len(rows) > first + PAGE:
        options.append(Option("Xem tiếp", f"bk_cho:{first + PAGE}"))
    text = "Báo cáo kỳ chờ {ac} xem:" if rows else "Không còn báo cáo kỳ nào chờ {ac} ạ."
    return talk.reply(text, *options, ELSE)
