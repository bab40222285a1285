"""An inspection on site, in short; who is no inspector is shown their own reports instead."""

from datetime import date

from bot.conversation.form import Answers, Choice, Form, Json, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import ELSE, MENU, tell
from bot.handlers.registry import Replies, Talk, action, command, submits
from bot.handlers.update import enrolment_for, picked
from storage import reports
from storage.members import allows
from storage.tables.records import Initiative, Report

PAGE = 8
WORKING = (
    Choice("tot", "Hoạt động tốt"),
    Choice("binh_thuong", "Hoạt động bình thường"),
    Choice("cam_chung", "Cầm chừng"),
    Choice("dung", "Đã dừng"),
)
VERDICTS = (
    Choice("tot", "Tốt"),
    Choice("kha", "Khá"),
    Choice("dat", "Đạt"),
    Choice("chua_dat", "Chưa đạt"),
)


def _a_day_gone(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day:
        return "{Ac} ghi rõ ngày ạ, ví dụ: hôm nay, hôm qua, 20/12/2022."
    return "Ngày này chưa đến ạ. {Ac} ghi lại giúp." if day.start > today else ""


INSPECTED = (
    "Mô hình “{name}” đã được kiểm tra ngày {ngay}. Kết quả: {danh_gia}. Nhận xét: {nhan_xet}"
)
FORM = Form(
    "kt",
    "Phiếu kiểm tra",
    (
        Step("mo_hinh", Kind.INITIATIVE, "Mô hình",
             "Kiểm tra mô hình nào ạ? {Ac} gõ tên, mã hoặc xã.", "Ví dụ: gõ 42, hoặc “rau củ quả”",
             offer="initiatives"),
        Step("ngay", Kind.DATE, "Ngày kiểm tra", "Kiểm tra ngày nào ạ? Ví dụ: hôm nay, 20/12/2022",
             "Ví dụ: hôm nay", check=_a_day_gone),
        Step("hoat_dong", Kind.CHOICE, "Mô hình hiện", "Mô hình hiện thế nào ạ?", options=WORKING),
        Step("nhan_xet", Kind.TEXT, "Nhận xét", "{Ac} nhận xét trong vài câu ạ.",
             "Ghi mặt được, mặt còn hạn chế", least=5, most=1500),
        Step("danh_gia", Kind.CHOICE, "Đánh giá chung", "Đánh giá chung ạ?", options=VERDICTS),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh hiện trường (tối đa 10). Xong thì gõ “xong”.",
             most=10, required=False, later=True),
    ),
)  # fmt: skip


@command("kiemtra", "Phiếu kiểm tra", menu=4, words=("kiem tra",))
def begin(talk: Talk, argument: str) -> Replies:
    if not talk.can(Act.INSPECT):
        return talk.reply(
            "Phiếu kiểm tra dành cho cán bộ kiểm tra. {Ac} muốn xem gì ạ?",
            Option("Phiếu tôi đã gửi", "cmd:dagui"),
            Option("Kết quả kiểm tra", "ketquakt"),
            ELSE,
        )
    known = picked(talk, argument)
    talk.open(FORM, {"mo_hinh": known} if known else {})
    return None


@action("ketquakt")
def results(talk: Talk) -> Reply:
    """Inspections of what one has reported."""
    found = reports.inspections_of(talk.session, talk.member_id, PAGE)
    options = [Option(_line(talk, r), f"phieu:{r.id}") for r in found]
    if not options:
        return talk.reply("Mô hình của {ac} chưa có lần kiểm tra nào ạ.", MENU)
    return talk.reply("Kết quả kiểm tra mô hình của {ac}, mới nhất trước:", *options)


def _line(talk: Talk, report: Report) -> str:
    name = cut(talk.session.get_one(Initiative, report.initiative_id).name, 40)
    return f"{name}, {report.answers['ngay']['t']}: {report.answers['danh_gia']['t']}"


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    """An inspection stands as soon as it is sent; whoever reported the initiative is told."""
    report = reports.by_key(talk.session, key) or _save(talk, answers, key)
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    return [
        talk.reply(
            "Đã ghi phiếu kiểm tra mô hình {code}, “{name}”. Cảm ơn {ac}.",
            Option("Xem phiếu", f"phieu:{report.id}"),
            ELSE,
            code=initiative.code,
            name=initiative.name,
        )
    ]


def _save(talk: Talk, answers: Answers, key: str) -> Report:
    enrolment = enrolment_for(talk, answers["mo_hinh"]["v"])
    place = enrolment.place_id
    if not allows(talk.session, talk.member_id, Act.INSPECT, place, talk.now, talk.today):
        raise Refused(
            talk.say(
                "Mô hình này ngoài địa bàn {ac} được kiểm tra ạ. {Ac} nhắn “sửa 1” để chọn lại."
            )
        )
    report = reports.add(
        talk.session, key=key, kind="inspect", enrolment=enrolment, author_id=talk.member_id,
        answers=answers, has_results=False, now=talk.now, state="accepted",
    )  # fmt: skip
    _tell_owner(talk, report)
    return report


def _tell_owner(talk: Talk, report: Report) -> None:
    author_id = reports.reports_on(talk.session, report.initiative_id)[0].author_id
    if author_id == talk.member_id:
        return
    said = {key: report.answers[key]["t"] for key in ("ngay", "danh_gia", "nhan_xet")}
    name = talk.session.get_one(Initiative, report.initiative_id).name
    see = Option("Xem phiếu kiểm tra", f"phieu:{report.id}")
    tell(talk, author_id, f"inspected:{report.id}", INSPECTED, see, name=name, **said)
