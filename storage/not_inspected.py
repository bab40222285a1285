"""Models at work that nobody has inspected in a year."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit

Row = tuple[Initiative, str]


def _those(year: int, mine: ColumnElement[bool], *what: Any) -> Select[Any]:
    return select(*what).select_from(Enrolment).where(
        Enrolment.year == year, Enrolment.state == "accepted", Enrolment.activity == "active",
        Enrolment.inspected_on.is_(None), mine,
    )  # fmt: skip


def count(session: Session, mine: ColumnElement[bool], year: int) -> int:
    """mine: those the inspector may inspect."""
    return session.scalar(_those(year, mine, func.count(Enrolment.id))) or 0


def rows(
    session: Session, mine: ColumnElement[bool], year: int, most: int, skip: int
) -> Sequence[Row]:
    """Each with the name of its place, those registered first, first."""
    its = (
        _those(year, mine, Initiative, Unit.name)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .join(Unit, Unit.id == Enrolment.place_id)
        .order_by(Initiative.code_year, Initiative.code_number)
    )
    return [(one, name) for one, name in session.execute(its.limit(most).offset(skip))]
