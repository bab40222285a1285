"""Xin lùi hạn: until when and why; who decides for the unit agrees or not with a tap."""

from datetime import date, timedelta

from sqlalchemy import select

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.due_words import named
from bot.domain.partial_dates import PartialDate, Precision, plain_date, short_date
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers.handing_on import about
from bot.handlers.people import ELSE, tell, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, lookup, submits
from bot.handlers.reminded import TO_DO, due_day, mine, with_days
from bot.handlers.seeing import who
from storage import deciding
from storage import extensions as asking
from storage.due_parts import WHATS
from storage.tables.reminders import Extension, Reminder

PAGE = 8
AHEAD = (3, 7, 14)
LONGEST = timedelta(days=60)
"""After today: what needs longer is no delay any more."""


def _day(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day or day.start <= today:
        return "{Ac} ghi một ngày sau hôm nay ạ, ví dụ: 20/12."
    if day.start > today + LONGEST:
        return f"Xin lùi đến ngày {plain_date(today + LONGEST)} là nhiều nhất ạ."
    return ""


FORM = Form(
    "xlh",
    "Xin lùi hạn",
    (
        Step("viec", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("den", Kind.DATE, "Lùi đến", "{Ac} xin lùi đến ngày nào ạ? {Ac} chọn, hoặc gõ ngày.",
             "Ví dụ: 20/12", offer="more_time", check=_day),
        Step("vi_sao", Kind.TEXT, "Lý do", "Lý do là gì ạ? {Ac} ghi vài chữ.",
             "Ví dụ: đang mùa gặt, bà con bận", least=3, most=300),
    ),
    straight=True,
)  # fmt: skip
WAITS = "Việc này đã có người xin lùi đến {day}, đang chờ trả lời ạ."
ASKED = "{who} xin lùi hạn đến {day}: {what}. Lý do: “{why}”."
GRANTED = "Xin lùi hạn của {ac} được đồng ý: {what}. Hạn mới: {day}."
REFUSED = (
    "Việc {what} xin {ac} làm đúng hạn, chưa lùi đến {day} được ạ. Nếu khó, {ac} nhờ hỗ trợ giúp."
)
NOT_YOURS = "Việc này do người phụ trách đơn vị ấy quyết ạ. {Ac} nhắn “việc cần làm” để xem việc."


@lookup("more_time")
def days(talk: Talk, asked: Lookup) -> Found:
    later = ((n, talk.today + timedelta(n)) for n in AHEAD)
    return Found(
        tuple(
            Choice(day.isoformat(), f"{n} ngày nữa, {plain_date(day)}", answer=short_date(day))
            for n, day in later
        )
    )


@action("nh_lui")
def begin(talk: Talk, reminder_id: str) -> Replies:
    one = mine(talk, reminder_id)
    if waits := asking.asked(talk.session, one):
        return talk.reply(WAITS, TO_DO, day=plain_date(waits.until))
    talk.open(FORM, {"viec": {"v": one.id, "t": ""}})
    return None


@submits(FORM)
def ask(talk: Talk, answers: Answers, key: str) -> Reply:
    one = mine(talk, answers["viec"]["v"])
    until = PartialDate.from_json(answers["den"]["v"]).start
    if until <= due_day(talk, one):
        text = "Việc này đến hạn {day} rồi nên không cần xin lùi ạ."
        return talk.reply(text, TO_DO, day=named(due_day(talk, one)))
    said = answers["vi_sao"]["v"]
    asked = asking.ask(talk.session, one, talk.member_id, until, said, talk.now)
    if asked is None:
        return talk.reply(WAITS, TO_DO, day=plain_date(until))
    talk.did("ask_for", "extension", asked.id, reminder=one.id)
    deciders = deciding.deciders(talk.session, one.unit_id, talk.now, talk.member_id)
    for member_id in deciders:
        tell(talk, member_id, f"more_time:{asked.id}", ASKED, *_choices(asked),
             **_said(talk, asked))  # fmt: skip
    names = next(iter(deciders.values()), "người phụ trách")
    reply = talk.reply("Trợ lý đã xin lùi hạn đến {day}; {names} trả lời, Trợ lý báo {ac} ngay.",
                       ELSE, day=named(until), names=names)  # fmt: skip
    return with_days(talk, reply, [until])


def _said(talk: Talk, asked: Extension) -> dict[str, str]:
    name = who(talk, asked.member_id)
    return {
        "who": capital(name),
        "day": named(asked.until),
        "what": _what(talk, asked),
        "why": asked.reason,
    }


def _what(talk: Talk, asked: Extension) -> str:
    """As their reminder reads."""
    its = select(Reminder).where(
        Reminder.what == asked.what, Reminder.subject_id == asked.subject_id,
        Reminder.unit_id == asked.unit_id, Reminder.member_id == asked.member_id,
    )  # fmt: skip
    one = talk.session.scalar(its.order_by(Reminder.id.desc()).limit(1))
    return about(talk, one) if one else WHATS[asked.what].label


def _choices(asked: Extension) -> tuple[Option, ...]:
    return (
        Option("Đồng ý", f"lh:{asked.id}:dy", "primary"),
        Option("Không", f"lh:{asked.id}:khong"),
    )


# -- who decides ----------------------------------------------------------------------------------


def _decides(talk: Talk, asked: Extension) -> bool:
    found = deciding.deciders(talk.session, asked.unit_id, talk.now, asked.member_id)
    return talk.person.member_id in found


@adds_to("tasks", 10)
def among_tasks(talk: Talk) -> Part | None:
    units = units_where(talk, Act.REVIEW)
    rows = [e for e in asking.waiting(talk.session, units, talk.today) if _decides(talk, e)]
    options = [
        Option(f"{who(talk, e.member_id)} xin lùi đến {plain_date(e.until)}: "
               f"{cut(_what(talk, e), 50)}", f"lh:{e.id}")
        for e in rows[:PAGE]
    ]  # fmt: skip
    return Part(options=tuple(options)) if options else None


@action("lh")
def decide(talk: Talk, extension_id: str, said: str = "") -> Reply:
    asked = talk.session.get(Extension, int(extension_id))
    if asked is None:
        raise ValueError(extension_id)
    if not _decides(talk, asked):
        raise Refused(talk.say(NOT_YOURS))
    if asked.state != "asked":
        return _decided(talk, asked)
    if said not in STATES:
        reply = talk.reply(ASKED, *_choices(asked), ELSE, **_said(talk, asked))
        return with_days(talk, reply, [asked.until])
    agreed = STATES[said] == "granted"
    if not asking.decide(talk.session, asked, STATES[said], talk.member_id, talk.now):
        return _decided(talk, asked)
    talk.did("grant" if agreed else "decline", "extension", asked.id)
    words = GRANTED if agreed else REFUSED
    tell(talk, asked.member_id, f"time:{asked.id}", words, TO_DO, **_said(talk, asked))
    return talk.reply("Trợ lý đã báo {who}. Cảm ơn {ac}.", ELSE, who=who(talk, asked.member_id))


STATES = {"dy": "granted", "khong": "refused"}


def _decided(talk: Talk, asked: Extension) -> Reply:
    did = "đồng ý" if asked.state == "granted" else "chưa đồng ý"
    by = "{Ac}" if asked.decided_by == talk.member_id else "{who}"
    name = who(talk, asked.decided_by)
    return talk.reply(f"{by} đã trả lời rồi ạ: {did} lùi hạn đến {{day}}.", ELSE,
                      who=capital(name), day=plain_date(asked.until))  # fmt: skip
