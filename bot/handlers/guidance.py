"""Chỉ đạo, văn bản: what is sent, to whom below a unit, from which day, to be done by when."""

from datetime import date
from typing import Any

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision, plain_date, short_date
from bot.domain.roles import ROLE_LABELS, Act, Role
from bot.domain.text import capital
from bot.errors import Refused
from bot.handlers.people import ELSE, may, units_where
from bot.handlers.registry import Talk, action, lookup, submits
from storage import guidance, members
from storage.unit_search import choices_of, find_units
from storage.units import units_of

OFFERED = 6
MANY = 200
"""More people than this: it is asked once more."""
EVERYBODY = "all"
NOT_YOURS = "Gửi chỉ đạo, văn bản là việc của lãnh đạo, người thẩm định, đầu mối, quản trị ạ."
OUTSIDE = "{Ac} gửi được cho đơn vị mình phụ trách thôi ạ. Nhắn “sửa đơn vị” để chọn lại."
NOBODY = (
    "Ở đơn vị ấy chưa có ai giữ vai trò đã chọn. {Ac} nhắn “quay lại” để chọn vai trò khác, hoặc "
    "mời người vào trước: nhắn “quản lý”, chọn “Mời một người” ạ."
)
MORE_NOW = (
    "Nay tin này tới {n} người, nhiều hơn lúc {ac} chọn. {Ac} nhắn “sửa”, chọn “Sẽ gửi cho” để "
    "xem lại ạ."
)
NOW = "Tin sẽ tới {n} người trong giờ nhận tin của mỗi người, từ hôm nay."
LATER = "Đã hẹn: ngày {day} tin sẽ tới {n} người."


def _a_day(value: Json) -> date | None:
    day = PartialDate.from_json(value)
    return day.start if day.precision is Precision.day else None


def _from_today(value: Json, answers: Answers, today: date) -> str:
    day = _a_day(value)
    if day is None:
        return "{Ac} ghi rõ ngày ạ, ví dụ: hôm nay, 15/12."
    return "" if day >= today else "Ngày này đã qua ạ. {Ac} ghi ngày từ hôm nay trở đi."


def _after_sending(value: Json, answers: Answers, today: date) -> str:
    day, sent = _a_day(value), _a_day(answers["ngay"]["v"]) if "ngay" in answers else today
    if day is None:
        return "{Ac} ghi rõ ngày ạ, ví dụ: 15/12."
    return "" if day > (sent or today) else "Hạn triển khai phải sau ngày gửi ạ."


def _somebody(value: Json, answers: Answers, today: date) -> str:
    return "" if value else NOBODY


def _very_many(answers: Answers) -> bool:
    return "so" in answers and isinstance(answers["so"]["v"], int) and answers["so"]["v"] > MANY


ROLES = (
    *(Choice(r.value, capital(ROLE_LABELS[r])) for r in Role if r is not Role.MEMBER),
    Choice(Role.MEMBER.value, "Hội viên"),
    Choice(EVERYBODY, "Tất cả mọi người", ("tất cả", "mọi người")),
)
FORM = Form(
    "cd",
    "Chỉ đạo, văn bản",
    (
        Step("noi_dung", Kind.TEXT, "Nội dung", "{Ac} muốn gửi nội dung gì ạ?",
             "Ví dụ: Đề nghị các đơn vị rà soát mô hình trước 15/12", least=10, most=4000),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh, ảnh chụp văn bản giúp ạ. Xong gõ “xong”.",
             most=5, required=False, later=True),
        Step("don_vi", Kind.UNIT, "Đơn vị", "Gửi cho đơn vị nào ạ? Cả các đơn vị bên dưới cùng "
             "nhận. {Ac} chọn, hoặc gõ tên.", "Ví dụ: Xã Thạch Lạc", offer="units_to_guide"),
        Step("vai_tro", Kind.MANY, "Người nhận",
             "Những ai ở đó nhận ạ? Chọn được nhiều mục.", "Ví dụ: 1, 2", options=ROLES),
        Step("ngay", Kind.DATE, "Ngày gửi", "Gửi ngày nào ạ? {Ac} chọn, hoặc gõ ngày.",
             "Ví dụ: hôm nay, 15/12", offer="send_days", check=_from_today),
        Step("han", Kind.DATE, "Triển khai xong trước",
             "Phải triển khai xong trước ngày nào ạ? Chỉ để đọc thì nhắn “bỏ qua”.",
             "Ví dụ: 15/12", offer="deadlines", required=False, check=_after_sending),
        Step("so", Kind.CHOICE, "Sẽ gửi cho", "Số người sẽ nhận, có đúng ý {ac} không ạ?",
             "Chưa đúng thì nhắn “quay lại” để chọn lại đơn vị, vai trò", offer="people_reached",
             about=("don_vi", "vai_tro"), check=_somebody),
        Step("chac", Kind.CHOICE, "Gửi nhiều người",
             f"Tin này tới hơn {MANY} người, gửi rồi khó lấy lại. {{Ac}} chắc chắn chứ ạ?",
             options=(Choice("chac", "Chắc chắn, gửi cho tất cả", ("chắc chắn", "đúng", "có")),),
             about=("so",), when=_very_many),
    ),
)  # fmt: skip


