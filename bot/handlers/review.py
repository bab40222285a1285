"""What waits for a focal person: accept a report, or return it with a reason."""

from dataclasses import replace

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.phones import format_phone
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import notices
from bot.handlers.people import MENU, open_tasks, tell, units_where
from bot.handlers.registry import Talk, action, command, parts, submits
from bot.handlers.seeing import in_a_line, may_see, shown
from storage import members, reports, tasks
from storage.tables.people import Member, Task
from storage.tables.records import Enrolment, Initiative, Report

PAGE = 8
RETURN = Form(
    "tra",
    "Trả phiếu để bổ sung",
    (
        Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step(
            "ly_do",
            Kind.TEXT,
            "Cần bổ sung",
            "{Ac} ghi rõ cần bổ sung gì để người gửi sửa ạ.",
            "Ví dụ: ghi thêm số hộ tham gia và một ảnh",
            least=5,
            most=500,
        ),
    ),
    straight=True,
)
RETURNED = "Phiếu {code} cần bổ sung: “{reason}”. {Ac} sửa rồi gửi lại giúp ạ; phần đã ghi vẫn còn."


@command("vieccanlam", "Việc cần làm", menu=6, words=("viec can lam", "viec"))
def to_do(talk: Talk, argument: str) -> Reply:
    """One list of what waits: reports oldest first, own ones that came back, people."""
    rows = waiting(talk)
    options = [Option(_line(r, i, m), f"xet:{r.id}") for r, i, m in rows[:PAGE]]
    back = reports.returned(talk.session, talk.member_id, PAGE)
    options += [Option(in_a_line(talk, r), f"phieu:{r.id}") for r in back]
    options += [Option(_call(talk, t), f"dagoi:{t.id}") for t in _calls(talk)]
    if joiners := open_tasks(talk, "join", Act.APPROVE_MEMBERS):
        options.append(Option(f"Người chờ vào ({len(joiners)})", "ql:cho"))
    options += [option for part in parts("tasks", talk) for option in part.options]
    if not options:
        return talk.reply("{Ac} không có việc nào đang chờ ạ.", MENU)
    more = f" ({len(rows)} phiếu chờ xem, đây là {PAGE} phiếu gửi sớm nhất)"
    text = f"Việc chờ {{ac}}{more if len(rows) > PAGE else ''}. {{Ac}} chọn một việc:"
    return talk.reply(text, *options)


def _calls(talk: Talk) -> list[Task]:
    """Those this person was told of, not the whole province's."""
    return [
        task
        for task in open_tasks(talk, "voice", Act.REVIEW)
        if talk.person.member_id
        in members.approvers_for(talk.session, task.unit_id, talk.now, task.member_id)
    ]


def _call(talk: Talk, task: Task) -> str:
    member = talk.session.get_one(Member, task.member_id)
    phone = f", {format_phone(member.phone)}" if member.phone else ""
    return f"Đã gọi lại cho {member.address} {member.name}{phone}"


@action("dagoi")
def called(talk: Talk, task_id: str) -> Reply:
    task = talk.session.get(Task, int(task_id))
    if task is None or task not in _calls(talk):
        return talk.reply("Việc này đã xong rồi ạ.", MENU)
    tasks.finish(talk.session, task.id, "done", talk.now, talk.member_id)
    return talk.reply("Đã ghi là gọi lại rồi. Cảm ơn {ac}.", MENU)


def waiting(talk: Talk) -> list[tuple[Report, Initiative, Member]]:
    """Reports of which this person is a reviewer now."""
    units = units_where(talk, Act.REVIEW)
    if not units:
        return []
    under = members.below(units, talk.today)
    covered = reports.waiting().where(Enrolment.registrant_id.in_(under))
    asked: dict[tuple[int, int], bool] = {}
    mine = []
    for report, enrolment, initiative, author in talk.session.execute(covered):
        place = (enrolment.registrant_id, report.author_id)
        if place not in asked:
            asked[place] = talk.person.member_id in notices.reviewers(talk, report)
        if asked[place]:
            mine.append((report, initiative, author))
    return mine


def _line(report: Report, initiative: Initiative, author: Member) -> str:
    again = ", đã sửa" if report.version > 1 else ""
    name = cut(initiative.name, 40)
    return f"Xem {initiative.code} – {name} ({author.name}{again})"


