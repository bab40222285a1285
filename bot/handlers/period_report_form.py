"""A unit writes its report on a period: the figures are there, it adds what they do not say."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import clock
from bot.domain.period_report import LABELS, OUTLINE, REMARK, RIGHT, Question
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import ELSE, tell
from bot.handlers.period_report import (
    NOT_YOURS,
    asked,
    figures_now,
    receivers,
    sending,
    shown,
    title,
    whole_year,
)
from bot.handlers.registry import Replies, Talk, action, lookup, submits
from bot.handlers.seeing import who
from bot.presentation.period_report import brief, figures_text
from storage import period_reports
from storage.period_reports import ACCEPTED, PAPER, RETURNED, SENT
from storage.tables.people import Draft
from storage.tables.reminders import PeriodReport, ReviewPeriod
from storage.tables.units import Unit

LONGEST = 1500
SHOWN = 300
"""Letters of the last period's answer that are said when it is taken over."""
WHICH = "ky"
"""The hidden step: [period, unit, the version that is written over (0: none)]."""
AS_RECORDED = "Đúng với hồ sơ"
DONE = (
    "Báo cáo này đã được cấp trên nhận nên không gửi bản khác được ạ. Cần sửa, {ac} nhờ cấp trên "
    "mở lại; bỏ bản này thì nhắn “hủy”."
)
MEANWHILE = (
    "{who} vừa gửi báo cáo này lúc {when}; bản ấy ở trên. Bản của {ac} chưa gửi: nhắn “gửi” thì "
    "thay bản trên, nhắn “hủy” thì giữ bản trên."
)


def _step(question: Question) -> Step:
    return Step(
        question.key, Kind.CHOICE, question.label, question.ask, question.help,
        required=question.required, later=not question.required, offer=f"bk_{question.key}",
        about=(WHICH,), free=True, least=3, most=LONGEST,
    )  # fmt: skip


HIDDEN = Step(WHICH, Kind.CHOICE, "", "", hidden=True, required=False)
FORM = Form(
    "bk",
    "Báo cáo kỳ",
    (
        HIDDEN,
        Step(REMARK, Kind.CHOICE, LABELS[REMARK],
             "Số liệu lấy sẵn từ hồ sơ, {ac} không phải ghi ạ. Có số nào chưa đúng thì {ac} ghi "
             "lại ở đây; đúng cả thì chọn 1.", "Ví dụ: còn 2 mô hình mới công nhận chưa kịp ghi",
             offer="bk_so_lieu", about=(WHICH,), free=True, least=5, most=LONGEST),
        *map(_step, OUTLINE),
    ),
)  # fmt: skip
ON_PAPER = Form(
    "bkvb",
    "Đã báo cáo bằng văn bản",
    (
        HIDDEN,
        Step("ghi_chu", Kind.TEXT, "Văn bản",
             "{Ac} đã báo cáo bằng văn bản nào ạ? Ghi số, ngày, nơi nhận.",
             "Ví dụ: Báo cáo số 45-BC/ĐU ngày 10/12, gửi Ban Dân vận", least=5, most=300),
    ),
    straight=True,
)  # fmt: skip


# -- what the form offers -------------------------------------------------------------------------


@lookup("bk_so_lieu")
def as_recorded(talk: Talk, about: Lookup) -> Found:
    """Says in the preview which report it is, and the main figures."""
    period, unit = _about(talk, about)
    if period is None or unit is None:
        return Found()
    numbers = brief(figures_now(talk, period, unit))
    answer = f"{title(period)} – {unit.name}: {numbers}; đúng với hồ sơ"
    words = ("đúng", "đúng cả", "đúng rồi", "ok")
    return Found((Choice(RIGHT, "Số liệu đúng", words, answer=answer),))


def _about(talk: Talk, about: Lookup) -> tuple[ReviewPeriod | None, Unit | None]:
    period_id, unit_id, _ = about.about[0]
    return talk.session.get(ReviewPeriod, period_id), talk.session.get(Unit, unit_id)


