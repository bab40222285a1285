"""The demo's data in one go: units, sectors, initiatives of 2022, targets, people to play."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import search_index
from storage.demo.initiatives import YEAR, Example, illustrations, named, waiting
from storage.demo.inspection import add_inspection
from storage.demo.people import CLERK, NEIGHBOUR, Units, add_people
from storage.demo.reports import Ground, add_report, at_nine
from storage.sectors import ensure_sectors
from storage.tables.people import Member
from storage.tables.records import Enrolment, Report
from storage.tables.units import Target
from storage.tally import sync_all
from storage.unit_import import import_units

DemoPeople = dict[str, int]
"""Role → id of the member who plays it."""

REGISTERED_ON = date(YEAR, 3, 31)
BUILT_ON = date(YEAR, 12, 20)
RETURN_REASON = "Xin ghi thêm số hộ tham gia và gửi một ảnh của tuyến đường."


def load_demo(session: Session, today: date) -> DemoPeople:
    """Fill an empty database, in the transaction of the session."""
    _import_units(session)
    units = Units(session)
    root_id = units.get("Tỉnh Hà Tĩnh", today).id
    sectors = {sector.code: sector for sector in ensure_sectors(session, root_id)}
    ground = Ground(session, root_id, units, sectors)
    people = add_people(session, units, today)
    _add_past(ground, [*named(), *illustrations()], people[CLERK])
    add_inspection(ground, people[CLERK])
    _add_present(ground, today, people)
    search_index.rebuild(session)
    return {role.value: people[role].id for role in Role}


def _import_units(session: Session) -> None:
    file = resources.files("storage.demo").joinpath("units.csv")
    with resources.as_file(file) as path:
        report = import_units(session, path)
    if report.problems:
        raise RuntimeError(str(report))


def _add_past(ground: Ground, examples: Iterable[Example], clerk: Member) -> None:
    """Registered in March, built in December: the tally knows both days."""
    added = {add_report(ground, one, REGISTERED_ON, clerk): one for one in examples}
    rows = ground.session.scalars(select(Enrolment).where(Enrolment.year == YEAR))
    enrolments = {row.id: row for row in rows}
    for enrolment in enrolments.values():
        if enrolment.origin == "planned":
            enrolment.state, enrolment.accepted_on = "accepted", REGISTERED_ON
    sync_all(ground.session, REGISTERED_ON)
    for report in added:
        enrolment = enrolments[report.enrolment_id]
        enrolment.state, enrolment.built_on = "accepted", BUILT_ON
        enrolment.stage = "building"
        enrolment.accepted_on = enrolment.accepted_on or BUILT_ON
        _decide(report, "accepted", BUILT_ON, clerk)
    sync_all(ground.session, BUILT_ON)
    _set_targets(ground, [(added[r], enrolments[r.enrolment_id]) for r in added])


def _decide(report: Report, state: str, day: date, by: Member, reason: str = "") -> None:
    report.state, report.reason = state, reason
    report.decided_at, report.decided_by = at_nine(day), by.id


def _set_targets(ground: Ground, counted: Iterable[tuple[Example, Enrolment]]) -> None:
    """What each commune undertook per sector; an agency that is in none, for itself."""
    counts = Counter(
        (row.registrant_id if one.place.startswith("Huyện") else row.place_id, row.sector_id)
        for one, row in counted
        if row.origin == "planned"
    )
    ground.session.add_all(
        Target(unit_id=unit_id, year=YEAR, sector_id=sector_id, value=value)
        for (unit_id, sector_id), value in counts.items()
    )


def _add_present(ground: Ground, today: date, people: dict[str, Member]) -> None:
    """This year's: two wait for the focal person of the commune, one has been returned."""
    authors = (people[Role.MEMBER], people[NEIGHBOUR], people[NEIGHBOUR])
    days = (today - timedelta(n) for n in (2, 3, 4))
    sent = [add_report(ground, *one) for one in zip(waiting(), days, authors, strict=True)]
    _decide(sent[-1], "returned", today - timedelta(1), people[Role.FOCAL], RETURN_REASON)