def reviewable(talk: Talk, report_id: str) -> Report:
    """A report this person may decide about, asked in the transaction that acts."""
    report = talk.session.get(Report, int(report_id))
    if report is None or not may_see(talk, report) or report.author_id == talk.member_id:
        raise Refused(
            talk.say("Phiếu này không chờ {ac} xem ạ. Nhắn “việc cần làm” để xem danh sách.")
        )
    unit = talk.session.get_one(Enrolment, report.enrolment_id).registrant_id
    if not members.allows(talk.session, talk.member_id, Act.REVIEW, unit, talk.now, talk.today):
        raise Refused(
            talk.say("Phiếu này do đầu mối của đơn vị đăng ký xem ạ. Nhắn “menu” để làm việc khác.")
        )
    return report


@action("xet")
def look(talk: Talk, report_id: str) -> Reply:
    """The report, with what can be decided about it."""
    report = reviewable(talk, report_id)
    reply = shown(talk, report)
    return replace(reply, options=_decisions(talk, report)) if report.state == "sent" else reply


def _decisions(talk: Talk, report: Report) -> tuple[Option, ...]:
    tag = f"{report.id}:{report.version}"
    built = talk.session.get_one(Enrolment, report.enrolment_id).built_on
    yes: tuple[Option, ...] = (Option("Chấp nhận", f"nhan:{tag}:0", "primary"),)
    if report.has_results and built is None:
        yes = (
            Option("Chấp nhận, xác nhận kết quả", f"nhan:{tag}:1", "primary"),
            Option("Chấp nhận, chưa xác nhận kết quả", f"nhan:{tag}:0"),
        )
    return (*yes, Option("Trả lại để bổ sung", f"tra:{tag}", "danger"))


@action("nhan")
def accept(talk: Talk, report_id: str, version: str, results: str) -> list[Reply]:
    report = reviewable(talk, report_id)
    confirmed = results == "1" and report.has_results
    if not _decide(talk, report, int(version), "accepted"):
        return _changed(talk, report)
    reports.accept(talk.session, report, talk.today, confirmed)
    built = " Kết quả được xác nhận, mô hình tính là đã xây dựng." if confirmed else ""
    said = {"code": _code(talk, report), "built": built}
    key = f"accepted:{report.id}:{version}"
    see = Option("Xem phiếu", f"phieu:{report.id}")
    tell(
        talk,
        report.author_id,
        key,
        "Phiếu {code} đã được chấp nhận.{built} Cảm ơn {ac}.",
        see,
        **said,
    )
    return _next(talk, "Đã chấp nhận phiếu {code}.{built}", **said)


def _decide(talk: Talk, report: Report, version: int, state: str, reason: str = "") -> bool:
    """False when somebody was faster, or the author has changed it since."""
    if report.state != "sent":
        return False
    return reports.decide(
        talk.session, report, version, state, by=talk.member_id, now=talk.now, reason=reason
    )


def _code(talk: Talk, report: Report) -> str:
    return talk.session.get_one(Initiative, report.initiative_id).code


def _changed(talk: Talk, report: Report) -> list[Reply]:
    note = "Phiếu này {state}. Đây là bản hiện nay:"
    words = {"accepted": "đã được chấp nhận rồi", "returned": "đã được trả lại rồi"}
    if not may_see(talk, report):
        return _next(talk, "Người gửi vừa rút lại phiếu này ạ.")
    return [
        talk.reply(note, state=words.get(report.state, "vừa được người gửi sửa")),
        look(talk, str(report.id)),
    ]


def _next(talk: Talk, done: str, **said: str) -> list[Reply]:
    """What was done, and the next one at once, so that several take one tap each."""
    rows = waiting(talk)
    if not rows:
        return [talk.reply(f"{done} Không còn phiếu nào chờ {{ac}}.", MENU, **said)]
    return [
        talk.reply(f"{done} Còn {len(rows)} phiếu chờ {{ac}}:", **said),
        look(talk, str(rows[0][0].id)),
    ]


@action("tra")
def begin_return(talk: Talk, report_id: str, version: str) -> list[Reply]:
    report = reviewable(talk, report_id)
    if report.state != "sent" or report.version != int(version):
        return _changed(talk, report)
    talk.open(RETURN, {"phieu": {"v": [report.id, report.version], "t": ""}})
    return []


@submits(RETURN)
def send_back(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    report_id, version = answers["phieu"]["v"]
    reason = answers["ly_do"]["v"]
    report = reviewable(talk, str(report_id))
    if not _decide(talk, report, version, "returned", reason):
        return _changed(talk, report)
    code = _code(talk, report)
    fix = Option("Sửa ngay", f"suaphieu:{report.id}", "primary")
    key = f"returned:{report.id}:{version}"
    tell(talk, report.author_id, key, RETURNED, fix, code=code, reason=reason)
    return _next(talk, "Đã trả phiếu {code} để bổ sung.", code=code)
