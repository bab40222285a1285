"""From the words after "thống kê" to one unit, year and sector, or a reply that asks back."""

from collections.abc import Iterable
from functools import lru_cache

from bot.conversation.form import Choice
from bot.conversation.messages import Option, Reply
from bot.domain.keywords import SECTOR_ALIASES
from bot.domain.roles import Act, units_for
from bot.domain.stats_query import Asked, Reading, parse
from bot.domain.text import cut, words
from bot.errors import Refused
from bot.handlers.registry import Talk
from storage.scope import covers
from storage.sectors import sectors
from storage.statistics import StatisticsQuery, latest_year, lived
from storage.tables.units import Sector, Unit
from storage.unit_search import choices_of, find_units

NOT_ALLOWED = "Mục thống kê dành cho lãnh đạo, đầu mối. Nếu cần, xin {ac} liên hệ {contact}."
OUTSIDE = "“{q}” ngoài phạm vi {ac} theo dõi. {Ac} xem được số liệu của:"
WHICH_UNIT = "{Ac} muốn xem đơn vị nào ạ?"
WHICH_YEAR = "Mỗi lần Trợ lý tính một năm. {Ac} chọn năm nào ạ?"
NOTHING = "Chưa có số liệu cho “{q}”."
MEANT = "Có thể {ac} muốn:"
MOST = 4
LONGEST = 200
"""Letters of a question that are looked at."""


def held(talk: Talk) -> tuple[int, ...]:
    """The units whose numbers this person may ask for; Refused when there is none."""
    units = units_for(Act.STATISTICS, talk.person.grants)
    if not units:
        contact = talk.organisation.contact or "quản trị của đơn vị"
        raise Refused(talk.say(NOT_ALLOWED, contact=contact))
    return units


def may(talk: Talk, unit_id: int, year: int) -> bool:
    return covers(talk.session, talk.person.grants, Act.STATISTICS, unit_id, year)


def understood(talk: Talk, text: str) -> StatisticsQuery | Reply:
    """What is asked for; a reply where the member has to choose. Raises Refused."""
    text = text[:LONGEST]
    root = talk.session.get_one(Unit, held(talk)[0]).root_id
    years = parse(text, talk.today.year, {}).years
    phrases = sector_phrases(sectors(talk.session, root, years[0] if years else talk.today.year))
    asked = parse(text, talk.today.year, phrases)
    if len(years) > 1:
        options = [Option(f"Năm {y}", f"cmd:thongke:{_with_year(asked, y)}") for y in years[:MOST]]
        return talk.reply(WHICH_YEAR, *options)
    for reading in asked.readings:
        if not reading.unit:
            return _own(talk, asked, reading.sector)
        found = find_units(talk.session, reading.unit, most=20, near=False)
        if found.sure:
            return _among(talk, asked, reading, found.choices)
    return nothing(talk, asked)


def sector_phrases(known: Iterable[Sector]) -> dict[str, int]:
    """The sector behind each folded phrase that names one."""
    return {
        _plain(phrase): sector.id
        for sector in known
        for phrase in (*SECTOR_ALIASES.get(sector.code, ()), *sector.aliases, sector.label)
    }


@lru_cache(maxsize=512)
def _plain(phrase: str) -> str:
    return " ".join(words(phrase))


def _with_year(asked: Asked, year: int) -> str:
    """The question again with one year: it must fit into a button."""
    reading = asked.readings[-1]
    return cut(f"{year} {reading.unit}".strip(), 20)


def _own(talk: Talk, asked: Asked, sector: int | None) -> StatisticsQuery | Reply:
    units = held(talk)
    year = asked.years[0] if asked.years else talk.today.year
    if len(units) == 1 or talk.person.unit_id in units:
        own = talk.person.unit_id if talk.person.unit_id in units else None
        return StatisticsQuery(year, own or units[0], sector)
    return talk.reply(WHICH_UNIT, *_options(talk, units, dict.fromkeys(units, year), sector))


def _among(
    talk: Talk, asked: Asked, reading: Reading, choices: Iterable[Choice]
) -> StatisticsQuery | Reply:
    """One of the units that have this name: those in scope, and of these the living ones."""
    years = {choice.value: _year(talk, asked, choice.value) for choice in choices}
    allowed = {unit: year for unit, year in years.items() if year}
    if not allowed:
        units = held(talk)[:MOST]
        same = asked.years[0] if asked.years else talk.today.year
        options = _options(talk, units, dict.fromkeys(units, same), reading.sector)
        return talk.reply(OUTSIDE, *options, q=reading.unit)
    living = [u for u, y in allowed.items() if lived(talk.session.get_one(Unit, u), y)]
    units = tuple(living or allowed)
    if len(units) == 1:
        return StatisticsQuery(allowed[units[0]], units[0], reading.sector)
    return talk.reply(WHICH_UNIT, *_options(talk, units[:8], allowed, reading.sector))


def _year(talk: Talk, asked: Asked, unit_id: int) -> int | None:
    """The year asked for; where none was named, this one, else the last one with numbers that the
    person may see. None: out of scope."""
    year: int | None = asked.years[0] if asked.years else talk.today.year
    if year and may(talk, unit_id, year):
        return year
    year = None if asked.years else latest_year(talk.session, unit_id, talk.today.year)
    return year if year and may(talk, unit_id, year) else None


def nothing(talk: Talk, asked: Asked) -> Reply:
    """No such unit: near spellings of the most split reading, never taken by themselves."""
    text = NOTHING + " " + MEANT
    for reading in sorted(asked.readings, key=lambda reading: reading.sector is None):
        found = find_units(talk.session, reading.unit, under=held(talk))
        years = {c.value: _year(talk, asked, c.value) for c in found.choices[:MOST]}
        allowed = {unit: year for unit, year in years.items() if year}
        if allowed:
            return talk.reply(
                text, *_options(talk, allowed, allowed, reading.sector), q=cut(asked.text, 100)
            )
    units = held(talk)[:MOST]
    own = dict.fromkeys(units, asked.years[0] if asked.years else talk.today.year)
    return talk.reply(text, *_options(talk, units, own, None), q=cut(asked.text, 100))


def _options(
    talk: Talk, units: Iterable[int], years: dict[int, int], sector: int | None
) -> list[Option]:
    choices = choices_of(talk.session, [talk.session.get_one(Unit, unit) for unit in units])
    return [
        Option(f"{c.label}, năm {years[c.value]}", button(years[c.value], c.value, sector))
        for c in choices
    ]


def button(year: int, unit_id: int, sector: int | None, view: str = "", page: int = 0) -> str:
    tail = f":{view}:{page}" if view else ""
    return f"tk:{year}:{unit_id}:{sector or 0}{tail}"
