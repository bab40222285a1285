"""Handing over: what one person reports, has begun and has promised goes on with another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from storage.members import accounts_of
from storage.tables.helping import SupportRequest
from storage.tables.lifecycle import PlannedInspection
from storage.tables.people import Account, Draft, Member
from storage.tables.records import CoReporter, Report


@dataclass(frozen=True, slots=True)
class Held:
    """How much somebody has in hand: initiatives reported, forms begun, work promised."""

    initiatives: int
    drafts: int
    tasks: int

    def __bool__(self) -> bool:
        return bool(self.initiatives or self.drafts or self.tasks)


def held(session: Session, member_id: int) -> Held:
    own = select(Report.initiative_id).where(Report.author_id == member_id)
    joined = select(CoReporter.initiative_id).where(CoReporter.member_id == member_id)
    both = own.union(joined).subquery()
    drafts = select(func.count()).select_from(Draft).where(Draft.member_id == member_id)
    planned = select(func.count()).select_from(PlannedInspection)
    taken = select(func.count()).select_from(SupportRequest)
    return Held(
        session.scalar(select(func.count()).select_from(both)) or 0,
        session.scalar(drafts) or 0,
        (session.scalar(planned.where(*_planned(member_id))) or 0)
        + (session.scalar(taken.where(*_taken(member_id))) or 0),
    )


Terms = tuple[ColumnElement[bool], ...]


def _planned(member_id: int) -> Terms:
    return (PlannedInspection.inspector_id == member_id, PlannedInspection.state == "planned")


def _taken(member_id: int) -> Terms:
    return (SupportRequest.taken_by == member_id, SupportRequest.state == "taken")


def hand_over(session: Session, giver: Member, taker: Member, now: datetime) -> Held:
    """Move everything; the versions of reports go on naming who wrote them."""
    moved = held(session, giver.id)
    session.execute(update(Report).where(Report.author_id == giver.id).values(author_id=taker.id))
    _join(session, giver.id, taker.id, now)
    _drafts(session, giver.id, taker.id)
    planned = update(PlannedInspection).where(*_planned(giver.id))
    session.execute(planned.values(inspector_id=taker.id))
    session.execute(update(SupportRequest).where(*_taken(giver.id)).values(taken_by=taker.id))
    session.expire_all()
    return moved


def _join(session: Session, giver_id: int, taker_id: int, now: datetime) -> None:
    of = select(CoReporter.initiative_id)
    theirs = set(session.scalars(of.where(CoReporter.member_id == giver_id)))
    known = set(session.scalars(of.where(CoReporter.member_id == taker_id)))
    session.execute(delete(CoReporter).where(CoReporter.member_id == giver_id))
    session.add_all(
        CoReporter(initiative_id=one, member_id=taker_id, at=now) for one in theirs - known
    )
    session.flush()


def _drafts(session: Session, giver_id: int, taker_id: int) -> None:
    """A form begun goes to the taker's own chat; without one it waits in the old one, as theirs."""
    ours = select(Draft.id).where(Draft.member_id == giver_id)
    session.execute(update(Account).where(Account.draft_id.in_(ours)).values(draft_id=None))
    chats = accounts_of(session, taker_id)
    values = {"member_id": taker_id} | ({"account_id": chats[0]} if chats else {})
    session.execute(update(Draft).where(Draft.member_id == giver_id).values(**values))
