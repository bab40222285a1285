"""Who may see what: every read of records starts from `visible`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from bot.domain.roles import Act, Grant, units_for
from storage.tables.records import Enrolment, Report
from storage.tables.units import UnitBelow
from storage.units import counting_below, year_of

S = TypeVar("S", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose eyes: a member's with the units they hold rights over, or the system's (everything)."""

    member_id: int | None = None
    held: tuple[tuple[int, frozenset[Act]], ...] = ()
    everything: bool = False

    @classmethod
    def of(cls, member_id: int | None, grants: Iterable[Grant]) -> Self:
        grants = tuple(grants)
        units = dict.fromkeys(grant.unit_id for grant in grants)
        held = {u: frozenset(a for a in Act if u in units_for(a, grants)) for u in units}
        return cls(member_id, tuple(held.items()))

    def units(self, act: Act) -> tuple[int, ...]:
        return tuple(unit for unit, acts in self.held if act in acts)


SYSTEM = Scope(everything=True)


def visible(statement: S, scope: Scope) -> S:
    """Only the enrolments, and what is joined to them, that the scope may read.

    An enrolment is seen by who has SEE_REPORTS over its place or registrant as they stood in its
    year; a narrowed one needs SEE_NARROWED there. Authors always see what they reported.
    """
    return statement.where(true() if scope.everything else seen(scope))


def seen(scope: Scope) -> ColumnElement[bool]:
    authored = select(Report.enrolment_id).where(Report.author_id == scope.member_id)
    return or_(
        Enrolment.id.in_(authored),
        and_(~Enrolment.narrowed, _under(scope.units(Act.SEE_REPORTS))),
        _under(scope.units(Act.SEE_NARROWED)),
    )


def over(scope: Scope, act: Act) -> ColumnElement[bool]:
    """Enrolments about which the scope may do this; a narrowed one needs SEE_NARROWED as well."""
    narrow = _under(scope.units(Act.SEE_NARROWED))
    return and_(_under(scope.units(act)), or_(~Enrolment.narrowed, narrow))


def covers(session: Session, grants: Iterable[Grant], act: Act, unit_id: int, year: int) -> bool:
    """Whether the grants allow the act over a unit in a year; over a held unit itself always."""
    held = units_for(act, grants)
    first, next_first = year_of(year)
    wanted = {"held": held, "unit": unit_id, "first": first, "next_first": next_first}
    return unit_id in held or (bool(held) and session.scalar(_COVERS, wanted) is not None)


# built once: that takes longer than running it
_COVERS = (
    counting_below(bindparam("first", type_=Date()), bindparam("next_first", type_=Date()))
    .where(UnitBelow.ancestor_id.in_(bindparam("held", expanding=True)))
    .where(UnitBelow.unit_id == bindparam("unit"))
    .limit(1)
)


class new_year(FunctionElement[Any]):
    """The first of January of a year given by a column."""

    type = Date()
    inherit_cache = True


@compiles(new_year, "sqlite")
def _sqlite_new_year(element: Any, compiler: Any, **options: Any) -> str:
    return f"printf('%04d-01-01', {compiler.process(element.clauses, **options)})"


@compiles(new_year, "postgresql")
def _postgres_new_year(element: Any, compiler: Any, **options: Any) -> str:
    return f"make_date({compiler.process(element.clauses, **options)}, 1, 1)"


# in the year of each enrolment, by place or registrant; built once as well
_HOLDING = (
    counting_below(new_year(Enrolment.year), new_year(Enrolment.year + 1))
    .where(UnitBelow.unit_id.in_([Enrolment.place_id, Enrolment.registrant_id]))
    .correlate(Enrolment)
)


def _under(units: tuple[int, ...]) -> ColumnElement[bool]:
    """Below one of the units."""
    return exists(_HOLDING.where(UnitBelow.ancestor_id.in_(units)))