def _earlier(key: str) -> Callable[[Talk, Lookup], Found]:
    """What the unit wrote here the last time, to be taken over by a tap."""

    def offered(talk: Talk, about: Lookup) -> Found:
        period_id, unit_id, _ = about.about[0]
        answers = period_reports.earlier_answers(talk.session, period_id, unit_id)
        if not (text := answers.get(key, {"t": ""})["t"]):
            return Found()
        note = f"Kỳ trước ghi: “{cut(text, SHOWN)}”"
        return Found((Choice(text, "Dùng lại câu kỳ trước", note=note, answer=text),))

    return offered


for _question in OUTLINE:
    lookup(f"bk_{_question.key}")(_earlier(_question.key))


# -- opening it -----------------------------------------------------------------------------------


@action("bk_ghi")
def begin(talk: Talk, period_id: str, unit_id: str) -> Replies:
    """One that was put aside goes on; what has been sent is shown."""
    period, unit = sending(talk, period_id, unit_id)
    report = period_reports.find(talk.session, period.id, unit.id)
    if report and report.state in (SENT, ACCEPTED):
        return shown(talk, report)
    if report and report.state == RETURNED:
        return correct(talk, str(report.id))
    if draft_id := _put_aside(talk, period.id, unit.id):
        talk.resume(draft_id)
        return None
    return _open(talk, period, unit, {}, {}, report.version if report else 0)


def _put_aside(talk: Talk, period_id: int, unit_id: int) -> int | None:
    mine = select(Draft.id, Draft.body).where(Draft.member_id == talk.member_id)
    for draft_id, body in talk.session.execute(mine.where(Draft.form == FORM.name)):
        if body["answers"].get(WHICH, {"v": []})["v"][:2] == [period_id, unit_id]:
            return int(draft_id)
    return None


def _open(
    talk: Talk,
    period: ReviewPeriod,
    unit: Unit,
    answers: dict[str, Any],
    only: dict[str, str],
    version: int,
) -> Reply:
    which = {"v": [period.id, unit.id, version], "t": ""}
    talk.open(FORM, {**answers, WHICH: which}, only)
    head = f"{title(period)} – {unit.name}"
    if only and REMARK not in only:
        return talk.reply("{text}", text=head)
    figures = figures_text(figures_now(talk, period, unit), whole_year(period))
    return talk.reply("{text}", text=f"{head}. Số liệu trong hồ sơ:\n{figures}")


@action("bk_sua")
def correct(talk: Talk, report_id: str) -> Replies:
    """By anybody who reports for the unit; of one that came back only what was marked."""
    report = _report(talk, report_id)
    period, unit = sending(talk, report.period_id, report.unit_id)
    if report.state == ACCEPTED:
        return shown(talk, report)
    back = report.state == RETURNED
    only = {key: why for key, why in report.marks.items() if FORM.step(key)} if back else {}
    opened = _open(talk, period, unit, report.answers, only, report.version)
    if not back or only:
        return opened
    return [opened, talk.reply("Cần bổ sung: “{reason}”.", reason=report.reason)]


def _report(talk: Talk, report_id: str | int) -> PeriodReport:
    report = talk.session.get(PeriodReport, int(report_id))
    if report is None:
        raise Refused(talk.say(NOT_YOURS))
    asked(talk, report.period_id, report.unit_id)
    return report


@action("bk_vb")
def begin_on_paper(talk: Talk, period_id: str, unit_id: str) -> Replies:
    period, unit = sending(talk, period_id, unit_id)
    report = period_reports.find(talk.session, period.id, unit.id)
    if report and report.state != RETURNED:
        return shown(talk, report)
    which = [period.id, unit.id, report.version if report else 0]
    talk.open(ON_PAPER, {WHICH: {"v": which, "t": ""}})
    return talk.reply("{what} – {unit}", what=title(period), unit=unit.name)


# -- sending it -----------------------------------------------------------------------------------


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Replies:
    kept = {k: a for k, a in answers.items() if k != WHICH}
    if kept[REMARK]["v"] == RIGHT:
        kept[REMARK] = {"v": RIGHT, "t": AS_RECORDED}
    return _put(talk, FORM, answers, key, state=SENT, answers=kept)


