"""`/thongke` on 1,000,000 enrolments of a whole country, and finding one of its 33,000 units."""

from collections.abc import Iterator

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
        once = measured(
            "tally of a bulk load", lambda: country.fill_tally(session), times=1, warm=0
        )
        yield Result(once.what, once.middle / 1000, once.worst / 1000, "s", note=note)
    country.analyse(database)


def _asked(database: Database) -> Iterator[Result]:
    with database.reading() as session:
        for name, unit in UNITS.items():
            query = StatisticsQuery(YEAR, unit)
            note = f"{totals(session, query, country.NOW).built:,} built"
            yield measured(
                f"totals of {name}",
                lambda query=query: totals(session, query, country.NOW),
                limit=10,
                note=note,
            )
        for words in ("2022", "2022 tỉnh Thạch Lạc", "kinh tế xã cẩm hà tỉnh thạch lạc 2022"):
            talk = _leader(session)
            yield measured(
                f"“thống kê {words}”, from the words to the text",
                lambda talk=talk, words=words: answer(talk, q=words),
                limit=10,
                note=answer(talk, q=words).text.splitlines()[0],
            )


def _leader(session: Session) -> Talk:
    grants = (Grant(Role.LEADER, country.ROOT),)
    person = Person(1, "web", "w", 1, unit_id=country.ROOT, grants=grants)
    place = Organisation(country.ROOT, "Việt Nam")
    return Talk(session, country.NOW, country.NOW.date(), place, person, Said())


def _found(database: Database) -> Iterator[Result]:
    with database.reading() as session:
        for words in ("Xã Thạch Lạc", "thach lac", "thon cẩm hà, xa duc khe", "thạch lạk"):
            choices = find_units(session, words).choices
            yield measured(
                f"unit “{words}”",
                lambda words=words: find_units(session, words),
                limit=5,
                note=f"{len(choices)} shown",
            )


def _baseline(database: Database) -> Iterator[Result]:
    with database.writing() as session:
        session.execute(text(COVERING))
    country.analyse(database)
    with database.reading() as session:
        for name, unit in UNITS.items():
            inside = "" if unit == country.ROOT else INSIDE.format(unit=unit)
            statement = text(GROUP_BY.format(inside=inside))
            yield measured(
                f"for comparison: GROUP BY over the enrolments of {name}",
                lambda statement=statement: session.execute(statement).all(),
                times=30,
                note="covering index, planned ones instead of targets",
            )
