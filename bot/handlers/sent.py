"""What one has sent: the list, one report by its code, taking it back, correcting it."""

from bot.conversation.messages import Option, Reply
from bot.domain.codes import parse_code
from bot.domain.numbers import parse_count
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import card
from bot.handlers.people import ELSE
from bot.handlers.registry import FORMS, Replies, Talk, action, catches, command
from bot.handlers.seeing import FORM_NAMES, decides, in_a_line, may_see, prefilled, shown
from bot.presentation.report import STATES
from storage import reports
from storage.tables.records import Initiative, Report

PAGE = 8


@command("dagui", "Đã gửi", menu=7, words=("da gui", "phieu da gui", "phieu cua toi"))
def list_sent(talk: Talk, argument: str) -> Reply:
    page = parse_count(argument, 999) or 0
    rows = reports.of_author(talk.session, talk.member_id, PAGE + 1, page * PAGE)
    if not rows:
        return talk.reply(
            "{Ac} chưa gửi phiếu nào ạ.", Option("Đăng ký mô hình", "cmd:dangky", "primary")
        )
    options = [Option(in_a_line(talk, r), f"phieu:{r.id}") for r in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cmd:dagui:{page + 1}"))
    return talk.reply("Phiếu {ac} đã gửi (mới nhất trước). {Ac} chọn một để xem:", *options)


@action("phieu")
def see(talk: Talk, report_id: str) -> Reply:
    """One report, for those who may see it."""
    report = talk.session.get(Report, int(report_id))
    if report is None or not may_see(talk, report):
        raise Refused(talk.say("Trợ lý không có phiếu này cho {ac} ạ. Nhắn “đã gửi” để xem phiếu."))
    return shown(talk, report)


def own(talk: Talk, report_id: str) -> Report:
    report = talk.session.get(Report, int(report_id))
    if report is None or report.author_id != talk.person.member_id:
        raise Refused(
            talk.say(
                "Phiếu này không phải của {ac} nên không đổi được ạ. Nhắn “đã gửi” để xem phiếu."
            )
        )
    return report


@action("suaphieu")
def correct(talk: Talk, report_id: str) -> Replies:
    """Open the form with the answers sent; only until it has been accepted. One that came back with
    marks is asked for nothing else."""
    report = own(talk, report_id)
    if report.state not in reports.OPEN_STATES:
        return _too_late(talk, report)
    form = FORMS[FORM_NAMES[report.kind]].form
    only = {key: why for key, why in report.marks.items() if form.step(key)}
    talk.open(form, prefilled(report), only if report.state == "returned" else {})
    if report.state != "returned" or only:
        return None
    return talk.reply("Cần bổ sung: “{reason}”.", reason=report.reason)


def _too_late(talk: Talk, report: Report) -> Reply:
    if report.state == "withdrawn":
        again = Option("Ghi phiếu mới", "cmd:dangky")
        return talk.reply("Phiếu này {ac} đã rút lại nên không đổi được nữa ạ.", again)
    if report.state == "rejected":
        return shown(talk, report)
    return talk.reply(
        "Phiếu này {state} nên không đổi được nữa ạ. Có gì mới, {ac} nhắn “cập nhật”.",
        Option("Cập nhật mô hình", f"cmd:capnhat:#{report.initiative_id}"),
        state=STATES[report.state],
    )


@action("ghilai")
def write_again(talk: Talk, report_id: str) -> Reply | None:
    """A rejected report as a new one; under the same name it keeps its code."""
    report = own(talk, report_id)
    if report.state != "rejected" or report.kind != "register":
        return shown(talk, report)
    answers = {k: a for k, a in report.answers.items() if k not in ("phieu", "cu")}
    same = {"v": report.initiative_id, "t": ""}
    talk.open(FORMS[FORM_NAMES[report.kind]].form, {**answers, "trung": same})
    return None


@action("rut")
def ask_withdraw(talk: Talk, report_id: str, version: str) -> Reply:
    report = own(talk, report_id)
    if report.state not in reports.OPEN_STATES:
        return _too_late(talk, report)
    return talk.reply(
        "{Ac} rút lại phiếu {code} ạ? Phiếu vẫn được giữ để xem lại, nhưng không tính nữa.",
        Option("Rút lại", f"rutthat:{report.id}:{int(version)}", "danger"),
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
        return (
            shown(talk, report) if report.state in reports.OPEN_STATES else _too_late(talk, report)
        )
    reports.withdraw(talk.session, report)
    talk.did("withdraw", "report", report.id)
    code = talk.session.get_one(Initiative, report.initiative_id).code
    return talk.reply("Đã rút lại phiếu {code} theo ý {ac}.", ELSE, code=code)


@catches(20)
def by_code(talk: Talk) -> Replies:
    """`DVK-2026-0042`, `2026-42` or just `42`; asked back when several fit. Authors and reviewers
    get their report, others the card."""
    typed = talk.said.text.strip()
    code = parse_code(typed)
    if code is None or talk.said.photos:
        return None
    initiatives = reports.by_code(talk.session, *code, talk.organisation.root_id)
    options = [option for one in initiatives for option in _of(talk, one)]
    if len(options) == 1:
        name, _, number = options[0].data.partition(":")
        return see(talk, number) if name == "phieu" else card.see(talk, number)
    if options:
        text = "Có mấy phiếu, mô hình mang số này. {Ac} xem cái nào ạ?"
        return talk.reply(text, *options[:PAGE])
    if typed.isdigit():
        return None
    sent = Option("Phiếu đã gửi", "cmd:dagui")
    return talk.reply(
        "Trợ lý không thấy phiếu, mô hình “{text}” trong phần {ac} được xem ạ.", sent, text=typed
    )


def _of(talk: Talk, initiative: Initiative) -> list[Option]:
    """What this person may see of it, newest first."""
    found = reports.reports_on(talk.session, initiative.id)
    if any(r.author_id == talk.person.member_id or decides(talk, r) for r in found):
        seen = [report for report in found if may_see(talk, report)]
        return [Option(in_a_line(talk, r), f"phieu:{r.id}") for r in seen]
    if card.openable(talk, initiative.id):
        label = f"{initiative.code} – {cut(initiative.name, 40)}"
        return [Option(label, f"mh:{initiative.id}")]
    return []
