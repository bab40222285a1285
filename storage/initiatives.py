"""Initiatives of some units, of a member."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from storage.tables.records import Enrolment, Initiative, Report, Site
from storage.tables.units import Unit, UnitBelow

Row = tuple[Initiative, Enrolment]


def enrolled() -> Select[Initiative, Enrolment]:
    return (
        select(Initiative, Enrolment)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(Enrolment.state != "withdrawn")
    )


def reported_by(member_id: int) -> ColumnElement[bool]:
    return Enrolment.id.in_(select(Report.enrolment_id).where(Report.author_id == member_id))


def of_units(units: Collection[int]) -> ColumnElement[bool]:
    """Of these units, what is below them or was merged into them; narrowed ones are not shown to
    neighbours, and who only belongs to the whole organisation has no neighbours."""
    below = (
        select(UnitBelow.unit_id)
        .join(Unit, Unit.id == UnitBelow.ancestor_id)
        .where(UnitBelow.ancestor_id.in_(units), Unit.id != Unit.root_id)
    )
    at = select(Site.enrolment_id).where(Site.unit_id.in_(units))
    theirs = (Enrolment.registrant_id.in_(below), Enrolment.place_id.in_(below))
    return and_(~Enrolment.narrowed, or_(*theirs, Enrolment.id.in_(at)))


def of_member(
    session: Session, member_id: int, units: Sequence[int], before: int, most: int = 8
) -> list[Row]:
    """Enrolments before a year that the member reported or whose units are theirs, own first."""
    mine = reported_by(member_id)
    rows = session.execute(
        enrolled()
        .where(Enrolment.year < before, or_(mine, of_units(units)))
        .order_by(mine.desc(), Enrolment.year.desc(), Enrolment.id.desc())
        .limit(most * 3)
    ).all()
    return newest_each((r[0], r[1]) for r in rows)[:most]


def newest_each(rows: Iterable[Row]) -> list[Row]:
    """The newest enrolment of each initiative, in the order given."""
    newest: dict[int, Row] = {}
    for row in rows:
        held = newest.get(row[0].id)
        if held is None or held[1].year < row[1].year:
            newest[row[0].id] = row
    return list(newest.values())
