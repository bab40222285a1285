"""What waits for a focal person: accept a report, or return it with a reason."""

from collections.abc import Sequence

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act, units_for
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import notices
from bot.handlers.registry import Talk, action, command, submits
from bot.handlers.sent import see
from storage import members, reports
from storage.members import allows
from storage.tables.people import Member
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
)
CHANGED = "Phiếu này vừa được sửa hoặc đã có người xem ({state}). Đây là bản hiện nay:"


@command("vieccanlam", "Việc cần làm", menu=5, words=("viec can lam", "viec"))
def to_do(talk: Talk, argument: str) -> list[Reply]:
    """Reports that wait for this person, oldest first; joiners and tasks are under /quanly."""
    rows = waiting(talk)
    replies = []
    if rows:
        options = [Option(_line(r, i, m), f"xet:{r.id}") for r, i, m in rows[:PAGE]]
        more = f" (đang xem {PAGE} phiếu cũ nhất)" if len(rows) > PAGE else ""
        replies.append(
            talk.reply("{n} phiếu chờ {ac} xem{more}:", *options, n=len(rows), more=more)
        )
    if not replies:
        replies.append(talk.reply("{Ac} không có việc nào đang chờ ạ.", Option("Menu", "cmd:menu")))
    return replies


def waiting(talk: Talk) -> list[tuple[Report, Initiative, Member]]:
    """Reports of which this person is a reviewer now."""
    units = units_for(Act.REVIEW, talk.person.grants)
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
    return f"{initiative.code} – {name} ({author.name}{again})"


def reviewable(talk: Talk, report_id: str) -> Report:
    """A report this person may decide about, asked in the transaction that acts."""
    report = talk.session.get(Report, int(report_id))
    if report is None or report.author_id == talk.member_id:
        raise Refused(
            talk.say("Phiếu này không chờ {ac} xem ạ. Nhắn “việc cần làm” để xem danh sách.")
        )
    enrolment = talk.session.get_one(Enrolment, report.enrolment_id)
    member, unit = talk.member_id, enrolment.registrant_id
    if not allows(talk.session, member, Act.REVIEW, unit, talk.now, talk.today):
        raise Refused(talk.say("Mục này dành cho đầu mối của đơn vị đăng ký ạ."))
    return report


@action("xet")
def look(talk: Talk, report_id: str) -> Reply:
    """The report, with what can be decided about it."""
    report = reviewable(talk, report_id)
    shown = see(talk, report_id)
    if report.state != "sent":
        return shown
    tag = f"{report.id}:{report.version}"
    yes: tuple[Option, ...] = (Option("Chấp nhận", f"nhan:{tag}:0", "primary"),)
    if report.has_results:
        yes = (
            Option("Chấp nhận, xác nhận kết quả", f"nhan:{tag}:1", "primary"),
            Option("Chấp nhận, chưa xác nhận kết quả", f"nhan:{tag}:0"),
        )
    options = (*yes, Option("Trả lại để bổ sung", f"tra:{tag}", "danger"))
    return Reply(shown.text, options=options, photos=shown.photos, code=shown.code)


@action("nhan")
def accept(talk: Talk, report_id: str, version: str, results: str) -> list[Reply]:
    report = reviewable(talk, report_id)
    confirmed = results == "1" and report.has_results
    done = report.state == "sent" and reports.decide(
        talk.session, report, int(version), "accepted", by=talk.member_id, now=talk.now
    )
    if not done:
        return _changed(talk, report)
    reports.accept(talk.session, report, talk.today, confirmed)
    code = talk.session.get_one(Initiative, report.initiative_id).code
    built = " Kết quả năm được xác nhận: tính là đã xây dựng." if confirmed else ""
    text = f"Phiếu {code} đã được chấp nhận.{built} Cảm ơn {{ac}}."
    notices.tell(talk, report.author_id, f"accepted:{report.id}:{version}", Reply(text))
    return [talk.reply("Đã chấp nhận phiếu {code}.{built}", code=code, built=built), *_next(talk)]


def _changed(talk: Talk, report: Report) -> list[Reply]:
    words = {"accepted": "đã chấp nhận", "returned": "đã trả lại", "withdrawn": "đã rút lại"}
    note = talk.reply(CHANGED, state=words.get(report.state, "đã sửa"))
    return [note, look(talk, str(report.id))]


def _next(talk: Talk) -> Sequence[Reply]:
    """The next one at once, so that several take one tap each."""
    rows = waiting(talk)
    return [look(talk, str(rows[0][0].id))] if rows else []


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
    done = report.state == "sent" and reports.decide(
        talk.session, report, version, "returned", by=talk.member_id, now=talk.now, reason=reason
    )
    if not done:
        return _changed(talk, report)
    code = talk.session.get_one(Initiative, report.initiative_id).code
    text = (
        f"Phiếu {code} cần bổ sung: “{reason}”. {{Ac}} sửa rồi gửi lại giúp ạ; phần đã ghi vẫn còn."
    )
    fix = Option("Sửa ngay", f"suaphieu:{report.id}", "primary")
    key = f"returned:{report.id}:{version}"
    notices.tell(talk, report.author_id, key, Reply(text, options=(fix,)))
    return [talk.reply("Đã trả phiếu {code} để bổ sung.", code=code), *_next(talk)]
