"""The figures of a unit's report on a period: from the same tally as the statistics."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.figures import Totals
from storage.basis import UNIT, YEAR, asked, basis, below_asked
from storage.reports import GONE
from storage.statistics import KNOWN_ON, TALLIED, StatisticsQuery, totals
from storage.tables.records import Enrolment, Initiative, Report, Tally
from storage.tables.reminders import Response, ReviewPeriod
from storage.tables.units import Unit
from storage.tally import ACCEPTED, FURTHER, PLACE, ROOT
from storage.units import below

COUNTED = ("planned", "built", "inspected", "recognised", "copied", "stopped")
Figures = dict[str, Any]
"""{"year", "as_of", "definition", "rows": {one of COUNTED: [in the period, in the year so far]},
"sectors": {label: [built in the period, in the year so far]}, "waiting": reports that wait now,
"active" models now, "silent" of them: without news in the period}"""


def figures(
    session: Session, unit: Unit, period: ReviewPeriod, as_of: datetime, points: bool = False
) -> Figures:
    """As known at the end of the period, or now (as_of: local time) where it has not ended."""
    until = min(period.last, as_of.date())
    year, before = until.year, period.first - timedelta(1)
    then, now = (
        totals(session, StatisticsQuery(year, unit.id, known_on=day, points=points), as_of)
        for day in (before, until)
    )
    was, is_ = (_numbers(session, unit, one, day) for one, day in ((then, before), (now, until)))
    rows = {name: [is_[name] - was[name], is_[name]] for name in COUNTED}
    rows["planned"][1] = now.registered
    earlier = {line.sector_id: line.built for line in then.sectors}
    sectors = {x.label: [x.built - earlier.get(x.sector_id, 0), x.built] for x in now.sectors}
    heard, active = news(session, unit, period, as_of)
    return {
        "year": year, "as_of": as_of.isoformat(), "definition": now.definition, "rows": rows,
        "sectors": sectors, "waiting": _waiting(session, unit, year), "active": active,
        "silent": active - heard,
    }  # fmt: skip


def _numbers(session: Session, unit: Unit, known: Totals, day: date) -> dict[str, int]:
    """Of a year, as known at the end of a day."""
    wanted = asked(unit, known.year) | {"known_on": day}
    sums = {m: int(n) for m, n in session.execute(_tallied(basis(unit, known.year)), wanted)}
    more = sums.get(FURTHER["planned"], 0) if known.points else 0
    found = {name: sums.get(name, 0) for name in COUNTED}
    copied = _copied(session, unit, known.year, day)
    return {**found, "planned": found["planned"] + more, "built": known.built, "copied": copied}


@cache
def _tallied(by: str) -> Select[str, int]:
    inside = select(below_asked().cte("inside").c.unit_id)
    column = TALLIED[by]
    return (
        select(Tally.measure, func.sum(Tally.change))
        .where(column == UNIT if by == ROOT else column.in_(inside))
        .where(Tally.year == YEAR, Tally.day <= KNOWN_ON)
        .group_by(Tally.measure)
    )


def _copied(session: Session, unit: Unit, year: int, day: date) -> int:
    """Those that are copies of another one, and began in the year."""
    copies = select(func.count(Enrolment.id)).join(Initiative).where(_inside(unit, year))
    new = (Initiative.origin_id.is_not(None), Initiative.code_year == year)
    return session.scalar(copies.where(*new, ACCEPTED, Enrolment.accepted_on <= day)) or 0


def _waiting(session: Session, unit: Unit, year: int) -> int:
    rows = select(func.count(Report.id)).join(Enrolment, Enrolment.id == Report.enrolment_id)
    waits = (Report.state == "sent", Report.kind != "inspect", _inside(unit, year))
    return session.scalar(rows.join(Initiative).where(*waits)) or 0


def news(session: Session, unit: Unit, period: ReviewPeriod, as_of: datetime) -> tuple[int, int]:
    """Of how many models at work something was heard since the period began, and how many work."""
    since = datetime.combine(period.first, time(), as_of.tzinfo)
    year = min(period.last, as_of.date()).year
    told = exists().where(
        Report.initiative_id == Enrolment.initiative_id, Report.enrolment_id == Enrolment.id,
        Report.state.not_in(GONE), Report.sent_at >= since,
    )  # fmt: skip
    answered = exists().where(
        Response.what == "initiative_review", Response.subject_id == Enrolment.id,
        Response.day >= period.first,
    )  # fmt: skip
    heard = func.coalesce(func.sum(case((or_(told, answered), 1), else_=0)), 0)
    rows = select(heard, func.count(Enrolment.id)).select_from(Enrolment).join(Initiative)
    at_work = and_(ACCEPTED, Enrolment.activity == "active", _inside(unit, year))
    one, every = session.execute(rows.where(at_work)).one()
    return int(one), int(every)


def _inside(unit: Unit, year: int) -> ColumnElement[bool]:
    """Enrolments of a year that count for a unit; joined with their initiatives."""
    by = basis(unit, year)
    if by == ROOT:
        return and_(Enrolment.year == year, Initiative.root_id == unit.id)
    column = Enrolment.place_id if by == PLACE else Enrolment.registrant_id
    return and_(Enrolment.year == year, column.in_(below(unit.id, year)))
