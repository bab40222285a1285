"""Those above accept a unit's report, return it or take that back; who has sent, who has not."""

from dataclasses import replace
from typing import Any

from bot.conversation.form import Answers, Choice, Form, Found, Lookup
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import clock
from bot.domain.period_report import LABELS
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import MENU, tell, units_where
from bot.handlers.period_report import (
    NOT_YOURS,
    PAGE,
    accepts,
    in_a_line,
    shown,
    title,
    waiting_for,
)
from bot.handlers.registry import Replies, Talk, action, lookup, submits
from bot.handlers.returning import RETURN as OF_REPORTS
from bot.handlers.returning import marks_in
from bot.handlers.seeing import who
from bot.presentation.period_report import STATES
from storage import members, period_lists, period_reports
from storage.period_reports import ACCEPTED, RETURNED, SENT
from storage.tables.reminders import PeriodReport, ReviewPeriod

NOT_HERS = (
    "Báo cáo này do cấp trên của đơn vị xem ạ. {Ac} nhắn “việc cần làm” để xem việc đang chờ {ac}."
)
DID = {
    "accepted": "đã nhận báo cáo này",
    "returned": "đã trả lại báo cáo này để bổ sung",
    "sent": "đã mở lại báo cáo này",
}
TAKEN = "{what} – {unit} đã được nhận. Cảm ơn {ac}."
BACK = "{what} – {unit} cần bổ sung: “{reason}”. {Ac} sửa rồi gửi lại giúp ạ; phần đã ghi vẫn còn."
MARKED = (
    "{what} – {unit} cần bổ sung {count} mục:\n{marks}\n"
    "Các mục khác giữ nguyên; {ac} chỉ cần ghi lại phần trên rồi gửi giúp ạ."
)
OPEN_AGAIN = "{what} – {unit} được mở lại để xem thêm. Kết quả sẽ được báo tại đây."
# asked as of any report; what can be marked are the answers of this one
RETURN = Form(
    "bktra",
    "Trả báo cáo để bổ sung",
    tuple(
        replace(step, offer="bk_muc") if step.key == "muc" else step for step in OF_REPORTS.steps
    ),
    straight=True,
)


def decidable(talk: Talk, report_id: str | int) -> PeriodReport:
    """A report this person may decide about, asked in the transaction that acts."""
    report = talk.session.get(PeriodReport, int(report_id))
    if report is None or not accepts(talk, report):
        raise Refused(talk.say(NOT_HERS))
    talk.session.refresh(report)
    return report


@action("bk_nhan")
def accept(talk: Talk, report_id: str, version: str) -> Replies:
    report = decidable(talk, report_id)
    if not _decide(talk, report, int(version), ACCEPTED):
        return changed(talk, report, int(version))
    talk.did("accept", "period_report", report.id, version=report.version)
    inform(talk, report, TAKEN)
    return after(talk, report, "Đã nhận {what}.")


def _decide(talk: Talk, report: PeriodReport, version: int, state: str, **more: Any) -> bool:
    return period_reports.decide(
        talk.session, report, version, state, by=talk.member_id, now=talk.now, **more
    )


# -- returning ------------------------------------------------------------------------------------


@lookup("bk_muc")
def numbered(talk: Talk, about: Lookup) -> Found:
    value = about.about[0]
    report = talk.session.get(PeriodReport, value[0]) if isinstance(value, tuple) else None
    if report is None or not accepts(talk, report):
        return Found()
    return Found(
        tuple(Choice(k, f"{LABELS[k]}: {_now(report, k)}", (LABELS[k],)) for k in value[2])
    )


def _now(report: PeriodReport, key: str) -> str:
    return cut(report.answers.get(key, {"t": ""})["t"] or "chưa ghi", 40)


@action("bk_tra")
def begin_return(talk: Talk, report_id: str, version: str) -> Replies:
    report = decidable(talk, report_id)
    if report.state not in period_reports.WAITS or report.version != int(version):
        return changed(talk, report, int(version))
    keys = sorted(LABELS, key=lambda key: key not in report.answers)
    talk.open(RETURN, {"phieu": {"v": [report.id, report.version, keys], "t": ""}})
    return None


@submits(RETURN)
def send_back(talk: Talk, answers: Answers, key: str) -> Replies:
    report_id, version, keys = answers["phieu"]["v"]
    report = decidable(talk, report_id)
    marks, reason = marks_in(answers, keys)
    why = {LABELS[key]: marks[key] for key in LABELS if key in marks}
    reason = "; ".join(f"{label}: {said}" for label, said in why.items()) or reason
    if not _decide(talk, report, version, RETURNED, reason=reason, marks=marks):
        return changed(talk, report, version)
    talk.did("return", "period_report", report.id, version=version)
    fix = Option("Sửa ngay", f"bk_sua:{report.id}", "primary")
    lines = "\n".join(f"{n}. {label}: {said}" for n, (label, said) in enumerate(why.items(), 1))
    said = {"count": len(why), "marks": lines, "reason": reason}
    inform(talk, report, MARKED if why else BACK, fix, **said)
    return after(talk, report, "Đã trả lại {what} để bổ sung.")


