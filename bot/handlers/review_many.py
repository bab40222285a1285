"""Several reports accepted at once, after a look at the list."""

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Reply
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import MENU
from bot.handlers.registry import Talk, action, lookup, parts, submits
from bot.handlers.review import PAGE, accepted, after, code_of, reviewable, waiting
from bot.handlers.seeing import who
from bot.presentation.report import STATES
from storage import reviewing
from storage.members import unit_name
from storage.tables.records import Enrolment, Initiative, Report

MOST = 5 * PAGE
CHANGED = "vừa có thay đổi"


def _any_results(answers: Answers) -> bool:
    """Also of a draft that an earlier program kept, in which it may be anything."""
    chosen = answers["chon"]["v"] if "chon" in answers else None
    return isinstance(chosen, list) and any(str(one).endswith(":1") for one in chosen)


FORM = Form(
    "nhieu",
    "Chấp nhận nhiều phiếu",
    (
        Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("chon", Kind.MANY, "Phiếu được chọn",
             "Chấp nhận những phiếu nào ạ? {Ac} chọn, hoặc gõ số (1, 3), gõ “tất cả trừ 3”.",
             "Ví dụ: 1, 3, hoặc “tất cả trừ 3”", offer="waiting", about=("phieu",), page=PAGE),
        Step("ket_qua", Kind.CHOICE, "Kết quả",
             "Có phiếu ghi kết quả. Xác nhận luôn kết quả (mô hình tính là đã xây dựng) không ạ?",
             options=(Choice("co", "Xác nhận kết quả", ("có",)),
                      Choice("chua", "Chưa xác nhận", ("chưa", "không"))),
             when=_any_results),
    ),
    sent_word="chấp nhận",
)  # fmt: skip


@action("nhieuphieu")
def begin(talk: Talk) -> Reply | None:
    """The list stays as it was when it was opened; what changes meanwhile is left out and named."""
    rows = waiting(talk)[:MOST]
    if not rows:
        return talk.reply("Không còn phiếu nào chờ {ac} ạ.", MENU)
    seen = [[_value(talk, report), _line(talk, report)] for report, _, _ in rows]
    talk.open(FORM, {"phieu": {"v": seen, "t": ""}})
    return None


@lookup("waiting")
def listed(talk: Talk, asked: Lookup) -> Found:
    """about: the reports as they were, each with its line."""
    seen = [(str(value), str(line)) for value, line in asked.about[0] or ()]
    still = reviewing.waiting_versions(talk.session, [int(v.split(":")[0]) for v, _ in seen])
    return Found(
        tuple(
            Choice(value, line if value.rpartition(":")[0] in still else f"{line} · {CHANGED}")
            for value, line in seen
        )
    )


def _value(talk: Talk, report: Report) -> str:
    """Report, version, and 1 when the year's results can be confirmed with it."""
    return f"{report.id}:{report.version}:{_results(talk, report)}"


def _results(talk: Talk, report: Report) -> int:
    built = talk.session.get_one(Enrolment, report.enrolment_id).built_on
    return int(report.has_results and built is None)


def _line(talk: Talk, report: Report) -> str:
    """What matters about it, in one line."""
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    enrolment = talk.session.get_one(Enrolment, report.enrolment_id)
    unit = unit_name(talk.session, enrolment.registrant_id)
    notes = ["có kết quả"] if report.has_results else []
    notes += [cut(part.lines[0], 80) for part in parts("review", talk, report) if part.lines]
    name, author = cut(initiative.name, 40), who(talk, report.author_id)
    return " · ".join([f"{initiative.code} – {name} ({unit}, {author})", *notes])


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    confirmed = "ket_qua" in answers and answers["ket_qua"]["v"] == "co"
    left = [out for one in answers["chon"]["v"] if (out := _accept(talk, one, confirmed))]
    done = len(answers["chon"]["v"]) - len(left)
    text = f"Đã chấp nhận {done} phiếu."
    if left:
        text += " Còn lại chưa chấp nhận, vì vừa có thay đổi: {left}."
    return after(talk, text, left="; ".join(left))


def _accept(talk: Talk, chosen: str, confirmed: bool) -> str:
    """ "" when done, else which one was left out and why."""
    report_id, version, results = chosen.split(":")
    try:
        report = reviewable(talk, report_id)
    except Refused:
        return _left_out(talk, int(report_id))
    if accepted(talk, report, int(version), confirmed and results == "1"):
        return ""
    return _left_out(talk, report.id)


def _left_out(talk: Talk, report_id: int) -> str:
    report = talk.session.get_one(Report, report_id)
    why = "người gửi vừa sửa" if report.state == "sent" else STATES[report.state]
    by = f", {who(talk, report.decided_by)}" if report.state not in ("sent", "withdrawn") else ""
    return f"{code_of(talk, report)} ({why}{by})"
