"""Giao ban, tham quan: the list, and the page of one for who called it or is asked to it."""

from collections import Counter

from sqlalchemy import or_

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.handlers.briefing_shared import (
    SEE,
    answering,
    found,
    is_asked,
    leads,
    moment,
    named,
    text_of,
    to_come,
)
from bot.handlers.people import ELSE, units_where
from bot.handlers.registry import Part, Talk, action, adds_to, command
from storage import briefings, conclusions
from storage.briefings import COMING, NOT_COMING, SILENT
from storage.tables.reminders import Briefing

PAGE, MOST = 8, 4
SAID = {COMING: "sẽ dự", NOT_COMING: "không dự được"}


@command("giaoban", "Giao ban, tham quan", act=Act.CALL, words=("giao ban", "tham quan"))
def typed(talk: Talk, argument: str) -> Reply:
    return listed(talk)


@adds_to("manage", 52)
def in_management(talk: Talk) -> Part | None:
    seen = talk.can(Act.CALL)
    return Part(options=(Option("Giao ban, tham quan", "gb"),)) if seen else None


@action("gb")
def listed(talk: Talk, page: str = "0") -> Reply:
    """Those one may call, and those one is asked to."""
    skip = max(int(page), 0) * PAGE
    own = briefings.called_over(units_where(talk, Act.CALL), talk.today)
    mine = or_(own, briefings.asked_to(talk.member_id))
    rows = briefings.listed(talk.session, mine, talk.now, PAGE + 1, skip)
    options = [Option(_line(talk, row), f"gb_xem:{row.id}") for row in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"gb:{int(page) + 1}"))
    if talk.can(Act.CALL):
        options.append(Option("Mời giao ban, tham quan", "gb_moi", "primary"))
    text = "Các buổi giao ban, tham quan (sắp tới trước):" if rows else "Chưa có buổi nào ạ."
    return talk.reply(text, *options, ELSE)


def _line(talk: Talk, briefing: Briefing) -> str:
    passed = " (đã qua)" if briefing.at <= talk.now else ""
    return f"{moment(talk, briefing)}: {cut(named(talk, briefing), 60)}{passed}"


@action("gb_xem")
def look(talk: Talk, briefing_id: str) -> Reply:
    one = found(talk, briefing_id)
    leading, ahead = leads(talk, one), to_come(talk, one)
    lines = [text_of(talk, one), *_standing(talk, one, leading)]
    options = answering(one.id) if ahead and is_asked(talk, one) else ()
    options += _for_the_caller(one, ahead) if leading else ()
    if one.state != "cancelled" and one.kind == "briefing":
        options += (Option("Số liệu giao ban", f"gb_sl:{one.id}"),)
    total, _ = conclusions.counts(talk.session, one.id)
    if total:
        options += (Option("Kết luận", f"kl_ds:{one.id}"),)
    return Reply("\n".join(lines), options=(*options, SEE))


def _standing(talk: Talk, one: Briefing, leading: bool) -> list[str]:
    if one.state == "cancelled":
        return ["Buổi này đã hủy."]
    if not leading:
        own = briefings.answers(talk.session, one).get(talk.member_id)
        return [talk.say("{Ac} đã trả lời: {x}.", x=SAID[own.answer])] if own else []
    people = briefings.asked(talk.session, one)
    said = Counter(person.said for person in people)
    lines = [
        f"Sẽ dự {said[COMING]}, không dự được {said[NOT_COMING]}, chưa trả lời {said[SILENT]}."
    ]
    total, done = conclusions.counts(talk.session, one.id)
    return lines + ([f"Kết luận: {done}/{total} đã làm xong."] if total else [])


def _for_the_caller(one: Briefing, ahead: bool) -> tuple[Option, ...]:
    who = Option("Ai dự, ai chưa trả lời", f"gb_ds:{one.id}")
    if ahead:
        return (
            who,
            Option("Đổi ngày, giờ", f"gb_gio:{one.id}"),
            Option("Đổi địa điểm", f"gb_noi:{one.id}"),
            Option("Hủy buổi này", f"gb_huy:{one.id}", "danger"),
        )
    write = Option("Ghi kết luận", f"kl:{one.id}", "primary")
    nothing = (Option("Không có kết luận", f"gb_xong:{one.id}"),) if one.state == "planned" else ()
    return () if one.state == "cancelled" else (write, *nothing, who)


@adds_to("tasks", 30)
def to_answer(talk: Talk) -> Part | None:
    rows = briefings.unanswered(talk.session, talk.member_id, talk.now, MOST)
    options = (Option(f"Trả lời giấy mời: {_line(talk, one)}", f"gb_xem:{one.id}") for one in rows)
    return Part(options=tuple(options)) if rows else None


@adds_to("tasks", 31)
def to_conclude(talk: Talk) -> Part | None:
    rows = briefings.without_conclusions(talk.session, talk.member_id, talk.now)
    options = (Option(f"Ghi kết luận: {_line(talk, one)}", f"gb_xem:{one.id}") for one in rows)
    return Part(options=tuple(options)) if rows else None
