"""After an inspection was sent: the head of the team confirms it, and the owner is told."""

from bot.conversation.messages import Option, Reply
from bot.domain.inspecting import FORMS
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.inspection_form import FORM
from bot.handlers.people import ELSE, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to
from bot.handlers.seeing import prefilled, shown, who
from storage import inspections, recommendations
from storage.tables.lifecycle import Inspection
from storage.tables.records import Enrolment, Initiative, Report

WAITS = (
    "Trợ lý đã nhận phiếu kiểm tra mô hình {code}, “{name}”. Cảm ơn {ac}. "
    "{head} là trưởng đoàn, sẽ xem và xác nhận."
)
PLEASE = (
    "{who} đã ghi phiếu kiểm tra mô hình {code}, “{name}”; {ac} là trưởng đoàn. "
    "{Ac} xem và xác nhận giúp ạ."
)
DONE = "Đã ghi phiếu kiểm tra mô hình {code}, “{name}”.{told} Cảm ơn {ac}."
TOLD = " Kết quả đã được báo cho người báo cáo mô hình."
RESULT = (
    "Mô hình “{name}” đã được kiểm tra ngày {day} ({form}). Đoàn kiểm tra cảm ơn {ac}.\n"
    "Đánh giá chung: {verdict}.{good}{asked}"
)
NOT_YOURS = "Phiếu kiểm tra này không chờ {ac} xác nhận ạ. {Ac} nhắn “việc cần làm” để xem việc."
MOST = 4


def receipt(talk: Talk, inspection: Inspection) -> Reply:
    """What the one who sent it, or who confirmed it, gets."""
    report, initiative = _about(talk, inspection)
    told = set(inspections.owners_of_all_years(talk.session, initiative.id)) - {talk.member_id}
    return talk.reply(
        WAITS if inspection.state == inspections.OPEN else DONE,
        Option("Xem phiếu", f"phieu:{report.id}"),
        ELSE,
        code=initiative.code,
        name=initiative.name,
        head=capital(who(talk, inspection.head_id)),
        told=TOLD if told else "",
    )


def _about(talk: Talk, inspection: Inspection) -> tuple[Report, Initiative]:
    report = talk.session.get_one(Report, inspection.report_id)
    return report, talk.session.get_one(Initiative, report.initiative_id)


def settle(talk: Talk, inspection: Inspection, version: int) -> bool:
    """Sent by the head, or where no member is the head, it is confirmed; else the head is asked.
    False: somebody was faster."""
    if inspection.head_id not in (None, talk.member_id):
        _ask(talk, inspection, version)
        return True
    done = inspections.confirm(
        talk.session, inspection, version, by=talk.member_id, now=talk.now, today=talk.today
    )
    if not done:
        return False
    talk.did("confirm", "inspection", inspection.id, enrolment=inspection.enrolment_id)
    _tell_owners(talk, inspection)
    return True


def _ask(talk: Talk, inspection: Inspection, version: int) -> None:
    _, initiative = _about(talk, inspection)
    tell(
        talk,
        inspection.head_id or 0,
        f"head:{inspection.id}:{version}",
        PLEASE,
        Option("Xem và xác nhận", f"ktxem:{inspection.id}", "primary"),
        who=capital(who(talk, talk.member_id)),
        code=initiative.code,
        name=initiative.name,
    )


def _tell_owners(talk: Talk, inspection: Inspection) -> None:
    """Assessment, what is good, what is asked for and until when; and how to answer."""
    report, initiative = _about(talk, inspection)
    asked = recommendations.of_inspection(talk.session, inspection.id)
    good = report.answers.get("uu_diem", {}).get("v")
    options = [Option("Đã khắc phục", f"kp:{asked.id}", "primary")] if asked else []
    options += [
        Option("Có ý kiến", f"yk:{inspection.id}"),
        Option("Xem phiếu kiểm tra", f"phieu:{report.id}"),
    ]
    said = {
        "name": initiative.name,
        "day": plain_date(inspection.day),
        "form": FORMS[inspection.form][0].lower(),
        "verdict": talk.organisation.inspecting.verdict(inspection.verdict),
        "good": f"\nMặt được: {good}" if good else "",
        "asked": f"\nKiến nghị: {asked.text}\nHạn: {plain_date(asked.due_on)}." if asked else "",
    }
    for owner in inspections.owners_of_all_years(talk.session, initiative.id):
        if owner not in (talk.member_id, report.author_id):
            tell(talk, owner, f"inspected:{inspection.id}", RESULT, *options, **said)


# -- the head's side ------------------------------------------------------------------------


def _headed(talk: Talk, inspection_id: str) -> Inspection:
    inspection = talk.session.get(Inspection, int(inspection_id))
    if inspection is None or inspection.head_id != talk.member_id:
        raise Refused(talk.say(NOT_YOURS))
    enrolment = talk.session.get_one(Enrolment, inspection.enrolment_id)
    if not rights.may(talk, Act.SEE_REPORTS, enrolment):
        raise Refused(talk.say(NOT_YOURS))
    return inspection


@action("ktxem")
def look(talk: Talk, inspection_id: str) -> Reply:
    inspection = _headed(talk, inspection_id)
    report, _ = _about(talk, inspection)
    page = shown(talk, report)
    if inspection.state != inspections.OPEN or report.state != "sent":
        return page
    confirm = Option("Xác nhận", f"ktxn:{inspection.id}:{report.version}", "primary")
    change = Option("Sửa rồi xác nhận", f"ktsua:{inspection.id}")
    return Reply(page.text, (confirm, change, ELSE), photos=page.photos, code=page.code)


@action("ktxn")
def confirm(talk: Talk, inspection_id: str, version: str) -> Replies:
    inspection = _headed(talk, inspection_id)
    if not settle(talk, inspection, int(version)):
        return _changed(talk, inspection)
    return receipt(talk, inspection)


@action("ktsua")
def change(talk: Talk, inspection_id: str) -> Replies:
    """The same form, prefilled; sending it confirms."""
    inspection = _headed(talk, inspection_id)
    report, _ = _about(talk, inspection)
    if report.state != "sent":
        return _changed(talk, inspection)
    talk.open(FORM, prefilled(report))
    return None


def _changed(talk: Talk, inspection: Inspection) -> list[Reply]:
    report, _ = _about(talk, inspection)
    words = {"accepted": "đã được xác nhận rồi", "withdrawn": "đã được người ghi rút lại"}
    note = talk.reply("Phiếu này {state} ạ.", state=words.get(report.state, "vừa được sửa"))
    return [note] if report.state == "withdrawn" else [note, look(talk, str(inspection.id))]


@adds_to("tasks", 20)
def waiting(talk: Talk) -> Part | None:
    rows = inspections.to_confirm(talk.session, talk.member_id, MOST)
    options = (
        Option(f"Xác nhận phiếu kiểm tra {i.code} – {cut(i.name, 40)}", f"ktxem:{one.id}")
        for one in rows
        for _, i in [_about(talk, one)]
    )
    return Part(options=tuple(options)) if rows else None
