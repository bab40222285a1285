"""Nhật ký: who did what to what, for one initiative, one member or one day."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.codes import parse_code
from bot.domain.dates import parse_date
from bot.domain.partial_dates import Precision, clock, plain_date
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.people import ELSE, may, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.signing import before
from bot.handlers.start import PLATFORMS
from storage import audit, enrolments, members, reports
from storage.tables.people import Audit, Member
from storage.tables.records import Decision, Enrolment, Initiative, Report
from storage.tables.reminders import Schedule

PAGE = 8
NOT_YOURS = "Nhật ký dành cho quản trị, trong đơn vị mình phụ trách ạ."
FORM = Form(
    "nk",
    "Xem nhật ký",
    (
        Step("gi", Kind.TEXT, "Xem", "{Ac} xem nhật ký của mô hình, của ai, hay của ngày nào ạ?",
             "Ví dụ: 42; Nguyễn Thị Lan; hôm nay; 20/11/2026", least=1, most=100),
    ),
    straight=True,
)  # fmt: skip

# What an action is called; the kind of thing is said after it.
ACTIONS = {
    "send": "gửi", "correct": "sửa và gửi lại", "withdraw": "rút lại", "update": "cập nhật",
    "accept": "chấp nhận", "return": "trả lại", "reject": "từ chối", "reopen": "mở lại",
    "merge": "gộp vào mô hình khác", "hand_over": "bàn giao việc của", "inspect": "kiểm tra",
    "confirm": "xác nhận", "propose": "đề nghị", "set": "đặt", "approve": "duyệt",
    "refuse": "không duyệt", "take": "nhận lo", "give_back": "trả lại việc", "close": "khép lại",
    "publish": "ghi tin bài về", "programme": "ghi chương trình của", "assign": "giao theo dõi",
    "unassign": "thôi giao theo dõi", "add": "thêm", "end": "kết thúc", "note": "gắn chính sách",
    "unnote": "bỏ chính sách", "undo": "hoàn tác", "share": "công khai",
    "unshare": "thôi công khai",
    "recognise": "công nhận", "commend": "khen thưởng", "plan": "đưa vào kế hoạch", "drop": "bỏ",
    "join": "làm quen:", "let_in": "cho vào", "keep_out": "chưa cho vào",
    "link": "nối tài khoản của",
    "unlink": "bỏ tài khoản của", "change": "sửa hồ sơ", "invite": "lập",
    "revoke": "thu hồi", "enter": "nhập", "amend": "sửa",
    "opinion": "góp ý về", "answer": "trả lời",
    "change_hours": "đổi lịch nhắc của",
    "end_role": "cho thôi vai trò", "withdraw_consent": "rút lại đồng ý:", "erase": "xóa hồ sơ",
    "ask_to_erase": "đề nghị xóa hồ sơ", "settle": "xử lý xong việc của", "send_again": "gửi lại",
    "on_paper": "ghi đã nộp văn bản thay",
    "review": "rà soát", "snooze": "để sau", "hand_on": "nhờ người khác làm",
    "ask_help": "nhờ hỗ trợ", "ask_for": "đề nghị", "grant": "đồng ý", "decline": "chưa đồng ý",
    "call": "mời dự", "coming": "nhận lời dự", "not_coming": "báo vắng", "move": "đổi giờ, nơi của",
    "cancel": "hủy", "conclude": "ghi kết luận", "carry_out": "báo làm xong", "see": "xem",
    "pause": "tạm dừng", "resume": "cho chạy lại", "change_rule": "đổi hạn của",
    "change_stages": "đổi ngày nhắc của", "change_text": "đổi lời nhắc của",
    "change_window": "đổi giờ gửi của", "change_unit": "đổi phạm vi của",
    "change_roles": "đổi vai trò nhận của", "change_number": "đổi số tháng của",
    "guide": "gửi", "nudge": "nhắc người chưa xem", "nudge_done": "nhắc người chưa triển khai",
    "nudge_late": "nhắc người có việc chậm ở", "group_digest_on": "bật bản tin tuần cho",
    "group_digest_off": "thôi bản tin tuần cho",
}  # fmt: skip
KINDS = {
    "report": "phiếu", "enrolment": "mô hình", "initiative": "mô hình", "member": "hội viên",
    "target_change": "chỉ tiêu", "support_request": "đề nghị hỗ trợ", "policy": "chính sách",
    "decision": "quyết định", "inspection": "lần kiểm tra", "recommendation": "kiến nghị",
    "planned_inspection": "kế hoạch kiểm tra", "publicity": "tin bài", "card": "thẻ công khai",
    "commendation": "đề nghị khen thưởng", "move": "bước", "invitation": "thư mời", "outbox": "tin",
    "task": "việc", "list": "danh sách từ tệp", "calendar_day": "lịch nghỉ, từ ngày",
    "period_report": "báo cáo kỳ", "briefing": "giao ban, tham quan",
    "conclusion": "kết luận giao ban", "guidance": "chỉ đạo", "reminder": "việc được nhắc",
    "extension": "việc lùi hạn", "schedule": "lịch nhắc", "unit": "đơn vị", "group": "nhóm số",
}  # fmt: skip


@adds_to("manage", 90)
def button(talk: Talk) -> Part | None:
    return Part(options=(Option("Nhật ký", "nk"),)) if talk.can(Act.AUDIT) else None


@action("nk")
def begin(talk: Talk) -> Replies:
    if not talk.can(Act.AUDIT):
        raise Refused(talk.say(NOT_YOURS))
    talk.open(FORM)
    return None


@submits(FORM)
def look(talk: Talk, answers: Answers, key: str) -> Replies:
    """A number is a code, what reads as a day is one, anything else a name."""
    typed = answers["gi"]["v"]
    if code := parse_code(typed):
        return _of_code(talk, *code)
    found = parse_date(typed, talk.today)
    if found and found.date.precision is Precision.day:
        return day(talk, found.date.start.isoformat())
    return _of_name(talk, typed)


def _of_code(talk: Talk, year: int | None, number: int) -> Reply:
    root_id = talk.organisation.root_id
    found = [i for i in reports.by_code(talk.session, year, number, root_id) if _mine(talk, i)]
    if len(found) == 1:
        return initiative(talk, str(found[0].id))
    options = [Option(f"{i.code} {i.name}", f"nk_mh:{i.id}") for i in found[:PAGE]]
    text = "{Ac} xem mô hình nào ạ?" if found else "Không có mô hình mang số này trong đơn vị {ac}."
    return talk.reply(text, *options, ELSE)


def _mine(talk: Talk, one: Initiative) -> bool:
    enrolment = enrolments.latest(talk.session, one.id)
    return enrolment is not None and may(talk, Act.AUDIT, enrolment.registrant_id)


def _of_name(talk: Talk, typed: str) -> Reply:
    own = units_where(talk, Act.AUDIT)
    found = members.people_below(talk.session, own, talk.today, typed, most=PAGE)
    if len(found) == 1:
        return member(talk, str(found[0].id))
    options = [
        Option(f"{m.name} – {members.unit_name(talk.session, m.unit_id)}", f"nk_nguoi:{m.id}")
        for m in found
    ]
    text = "{Ac} xem người nào ạ?" if found else "Chưa thấy ai tên như vậy trong đơn vị {ac} ạ."
    return talk.reply(text, *options, ELSE)


@action("nk_mh")
def initiative(talk: Talk, initiative_id: str, skip: str = "0") -> Reply:
    one = talk.session.get(Initiative, int(initiative_id))
    if one is None or not _mine(talk, one):
        raise Refused(talk.say(NOT_YOURS))
    head = f"Nhật ký của {one.code} “{one.name}”"
    return _shown(talk, head, audit.of_initiative(one.id), f"nk_mh:{one.id}", int(skip))


@action("nk_nguoi")
def member(talk: Talk, member_id: str, skip: str = "0") -> Reply:
    one = talk.session.get(Member, int(member_id))
    if one is None or not may(talk, Act.AUDIT, one.unit_id):
        raise Refused(talk.say(NOT_YOURS))
    rows = audit.of_member(one.id)
    return _shown(talk, f"Nhật ký của {one.name}", rows, f"nk_nguoi:{one.id}", int(skip))


@action("nk_ngay")
def day(talk: Talk, iso: str, skip: str = "0") -> Reply:
    own = units_where(talk, Act.AUDIT)
    if not own:
        raise Refused(talk.say(NOT_YOURS))
    of = date.fromisoformat(iso)
    first = datetime.combine(of, time(), talk.zone)
    rows = audit.between(first, first + timedelta(days=1), own, talk.today)
    return _shown(talk, f"Nhật ký ngày {plain_date(of)}", rows, f"nk_ngay:{iso}", int(skip))


def _shown(talk: Talk, head: str, rows: Select[Audit], again: str, skip: int) -> Reply:
    first = max(skip, 0)
    found = audit.page(talk.session, rows, PAGE + 1, first)
    lines = [_line(talk, row) for row in found[:PAGE]] or ["Chưa có việc nào được ghi."]
    options = [Option("Cũ hơn", f"{again}:{first + PAGE}")] if len(found) > PAGE else []
    options.append(Option("Xem nhật ký khác", "nk"))
    text = "\n".join([f"{head} (mới nhất trước):", *lines])
    return talk.reply("{text}", *options, ELSE, text=text)


def _line(talk: Talk, row: Audit) -> str:
    who = talk.session.get(Member, row.member_id) if row.member_id else None
    name = who.name if who else "Trợ lý"
    did, kind = ACTIONS.get(row.action, row.action), KINDS.get(row.kind, row.kind)
    where = PLATFORMS.get(row.platform, row.platform)
    when = clock(talk.local(row.at))
    was = f", {before(row.details)}" if row.action == "amend" else ""
    return f"– {when}, {name}: {did} {kind}{_named(talk, row)}{was} (qua {where})"


def _named(talk: Talk, row: Audit) -> str:
    """The code, name or number that tells which one it was."""
    name = _NAMES[row.kind](talk, row.subject_id) if row.kind in _NAMES else row.subject_id
    return f" {name}" if name else ""


def _code_of_report(talk: Talk, row_id: int) -> str:
    report = talk.session.get(Report, row_id)
    return _code(talk, report.initiative_id) if report else ""


def _code_of_enrolment(talk: Talk, row_id: int) -> str:
    enrolment = talk.session.get(Enrolment, row_id)
    return f"{_code(talk, enrolment.initiative_id)} năm {enrolment.year}" if enrolment else ""


def _code(talk: Talk, row_id: int) -> str:
    one = talk.session.get(Initiative, row_id)
    return one.code if one else ""


def _name(talk: Talk, row_id: int) -> str:
    one = talk.session.get(Member, row_id)
    return one.name if one else ""


def _number(talk: Talk, row_id: int) -> str:
    one = talk.session.get(Decision, row_id)
    return one.number if one else ""


def _unit(talk: Talk, row_id: int) -> str:
    return members.unit_name(talk.session, row_id)


def _label(talk: Talk, row_id: int) -> str:
    one = talk.session.get(Schedule, row_id)
    return f"“{one.label}”" if one else ""


_NAMES: dict[str, Callable[[Talk, int], str]] = {
    "decision": _number,
    "report": _code_of_report,
    "enrolment": _code_of_enrolment,
    "initiative": _code,
    "member": _name,
    "unit": _unit,
    "calendar_day": lambda _, row_id: plain_date(date.fromordinal(row_id)),
    "schedule": _label,
}
