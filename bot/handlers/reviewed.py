"""What handlers of reviews share: who may answer, what an answer leaves, what comes after it."""

from bot.conversation.form import Form, Kind, Step
from bot.domain.schedules import period, period_name
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.registry import FORMS, Talk
from bot.handlers.reminded import mine
from storage import picking, reminders, self_reports
from storage.self_reports import REVIEW
from storage.tables.records import Enrolment, Initiative
from storage.tables.reminders import Reminder, Response, Schedule

REVIEWS = (REVIEW, "stale")
NOT_ANSWERED = (
    "Mô hình này nay ngoài phần {ac} được báo cáo ạ. {Ac} nhắn “việc cần làm” để xem việc của mình."
)
NEXT = "Còn {n} mô hình {ac} báo có thay đổi. Tiếp theo: “{name}”."
FIGURE = Form(
    "rsnam",
    "Số liệu năm nay",
    (
        Step("viec", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("mo_hinh", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("so", Kind.QUANTITY, "Quy mô",
             "Mỗi năm một lần, Trợ lý xin một con số: nay mô hình có bao nhiêu hộ ạ? Hoặc {ac} "
             "gửi một ảnh; bỏ qua được.",
             "Ví dụ: 45 hộ; 4.200 m²", offer="figures", about=("mo_hinh",), required=False),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh giúp ạ.", most=1, required=False,
             later=True),
    ),
    straight=True,
)  # fmt: skip


def heading(talk: Talk, one: Reminder) -> str:
    """Rà soát quý IV năm 2026."""
    schedule = talk.session.get_one(Schedule, one.schedule_id)
    if one.what == "stale":
        return f"{schedule.number} tháng chưa có tin"
    kind = schedule.period or "quarter"
    return f"Rà soát {period_name(kind, period(kind, one.due_on)[0])}"


def answerable(talk: Talk, reminder_id: str | int) -> tuple[Reminder, Enrolment]:
    """A review of the speaker's own, of a model they may report on now. Raises Refused."""
    one = mine(talk, reminder_id)
    if one.what not in REVIEWS:
        raise ValueError(one.what)
    enrolment = talk.session.get_one(Enrolment, one.subject_id)
    if not may_answer(talk, enrolment):
        raise Refused(talk.say(NOT_ANSWERED))
    return one, enrolment


def may_answer(talk: Talk, enrolment: Enrolment) -> bool:
    may = picking.one(talk.session, talk.scope, talk.member_id, enrolment.initiative_id)
    return may is not None


def respond(
    talk: Talk, enrolment: Enrolment, answer: str, note: str = "", photo: str = ""
) -> Response:
    row = reminders.respond(
        talk.session, what=REVIEW, subject_id=enrolment.id, unit_id=enrolment.registrant_id,
        member_id=talk.member_id, answer=answer, day=talk.today, now=talk.now, note=note,
        photo=photo,
    )  # fmt: skip
    talk.did("review", "enrolment", enrolment.id, response=row.id)
    return row


def ask_figure(talk: Talk, enrolment: Enrolment) -> None:
    about = {"v": enrolment.initiative_id, "t": ""}
    talk.open(FIGURE, {"viec": {"v": enrolment.id, "t": ""}, "mo_hinh": about})


def open_news(talk: Talk, initiative_id: int) -> None:
    """What has changed is asked for by the form of news, and its report is the review."""
    known = picking.one(talk.session, talk.scope, talk.member_id, initiative_id)
    about = {"mo_hinh": {"v": known.value, "t": known.label}} if known else {}
    talk.open(FORMS["cn"].form, about)


def go_on(talk: Talk) -> str:
    """After news: the next model of which one said today that it had changed."""
    left = self_reports.to_tell(talk.session, talk.member_id, talk.today)
    if not left:
        return ""
    open_news(talk, left[0])
    name = cut(talk.session.get_one(Initiative, left[0]).name, 80)
    return talk.say(NEXT, n=len(left), name=name)
