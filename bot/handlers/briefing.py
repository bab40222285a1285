"""Mời giao ban, tham quan: what is asked, whom it reaches, and the invitations."""

from dataclasses import replace
from datetime import date

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.briefing_shared import (
    DAY,
    HOUR,
    PLACE,
    answering,
    tell_invited,
    text_of,
    time_said,
)
from bot.handlers.people import ELSE, may, units_where
from bot.handlers.registry import Talk, action, lookup, submits
from bot.handlers.search import eyes
from storage import briefings, search
from storage.initiatives import enrolled
from storage.tables.records import Enrolment, Initiative
from storage.unit_search import choices_of, find_units
from storage.units import units_of

OFFERED = 6
NO_CALLING = "Mời giao ban, tham quan là việc của lãnh đạo, người thẩm định, đầu mối, quản trị ạ."
OUTSIDE = "{Ac} mời được người của đơn vị mình phụ trách thôi ạ. Nhắn “sửa đơn vị” để chọn lại."
NOBODY = (
    "Ở đây chưa có đầu mối, lãnh đạo nào để mời. {Ac} nhắn “quản lý”, chọn “Mời một người” để họ "
    "vào với Trợ lý trước ạ."
)
INVITED = "{Ac} được mời:\n{text}\n{Ac} trả lời giúp ạ; đến giờ bắt đầu vẫn đổi được."
SENT = "Đã mời {n} người:\n{text}\nAi dự, ai chưa trả lời: {ac} xem ở “Xem buổi này”."


def _visits(answers: Answers) -> bool:
    return "loai" in answers and answers["loai"]["v"] == "visit"


FORM = Form(
    "gb",
    "Giấy mời",
    (
        Step("loai", Kind.CHOICE, "Mời", "{Ac} mời giao ban hay tham quan ạ?",
             options=(Choice("briefing", "Giao ban", ("họp", "họp giao ban")),
                      Choice("visit", "Tham quan mô hình", ("tham quan",)))),
        Step("mo_hinh", Kind.INITIATIVE, "Mô hình",
             "Tham quan mô hình nào ạ? {Ac} chọn, hoặc gõ tên, mã.",
             "Ví dụ: gõ 42, hoặc “rau củ quả”", offer="to_visit", when=_visits),
        Step("don_vi", Kind.UNIT, "Đơn vị",
             "Mời người của cụm, đơn vị nào ạ? {Ac} chọn, hoặc gõ tên.", "Ví dụ: Cụm số 1",
             offer="units_to_call"),
        Step("chu_de", Kind.TEXT, "Chủ đề", "Chủ đề là gì ạ?",
             "Ví dụ: Sơ kết phong trào quý IV", least=5, most=200),
        Step("noi_dung", Kind.TEXT, "Nội dung", "Có những nội dung gì ạ? Chưa có thì “bỏ qua”.",
             "Ví dụ: 1. Kết quả quý IV; 2. Mô hình khó khăn", least=5, most=1500, required=False),
        PLACE, DAY, HOUR,
    ),
)  # fmt: skip


# -- what can be chosen -------------------------------------------------------------------------


@lookup("units_to_call")
def units_to_call(talk: Talk, asked: Lookup) -> Found:
    """The units one may call and their clusters, by typing any below; each says how many come."""
    own = units_where(talk, Act.CALL)
    if asked.text:
        found = find_units(talk.session, asked.text, under=own, on=talk.today) if own else Found()
    else:
        rows = units_of(talk.session, own)
        found = Found(choices_of(talk.session, [rows[u] for u in own if u in rows][:OFFERED]))
    return replace(found, choices=tuple(_counted(talk, choice) for choice in found.choices))


def _counted(talk: Talk, choice: Choice) -> Choice:
    number = len(_people(talk, choice.value, talk.today))
    return replace(choice, note=f"Sẽ mời {number} người." if number else NOBODY)


def _people(talk: Talk, unit_id: int, day: date) -> list[int]:
    """Whom this person would invite."""
    return [m for m in briefings.invited(talk.session, unit_id, day) if m != talk.member_id]


@lookup("to_visit")
def to_visit(talk: Talk, asked: Lookup) -> Found:
    """Exemplary ones first; by typing, whatever this person may open or is public."""
    look = eyes(talk)
    if asked.text:
        found, sure = search.pick(talk.session, look, asked.text)
        return Found(tuple(_visited(*row) for row in found), sure)
    rows = enrolled().where(Enrolment.exemplary, Enrolment.activity == "active")
    rows = rows if look.allowed is None else rows.where(look.allowed)
    newest = talk.session.execute(rows.order_by(Enrolment.year.desc(), Enrolment.id).limit(20))
    once = {initiative.id: _visited(initiative, one) for initiative, one in newest}
    return Found(tuple(once.values())[:OFFERED])


def _visited(initiative: Initiative, enrolment: Enrolment) -> Choice:
    label = f"{initiative.code} {cut(initiative.name, 60)} ({cut(enrolment.owner, 30)})"
    return Choice(initiative.id, label, (initiative.name, initiative.code))


# -- calling ------------------------------------------------------------------------------------


@action("gb_moi")
def begin(talk: Talk) -> None:
    if not talk.can(Act.CALL):
        raise Refused(talk.say(NO_CALLING))
    talk.open(FORM)


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    said = {name: answer["v"] for name, answer in answers.items()}
    if not may(talk, Act.CALL, said["don_vi"]):
        raise Refused(talk.say(OUTSIDE))
    at = time_said(talk, said["ngay"], said["gio"])
    if not _people(talk, said["don_vi"], at.date()):
        raise Refused(talk.say(NOBODY))
    briefing = briefings.add(
        talk.session, root_id=talk.organisation.root_id, unit_id=said["don_vi"], kind=said["loai"],
        topic=said["chu_de"], agenda=said.get("noi_dung") or "", place=said["noi"],
        day=at.date(), at=at, initiative_id=said.get("mo_hinh"), author_id=talk.member_id,
        created_at=talk.now,
    )  # fmt: skip
    talk.did("call", "briefing", briefing.id)
    number = tell_invited(talk, briefing, "new", INVITED, *answering(briefing.id))
    see = Option("Xem buổi này", f"gb_xem:{briefing.id}", "primary")
    return talk.reply(SENT, see, ELSE, n=number, text=text_of(talk, briefing))
