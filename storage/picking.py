"""Choosing an initiative to report on: one's own first, others of one's scope by typing."""

from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from bot.conversation.form import Choice, Found
from bot.domain.codes import parse_code
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.domain.units import COMMUNES, HAMLETS
from storage import initiatives
from storage.initiatives import Row, of_units, reported_by
from storage.scope import Scope, visible
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
    among = _allowed(session, scope, member_id).where(Enrolment.year < before)
    if code := parse_code(text):
        year, number = code
        return initiatives.numbered(session, among, number, year), True
    return initiatives.search(session, among, text)


def one(session: Session, scope: Scope, member_id: int, initiative_id: int) -> Choice | None:
    statement = (
        initiatives.enrolled()
        .where(Initiative.id == initiative_id)
        .where(Enrolment.id.in_(_allowed(session, scope, member_id)))
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


def _allowed(session: Session, scope: Scope, member_id: int) -> Select[int]:
    """Enrolments of the scope, of one's own reports, and of one's own units."""
    ours = of_units(own_units(session, scope, member_id))
    in_scope = Enrolment.id.in_(visible(select(Enrolment.id), scope))
    return select(Enrolment.id).where(or_(in_scope, reported_by(member_id), ours))


def _choices(rows: Iterable[Row]) -> tuple[Choice, ...]:
    return tuple(_choice(*row) for row in rows)


def _choice(initiative: Initiative, enrolment: Enrolment) -> Choice:
    label = f"{initiative.code} {cut(initiative.name, 50)} ({cut(enrolment.owner, 30)})"
    return Choice(initiative.id, label, (initiative.name, initiative.code))
