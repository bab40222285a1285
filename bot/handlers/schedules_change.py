"""A schedule is changed: one question, how it was and how it will be, then it counts at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.conversation.form import Answers, Form, Json, Kind, Step
from bot.conversation.messages import Reply
from bot.domain.roles import Act
from bot.domain.schedule_kinds import roles_words
from bot.domain.schedule_words import WINDOW_WORDS, rule_words, stages_words
from bot.errors import Refused
from bot.handlers.people import may
from bot.handlers.registry import FORMS, Talk, action, submits
from bot.handlers.schedules_asked import (
    MONTHS,
    ROLES,
    ROLES_ASK,
    RULE_ASK,
    STAGES_ASK,
    WINDOWS,
    WORDS,
    WORDS_ASK,
    a_rule,
    some_stages,
    sound_words,
)
from bot.handlers.schedules_shared import BUILT_IN, managed, meanwhile, rules, shown, stages_of
from storage import members, schedules
from storage.tables.reminders import Schedule

OUTSIDE = "{Ac} đặt được lịch cho đơn vị mình phụ trách thôi ạ. Nhắn “sửa 2” để chọn đơn vị khác."
SAME = "Lịch vẫn như cũ ạ."
SAVED = "Đã lưu, có hiệu lực ngay:"


def _only_shown(value: Json, answers: Answers, today: object) -> str:
    return "Dòng này chỉ để {ac} so sánh ạ. Muốn đổi thì {ac} nhắn “xem lại”, rồi “sửa 2”."


ONE = Step("lich", Kind.CHOICE, "", "", hidden=True, required=False)
NOW = Step("cu", Kind.TEXT, "Hiện nay", "Lịch hiện nay ghi như vậy.", later=True, required=False,
           check=_only_shown)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A column of schedules that can be changed: how it reads, and what the answer means."""

    column: str
    act: str
    title: str
    ask: Step
    words: Callable[[Talk, Schedule], str]
    value: Callable[[Any], Any] = lambda value: value


def _unit(talk: Talk, one: Schedule) -> str:
    return members.unit_name(talk.session, one.unit_id)


CHANGES = {
    "han": Change(
        "rule", "change_rule", "Sửa hạn",
        Step("moi", Kind.UNIT, "Đổi thành", RULE_ASK, offer="schedule_rules", about=("lich",),
             check=a_rule),
        lambda _, one: rule_words(one.rule), lambda value: value["rule"],
    ),
    "nhac": Change(
        "stages", "change_stages", "Sửa ngày nhắc",
        Step("moi", Kind.UNIT, "Đổi thành", STAGES_ASK, offer="schedule_stages", about=("lich",),
             check=some_stages),
        lambda _, one: stages_words(stages_of(one)), lambda value: value["stages"],
    ),
    "loi": Change(
        "text", "change_text", "Sửa lời nhắc",
        Step("moi", Kind.CHOICE, "Đổi thành", WORDS_ASK, options=WORDS, free=True, least=10,
             most=500, check=sound_words),
        lambda _, one: one.text or BUILT_IN,
    ),
    "gio": Change(
        "window", "change_window", "Giờ gửi",
        Step("moi", Kind.CHOICE, "Đổi thành", "Gửi vào lúc nào ạ?", options=WINDOWS),
        lambda _, one: WINDOW_WORDS[one.window],
    ),
    "pvi": Change(
        "unit_id", "change_unit", "Phạm vi",
        Step("moi", Kind.UNIT, "Đổi thành", "Lịch này cho đơn vị nào ạ? Cả các đơn vị bên dưới "
             "cùng theo. {Ac} chọn, hoặc gõ tên.", "Ví dụ: Xã Thạch Lạc", offer="schedule_units"),
        _unit,
    ),
    "vtro": Change(
        "roles", "change_roles", "Vai trò nhận",
        Step("moi", Kind.MANY, "Đổi thành", ROLES_ASK, "Ví dụ: 1, 2", options=ROLES),
        lambda _, one: roles_words(one.roles) or "chưa chọn",
    ),
    "thang": Change(
        "number", "change_number", "Số tháng",
        Step("moi", Kind.CHOICE, "Đổi thành", "Bao lâu không có tin thì nhắc ạ?", options=MONTHS),
        lambda _, one: f"{one.number} tháng",
    ),
}  # fmt: skip


@action("ls_sua")
def begin(talk: Talk, schedule_id: str, which: str) -> None:
    """It is kept which one was looked at: somebody else may change it in the meantime."""
    one = managed(talk, schedule_id)
    asked = {"id": one.id, "rev": one.revision, "what": one.what, "period": one.period}
    now = CHANGES[which].words(talk, one)
    form = FORMS[f"ls{which}"].form
    talk.open(form, {"lich": {"v": asked, "t": ""}, "cu": {"v": now, "t": now}})


def _submits(which: str, change: Change) -> None:
    @submits(Form(f"ls{which}", change.title, (ONE, NOW, change.ask), "lưu"))
    def submit(talk: Talk, answers: Answers, key: str) -> Reply:
        return save(talk, change, answers)


for _which, _change in CHANGES.items():
    _submits(_which, _change)


def save(talk: Talk, change: Change, answers: Answers) -> Reply:
    asked, value = answers["lich"]["v"], change.value(answers["moi"]["v"])
    one = managed(talk, asked["id"])
    if change.column == "unit_id" and not may(talk, Act.MANAGE_UNITS, value):
        raise Refused(talk.say(OUTSIDE))
    if value == getattr(one, change.column) and one.revision == asked["rev"]:
        return shown(talk, one, SAME)
    values, by = {change.column: value}, talk.member_id
    if not schedules.change(talk.session, one, asked["rev"], values, by, rules(talk), talk.now):
        return meanwhile(talk, one)
    talk.did(change.act, "schedule", one.id)
    return shown(talk, one, SAVED)
