"""Decisions that need a reason: return what is wrong, reject, take a decision back."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.marking import marked
from bot.domain.text import cut
from bot.handlers.registry import FORMS, Talk, action, lookup, submits
from bot.handlers.review import after, changed, code_of, inform, look, reviewable
from bot.handlers.seeing import FORM_NAMES, may_see, prefilled
from storage import reviewing
from storage.tables.records import Report

HIDDEN = Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False)
LONGEST = 1000
SHOWN = 40
"""Letters of an answer in the list of what can be marked."""


def _keys(answers: Answers) -> Sequence[str]:
    """The answers that can be marked, as they are numbered."""
    value = answers["phieu"]["v"] if "phieu" in answers else ()
    return value[2] if isinstance(value, list | tuple) and len(value) > 2 else ()


def _by_number(answers: Answers) -> bool:
    """Numbers were given alone; the reason is still to come."""
    given = answers["muc"]["v"] if "muc" in answers else []
    return {*map(str, given)} <= set(_keys(answers)) if isinstance(given, list) else True


def _there(value: Json, answers: Answers, today: date) -> str:
    """No number beyond the list."""
    said = " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    count = len(_keys(answers))
    beyond = [n for n in marked(said) if not 1 <= n <= count]
    return f"Phiếu có {count} mục, không có mục {beyond[0]} ạ." if beyond else ""


RETURN = Form(
    "tra",
    "Trả phiếu để bổ sung",
    (
        HIDDEN,
        Step("muc", Kind.MANY, "Mục cần bổ sung",
             "Mục nào cần bổ sung ạ? {Ac} gõ số, ví dụ: 3, 9. Gõ luôn lý do cũng được: “3: ghi rõ "
             "số hộ; 9: thêm ảnh”. Cần sửa cả phiếu thì chỉ ghi lý do.",
             "Ví dụ: 3, 9, hoặc “3: ghi rõ số hộ”", offer="answers", about=("phieu",), free=True,
             least=5, most=LONGEST, check=_there),
        Step("ly_do", Kind.TEXT, "Cần bổ sung",
             "{Ac} ghi rõ cần bổ sung gì để người gửi sửa ạ. Mỗi mục một ý thì ghi: “3: ghi rõ số "
             "hộ; 9: thêm ảnh”.",
             "Ví dụ: ghi thêm số hộ tham gia và một ảnh", least=5, most=LONGEST, when=_by_number,
             check=_there),
    ),
    straight=True,
)  # fmt: skip
REJECT = Form(
    "khong",
    "Từ chối phiếu",
    (
        HIDDEN,
        Step("ly_do", Kind.TEXT, "Lý do",
             "{Ac} ghi lý do không chấp nhận phiếu này ạ. Người gửi sẽ đọc được. Nếu sửa được thì "
             "nên trả lại để bổ sung.",
             "Ví dụ: việc này thuộc nhiệm vụ thường xuyên, không phải mô hình", least=5,
             most=LONGEST),
    ),
    straight=True,
)  # fmt: skip
REOPEN = Form(
    "molai",
    "Mở lại phiếu",
    (
        HIDDEN,
        Step("ly_do", Kind.TEXT, "Lý do",
             "{Ac} ghi lý do mở lại phiếu này ạ. Phiếu sẽ chờ xem lại.",
             "Ví dụ: chấp nhận nhầm phiếu", least=5, most=LONGEST),
    ),
    straight=True,
)  # fmt: skip

RETURNED = "Phiếu {code} cần bổ sung: “{reason}”. {Ac} sửa rồi gửi lại giúp ạ; phần đã ghi vẫn còn."
MARKED = (
    "Phiếu {code} cần bổ sung {count} mục:\n{marks}\n"
    "Các mục khác giữ nguyên; {ac} chỉ cần ghi lại phần trên rồi gửi giúp ạ."
)
REJECTED = (
    "Phiếu {code} không được chấp nhận: “{reason}”. Cảm ơn {ac} đã báo cáo. Nếu thấy chưa đúng, "
    "{ac} trao đổi với {who} để mở lại phiếu."
)
REOPENED = "Phiếu {code} được mở lại để xem thêm: “{reason}”. Kết quả sẽ được báo tại đây."
AGAIN = "xem lại giúp"
"""What a marked answer without a reason of its own is asked for."""


@lookup("answers")
def numbered(talk: Talk, asked: Lookup) -> Found:
    """about: the report, its version and the keys of what can be marked."""
    value = asked.about[0]
    report = talk.session.get(Report, value[0]) if isinstance(value, tuple) else None
    if report is None or not may_see(talk, report):
        return Found()
    form = FORMS[FORM_NAMES[report.kind]].form
    steps = [step for key in value[2] if (step := form.step(key))]
    return Found(tuple(Choice(s.key, f"{s.label}: {_now(report, s)}", (s.label,)) for s in steps))


def _now(report: Report, step: Step) -> str:
    return cut(report.answers.get(step.key, {"t": ""})["t"] or "chưa ghi", SHOWN)


def _markable(report: Report) -> list[str]:
    """What was answered, then what could be; which initiative it is about stays."""
    form = FORMS[FORM_NAMES[report.kind]].form
    steps = form.applicable(prefilled(report))
    keys = [s.key for s in steps if s.label and not s.hidden and s.kind is not Kind.INITIATIVE]
    return sorted(keys, key=lambda key: not report.answers.get(key, {"t": ""})["t"])


@action("tra")
def begin_return(talk: Talk, report_id: str, version: str) -> list[Reply]:
    return _begin(talk, RETURN, report_id, version, "sent")


@action("khong")
def begin_rejecting(talk: Talk, report_id: str, version: str) -> list[Reply]:
    return _begin(talk, REJECT, report_id, version, "sent")


@action("molai")
def begin_reopening(talk: Talk, report_id: str, version: str, state: str) -> list[Reply]:
    if state not in reviewing.DECIDED:
        raise ValueError(state)
    return _begin(talk, REOPEN, report_id, version, state)


def _begin(talk: Talk, form: Form, report_id: str, version: str, state: str) -> list[Reply]:
    report = reviewable(talk, report_id)
    if report.state != state or report.version != int(version):
        return changed(talk, report, int(version))
    more = _markable(report) if form is RETURN else state
    talk.open(form, {"phieu": {"v": [report.id, report.version, more], "t": ""}})
    return []


@submits(RETURN)
def send_back(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    report_id, version, keys = answers["phieu"]["v"]
    report = reviewable(talk, str(report_id))
    marks, reason = marks_in(answers, keys)
    form = FORMS[FORM_NAMES[report.kind]].form
    why = {step.label: marks[step.key] for step in form.steps if step.key in marks}
    reason = reason if reason and not marks else "; ".join(f"{k}: {w}" for k, w in why.items())
    done = reviewing.send_back(
        talk.session, report, version, by=talk.member_id, now=talk.now, reason=reason, marks=marks
    )
    if not done:
        return changed(talk, report, version)
    talk.did("return", "report", report.id, version=version)
    _tell_what_is_wrong(talk, report, why, reason)
    return after(talk, "Đã trả phiếu {code} để bổ sung.", code=code_of(talk, report))


def marks_in(answers: Answers, keys: Sequence[str]) -> tuple[dict[str, str], str]:
    """{step: why}, and the reason as it was typed."""
    typed = answers["ly_do"]["v"] if "ly_do" in answers else answers["muc"]["t"]
    own = {keys[number - 1]: why for number, why in marked(typed).items()}
    ticked = [key for key in answers["muc"]["v"] if key in keys]
    return dict.fromkeys(ticked, AGAIN if own else typed) | own, typed


def _tell_what_is_wrong(talk: Talk, report: Report, why: Mapping[str, str], reason: str) -> None:
    fix = Option("Sửa ngay", f"suaphieu:{report.id}", "primary")
    if not why:
        inform(talk, report, RETURNED, fix, reason=reason)
        return
    lines = "\n".join(f"{n}. {label}: {w}" for n, (label, w) in enumerate(why.items(), 1))
    inform(talk, report, MARKED, fix, count=len(why), marks=lines)


@submits(REJECT)
def reject(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    report_id, version, _ = answers["phieu"]["v"]
    report, reason = reviewable(talk, str(report_id)), answers["ly_do"]["v"]
    done = reviewing.reject(
        talk.session, report, version, by=talk.member_id, now=talk.now, reason=reason
    )
    if not done:
        return changed(talk, report, version)
    talk.did("reject", "report", report.id, version=version)
    see = Option("Xem phiếu", f"phieu:{report.id}")
    me = f"{talk.person.address} {talk.person.name}"
    inform(talk, report, REJECTED, *_can_do(report), see, reason=reason, who=me)
    return after(talk, "Đã từ chối phiếu {code}.", code=code_of(talk, report))


def _can_do(report: Report) -> list[Option]:
    again = Option("Ghi lại phiếu này", f"ghilai:{report.id}", "primary")
    return [again] if report.kind == "register" else []


@submits(REOPEN)
def reopen(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    report_id, version, state = answers["phieu"]["v"]
    report, reason = reviewable(talk, str(report_id)), answers["ly_do"]["v"]
    done = reviewing.reopen(
        talk.session, report, version, state, by=talk.member_id, now=talk.now, today=talk.today,
        reason=reason,
    )  # fmt: skip
    if not done:
        return changed(talk, report, version)
    talk.did("reopen", "report", report.id, version=version, before=state)
    inform(talk, report, REOPENED, Option("Xem phiếu", f"phieu:{report.id}"), reason=reason)
    done_so = talk.reply("Đã mở lại phiếu {code}.", code=code_of(talk, report))
    return [done_so, look(talk, str(report.id))]
