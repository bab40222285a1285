"""What one has sent: the list, one report by its code, taking it back, correcting it."""

import re

from sqlalchemy import select

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import notices
from bot.handlers.registry import FORMS, Replies, Talk, action, catches, command
from bot.handlers.report import FORM, prefilled
from bot.presentation.report import STATES, lines
from storage import reports, scope
from storage.photos import clean_names
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report

PAGE = 8
_FORMS = {"register": "dk", "update": "cn", "inspect": "kt"}
_CODE = re.compile(r"(?:dvk[\s-]*)?(?:(\d{4})[\s-]+)?(\d{1,5})", re.IGNORECASE)


@command("dagui", "Đã gửi", menu=7, words=("da gui", "phieu da gui", "phieu cua toi"))
def list_sent(talk: Talk, argument: str) -> Reply:
    page = int(argument) if argument.isdigit() else 0
    rows = reports.of_author(talk.session, talk.member_id, PAGE + 1, page * PAGE)
    if not rows:
        return talk.reply(
            "{Ac} chưa gửi phiếu nào ạ.", Option("Đăng ký mô hình", "cmd:dangky", "primary")
        )
    options = [Option(_line(talk, r), f"phieu:{r.id}") for r in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cmd:dagui:{page + 1}"))
    return talk.reply("Phiếu {ac} đã gửi (mới nhất trước):", *options)


def _line(talk: Talk, report: Report) -> str:
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    return f"{initiative.code} – {cut(initiative.name, 40)}: {STATES[report.state]}"


@action("phieu")
def see(talk: Talk, report_id: str) -> Reply:
    """One report, for those who may see it."""
    report = talk.session.get(Report, int(report_id))
    if report is None or not may_see(talk, report):
        raise Refused(talk.say("Trợ lý không có phiếu này cho {ac} ạ. Nhắn “đã gửi” để xem phiếu."))
    return _shown(talk, report)


def may_see(talk: Talk, report: Report) -> bool:
    """The author, who decides about it, and those whose scope covers it (narrowed: fewer)."""
    mine = report.author_id == talk.person.member_id
    if mine or talk.person.member_id in notices.reviewers(talk, report):
        return True
    enrolments = select(Enrolment.id).where(Enrolment.id == report.enrolment_id)
    visible = scope.visible(enrolments, talk.scope)
    return talk.session.scalar(visible) is not None


def _shown(talk: Talk, report: Report) -> Reply:
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    author = talk.session.get_one(Member, report.author_id)
    form = FORMS[_FORMS[report.kind]].form
    private = report.author_id == talk.person.member_id or talk.can(Act.REVIEW)
    body = lines([(s.key, s.label) for s in form.steps], report.answers, private)
    head = f"{initiative.code}: {initiative.name}\n{form.title}, {STATES[report.state]}"
    if report.reason and report.state == "returned":
        head += f": “{report.reason}”"
    when = notices.local(talk, report.sent_at)
    tail = f"Gửi lúc {when:%H:%M %d/%m/%Y}, {author.address} {author.name}, bản {report.version}."
    photos = clean_names(talk.session, report.answers.get("anh", {}).get("v") or [])
    return Reply(
        f"{head}\n{body}\n{tail}",
        options=_own_options(talk, report),
        photos=tuple(photos.values()),
        code=initiative.code,
    )


def _own_options(talk: Talk, report: Report) -> tuple[Option, ...]:
    if report.author_id != talk.person.member_id or report.state not in reports.OPEN_STATES:
        return (Option("Việc khác", "cmd:menu"),)
    return (
        Option("Sửa phiếu", f"suaphieu:{report.id}", "primary"),
        Option("Rút lại phiếu", f"rut:{report.id}:{report.version}", "danger"),
        Option("Việc khác", "cmd:menu"),
    )


def own(talk: Talk, report_id: str) -> Report:
    report = talk.session.get(Report, int(report_id))
    if report is None or report.author_id != talk.person.member_id:
        raise Refused(talk.say("Phiếu này không phải của {ac} nên không đổi được ạ."))
    return report


@action("suaphieu")
def correct(talk: Talk, report_id: str) -> Replies:
    """Open the form with the answers sent; only until it has been accepted."""
    report = own(talk, report_id)
    if report.state not in reports.OPEN_STATES:
        return [_too_late(talk, report)]
    form = FORMS[_FORMS[report.kind]].form if report.kind != "register" else FORM
    talk.open(form, prefilled(report))
    return None


def _too_late(talk: Talk, report: Report) -> Reply:
    return talk.reply(
        "Phiếu này {state} nên không đổi được nữa ạ. Có gì mới, {ac} nhắn “cập nhật”.",
        Option("Cập nhật mô hình", f"cmd:capnhat:{report.initiative_id}"),
        state=STATES[report.state],
    )


@action("rut")
def ask_withdraw(talk: Talk, report_id: str, version: str) -> Reply:
    report = own(talk, report_id)
    if report.state not in reports.OPEN_STATES:
        return _too_late(talk, report)
    return talk.reply(
        "{Ac} rút lại phiếu {code} ạ? Phiếu vẫn được giữ để xem lại, nhưng không tính nữa.",
        Option("Rút lại", f"rutthat:{report.id}:{version}", "danger"),
        Option("Không, để nguyên", f"phieu:{report.id}"),
        code=talk.session.get_one(Initiative, report.initiative_id).code,
    )


@action("rutthat")
def withdraw(talk: Talk, report_id: str, version: str) -> Reply:
    report = own(talk, report_id)
    done = reports.decide(
        talk.session, report, int(version), "withdrawn", by=talk.member_id, now=talk.now
    )
    if not done:
        return _shown(talk, report)
    reports.withdraw(talk.session, report, talk.today)
    return talk.reply("Đã rút lại phiếu theo ý {ac}.", Option("Việc khác", "cmd:menu"))


@catches(20)
def by_code(talk: Talk) -> Replies:
    """`DVK-2026-0042`, `2026-42` or just `42`; asked back when several fit."""
    match = _CODE.fullmatch(talk.said.text.strip()) if talk.said.text else None
    if match is None or talk.said.photos:
        return None
    year = int(match[1]) if match[1] else None
    root = talk.organisation.root_id
    found = [
        report
        for initiative in reports.by_code(talk.session, year, int(match[2]), root)
        for report in reports.reports_on(talk.session, initiative.id)[-1:]
        if may_see(talk, report)
    ]
    if len(found) == 1:
        return _shown(talk, found[0])
    if found:
        options = [Option(_line(talk, r), f"phieu:{r.id}") for r in found]
        return talk.reply("Có mấy phiếu mang số này. Ý {ac} là phiếu nào ạ?", *options)
    if talk.said.text.strip().isdigit():
        return None
    return talk.reply("Trợ lý không thấy phiếu “{text}” trong phần {ac} được xem ạ.",
                      Option("Phiếu đã gửi", "cmd:dagui"), text=talk.said.text.strip())  # fmt: skip
