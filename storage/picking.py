"""Choosing an initiative to report on: one's own first, others of one's scope by typing."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from bot.conversation.form import Choice, Found
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.domain.units import COMMUNES, HAMLETS
from storage import initiatives, search
from storage.initiatives import Row, of_units, reported_by
from storage.scope import Scope, seen
from storage.search import Eyes
from storage.tables.people import Member, MemberBody
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit, UnitBelow

MOST = 6


def offer(session: Session, scope: Scope, member_id: int, text: str, before: int) -> Found:
    """Without text: own ones of the years before; with text: by code or name among those
    allowed."""
    if not text:
        units = own_units(session, scope, member_id)
        rows = initiatives.of_member(session, member_id, units, before, MOST)
        return Found(_choices(rows))
    rows, sure = find(session, scope, member_id, text, before)
    return Found(_choices(rows), sure)


def find(
    session: Session, scope: Scope, member_id: int, text: str, before: int
) -> tuple[list[Row], bool]:
    """By code or words among those allowed; sure: nothing but the code or whole name was typed."""
    near = own_units(session, scope, member_id)
    eyes = neighbour(session, scope, near, _allowed(scope, member_id, near))
    return search.pick(session, eyes, text, before)


def neighbour(
    session: Session,
    scope: Scope,
    near: Collection[int],
    allowed: ColumnElement[bool],
    *,
    public: bool = False,
) -> Eyes:
    """Eyes that also see what is done in the units near by; the whole organisation is near to
    nobody (as `initiatives.of_units`)."""
    wholes = select(Unit.id).where(Unit.id.in_(near), Unit.id == Unit.root_id)
    around = set(near) - set(session.scalars(wholes))
    return search.eyes_of(scope, allowed, around, near, public=public)


def one(session: Session, scope: Scope, member_id: int, initiative_id: int) -> Choice | None:
    statement = (
        initiatives.enrolled()
        .where(Initiative.id == initiative_id)
        .where(_allowed(scope, member_id, own_units(session, scope, member_id)))
        .order_by(Enrolment.year.desc())
    )
    row = session.execute(statement.limit(1)).first()
    return _choice(row[0], row[1]) if row else None


def own_units(session: Session, scope: Scope, member_id: int) -> list[int]:
    """Where others have said that one belongs: the home once admitted, and what one holds a role
    over. Of the bodies one has named oneself, which nobody confirms, those of the own commune."""
    home = select(Member.unit_id).where(Member.id == member_id, Member.state == "active")
    around, inside = aliased(UnitBelow), aliased(UnitBelow)
    named = (
        select(MemberBody.unit_id)
        .join(inside, inside.unit_id == MemberBody.unit_id)
        .join(around, around.ancestor_id == inside.ancestor_id)
        .join(Unit, Unit.id == around.ancestor_id)
        .where(MemberBody.member_id == member_id, around.unit_id.in_(home))
        .where(Unit.kind.in_((*COMMUNES, *HAMLETS)))
    )
    found = (*scope.units(Act.REPORT), *session.scalars(named), session.scalar(home))
    return list(dict.fromkeys(unit for unit in found if unit))


def _allowed(scope: Scope, member_id: int, near: Collection[int]) -> ColumnElement[bool]:
    """Enrolments of the scope, of one's own reports, and of one's own units."""
    return or_(seen(scope), reported_by(member_id), of_units(near))


def _choices(rows: Iterable[Row]) -> tuple[Choice, ...]:
    return tuple(_choice(*row) for row in rows)


def _choice(initiative: Initiative, enrolment: Enrolment) -> Choice:
    label = f"{initiative.code} {cut(initiative.name, 50)} ({cut(enrolment.owner, 30)})"
    return Choice(initiative.id, label, (initiative.name, initiative.code))
