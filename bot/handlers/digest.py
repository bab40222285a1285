"""Tổng hợp tuần: what a leader reads in half a minute; the rest stands behind buttons."""

from collections.abc import Callable, Sequence

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import short_date
from bot.domain.roles import Act, units_for
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.digest_text import Numbers, by_unit, lines, slowest
from bot.handlers.lagging_asked import OVERDUE, Question, beside_form, reach_of
from bot.handlers.people import ELSE
from bot.handlers.registry import Part, Talk, action, adds_to, command, late
from bot.handlers.reminding import Piece, reads
from bot.presentation.chat import as_of, count
from storage import lagging, lost_people, members, reminders, schedules, weekly
from storage.lagging import Lag
from storage.reach import Reach
from storage.tables.reminders import Reminder
from storage.tables.units import Unit
from storage.weekly import WEEK, AtRisk

PAGE, LONGEST, NAMED = 8, 90, 3
AGAIN = Option("Tổng hợp tuần", "cmd:tonghop")
NO_UNITS = "Đơn vị ấy nay không còn trong phần {ac} theo dõi."


# -- the whole ------------------------------------------------------------------------------------


@reads("digest")
def digest(talk: Talk, its: Sequence[Reminder]) -> Piece | None:
    """Of the last week, over the units that the person leads."""
    last = max(one.due_on for one in its)
    held = units_for(Act.STATISTICS, talk.person.grants)
    units = tuple(dict.fromkeys(r.unit_id for r in its if r.due_on == last and r.unit_id in held))
    if not units:
        return None
    whole = Reach.of(talk.organisation.root_id, talk.person.grants, talk.now, talk.zone)
    return _piece(talk, Reach(whole.root_id, units, whole.narrowed, whole.today, whole.zone))


@command("tonghop", "Tổng hợp tuần", act=Act.STATISTICS, words=("tong hop", "ban tin"))
def typed(talk: Talk, argument: str) -> Reply:
    reminders.settle_own(talk.session, "digest", talk.member_id, talk.now)
    return Reply("", late={"kind": "digest"})


@late("digest")
def answer(talk: Talk) -> Reply:
    return _or_why(talk, lambda: _reply(_piece(talk, reach_of(talk))))


def _or_why(talk: Talk, make: Callable[[], Reply]) -> Reply:
    """Who may see it is looked at on the read-only connection, too."""
    try:
        return beside_form(talk, make())
    except Refused as refused:
        return Reply(str(refused))


def _reply(piece: Piece) -> Reply:
    return Reply(piece.text, options=(*piece.options, ELSE))


def _piece(talk: Talk, reach: Reach) -> Piece:
    now, before = _numbers(talk, reach)
    on = schedules.active(talk.session, reach.root_id)
    periods = weekly.current(talk.session, on, lagging.REPORT, reach.today)
    units, silent = by_unit(now), weekly.silent(talk.session, reach)
    late, risky = slowest(units), weekly.risky(talk.session, reach)
    lost = lost_people.count(talk.session, reach)
    headless = lost_people.count_headless(talk.session, reach)
    names = ", ".join(members.unit_name(talk.session, one) for one in reach.units[:NAMED])
    slow = [f"{members.unit_name(talk.session, u)} ({units[u].late})" for u in late[:NAMED]]
    text = [
        f"TỔNG HỢP TUẦN – {names}",
        *(lines(now, before, periods) or ["Tuần này không có việc nào đến hạn."]),
        f"Chậm nhiều nhất: {', '.join(slow)}." if slow else "",
        _silent(silent, reach),
        f"Mô hình cần chú ý: {count(risky)}. Chưa liên lạc được: {count(lost)} người; "
        f"{count(headless)} xã, phường chưa có đầu mối.",
        as_of(talk.local(talk.now)),
    ]
    short = f"Tổng hợp tuần: {count(len(late))} đơn vị có việc quá hạn"
    return Piece(
        "\n".join(filter(None, text)), _options(len(late), silent, risky, lost + headless), short
    )


def _numbers(talk: Talk, reach: Reach) -> tuple[Numbers, Numbers]:
    """Now, and a week ago."""
    at = talk.local(talk.now)
    return weekly.counts(talk.session, reach, at), weekly.counts(talk.session, reach, at - WEEK)


def _silent(units: Sequence[Unit], reach: Reach) -> str:
    if not units:
        return ""
    names = ", ".join(unit.name for unit in units[:NAMED])
    more = "…" if len(units) > NAMED else ""
    since = short_date(weekly.silent_since(reach.today))
    return f"Chưa có tin nào từ {since}: {count(len(units))} đơn vị ({names}{more})."


def _options(late: int, silent: Sequence[Unit], risky: int, lost: int) -> tuple[Option, ...]:
    found = [
        Option("Theo đơn vị", "th_dv"),
        Option("Chưa báo cáo", "tre:bc"),
        Option("Quá hạn", "tre:qh"),
        Option("Chưa kiểm tra", "tre:kt"),
    ]
    if silent:
        found.append(Option(f"Đơn vị chưa có tin ({len(silent)})", "th_im"))
    if risky:
        found.append(Option(f"Mô hình cần chú ý ({risky})", "th_mh"))
    if lost:
        found.append(Option(f"Chưa liên lạc được ({lost})", "llac"))
    if late:
        found.append(Option("Nhắc các đơn vị chậm", Question(OVERDUE).data("nhac"), "primary"))
    return tuple(found)


