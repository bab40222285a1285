"""Briefings and visits: who is asked, what they answered, and the figures on the agenda."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.figures import Totals
from bot.domain.roles import Role as RoleName
from storage import recommendations
from storage.due import INVITED
from storage.due_parts import holders_below, under
from storage.members import below
from storage.reports import GONE
from storage.statistics import StatisticsQuery, totals
from storage.tables.people import Member, Role
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import Briefing, Conclusion, Response
from storage.tables.units import Unit, UnitBelow

SILENT, NOT_COMING, COMING = "", "not_coming", "coming"
TURNS = {SILENT: 0, NOT_COMING: 1, COMING: 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked to a briefing, the unit they answer for, and what they last said."""

    member: Member
    unit: Unit
    answer: Response | None

    @property
    def said(self) -> str:
        return self.answer.answer if self.answer else SILENT


def add(session: Session, **values: Any) -> Briefing:
    briefing = Briefing(**values)
    session.add(briefing)
    session.flush()
    return briefing


# -- who is asked -----------------------------------------------------------------------------


def invited(session: Session, unit_id: int, day: date) -> Sequence[int]:
    """Members with a focal or leading role in the unit and below."""
    return session.scalars(_invited(unit_id, day).with_only_columns(Member.id)).all()


def is_invited(session: Session, briefing: Briefing, member_id: int) -> bool:
    its = _invited(briefing.unit_id, briefing.day).where(Member.id == member_id)
    return session.execute(its).first() is not None


def unit_of(session: Session, briefing: Briefing, member_id: int) -> Unit | None:
    """Which unit somebody who is asked answers for."""
    its = _invited(briefing.unit_id, briefing.day).where(Member.id == member_id)
    row = session.execute(its).first()
    return session.get_one(Unit, row[1]) if row else None


def _invited(unit_id: int, day: date) -> Select[Member, int]:
    held = holders_below(unit_id, day, Role.role.in_(INVITED))
    return (
        select(Member, func.min(Role.unit_id).label("unit_id"))
        .join(Role, Role.member_id == Member.id)
        .where(held, Member.state == "active")
        .group_by(Member.id)
    )


def asked(session: Session, briefing: Briefing) -> list[Asked]:
    """Silent ones first, then those who cannot come, then those who come; by unit."""
    said = answers(session, briefing)
    rows = session.execute(_invited(briefing.unit_id, briefing.day)).all()
    found = [Asked(m, session.get_one(Unit, u), said.get(m.id)) for m, u in rows]
    others = (one for one in found if one.member.id != briefing.author_id)
    return sorted(others, key=lambda a: (TURNS[a.said], a.unit.folded, a.member.folded))


def answers(session: Session, briefing: Briefing) -> dict[int, Response]:
    """The last answer of each. Those given for another day do not count any more."""
    its = select(Response).where(
        Response.what == "briefing", Response.subject_id == briefing.id,
        Response.day == briefing.day,
    )  # fmt: skip
    return {row.member_id: row for row in session.scalars(its.order_by(Response.id))}


# -- lists ------------------------------------------------------------------------------------


def listed(
    session: Session, mine: ColumnElement[bool], now: datetime, most: int, skip: int = 0
) -> Sequence[Briefing]:
    """What is to come, the next one first; then what has been, the last one first."""
    ahead = Briefing.at >= now
    its = select(Briefing).where(mine, Briefing.state != "cancelled")
    order = (case((ahead, 0), else_=1), case((ahead, Briefing.at)), Briefing.at.desc())
    return session.scalars(its.order_by(*order).limit(most).offset(skip)).all()


def called_over(units: Collection[int], today: date) -> ColumnElement[bool]:
    return Briefing.unit_id.in_(below(units, today))


def asked_to(member_id: int) -> ColumnElement[bool]:
    its = (
        select(UnitBelow.ancestor_id)
        .join(Role, Role.unit_id == UnitBelow.unit_id)
        .where(Role.member_id == member_id, Role.role.in_(INVITED), Role.until.is_(None))
        .where(UnitBelow.since <= Briefing.day, UnitBelow.until > Briefing.day)
        .correlate(Briefing)
    )
    return Briefing.unit_id.in_(its)


def unanswered(session: Session, member_id: int, now: datetime, most: int) -> list[Briefing]:
    """Those to come that somebody is asked to, and has not answered for their day."""
    said = select(Response.id).where(
        Response.what == "briefing", Response.subject_id == Briefing.id,
        Response.member_id == member_id, Response.day == Briefing.day,
    )  # fmt: skip
    waits = and_(asked_to(member_id), Briefing.author_id != member_id, ~said.exists())
    rows = select(Briefing).where(waits, Briefing.state == "planned", Briefing.at > now)
    return list(session.scalars(rows.order_by(Briefing.at).limit(most)))


