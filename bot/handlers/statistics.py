"""`/thongke`: the totals of a unit, and down from them to the reports they count."""

from dataclasses import dataclass, replace

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.domain.units import COMMUNES
from bot.errors import Refused
from bot.handlers import lagging, lagging_asked
from bot.handlers.registry import Talk, action, command, late
from bot.handlers.stats_asked import NOTHING, OUTSIDE, button, held, may, understood
from bot.presentation.chat import as_of, count, figures_text, totals_text
from storage.counted import behind, by_part, counted, kind_of_parts
from storage.statistics import StatisticsQuery, latest_year, totals
from storage.tables.units import Sector, Unit

PARTS, LIST, PEOPLE = "xa", "ds", "ng"
PARTS_PAGE, LIST_PAGE = 25, 8
EMPTY = "Năm {year} chưa có số liệu của {unit}{sector}."
LATEST = "Năm gần nhất có số liệu: {year}."
HIDDEN = (
    "{n} mô hình thuộc lĩnh vực hạn chế người xem được tính vào số liệu nhưng không ghi tên ở đây."
)


@command("thongke", "Thống kê", act=Act.STATISTICS, words=("thong ke", "tk"), menu=1)
def ask(talk: Talk, argument: str) -> Reply:
    if found := lagging_asked.named(argument):
        return lagging.ask(talk, *found)
    return Reply("", late={"kind": "stats", "q": argument})


@action("tk")
def show(
    talk: Talk, year: str, unit: str, sector: str = "0", view: str = "", page: str = "0"
) -> Reply:
    asked = {"year": int(year), "unit": int(unit), "sector": int(sector), "page": int(page)}
    return Reply("", late={"kind": "stats", "view": view, **asked})


@late("stats")
def answer(
    talk: Talk,
    q: str = "",
    year: int = 0,
    unit: int = 0,
    sector: int = 0,
    view: str = "",
    page: int = 0,
) -> Reply:
    """Evaluated on a read-only connection; who may ask is looked at here and now."""
    try:
        asked = _chosen(talk, year, unit, sector) if unit else understood(talk, q)
        if isinstance(asked, Reply):
            return asked
        asked = replace(asked, points=talk.organisation.points)
        found = VIEWS.get(view, _totals)(talk, asked, max(page, 0))
    except Refused as refused:
        return Reply(str(refused))
    # with a form open, typed words are its answers
    return found if talk.person.draft_id is None else replace(found, actions=())


def _chosen(talk: Talk, year: int, unit_id: int, sector: int) -> StatisticsQuery:
    """What a button says: it may be old, so all of it is looked at again."""
    held(talk)
    unit = talk.session.get(Unit, unit_id)
    known = talk.session.get(Sector, sector) if sector else None
    if unit is None or not 1 < year < 9999 or (sector and known is None):
        raise Refused(talk.say(NOTHING + " {Ac} nhắn lại “thống kê” giúp ạ.", q=year))
    if not may(talk, unit_id, year):
        names = ", ".join(talk.session.get_one(Unit, u).name for u in held(talk))
        raise Refused(talk.say(OUTSIDE, q=unit.name) + f" {names}.")
    return StatisticsQuery(year, unit_id, sector or None)


def _totals(talk: Talk, query: StatisticsQuery, page: int) -> Reply:
    unit = talk.session.get_one(Unit, query.unit_id)
    found = totals(talk.session, query, talk.now.astimezone(talk.zone))
    if found.empty:
        return _empty(talk, query, found.unit, found.sector)
    actions = []
    if found.built:
        actions = [_to("Danh sách", query, LIST), _to("Số phiếu, số người", query, PEOPLE)]
    if kind := kind_of_parts(talk.session, unit, query.year):
        label = "Theo xã" if kind in COMMUNES else "Theo đơn vị"
        actions.insert(0, _to(label, query, PARTS))
    return Reply(totals_text(found), actions=tuple(actions))


def _empty(talk: Talk, query: StatisticsQuery, unit: str, sector: str) -> Reply:
    about = f", lĩnh vực {sector}" if sector else ""
    text = talk.say(EMPTY, year=query.year, unit=unit, sector=about)
    year = latest_year(talk.session, query.unit_id)
    if year is None or year == query.year or not may(talk, query.unit_id, year):
        return Reply(text)
    option = Option(f"Xem năm {year}", button(year, query.unit_id, query.sector_id), "primary")
    return Reply(f"{text} {talk.say(LATEST, year=year)}", options=(option,))


def _by_part(talk: Talk, query: StatisticsQuery, page: int) -> Reply:
    start = page * PARTS_PAGE
    now = talk.now.astimezone(talk.zone)
    figures, many = by_part(talk.session, query, now, start, PARTS_PAGE)
    pages = Pages(page, many, PARTS_PAGE)
    if page > pages.last:
        return _by_part(talk, query, pages.last)
    text = figures_text(replace(figures, title=figures.title + pages.title), start + 1)
    return Reply(text, actions=_around(query, PARTS, pages))


def _people(talk: Talk, query: StatisticsQuery, page: int) -> Reply:
    """Initiatives, reports and people are counted apart: one person may send many reports."""
    now = talk.now.astimezone(talk.zone)
    found = totals(talk.session, query, now)
    reports, people = behind(talk.session, query)
    lines = (
        f"{found.title}:",
        f"{count(found.built)} {found.noun} đã xây dựng;",
        f"{count(reports)} phiếu đã được chấp nhận về các mô hình ấy;",
        f"{count(people)} người báo cáo (mỗi người tính một lần).",
        as_of(now),
    )
    return Reply("\n".join(lines), actions=(_to("Xem tổng hợp", query),))


def _list(talk: Talk, query: StatisticsQuery, page: int) -> Reply:
    start = page * LIST_PAGE
    rows, many, hidden = counted(talk.session, query, talk.scope, start, LIST_PAGE)
    unit = talk.session.get_one(Unit, query.unit_id).name
    pages = Pages(page, many, LIST_PAGE)
    if page > pages.last:
        return _list(talk, query, pages.last)
    lines = [f"MÔ HÌNH ĐÃ XÂY DỰNG {query.year} – {unit}: {count(many + hidden)}{pages.title}"]
    lines += [
        f"{n}. {row.code} – {cut(row.name, 80)} ({cut(row.owner, 50)}; {cut(row.place, 40)})"
        for n, row in enumerate(rows, start + 1)
    ]
    lines += [talk.say(HIDDEN, n=count(hidden))] if hidden else []
    lines.append(as_of(talk.now.astimezone(talk.zone)))
    return Reply("\n".join(lines), actions=_around(query, LIST, pages))


VIEWS = {"": _totals, PARTS: _by_part, LIST: _list, PEOPLE: _people}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a long list; the first page is 0."""

    page: int
    rows: int
    size: int

    @property
    def last(self) -> int:
        return max(0, (self.rows - 1) // self.size)

    @property
    def title(self) -> str:
        return f" (trang {self.page + 1}/{self.last + 1})" if self.last else ""


def _around(query: StatisticsQuery, view: str, pages: Pages) -> tuple[Option, ...]:
    steps = [("Trang sau", pages.page + 1)] if pages.page < pages.last else []
    steps += [("Trang trước", pages.page - 1)] if pages.page else []
    turns = [_to(label, query, view, page) for label, page in steps]
    return (*turns, _to("Xem tổng hợp", query))


def _to(label: str, query: StatisticsQuery, view: str = "", page: int = 0) -> Option:
    return Option(label, button(query.year, query.unit_id, query.sector_id, view, page))
