"""What the handlers of briefings and visits share: how one is named, whose it is, who is told."""

from datetime import date, datetime, time

from bot.conversation.form import Answers, Json, Kind, Step
from bot.conversation.messages import Option
from bot.domain import due_words
from bot.domain.hours import parse_hour, say_hour
from bot.domain.partial_dates import PartialDate, Precision
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import may, tell
from bot.handlers.registry import Talk
from storage import briefings, members
from storage.tables.records import Initiative
from storage.tables.reminders import Briefing

NOT_YOURS = (
    "Buổi này ngoài phần việc của {ac} ạ. {Ac} nhắn “giao ban” để xem các buổi mình gọi họp hoặc "
    "được mời."
)
PASSED = "Giờ này đã qua rồi ạ. {Ac} nhắn “sửa ngày” hoặc “sửa giờ” để ghi lại giúp."
SEE = Option("Các buổi giao ban, tham quan", "gb")


# -- questions ----------------------------------------------------------------------------------


def a_day_to_come(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day:
        return "{Ac} ghi rõ ngày ạ, ví dụ: ngày mai, 15/12."
    return "" if day.start >= today else "Ngày này đã qua ạ. {Ac} ghi ngày từ hôm nay trở đi."


def an_hour(value: Json, answers: Answers, today: date) -> str:
    if parse_hour(str(value)):
        return ""
    return "Trợ lý chưa rõ giờ này. {Ac} ghi, ví dụ: 8 giờ 30, 14h, 2 giờ chiều."


DAY = Step("ngay", Kind.DATE, "Ngày", "Ngày nào ạ?", "Ví dụ: ngày mai, thứ năm tuần sau, 15/12",
           check=a_day_to_come)  # fmt: skip
HOUR = Step("gio", Kind.TEXT, "Giờ", "Mấy giờ bắt đầu ạ?", "Ví dụ: 8 giờ 30, 14h", most=40,
            check=an_hour)  # fmt: skip
PLACE = Step("noi", Kind.TEXT, "Địa điểm", "Ở đâu ạ?",
             "Ví dụ: Hội trường UBND xã Thạch Lạc", least=3, most=200)  # fmt: skip


def time_said(talk: Talk, day: str, hour: str) -> datetime:
    """The moment that a day and an hour mean; Refused when it has passed."""
    on, at = PartialDate.from_json(day).start, parse_hour(hour) or time()
    moment = datetime.combine(on, at, talk.zone)
    if moment <= talk.now:
        raise Refused(talk.say(PASSED))
    return moment


# -- how one is named ---------------------------------------------------------------------------


def moment(talk: Talk, briefing: Briefing) -> str:
    """8 giờ 30, thứ Tư, 25/11/2026"""
    at = talk.local(briefing.at)
    return f"{say_hour(at.time())}, {due_words.named(at.date())}"


def named(talk: Talk, briefing: Briefing) -> str:
    """Giao ban Cụm số 1: Sơ kết quý IV"""
    unit = members.unit_name(talk.session, briefing.unit_id)
    kind = "Giao ban" if briefing.kind == "briefing" else "Tham quan"
    return f"{kind} {unit}: {briefing.topic}"


def text_of(talk: Talk, briefing: Briefing) -> str:
    """All one needs to come."""
    lines = [named(talk, briefing)]
    initiative = talk.session.get(Initiative, briefing.initiative_id or 0)
    if initiative:
        lines.append(f"Mô hình: {initiative.code} – {cut(initiative.name, 100)}")
    lines += [f"Thời gian: {moment(talk, briefing)}", f"Địa điểm: {briefing.place}"]
    lines += [f"Nội dung: {briefing.agenda}"] if briefing.agenda else []
    return "\n".join(lines)


# -- whose it is --------------------------------------------------------------------------------


def oversees(talk: Talk, briefing: Briefing) -> bool:
    return may(talk, Act.CALL, briefing.unit_id)


def leads(talk: Talk, briefing: Briefing) -> bool:
    """Whoever called it, or stands above; who is asked to come does not call it off."""
    return oversees(talk, briefing) and not is_asked(talk, briefing)


def is_asked(talk: Talk, briefing: Briefing) -> bool:
    own = briefing.author_id == talk.member_id
    return not own and briefings.is_invited(talk.session, briefing, talk.member_id)


def found(talk: Talk, briefing_id: str | int) -> Briefing:
    """One that this person may call, or is asked to."""
    one = talk.session.get(Briefing, int(briefing_id))
    if one is None or not (oversees(talk, one) or is_asked(talk, one)):
        raise Refused(talk.say(NOT_YOURS))
    return one


def led(talk: Talk, briefing_id: str | int) -> Briefing:
    one = talk.session.get(Briefing, int(briefing_id))
    if one is None or not leads(talk, one):
        raise Refused(talk.say(NOT_YOURS))
    return one


def to_come(talk: Talk, briefing: Briefing) -> bool:
    return briefing.state == "planned" and briefing.at > talk.now


# -- who is told --------------------------------------------------------------------------------


def answering(briefing_id: int) -> tuple[Option, ...]:
    return (
        Option("Sẽ dự", f"gb_di:{briefing_id}", "primary"),
        Option("Không dự được", f"gb_vang:{briefing_id}"),
    )


def tell_invited(talk: Talk, briefing: Briefing, key: str, words: str, *options: Option) -> int:
    """A letter around {text} to everybody who is asked; how many they are."""
    people = briefings.invited(talk.session, briefing.unit_id, briefing.day)
    others = [m for m in people if m not in (briefing.author_id, talk.member_id)]
    text = text_of(talk, briefing)
    for member_id in others:
        tell(talk, member_id, f"briefing:{briefing.id}:{key}", words, *options, text=text)
    return len(others)
