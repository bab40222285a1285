"""Để sau: to tomorrow, in three days, or on a day the member names; not for ever."""

from datetime import date, datetime, time, timedelta

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.due_words import named
from bot.domain.partial_dates import PartialDate, Precision, plain_date
from bot.handlers.people import ELSE
from bot.handlers.registry import Replies, Talk, action, submits
from bot.handlers.reminded import alike, due_day, mine, with_days
from storage import reminders
from storage.tables.reminders import Reminder

MOST = 3
BEYOND = timedelta(days=7)
"""After the due day; nothing is put off for longer."""
AHEAD = (1, 3)
FORM = Form(
    "nhsau",
    "Để sau",
    (
        Step("viec", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("ngay", Kind.DATE, "Ngày", "Trợ lý nhắc lại vào ngày nào ạ?",
             "Ví dụ: thứ Hai tuần sau, 20/12"),
    ),
    straight=True,
)  # fmt: skip
ENOUGH = "Việc này {ac} đã để sau {n} lần rồi ạ. Nếu chưa kịp, {ac} xin lùi hạn hoặc nhờ hỗ trợ:"
TOO_LATE = "Việc này đến hạn lâu rồi nên không để sau được nữa ạ. {Ac} chọn cách khác:"
ONLY_UNTIL = "Việc này để được đến ngày {last} thôi ạ. {Ac} chọn lại giúp:"
A_DAY = "{Ac} ghi một ngày sau hôm nay ạ, ví dụ: ngày mai, 20/12."


@action("nh_sau")
def later(talk: Talk, reminder_id: str, when: str = "hoi", many: str = "") -> Replies:
    """many: all that waits of the same kind with it."""
    one = mine(talk, reminder_id)
    if refused := _no_more(talk, one):
        return refused
    if when == "khac":
        talk.open(FORM, {"viec": {"v": [one.id, many], "t": ""}})
        return None
    if when.isdigit():
        return _until(talk, one, talk.today + timedelta(int(when)), many)
    return talk.reply("Để sau đến khi nào ạ?", *_days(talk, one, many))


def _no_more(talk: Talk, one: Reminder) -> Reply | None:
    if one.snoozes >= MOST:
        return talk.reply(ENOUGH, *_instead(one), n=one.snoozes)
    if _last(talk, one) <= talk.today:
        return talk.reply(TOO_LATE, *_instead(one))
    return None


def _last(talk: Talk, one: Reminder) -> date:
    return due_day(talk, one) + BEYOND


def _instead(one: Reminder) -> tuple[Option, ...]:
    return (
        Option("Trả lời ngay", f"nh:{one.id}", "primary"),
        Option("Xin lùi hạn", f"nh:lui:{one.id}"),
        Option("Nhờ hỗ trợ", f"nh:giup:{one.id}"),
    )


def _days(talk: Talk, one: Reminder, many: str) -> list[Option]:
    tail = f":{many}" if many else ""
    names = {1: "Ngày mai", 3: "3 ngày nữa"}
    fits = [n for n in AHEAD if talk.today + timedelta(n) <= _last(talk, one)]
    options = [Option(names[n], f"nh:sau:{one.id}:{n}{tail}") for n in fits]
    return [*options, Option("Ngày khác", f"nh:sau:{one.id}:khac{tail}")]


@submits(FORM)
def on_a_day(talk: Talk, answers: Answers, key: str) -> Reply:
    reminder_id, many = answers["viec"]["v"]
    one = mine(talk, reminder_id)
    if refused := _no_more(talk, one):
        return refused
    day = PartialDate.from_json(answers["ngay"]["v"])
    if day.precision is not Precision.day:
        return talk.reply(A_DAY, *_days(talk, one, many))
    return _until(talk, one, day.start, many)


def _until(talk: Talk, one: Reminder, day: date, many: str) -> Reply:
    last = _last(talk, one)
    if day <= talk.today:
        return talk.reply(A_DAY, *_days(talk, one, many))
    if day > last:
        reply = talk.reply(ONLY_UNTIL, *_days(talk, one, many), last=plain_date(last))
        return with_days(talk, reply, [last])
    for each in alike(talk, one) if many else [one]:
        reminders.snooze(talk.session, each, datetime.combine(day, time(), talk.zone))
        talk.did("snooze", "reminder", each.id)
    reply = talk.reply(
        "Vâng ạ, {day} Trợ lý nhắc lại. {Ac} trả lời sớm hơn lúc nào cũng được.",
        Option("Trả lời ngay", f"nh:{one.id}"), ELSE, day=named(day),
    )  # fmt: skip
    return with_days(talk, reply, [day])


@action("nh_khac")
def others(talk: Talk, reminder_id: str) -> Reply:
    """What is rarer than the answers themselves."""
    one = mine(talk, reminder_id)
    return talk.reply(
        "{Ac} cần gì về việc này ạ?",
        Option("Xin lùi hạn", f"nh:lui:{one.id}"),
        Option("Giao người khác làm", f"nh:giao:{one.id}"),
        Option("Nhờ hỗ trợ", f"nh:giup:{one.id}"),
        Option("Quay lại", f"nh:{one.id}"),
    )
