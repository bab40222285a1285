"""Chưa báo cáo, quá hạn, chưa kiểm tra: which units lag, since when, and whose matter it is."""

from dataclasses import replace
from datetime import date

from bot.conversation.messages import Option, Reply
from bot.domain.due_words import how_far
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.lagging_asked import (
    INSPECT,
    LISTS,
    OVERDUE,
    REPORTS,
    Question,
    answers_for,
    beside_form,
    lags_of,
    period_of,
    reach_of,
    understood,
    year_of,
)
from bot.handlers.people import ELSE
from bot.handlers.period_report import title
from bot.handlers.registry import Part, Talk, action, adds_to, command, late
from bot.presentation.chat import as_of, count
from storage import lagging, reminders
from storage.lagging import Lag
from storage.reach import Reach

PAGE, LONGEST, OTHERS = 8, 90, 3
NOBODY = {
    REPORTS: "{what}: cả {total} đơn vị đã nộp. Cảm ơn {ac}.",
    OVERDUE: "Không đơn vị nào có việc quá hạn ạ.",
    INSPECT: "Năm {year}, mô hình nào trong phần {ac} theo dõi cũng đã được kiểm tra ạ.",
}
NO_UNITS = "{what}: chưa có đơn vị nào trong phần {ac} theo dõi phải nộp ạ."


# -- how it is asked ------------------------------------------------------------------------------


@command("chuabaocao", "Chưa báo cáo", act=Act.STATISTICS, words=("chua bao cao", "chua nop"))
def unreported(talk: Talk, argument: str) -> Reply:
    return ask(talk, REPORTS, argument)


@command("quahan", "Quá hạn", act=Act.STATISTICS, words=("qua han", "tre han"))
def overdue(talk: Talk, argument: str) -> Reply:
    return ask(talk, OVERDUE, argument)


@command("chuakiemtra", "Chưa kiểm tra", act=Act.STATISTICS, words=("chua kiem tra",))
def uninspected(talk: Talk, argument: str) -> Reply:
    return ask(talk, INSPECT, argument)


def ask(talk: Talk, which: str, text: str) -> Reply:
    """Counted on the read-only connection. Who looks has read the digest."""
    reminders.settle_own(talk.session, "digest", talk.member_id, talk.now)
    return Reply("", late={"kind": "lagging", "which": which, "q": text})


@action("tre")
def listed(talk: Talk, which: str, unit: str = "0", about: str = "0", page: str = "0") -> Reply:
    reminders.settle_own(talk.session, "digest", talk.member_id, talk.now)
    asked = {"which": which, "unit": int(unit), "about": int(about), "page": int(page)}
    return Reply("", late={"kind": "lagging", **asked})


@adds_to("manage", 51)
def in_management(talk: Talk) -> Part | None:
    if not talk.can(Act.STATISTICS):
        return None
    return Part(options=tuple(Option(name, f"tre:{which}") for which, name in LISTS.items()))


# -- the list -------------------------------------------------------------------------------------


@late("lagging")
def answer(
    talk: Talk, which: str, q: str = "", unit: int = 0, about: int = 0, page: int = 0
) -> Reply:
    """Who may see it is looked at here and now."""
    try:
        asked = understood(talk, which, q) if q else Question(which, unit, about)
        shown = _shown(talk, asked, reach_of(talk, asked.unit), max(page, 0))
        return beside_form(talk, shown)
    except Refused as refused:
        return Reply(str(refused))


def _shown(talk: Talk, asked: Question, reach: Reach, page: int) -> Reply:
    lags = lags_of(talk, asked, reach)
    if not lags:
        return _nobody(talk, asked, reach)
    page = min(page, (len(lags) - 1) // PAGE)
    some = lags[page * PAGE : (page + 1) * PAGE]
    options = _units(talk, asked, some)
    if len(lags) > (page + 1) * PAGE:
        options.append(Option("Xem tiếp", asked.data("tre", page + 1)))
    options.append(Option(f"Nhắc tất cả ({count(len(lags))} đơn vị)", asked.data("nhac")))
    text = "{head}\n{as_of} {Ac} chọn một đơn vị để xem:"
    said = {"head": _head(talk, asked, reach, lags), "as_of": as_of(talk.local(talk.now))}
    return talk.reply(text, *options, *_other_periods(talk, asked), **said)


def _nobody(talk: Talk, asked: Question, reach: Reach) -> Reply:
    said: dict[str, object] = {"year": year_of(talk, asked)}
    template = NOBODY[asked.which]
    if asked.which == REPORTS:
        period = period_of(talk, asked)
        said = {"what": title(period), "total": lagging.reporting(talk.session, period, reach)}
        template = template if said["total"] else NO_UNITS
    return talk.reply(template, *_other_periods(talk, asked), ELSE, **said)


def _head(talk: Talk, asked: Question, reach: Reach, lags: list[Lag]) -> str:
    name, units = LISTS[asked.which].upper(), f"{count(len(lags))} đơn vị"
    things = count(sum(lag.number for lag in lags))
    if asked.which == REPORTS:
        period = period_of(talk, asked)
        total = count(lagging.reporting(talk.session, period, reach))
        due = f"hạn {plain_date(period.due_on)}, {how_far(period.due_on, talk.today)}"
        return f"{name} – {title(period)} ({due}): {count(len(lags))}/{total} đơn vị."
    if asked.which == INSPECT:
        return f"{name} NĂM {year_of(talk, asked)}: {things} mô hình của {units}."
    return f"{name}: {things} việc của {units}."


def _units(talk: Talk, asked: Question, lags: list[Lag]) -> list[Option]:
    """Each with its focal person."""
    names = lagging.names(talk.session, lags)
    found = []
    for lag in lags:
        focal = answers_for(talk, lag.unit_id)
        label = f"{names[lag.unit_id]}: {_how(talk, asked, lag)} – {focal}"
        data = replace(asked, unit=lag.unit_id).data("tre_dv")
        found.append(Option(cut(label, LONGEST), data))
    return found


def _how(talk: Talk, asked: Question, lag: Lag) -> str:
    if asked.which == REPORTS:
        return how_far(lag.since, talk.today)
    if asked.which == INSPECT:
        return f"{count(lag.number)} mô hình, cũ nhất {_month(lag.since)}"
    return f"{count(lag.number)} việc, lâu nhất {(talk.today - lag.since).days} ngày"


def _month(day: date) -> str:
    return f"tháng {day.month}/{day.year}"


def _other_periods(talk: Talk, asked: Question) -> list[Option]:
    if asked.which != REPORTS:
        return []
    now = period_of(talk, asked)
    known = lagging.periods(talk.session, talk.organisation.root_id, talk.today)
    others = [p for p in known if p.id != now.id][:OTHERS]
    return [Option(title(p), replace(asked, about=p.id).data("tre")) for p in others]