def without_conclusions(session: Session, author_id: int, now: datetime) -> list[Briefing]:
    """Whose time has passed, and whose caller has not written down what came of them."""
    rows = select(Briefing).where(
        Briefing.author_id == author_id, Briefing.state == "planned", Briefing.at <= now
    )
    return list(session.scalars(rows.order_by(Briefing.at.desc()).limit(4)))


def change(session: Session, briefing: Briefing, **values: Any) -> bool:
    """Another day, hour, place or state; False: it is not planned any more."""
    done = session.execute(
        update(Briefing)
        .where(Briefing.id == briefing.id, Briefing.state == "planned")
        .values(**values)
        .returning(Briefing.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(briefing)
    return done is not None


# -- units and figures --------------------------------------------------------------------------


def units_below(session: Session, unit_id: int, day: date) -> list[Unit]:
    """The highest units with a focal person below one; itself where there are none."""
    held = (
        select(Role.unit_id)
        .join(Member, Member.id == Role.member_id)
        .where(holders_below(unit_id, day, Role.role == RoleName.FOCAL.value))
        .where(Member.state == "active", Role.unit_id != unit_id)
    )
    ids = set(session.scalars(held))
    inner = select(UnitBelow.unit_id).where(
        UnitBelow.ancestor_id.in_(ids), UnitBelow.unit_id.in_(ids), UnitBelow.depth > 0,
        UnitBelow.since <= day, UnitBelow.until > day,
    )  # fmt: skip
    top = ids - set(session.scalars(inner)) or {unit_id}
    return list(session.scalars(select(Unit).where(Unit.id.in_(top)).order_by(Unit.folded)))


@dataclass(frozen=True, slots=True)
class Agenda:
    """silent: units of which nothing was reported since a day. late: recommendations overdue.
    open: what earlier briefings asked for and is not done."""

    totals: Totals
    units: int
    silent: tuple[Unit, ...]
    since: date
    late: int
    open: tuple[Conclusion, ...]


def agenda(
    session: Session, briefing: Briefing, unit_id: int, now: datetime, *, points: bool = False
) -> Agenda:
    """The figures of a unit for a briefing; now: local time, which is said with them."""
    today = now.date()
    since = last_day(session, briefing) or date(today.year, 1, 1)
    units = units_below(session, unit_id, today)
    heard = _heard(session, [u.id for u in units], datetime.combine(since, time(), now.tzinfo))
    return Agenda(
        totals(session, StatisticsQuery(today.year, unit_id, points=points), now),
        len(units),
        tuple(u for u in units if u.id not in heard),
        since,
        _late(session, unit_id, today),
        tuple(_open_before(session, briefing, unit_id, today)),
    )


def last_day(session: Session, briefing: Briefing) -> date | None:
    """When the unit was last briefed before this one."""
    return session.scalar(
        select(func.max(Briefing.day)).where(
            Briefing.unit_id == briefing.unit_id, Briefing.kind == "briefing",
            Briefing.state == "held", Briefing.day < briefing.day,
        )
    )  # fmt: skip


def _heard(session: Session, units: Collection[int], since: datetime) -> set[int]:
    day = since.date()
    rows = (
        select(UnitBelow.ancestor_id)
        .join(Enrolment, Enrolment.registrant_id == UnitBelow.unit_id)
        .join(Report, Report.enrolment_id == Enrolment.id)
        .where(UnitBelow.ancestor_id.in_(units), UnitBelow.until > day)
        .where(Report.sent_at >= since, Report.state.not_in(GONE))
    )
    return set(session.scalars(rows.distinct()))


def _late(session: Session, unit_id: int, today: date) -> int:
    inside = below([unit_id], today)
    mine = or_(Enrolment.registrant_id.in_(inside), Enrolment.place_id.in_(inside))
    return recommendations.counts(session, mine, today)[1]


def _open_before(
    session: Session, briefing: Briefing, unit_id: int, today: date
) -> Sequence[Conclusion]:
    its = (
        select(Conclusion)
        .join(Briefing, Briefing.id == Conclusion.briefing_id)
        .where(Briefing.unit_id == briefing.unit_id, Briefing.id != briefing.id)
        .where(Conclusion.state == "open", under(unit_id, Conclusion.unit_id, today))
    )
    return session.scalars(its.order_by(Conclusion.due_on, Conclusion.id)).all()
