"""Who looks after one initiative, when it goes from one person to another."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.tables.records import CoReporter, Report


def give(session: Session, initiative_id: int, giver_id: int, taker_id: int, now: datetime) -> None:
    """As `storage.handover` does with all; versions of reports go on naming who wrote them."""
    theirs = (Report.initiative_id == initiative_id, Report.author_id == giver_id)
    session.execute(update(Report).where(*theirs).values(author_id=taker_id))
    joined = (CoReporter.initiative_id == initiative_id, CoReporter.member_id == giver_id)
    session.execute(delete(CoReporter).where(*joined))
    known = select(Report.id).where(
        Report.initiative_id == initiative_id, Report.author_id == taker_id
    )
    if session.scalar(known.limit(1)) is None:
        one = session.get(CoReporter, (initiative_id, taker_id))
        if one is None:
            session.add(CoReporter(initiative_id=initiative_id, member_id=taker_id, at=now))
    session.flush()
    session.expire_all()
