"""Lịch nhắc: when I am reminded, what waits for me, and being left in peace for a while."""

from datetime import date, datetime, time, timedelta

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision, plain_date, short_date
from bot.domain.roles import Role
from bot.domain.timing import Span, window_of
from bot.handlers import reminders
from bot.handlers.people import MENU, due
from bot.handlers.registry import Replies, Talk, action, command, lookup, parts, submits
from storage import preferences

LONGEST_REST = 30
RESTS = ((7, "Một tuần"), (14, "Hai tuần"), (LONGEST_REST, "30 ngày"))
SHOWN = 5
"""So many of the things that wait are named; the rest is counted."""
PAGE = Option("Xem lịch nhắc", "cmd:lichnhac")
TASKS = Option("Việc cần làm", "cmd:vieccanlam")
WINDOWS = {"office": "giờ hành chính", "evening": "buổi tối"}


def _soon(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    last = today + timedelta(LONGEST_REST)
    if day.precision is Precision.day and today < day.start <= last:
        return ""
    return f"{{Ac}} chọn một ngày từ mai đến {plain_date(last)} ạ."


REST = Form(
    "lnyen",
    "Tạm yên",
    (
        Step("ngay", Kind.DATE, "Nhắc lại từ ngày",
             "Trợ lý tạm yên đến ngày nào ạ? Từ ngày đó Trợ lý nhắc lại. {Ac} chọn, hoặc gõ ngày.",
             "Ví dụ: ngày mai, 15/12", offer="rests", check=_soon),
    ),
    straight=True,
)  # fmt: skip


@lookup("rests")
def rests(talk: Talk, asked: Lookup) -> Found:
    days = ((talk.today + timedelta(n), label) for n, label in RESTS)
    return Found(
        tuple(
            Choice(day.isoformat(), f"{label}, đến {plain_date(day)}", answer=short_date(day))
            for day, label in days
        )
    )


@command("lichnhac", "Lịch nhắc", words=("lich nhac", "lich nhac viec", "gio nhac"), menu=10)
def page(talk: Talk, argument: str = "") -> Reply:
    added = parts("reminding", talk)
    lines = [_when(talk), *_waiting(talk), *(line for part in added for line in part.lines)]
    options = [*_options(talk), *(option for part in added for option in part.options)]
    reply = talk.reply("{text}", *options, MENU, text="\n".join(lines))
    return due(talk, reply, _resting(talk))


def _when(talk: Talk) -> str:
    hours = talk.organisation.hours
    text = "Trợ lý nhắc việc {ac} vào {window}, mỗi ngày nhiều nhất một tin."
    off = "Cuối tuần, ngày lễ, Tết và từ {start} đến {end} Trợ lý không nhắc."
    if until := _resting(talk):
        text = f"Trợ lý đang tạm yên, nhắc lại {{ac}} từ ngày {plain_date(until)}, vào {{window}}."
    start, end = (f"{moment:%H:%M}" for moment in hours.quiet)
    return talk.say(f"{text}\n{off}", window=_named(talk, _window(talk)), start=start, end=end)


def _resting(talk: Talk) -> date | None:
    until = preferences.preference(talk.session, talk.member_id).quiet_until
    return until if until and until > talk.today else None


def _window(talk: Talk) -> str:
    liked = preferences.preference(talk.session, talk.member_id).window
    official = any(grant.role is not Role.MEMBER for grant in talk.person.grants)
    return window_of("own", liked, official)


def _named(talk: Talk, window: str) -> str:
    """buổi tối (19:00–20:30)."""
    return f"{WINDOWS[window]} ({', '.join(map(_span, talk.organisation.hours.of(window)))})"


def _span(span: Span) -> str:
    return f"{span[0]:%H:%M}–{span[1]:%H:%M}"


def _waiting(talk: Talk) -> list[str]:
    rows = reminders.lines(talk)
    if not rows:
        return [talk.say("Hiện không có việc nào đến hạn chờ {ac}.")]
    more = [f"– và {len(rows) - SHOWN} việc nữa"] if len(rows) > SHOWN else []
    named = [f"– {row.label}" for row in rows[:SHOWN]]
    return [talk.say("Việc đang chờ {ac}, làm sớm lúc nào cũng được:"), *named, *more]


def _options(talk: Talk) -> list[Option]:
    evening = f"Buổi tối {_span(talk.organisation.hours.evening)}"
    to_office = _window(talk) == "evening"
    return [
        TASKS,
        Option("Giờ hành chính", "ln:office") if to_office else Option(evening, "ln:evening"),
        Option("Nhắc lại như thường", "ln:thuong")
        if _resting(talk)
        else Option("Tạm yên đến ngày…", "ln:yen"),
    ]


@action("ln")
def choose(talk: Talk, what: str) -> Replies:
    if what == "yen":
        talk.open(REST)
        return None
    if what == "thuong":
        return _wake(talk)
    if what not in WINDOWS:
        raise ValueError(what)
    preferences.like(talk.session, talk.member_id, what)
    talk.did("change_hours", "member", talk.member_id)
    said = "Từ nay Trợ lý nhắc {ac} vào {window}, trong những ngày làm việc."
    return talk.reply(said, PAGE, MENU, window=_named(talk, what))


def _wake(talk: Talk) -> Reply:
    preferences.wake(talk.session, talk.member_id, talk.now)
    talk.did("change_hours", "member", talk.member_id)
    return talk.reply("Trợ lý lại nhắc {ac} như thường, vào ngày làm việc.", PAGE, MENU)


@submits(REST)
def leave_in_peace(talk: Talk, answers: Answers, key: str) -> Reply:
    until = PartialDate.from_json(answers["ngay"]["v"]).start
    begins = datetime.combine(until, time(), talk.zone)
    preferences.rest(talk.session, talk.member_id, until, begins)
    talk.did("change_hours", "member", talk.member_id)
    said = (
        "Trợ lý sẽ không nhắc {ac} trước ngày {day}. Việc đến hạn vẫn có ở “Việc cần làm”; "
        "riêng lịch giao ban và văn bản chỉ đạo thì Trợ lý vẫn báo."
    )
    return due(talk, talk.reply(said, TASKS, PAGE, day=plain_date(until)), until)
