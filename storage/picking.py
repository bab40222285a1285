"""Choosing an initiative to report on: one's own first, others of one's scope by typing."""

import re

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.conversation.form import Choice, Found
from bot.domain.text import cut
from storage import initiatives
from storage.scope import Scope, visible
from storage.tables.people import Member, MemberBody
from storage.tables.records import Enrolment, Initiative, Report

MOST = 6
_CODE = re.compile(r"(?:dvk\s*-?\s*)?(?:(\d{4})\s*-\s*)?(\d{1,5})", re.IGNORECASE)


def offer(session: Session, scope: Scope, member_id: int, text: str, year: int) -> Found:
    """Without text: own models of late years; with text: by code or name among those allowed."""
    if not text:
        units = _own_units(session, member_id)
        rows = initiatives.of_member(session, member_id, units, year + 2, MOST)
        return Found(tuple(_choice(*r) for r in rows))
    if match := _CODE.fullmatch(text.strip()):
        return Found(_by_code(session, scope, member_id, match), sure=True)
    rows, sure = initiatives.search(session, _allowed(scope, member_id), text)
    return Found(tuple(_choice(*r) for r in rows), sure)


def one(session: Session, scope: Scope, member_id: int, initiative_id: int) -> Choice | None:
    statement = (
        select(Initiative, Enrolment)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(Initiative.id == initiative_id, Enrolment.id.in_(_allowed(scope, member_id)))
        .order_by(Enrolment.year.desc())
    )
    row = session.execute(statement.limit(1)).first()
    return _choice(row[0], row[1]) if row else None


def _by_code(
    session: Session, scope: Scope, member_id: int, match: re.Match[str]
) -> tuple[Choice, ...]:
    statement = select(Initiative.id).where(Initiative.code_number == int(match[2]))
    if match[1]:
        statement = statement.where(Initiative.code_year == int(match[1]))
    newest = statement.order_by(Initiative.code_year.desc()).limit(8)
    found = (one(session, scope, member_id, i) for i in session.scalars(newest).all())
    return tuple(c for c in found if c)


def _allowed(scope: Scope, member_id: int) -> Select[int]:
    """Enrolments of the scope, of one's own reports, and of one's own units."""
    own = select(MemberBody.unit_id).where(MemberBody.member_id == member_id)
    home = select(Member.unit_id).where(Member.id == member_id)
    mine = select(Report.enrolment_id).where(Report.author_id == member_id)
    ours = or_(
        Enrolment.registrant_id.in_(own),
        Enrolment.registrant_id.in_(home),
        Enrolment.place_id.in_(home),
    )
    open_ones = ours & ~Enrolment.narrowed
    in_scope = Enrolment.id.in_(visible(select(Enrolment.id), scope))
    return select(Enrolment.id).where(or_(in_scope, Enrolment.id.in_(mine), open_ones))


def _own_units(session: Session, member_id: int) -> list[int]:
    bodies = session.scalars(select(MemberBody.unit_id).where(MemberBody.member_id == member_id))
    home = session.scalar(select(Member.unit_id).where(Member.id == member_id))
    return [*bodies, *([home] if home else [])]


def _choice(initiative: Initiative, enrolment: Enrolment) -> Choice:
    label = f"{initiative.code} {cut(initiative.name, 50)} ({cut(enrolment.owner, 30)})"
    return Choice(initiative.id, label, (initiative.name, initiative.code))
