"""`/thongke` on 1,000,000 enrolments of a whole country, and finding one of its 33,000 units."""

from collections.abc import Iterator
from functools import partial
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks import country
from benchmarks.measure import Options, Result, measured
from bot.conversation.messages import Said
from bot.domain.roles import Grant, Role
from bot.handlers.registry import Organisation, Person, Talk
from bot.handlers.statistics import answer
from storage.database import Database
from storage.statistics import StatisticsQuery, totals
from storage.unit_search import find_units

YEAR = 2022
COMMUNE = "xã Thạch Lạc, tỉnh Đức Lạc"
UNITS = {"the country": country.ROOT, "a province": country.PROVINCE, "a commune": country.COMMUNE}
COVERING = """CREATE INDEX bench_covering ON enrolment
(year, place_id, sector_id, state, built_on, origin)"""
GROUP_BY = """
SELECT sector_id, count(built_on), sum(CASE WHEN origin <> 'unplanned' THEN 1 ELSE 0 END)
FROM enrolment WHERE year = 2022 AND state = 'accepted' {inside} GROUP BY sector_id"""
INSIDE = "AND place_id IN (SELECT unit_id FROM unit_below WHERE ancestor_id = {unit})"


def run(options: Options) -> Iterator[Result]:
    with country.database(options.postgres) as database:
        yield from _filled(database, int(100_000 * options.size))
        yield from _asked(database)
        yield from _found(database)
        yield from _baseline(database)


def _filled(database: Database, initiatives: int) -> Iterator[Result]:
    with database.writing() as session:
        country.fill_units(session)
        country.fill_enrolments(session, initiatives)
        country.fill_targets(session)
    note = f"{initiatives * country.YEARS:,} enrolments in one transaction"
    with database.writing() as session:
        start = perf_counter()
        country.fill_tally(session)
    took = perf_counter() - start
    yield Result("tally of a bulk load", took, took, "s", note=note)
    country.analyse(database)


def _asked(database: Database) -> Iterator[Result]:
    with database.reading() as session:
        for name, unit in UNITS.items():
            call = partial(totals, session, StatisticsQuery(YEAR, unit), country.NOW)
            yield measured(f"totals of {name}", call, limit=10, note=f"{call().built:,} built")
        for words in ("2022", "2022 tỉnh Thạch Lạc", f"kinh tế {COMMUNE} 2022"):
            ask = partial(answer, _leader(session), q=words)
            first = ask().text.splitlines()[0]
            yield measured(f"“thống kê {words}”, words to text", ask, limit=10, note=first)


def _leader(session: Session) -> Talk:
    grants = (Grant(Role.LEADER, country.ROOT),)
    person = Person(1, "web", "w", 1, unit_id=country.ROOT, grants=grants)
    place = Organisation(country.ROOT, "Việt Nam")
    return Talk(session, country.NOW, country.NOW.date(), place, person, Said())


def _found(database: Database) -> Iterator[Result]:
    with database.reading() as session:
        for words in ("Xã Thạch Lạc", "thach lac", "thon cẩm hà, xa duc khe", "thạch lạk"):
            call = partial(find_units, session, words)
            yield measured(f"unit “{words}”", call, limit=5, note=f"{len(call().choices)} shown")


def _baseline(database: Database) -> Iterator[Result]:
    with database.writing() as session:
        session.execute(text(COVERING))
    country.analyse(database)
    with database.reading() as session:
        for name, unit in UNITS.items():
            inside = "" if unit == country.ROOT else INSIDE.format(unit=unit)
            call = partial(session.execute, text(GROUP_BY.format(inside=inside)))
            what = f"for comparison: GROUP BY over the enrolments of {name}"
            yield measured(what, call, times=30, note="covering index; without targets")