# -- what can be chosen -------------------------------------------------------------------------


@lookup("units_to_guide")
def units_to_guide(talk: Talk, asked: Lookup) -> Found:
    own = units_where(talk, Act.GUIDE_UNITS)
    if asked.text:
        return find_units(talk.session, asked.text, under=own, on=talk.today) if own else Found()
    rows = units_of(talk.session, own)
    return Found(choices_of(talk.session, [rows[u] for u in own if u in rows][:OFFERED]))


@lookup("send_days")
def send_days(talk: Talk, asked: Lookup) -> Found:
    today = talk.today
    words = ("ngay", "gửi ngay", "hôm nay", "bây giờ")
    label = f"Gửi ngay hôm nay, {plain_date(today)}"
    return Found((Choice(today.isoformat(), label, words, answer=short_date(today)),))


@lookup("people_reached")
def people_reached(talk: Talk, asked: Lookup) -> Found:
    """about: the unit and the roles."""
    unit_id, roles = asked.about
    if not (isinstance(unit_id, int) and roles and may(talk, Act.GUIDE_UNITS, unit_id)):
        return Found((Choice(0, "Chưa có ai"),))
    number = _number(talk, unit_id, named_roles(roles), talk.today)
    label = f"Đúng, gửi cho {number} người" if number else "Chưa có ai"
    return Found((Choice(number, label, ("đúng", "đúng rồi"), answer=f"{number} người"),))


def named_roles(chosen: Any) -> list[str]:
    return [r.value for r in Role] if EVERYBODY in chosen else [r for r in chosen if r in [*Role]]


def _number(talk: Talk, unit_id: int, roles: list[str], day: date) -> int:
    return guidance.reached(talk.session, unit_id, roles, day, talk.member_id)


# -- sending ------------------------------------------------------------------------------------


@action("cd_moi")
def begin(talk: Talk) -> None:
    if not talk.can(Act.GUIDE_UNITS):
        raise Refused(talk.say(NOT_YOURS))
    talk.open(FORM)


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    """It goes out as reminders do: in everybody's own hours, with what else there is that day."""
    said = {name: answer["v"] for name, answer in answers.items()}
    if not may(talk, Act.GUIDE_UNITS, said["don_vi"]):
        raise Refused(talk.say(OUTSIDE))
    send_on, due_on = _a_day(said["ngay"]), _a_day(said["han"]) if "han" in said else None
    send_on = max(send_on or talk.today, talk.today)  # the form may have lain over night
    roles = named_roles(said["vai_tro"])
    number = _number(talk, said["don_vi"], roles, send_on)
    _refuse_mistakes(talk, number, said["so"])
    one = guidance.add(
        talk.session, root_id=talk.organisation.root_id, unit_id=said["don_vi"], roles=roles,
        text=said["noi_dung"], photos=said.get("anh") or [], send_on=send_on, due_on=due_on,
        author_id=talk.member_id, created_at=talk.now,
        state="planned" if send_on > talk.today else "sent",
    )  # fmt: skip
    talk.did("guide", "guidance", one.id)
    see = Option("Ai đã xem, ai chưa", f"cd_tin:{one.id}", "primary")
    words = LATER if send_on > talk.today else NOW
    unit = members.unit_name(talk.session, one.unit_id)
    thanks = f"Đã ghi chỉ đạo gửi {unit}. {words} Cảm ơn {{ac}}."
    return talk.reply(thanks, see, ELSE, n=number, day=plain_date(send_on))


def _refuse_mistakes(talk: Talk, number: int, agreed: int) -> None:
    if not number:
        raise Refused(talk.say(NOBODY))
    if number > MANY >= agreed:
        raise Refused(talk.say(MORE_NOW, n=number))
