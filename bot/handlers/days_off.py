"""Ngày nghỉ, ngày làm bù: the days on which nobody is reminded, as the administrator puts them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.conversation.form import Answers, Choice, Form, Json, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision, plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import may
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from storage import working_days
from storage.working_days import Day

PAGE = 8
AHEAD = timedelta(365)
FARTHEST = timedelta(2 * 365)
LONGEST = 31
"""Days that are put in at once."""
NOT_YOURS = (
    "Lịch nghỉ chung do quản trị của toàn tổ chức ghi ạ. "
    "{Ac} nhắn “lịch nhắc” để xem giờ nhắc của mình."
)
TET = "Tết Nguyên Đán"
OFF, WORKED = "nghi", "lam"
BACK = Option("Lịch nghỉ", "nl")
HOURS = Option("Lịch nhắc", "cmd:lichnhac")


def _a_day(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is Precision.day and today <= day.start <= today + FARTHEST:
        return ""
    return "{Ac} ghi rõ một ngày từ hôm nay trở đi, trong hai năm tới ạ, ví dụ: 2/9."


def _last_day(value: Json, answers: Answers, today: date) -> str:
    if wrong := _a_day(value, answers, today):
        return wrong
    first, last = (PartialDate.from_json(one).start for one in (answers["tu"]["v"], value))
    if first <= last < first + timedelta(LONGEST):
        return ""
    farthest = first + timedelta(LONGEST - 1)
    return f"{{Ac}} ghi một ngày từ {plain_date(first)} đến {plain_date(farthest)} ạ."


FORM = Form(
    "nl",
    "Ngày nghỉ, ngày làm bù",
    (
        Step("loai", Kind.CHOICE, "Loại", "Đây là ngày nghỉ hay ngày làm bù ạ?",
             options=(
                 Choice(OFF, "Ngày nghỉ", ("nghỉ",)),
                 Choice(WORKED, "Ngày làm bù", ("làm bù", "làm", "bù")),
             )),
        Step("tu", Kind.DATE, "Từ ngày", "Ngày nào ạ? Nhiều ngày liền nhau thì ghi ngày đầu.",
             "Ví dụ: 2/9, thứ bảy tuần sau", check=_a_day),
        Step("den", Kind.DATE, "Đến hết ngày",
             "Đến hết ngày nào ạ? Chỉ một ngày thì {ac} nhắn “bỏ qua”.", "Ví dụ: 4/9",
             required=False, check=_last_day),
        Step("ten", Kind.TEXT, "Gọi là", "Ngày này gọi là gì ạ?", "Ví dụ: Nghỉ bù Quốc khánh",
             least=2, most=60),
    ),
    "ghi",
)  # fmt: skip


@adds_to("reminding", 90)
@adds_to("manage", 55)
def button(talk: Talk) -> Part | None:
    return Part(options=(Option("Ngày nghỉ, ngày làm bù", "nl"),)) if _mine(talk) else None


def _mine(talk: Talk) -> bool:
    return talk.can(Act.MANAGE_UNITS) and may(talk, Act.MANAGE_UNITS, talk.organisation.root_id)


def _allowed(talk: Talk) -> None:
    if not _mine(talk):
        raise Refused(talk.say(NOT_YOURS))


# -- the list -----------------------------------------------------------------------------------


@action("nl")
def calendar(talk: Talk, skip: str = "0") -> Reply:
    _allowed(talk)
    known, own = (list(_runs(days)) for days in (_known(talk), _own(talk)))
    first = max(int(skip), 0)
    more = [Option("Xem tiếp", f"nl:{first + PAGE}")] if len(own) > first + PAGE else []
    shown = own[first : first + PAGE]
    lines = ["Ngày nghỉ sắp tới, theo lịch chung:", *map(_line, known)]
    lines += ["Tổ chức ghi riêng, được tính trước lịch chung:", *map(_line, shown)]
    lines += [] if own else ["– chưa có ngày nào"]
    return talk.reply(
        "{text}",
        Option("Thêm ngày nghỉ, ngày làm bù", "nl_moi", "primary"),
        *(Option(f"Bỏ: {_said(run)}", f"nl_bo:{run[0].day}:{run[-1].day}") for run in shown),
        *more,
        HOURS,
        text="\n".join(lines),
    )


def _known(talk: Talk) -> list[Day]:
    return working_days.coming(talk.today, talk.today + AHEAD)


def _own(talk: Talk) -> list[Day]:
    root_id = talk.organisation.root_id
    rows = working_days.overrides(talk.session, root_id, talk.today)
    return [Day(row.day, row.working, row.name) for row in rows]


def _runs(days: Iterable[Day]) -> Iterable[list[Day]]:
    """Days in a row of the same kind."""
    run: list[Day] = []
    for one in days:
        if run and (one.day - run[-1].day).days == 1 and one.working == run[-1].working:
            run.append(one)
        else:
            yield from [run] if run else []
            run = [one]
    yield from [run] if run else []


def _line(run: Sequence[Day]) -> str:
    return f"– {_said(run)}: {_name(run)}"


def _said(run: Sequence[Day]) -> str:
    """nghỉ 14/2/2026–22/2/2026."""
    return f"{'làm bù' if run[0].working else 'nghỉ'} {_days(run[0].day, run[-1].day)}"


def _days(first: date, last: date) -> str:
    return plain_date(first) if first == last else f"{plain_date(first)}–{plain_date(last)}"


def _name(run: Sequence[Day]) -> str:
    """Of the days around Tết it says enough that they are."""
    names: list[str] = []
    for one in run:
        if one.name == TET:
            return TET
        if not any(one.name.startswith(name) for name in names):
            names.append(one.name)
    return cut(", ".join(names), 80)


# -- adding and removing --------------------------------------------------------------------------


@action("nl_moi")
def begin(talk: Talk) -> Replies:
    _allowed(talk)
    talk.open(FORM)
    return None


@submits(FORM)
def add(talk: Talk, answers: Answers, key: str) -> Reply:
    _allowed(talk)
    first = PartialDate.from_json(answers["tu"]["v"]).start
    last = PartialDate.from_json(answers["den"]["v"]).start if "den" in answers else first
    working, name = answers["loai"]["v"] == WORKED, answers["ten"]["v"]
    if not first <= last < first + timedelta(LONGEST):
        raise Refused(talk.say("Ngày cuối cần sau ngày đầu ạ; {ac} ghi lại giúp."))
    days = working_days.days_of(first, last)
    working_days.set_days(talk.session, talk.organisation.root_id, days, working, name)
    talk.did("set", "calendar_day", first.toordinal(), days=len(days))
    said = _said([Day(first, working, name), Day(last, working, name)])
    then = (
        "Trợ lý nhắc việc như ngày thường." if working else "Những ngày này Trợ lý không nhắc ai."
    )
    return talk.reply(
        "Đã ghi {said} ({name}). {then}", BACK, HOURS, said=said, name=name, then=then
    )


@action("nl_bo")
def remove(talk: Talk, first: str, last: str) -> Reply:
    _allowed(talk)
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    count = working_days.clear_days(talk.session, talk.organisation.root_id, start, end)
    days = _days(start, end)
    if not count:
        return talk.reply("Ngày {days} không còn trong lịch ghi riêng ạ.", BACK, HOURS, days=days)
    talk.did("drop", "calendar_day", start.toordinal(), days=count)
    return talk.reply("Đã bỏ {days}; nay tính theo lịch chung.", BACK, HOURS, days=days)