@action("bk_mo")
def reopen(talk: Talk, report_id: str, version: str) -> Replies:
    """By whoever accepted it."""
    report = decidable(talk, report_id)
    if report.state == ACCEPTED and report.decided_by != talk.member_id:
        name = who(talk, report.decided_by)
        raise Refused(talk.say("Báo cáo này {who} đã nhận nên {who} mở lại được ạ.", who=name))
    if not _decide(talk, report, int(version), SENT, among=(ACCEPTED,)):
        return changed(talk, report, int(version))
    talk.did("reopen", "period_report", report.id, version=report.version)
    inform(talk, report, OPEN_AGAIN)
    return [talk.reply("Đã mở lại báo cáo."), shown(talk, report)]


# -- what is said of it ---------------------------------------------------------------------------


def inform(talk: Talk, report: PeriodReport, text: str, *options: Option, **said: object) -> None:
    """A decision, to whoever sent it last: each is told once."""
    key = f"period_{report.state}:{report.id}:{report.version}:{talk.now.timestamp():.0f}"
    see = Option("Xem báo cáo", f"bk:{report.period_id}:{report.unit_id}")
    tell(talk, report.author_id, key, text, *options, see, **_names(talk, report), **said)


def _names(talk: Talk, report: PeriodReport) -> dict[str, str]:
    period = talk.session.get_one(ReviewPeriod, report.period_id)
    unit = members.unit_name(talk.session, report.unit_id)
    return {"what": title(period), "unit": unit}


def changed(talk: Talk, report: PeriodReport, version: int) -> list[Reply]:
    """Somebody was faster: who, when and what, and the report as it is now."""
    if report.version != version or report.decided_at is None:
        note = talk.reply("Báo cáo này vừa được đơn vị sửa. Đây là bản hiện nay:")
    else:
        name = who(talk, report.decided_by)
        mine = report.decided_by == talk.member_id
        note = talk.reply(
            f"{'{Ac}' if mine else '{who}'} {DID[report.state]} lúc {{when}}. Báo cáo hiện nay:",
            who=f"{name[:1].upper()}{name[1:]}",
            when=clock(talk.local(report.decided_at)),
        )
    return [note, shown(talk, report)]


def after(talk: Talk, report: PeriodReport, done: str) -> Reply:
    """What was done, and the way to the next one."""
    rows = waiting_for(talk)
    more = [Option(f"Xem {in_a_line(talk, r)}", f"bk:{r.period_id}:{r.unit_id}") for r in rows[:1]]
    left = f"Còn {len(rows)} báo cáo chờ {{ac}}." if rows else "Không còn báo cáo nào chờ {ac}."
    names = _names(talk, report)
    return talk.reply(f"{done} {left}", *more, MENU, what=f"{names['what']} – {names['unit']}")


# -- who has sent and who has not -----------------------------------------------------------------


@action("bk_duoi")
def below(talk: Talk, skip: str = "0") -> Reply:
    """The periods, each with how many units below have sent."""
    held, first = _held(talk), max(int(skip), 0)
    rows = period_lists.periods(talk.session, talk.organisation.root_id, talk.today)
    options = [
        Option(f"{title(p)}: {_sent(talk, p, held)}", f"bk_dv:{p.id}")
        for p in rows[first : first + PAGE]
    ]
    if len(rows) > first + PAGE:
        options.append(Option("Xem tiếp", f"bk_duoi:{first + PAGE}"))
    text = "Báo cáo của đơn vị cấp dưới. {Ac} chọn kỳ ạ:" if rows else "Chưa có kỳ nào đang mở ạ."
    return talk.reply(text, *options, MENU)


def _held(talk: Talk) -> tuple[int, ...]:
    held = units_where(talk, Act.READ_PERIODS)
    if not held:
        raise Refused(talk.say(NOT_YOURS))
    return held


def _sent(talk: Talk, period: ReviewPeriod, held: tuple[int, ...]) -> str:
    counts = period_lists.counts(talk.session, period.id, held, talk.today)
    every = sum(counts.values())
    return f"{every - counts.get('', 0)}/{every} đơn vị đã nộp"


@action("bk_dv")
def units(talk: Talk, period_id: str, skip: str = "0") -> Reply:
    """Those that have sent nothing first; each opens its report."""
    held, first = _held(talk), max(int(skip), 0)
    period = talk.session.get_one(ReviewPeriod, int(period_id))
    rows = period_lists.units_of(talk.session, period.id, held, talk.today, PAGE + 1, first)
    options = [
        Option(f"{unit.name}: {_state(report)}", f"bk:{period.id}:{unit.id}")
        for unit, report in rows[:PAGE]
    ]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"bk_dv:{period.id}:{first + PAGE}"))
    counts = period_lists.counts(talk.session, period.id, held, talk.today)
    parts = [
        f"{counts[state]} đơn vị {words}" for state, words in STATES.items() if counts.get(state)
    ]
    text = "{what}: {counts}. {Ac} chọn đơn vị ạ:" if rows else "{what}: chưa có đơn vị nào."
    back = Option("Kỳ khác", "bk_duoi")
    return talk.reply(text, *options, back, what=title(period), counts="; ".join(parts))


def _state(report: PeriodReport | None) -> str:
    return STATES[report.state if report else ""]
