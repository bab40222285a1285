"""Thêm lịch nhắc: a schedule of one's own, next to those an organisation begins with."""

from typing import Any

from bot.conversation.form import Answers, Choice, Form, Kind, Step
from bot.conversation.messages import Reply
from bot.domain.roles import Act
from bot.domain.schedule_kinds import KINDS, default_of
from bot.domain.schedule_words import period_of
from bot.domain.schedules import Stage
from bot.errors import Refused
from bot.handlers.people import may
from bot.handlers.registry import Talk, action, submits
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
from bot.handlers.schedules_shared import rules, shown
from storage import schedules

FOR_ADMINS = "Thêm lịch nhắc là việc của quản trị ạ. {Ac} xem các lịch đang có ở “lịch nhắc”."
OUTSIDE = (
    "{Ac} đặt được lịch cho đơn vị mình phụ trách thôi ạ. Nhắn “sửa” rồi chọn đơn vị khác, hoặc "
    "việc khác."
)
ADDED = "Đã thêm lịch nhắc, chạy từ hôm nay:"


def _is(name: str, answers: Answers) -> bool:
    return bool(getattr(KINDS[answers["viec"]["v"]], name)) if "viec" in answers else False


def _whole(answers: Answers) -> bool:
    return _is("whole", answers)


FORM = Form(
    "lsmoi",
    "Thêm lịch nhắc",
    (
        Step("viec", Kind.CHOICE, "Nhắc về", "{Ac} muốn nhắc việc gì ạ?",
             options=tuple(Choice(name, k.label) for name, k in KINDS.items() if k.twice)),
        Step("ten", Kind.TEXT, "Tên lịch", "Lịch này gọi là gì ạ?",
             "Ví dụ: Báo cáo tháng của các xã", least=3, most=80),
        Step("thang", Kind.CHOICE, "Sau", "Bao lâu không có tin thì nhắc ạ?", options=MONTHS,
             when=lambda answers: _is("months", answers)),
        Step("han", Kind.UNIT, "Hạn", RULE_ASK, offer="schedule_rules", check=a_rule,
             when=lambda answers: _is("calendar", answers)),
        Step("nhac", Kind.UNIT, "Ngày nhắc", STAGES_ASK, offer="schedule_stages", about=("viec",),
             check=some_stages),
        Step("don_vi", Kind.UNIT, "Phạm vi", "Lịch này cho đơn vị nào ạ? Cả các đơn vị bên dưới "
             "cùng theo. {Ac} chọn, hoặc gõ tên.", "Ví dụ: Xã Thạch Lạc", offer="schedule_units",
             when=lambda answers: not _whole(answers)),
        Step("vai_tro", Kind.MANY, "Vai trò nhận", ROLES_ASK, "Ví dụ: 1, 2", options=ROLES,
             when=lambda answers: _is("roles", answers)),
        Step("gio", Kind.CHOICE, "Giờ gửi", "Gửi vào lúc nào ạ?", options=WINDOWS),
        Step("loi", Kind.CHOICE, "Lời nhắc", WORDS_ASK, options=WORDS, free=True, least=10,
             most=500, check=sound_words),
    ),
    "lưu",
)  # fmt: skip


@action("ls_moi")
def begin(talk: Talk) -> None:
    if not talk.can(Act.MANAGE_UNITS):
        raise Refused(talk.say(FOR_ADMINS))
    talk.open(FORM)


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    said: dict[str, Any] = {name: answer["v"] for name, answer in answers.items()}
    kind, root_id = KINDS[said["viec"]], talk.organisation.root_id
    unit_id = root_id if kind.whole else said["don_vi"]
    if not may(talk, Act.MANAGE_UNITS, unit_id):
        raise Refused(talk.say(OUTSIDE))
    rule = said["han"]["rule"] if kind.calendar else ""
    values = {
        "what": said["viec"], "label": said["ten"], "unit_id": unit_id, "rule": rule,
        "period": period_of(rule) if rule else "", "number": said.get("thang", 0),
        "roles": said["vai_tro"] if kind.roles else _usual_roles(said["viec"]),
        "window": said["gio"], "text": said["loi"],
    }  # fmt: skip
    stages = Stage.read(said["nhac"]["stages"])
    one = schedules.add(
        talk.session, root_id, values, stages, talk.member_id, rules(talk), talk.now
    )
    talk.did("add", "schedule", one.id)
    return shown(talk, one, ADDED)


def _usual_roles(what: str) -> list[str]:
    return [role.value for role in default_of(what).roles]