@submits(ON_PAPER)
def save_on_paper(talk: Talk, answers: Answers, key: str) -> Replies:
    note = answers["ghi_chu"]["v"]
    return _put(talk, ON_PAPER, answers, key, state=PAPER, answers={}, note=note)


def _put(talk: Talk, form: Form, said: Answers, key: str, **values: Any) -> Replies:
    if done := period_reports.by_key(talk.session, key):  # sent twice: the first one stands
        return _receipt(talk, done)
    period_id, unit_id, version = said[WHICH]["v"]
    period, unit = sending(talk, period_id, unit_id)
    report = period_reports.put(
        talk.session, key=key, period_id=period.id, unit_id=unit.id, version=version,
        author_id=talk.member_id, figures=figures_now(talk, period, unit), now=talk.now, **values,
    )  # fmt: skip
    if report is None:
        return _came_meanwhile(talk, form, said)
    if report.state == PAPER:
        period_reports.on_paper(talk.session, report, talk.today, talk.now)
        talk.did("on_paper", "period_report", report.id)
    else:
        talk.did("correct" if report.version > 1 else "send", "period_report", report.id)
    _tell_those_above(talk, report, period, unit)
    return _receipt(talk, report)


def _came_meanwhile(talk: Talk, form: Form, said: Answers) -> Replies:
    """Somebody else of the unit was faster: theirs is shown, one's own is not lost."""
    period_id, unit_id, _ = said[WHICH]["v"]
    report = period_reports.find(talk.session, period_id, unit_id)
    if report is None or report.state == ACCEPTED:
        raise Refused(talk.say(DONE))
    if form is ON_PAPER:
        return shown(talk, report)
    which = {"v": [period_id, unit_id, report.version], "t": ""}
    talk.open(form, {**said, WHICH: which})
    name, when = who(talk, report.author_id), clock(talk.local(report.sent_at))
    note = talk.reply(MEANWHILE, who=f"{name[:1].upper()}{name[1:]}", when=when)
    theirs = shown(talk, report)
    return [Reply(theirs.text), note]


RECEIVED = "Trợ lý đã nhận {what} – {unit}, lúc {when}. Cảm ơn {ac}.\n{waits}"
NOTED = (
    "Đã ghi: {what} – {unit} báo cáo bằng văn bản. Cảm ơn {ac}. Cấp trên xem được ghi chú này; Trợ "
    "lý không nhắc kỳ này nữa."
)
NOBODY = "Cấp trên chưa có người nhận báo cáo trên Trợ lý; báo cáo vẫn được giữ."
SENT_UP = "{name} đã gửi {what} – {unit}{again}. {Ac} xem giúp ạ."
ON_PAPER_UP = "{unit}: {what} đã báo cáo bằng văn bản: “{note}” ({name})."


def _tell_those_above(talk: Talk, report: PeriodReport, period: ReviewPeriod, unit: Unit) -> None:
    text = ON_PAPER_UP if report.state == PAPER else SENT_UP
    see = Option("Xem báo cáo", f"bk:{period.id}:{unit.id}", "primary")
    for member_id in receivers(talk, report):
        tell(
            talk, member_id, f"period_report:{report.id}:{report.version}:{member_id}", text, see,
            name=talk.person.name, what=title(period), unit=unit.name, note=report.reason,
            again=" (đã sửa)" if report.version > 1 else "",
        )  # fmt: skip


def _receipt(talk: Talk, report: PeriodReport) -> Reply:
    period = talk.session.get_one(ReviewPeriod, report.period_id)
    unit = talk.session.get_one(Unit, report.unit_id)
    names = [who(talk, member_id) for member_id in receivers(talk, report)]
    waits = f"{', '.join(names)} sẽ xem và báo lại tại đây." if names else NOBODY
    return talk.reply(
        NOTED if report.state == PAPER else RECEIVED,
        Option("Xem báo cáo", f"bk:{period.id}:{unit.id}"),
        ELSE,
        what=title(period),
        unit=unit.name,
        when=clock(talk.local(report.sent_at)),
        waits=f"{waits[:1].upper()}{waits[1:]}",
    )
