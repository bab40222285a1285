"""A briefing is held at another hour or place, cancelled, or over: everybody asked is told."""

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.hours import say_hour
from bot.domain.partial_dates import short_date
from bot.errors import Refused
from bot.handlers.briefing_shared import (
    DAY,
    HOUR,
    PLACE,
    SEE,
    answering,
    led,
    named,
    tell_invited,
    text_of,
    time_said,
    to_come,
)
from bot.handlers.people import ELSE
from bot.handlers.registry import Replies, Talk, action, submits
from storage import briefings, reminders
from storage.tables.reminders import Briefing

BRIEFING = Step("buoi", Kind.CHOICE, "", "", hidden=True, required=False)
OTHER_TIME = Form("gbg", "Đổi ngày, giờ", (BRIEFING, DAY, HOUR))
OTHER_PLACE = Form("gbn", "Đổi địa điểm", (BRIEFING, PLACE))
OVER = "Buổi này {why} nên không đổi được nữa ạ. {Ac} nhắn “giao ban” để xem các buổi khác."
CHANGED = "{Ac} lưu ý, buổi này có thay đổi về {what}:\n{text}"
ASK_AGAIN = CHANGED + "\nNgày đã khác, {ac} trả lời lại giúp ạ."
CANCELLED = "Buổi này đã hủy, {ac} không phải đến nữa ạ:\n{text}"


@action("gb_gio")
def begin_time(talk: Talk, briefing_id: str) -> None:
    """Prefilled: what stays as it is need not be typed."""
    one = _changeable(talk, briefing_id)
    at = talk.local(one.at)
    day = {"v": one.day.isoformat(), "t": short_date(one.day)}
    hour = say_hour(at.time())
    known = {"ngay": day, "gio": {"v": hour, "t": hour}}
    talk.open(OTHER_TIME, {"buoi": {"v": one.id, "t": ""}} | known)


@action("gb_noi")
def begin_place(talk: Talk, briefing_id: str) -> None:
    talk.open(OTHER_PLACE, {"buoi": {"v": _changeable(talk, briefing_id).id, "t": ""}})


@submits(OTHER_TIME)
def save_time(talk: Talk, answers: Answers, key: str) -> Reply:
    one = _changeable(talk, answers["buoi"]["v"])
    at, before = time_said(talk, answers["ngay"]["v"], answers["gio"]["v"]), one.day
    if at == one.at:
        return talk.reply("Ngày giờ vẫn như cũ nên Trợ lý không báo lại ai ạ.", SEE, ELSE)
    moved = briefings.change(talk.session, one, at=at, day=at.date())
    return _told(talk, one, key, moved, "thời gian", ASK_AGAIN if before != one.day else CHANGED)


@submits(OTHER_PLACE)
def save_place(talk: Talk, answers: Answers, key: str) -> Reply:
    one = _changeable(talk, answers["buoi"]["v"])
    moved = briefings.change(talk.session, one, place=answers["noi"]["v"])
    return _told(talk, one, key, moved, "địa điểm", CHANGED)


def _told(talk: Talk, one: Briefing, key: str, moved: bool, what: str, words: str) -> Reply:
    if moved:
        talk.did("move", "briefing", one.id)
        words = words.replace("{what}", what)
        number = tell_invited(talk, one, key, words, *answering(one.id))
        head = f"Đã đổi {what} và báo {number} người:"
        return talk.reply("{head}\n{text}", SEE, ELSE, head=head, text=text_of(talk, one))
    raise Refused(talk.say(OVER, why="vừa được người khác kết thúc"))


def _changeable(talk: Talk, briefing_id: str | int) -> Briefing:
    one = led(talk, briefing_id)
    if not to_come(talk, one):
        states = {"cancelled": "đã hủy", "held": "đã họp xong"}
        raise Refused(talk.say(OVER, why=states.get(one.state, "đã bắt đầu")))
    return one


@action("gb_huy")
def cancel(talk: Talk, briefing_id: str, sure: str = "") -> Reply:
    one = _changeable(talk, briefing_id)
    if sure != "co":
        yes = Option("Đúng, hủy buổi này", f"gb_huy:{one.id}:co", "danger")
        no = Option("Không, vẫn họp", f"gb_xem:{one.id}")
        return talk.reply("Hủy buổi “{what}” và báo mọi người ạ?", yes, no, what=named(talk, one))
    if not briefings.change(talk.session, one, state="cancelled"):
        raise Refused(talk.say(OVER, why="vừa được người khác kết thúc"))
    reminders.settle(talk.session, "briefing", one.id, talk.now)
    talk.did("cancel", "briefing", one.id)
    number = tell_invited(talk, one, "cancelled", CANCELLED)
    return talk.reply("Đã hủy và báo {n} người.", SEE, ELSE, n=number)


@action("gb_xong")
def nothing_to_do(talk: Talk, briefing_id: str) -> Replies:
    """It was held and asked nobody for anything."""
    one = led(talk, briefing_id)
    if one.state != "planned" or one.at > talk.now:
        return talk.reply("Buổi này chưa họp, hoặc đã khép lại rồi ạ.", SEE, ELSE)
    briefings.change(talk.session, one, state="held")
    talk.did("close", "briefing", one.id)
    return talk.reply("Đã ghi: buổi này họp xong, không có kết luận. Cảm ơn {ac}.", SEE, ELSE)