@adds_to("tasks", 46)
def among_tasks(talk: Talk) -> Part | None:
    return Part(options=(AGAIN,)) if _leads(talk) else None


def _leads(talk: Talk) -> bool:
    its = schedules.active(talk.session, talk.organisation.root_id)
    roles = {role for one in its if one.what == "digest" for role in one.roles}
    return any(grant.role in roles for grant in talk.person.grants)


@adds_to("manage", 50)
def in_management(talk: Talk) -> Part | None:
    return Part(options=(AGAIN,)) if talk.can(Act.STATISTICS) else None


# -- behind the buttons ---------------------------------------------------------------------------


@action("th_dv")
def units_asked(talk: Talk, page: str = "0") -> Reply:
    return _page(talk, "digest_units", page)


@action("th_im")
def silent_asked(talk: Talk, page: str = "0") -> Reply:
    return _page(talk, "digest_silent", page)


@action("th_mh")
def risky_asked(talk: Talk, page: str = "0") -> Reply:
    return _page(talk, "digest_risky", page)


def _page(talk: Talk, kind: str, page: str) -> Reply:
    reminders.settle_own(talk.session, "digest", talk.member_id, talk.now)
    return Reply("", late={"kind": kind, "page": max(int(page), 0)})


@late("digest_units")
def units_shown(talk: Talk, page: int) -> Reply:
    return _or_why(talk, lambda: _units(talk, reach_of(talk), page))


def _units(talk: Talk, reach: Reach, page: int) -> Reply:
    """Those with most overdue first."""
    now, before = map(by_unit, _numbers(talk, reach))
    order = sorted(now, key=lambda u: (-now[u].late, -now[u].due, u))
    names = lagging.names(talk.session, [Lag(u, 0, reach.today) for u in order])
    options = []
    for unit_id in order:
        one, was = now[unit_id], before[unit_id].late if unit_id in before else 0
        said = f"quá hạn {one.late} (tuần trước {was}), còn {one.due}, xong {one.done}"
        data = Question(OVERDUE, unit_id).data("tre_dv")
        options.append(Option(f"{names[unit_id]}: {said}", data))
    head = "TỪNG ĐƠN VỊ, chậm nhiều trước:" if options else "Chưa có việc nào đến hạn ạ."
    return _shown(talk, head, options, page, "th_dv")


def _shown(talk: Talk, head: str, options: Sequence[Option], page: int, name: str) -> Reply:
    page = min(page, max(len(options) - 1, 0) // PAGE)
    some = [*options[page * PAGE : (page + 1) * PAGE]]
    if len(options) > (page + 1) * PAGE:
        some.append(Option("Xem tiếp", f"{name}:{page + 1}"))
    text = f"{head}\n{as_of(talk.local(talk.now))}"
    return Reply(text, options=(*some, AGAIN))


@late("digest_silent")
def silent_shown(talk: Talk, page: int) -> Reply:
    return _or_why(talk, lambda: _silent_units(talk, reach_of(talk), page))


def _silent_units(talk: Talk, reach: Reach, page: int) -> Reply:
    units = weekly.silent(talk.session, reach)
    people = lagging.focal_people(talk.session, [unit.id for unit in units])
    options = [
        Option(
            f"{unit.name} – {', '.join(f'{m.address} {m.name}' for m in people[unit.id])}",
            Question(OVERDUE, unit.id).data("tre_dv"),
        )
        for unit in units
    ]
    since = short_date(weekly.silent_since(reach.today))
    head = f"CHƯA CÓ TIN NÀO từ {since}: {count(len(units))} đơn vị."
    return _shown(talk, head, options, page, "th_im")


@late("digest_risky")
def risky_shown(talk: Talk, page: int) -> Reply:
    return _or_why(talk, lambda: _risky(talk, reach_of(talk), page))


def _risky(talk: Talk, reach: Reach, page: int) -> Reply:
    rows = weekly.at_risk(talk.session, reach, PAGE + 1, page * PAGE)
    options = [
        Option(cut(f"{r.initiative.code} – {cut(r.initiative.name, 40)}: {_why(r)}", LONGEST),
               f"mh:{r.initiative.id}")
        for r in rows[:PAGE]
    ]  # fmt: skip
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"th_mh:{page + 1}"))
    total = weekly.risky(talk.session, reach)
    head = f"MÔ HÌNH CẦN CHÚ Ý: {count(total)}." if rows else "Không mô hình nào cần chú ý ạ."
    return Reply(f"{head}\n{as_of(talk.local(talk.now))}", options=(*options, AGAIN))


def _why(one: AtRisk) -> str:
    reasons = {
        "kiến nghị quá hạn": one.asked, "lâu chưa có tin": one.stale,
        "kiểm tra thấy yếu": one.weak,
    }  # fmt: skip
    return ", ".join(reason for reason, holds in reasons.items() if holds)
