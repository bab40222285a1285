"""Answers to an invitation: coming or not, and why; who has answered what."""

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.briefing_shared import (
    NOT_YOURS,
    found,
    is_asked,
    led,
    moment,
    named,
    to_come,
)
from bot.handlers.people import ELSE
from bot.handlers.registry import Replies, Talk, action, submits
from storage import briefings, reminders
from storage.briefings import COMING, NOT_COMING, SILENT, Asked
from storage.tables.reminders import Briefing

PAGE = 8
WHY = Form(
    "gbv",
    "Lý do vắng",
    (
        Step("buoi", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("ly_do", Kind.TEXT, "Lý do",
             "{Ac} bận việc gì ạ? Không tiện nói thì nhắn “bỏ qua”.", "Ví dụ: đi họp ở tỉnh",
             least=2, most=300, required=False),
    ),
    straight=True,
)  # fmt: skip
CLOSED = "Buổi này {why} nên không trả lời được nữa ạ. {Ac} nhắn “giao ban” để xem các buổi khác."
YES = "Đã ghi: {ac} sẽ dự “{what}”, {when}. Cảm ơn {ac}."
NO = "Đã ghi: {ac} không dự được “{what}”. Đến giờ bắt đầu {ac} vẫn đổi được."
GROUPS = {SILENT: "Chưa trả lời", NOT_COMING: "Không dự được", COMING: "Sẽ dự"}


@action("gb_di")
def coming(talk: Talk, briefing_id: str) -> Reply:
    one = _answerable(talk, briefing_id)
    _answer(talk, one, COMING)
    change = Option("Không dự được", f"gb_vang:{one.id}")
    what = named(talk, one)
    return talk.reply(YES, change, ELSE, what=what, when=moment(talk, one))


@action("gb_vang")
def not_coming(talk: Talk, briefing_id: str) -> Replies:
    """Counted at once: the reason may be kept to oneself."""
    one = _answerable(talk, briefing_id)
    _answer(talk, one, NOT_COMING)
    talk.open(WHY, {"buoi": {"v": one.id, "t": ""}})
    return talk.reply(NO, what=named(talk, one))


@submits(WHY)
def why(talk: Talk, answers: Answers, key: str) -> Reply:
    one = _answerable(talk, answers["buoi"]["v"])
    said = briefings.answers(talk.session, one).get(talk.member_id)
    if "ly_do" in answers and said and said.answer == NOT_COMING:
        _answer(talk, one, NOT_COMING, answers["ly_do"]["v"])
    change = Option("Đổi lại: sẽ dự", f"gb_di:{one.id}")
    return talk.reply("Trợ lý đã báo người gọi họp. Cảm ơn {ac}.", change, ELSE)


def _answerable(talk: Talk, briefing_id: str | int) -> Briefing:
    one = found(talk, briefing_id)
    if not is_asked(talk, one):
        raise Refused(talk.say(NOT_YOURS))
    if not to_come(talk, one):
        states = {"cancelled": "đã hủy", "held": "đã họp xong"}
        raise Refused(talk.say(CLOSED, why=states.get(one.state, "đã bắt đầu")))
    return one


def _answer(talk: Talk, one: Briefing, answer: str, note: str = "") -> None:
    """Of the day it is about: when that changes, everybody is asked again."""
    before = briefings.answers(talk.session, one).get(talk.member_id)
    if before and (before.answer, before.note) == (answer, note):
        return
    reminders.respond(
        talk.session, what="briefing", subject_id=one.id, unit_id=one.unit_id,
        member_id=talk.member_id, answer=answer, day=one.day, now=talk.now, note=note,
    )  # fmt: skip
    talk.did(answer, "briefing", one.id)


# -- who has answered what --------------------------------------------------------------------


@action("gb_ds")
def answers(talk: Talk, briefing_id: str, page: str = "0") -> Reply:
    one, first = led(talk, briefing_id), max(int(page), 0) * PAGE
    people = briefings.asked(talk.session, one)
    options = [Option("Xem buổi này", f"gb_xem:{one.id}")]
    if len(people) > first + PAGE:
        options.insert(0, Option("Xem tiếp", f"gb_ds:{one.id}:{int(page) + 1}"))
    lines = [f"{named(talk, one)} – {len(people)} người được mời", *_lines(people, first)]
    return Reply("\n".join(lines), options=tuple(options))


def _lines(people: list[Asked], first: int) -> list[str]:
    """A page of them under what they have answered."""
    said = [person.said for person in people]
    lines, last = [], ""
    for person, answer in list(zip(people, said, strict=True))[first : first + PAGE]:
        head = f"{GROUPS[answer]} ({said.count(answer)}):"
        lines += [head] if head != last else []
        lines.append(_line(person))
        last = head
    return lines


def _line(one: Asked) -> str:
    note = f" (lý do: {cut(one.answer.note, 100)})" if one.answer and one.answer.note else ""
    return f"– {one.unit.name}: {one.member.address} {one.member.name}{note}"
