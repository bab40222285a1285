"""Notices of arrived reports: which were told, which still wait to be told together."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from storage.tables.delivery import Notice
from storage.tables.records import Report

_TOLD = (  # built once: each report that is sent asks this
    select(Notice.id)
    .where(Notice.member_id == bindparam("member"), Notice.sent_at > bindparam("since"))
    .limit(1)
)


def add(session: Session, member_id: int, report_id: int, now: datetime, *, sent: bool) -> None:
    session.add(
        Notice(member_id=member_id, report_id=report_id, at=now, sent_at=now if sent else None)
    )
    session.flush()


def told_since(session: Session, member_id: int, since: datetime) -> bool:
    return session.scalar(_TOLD, {"member": member_id, "since": since}) is not None


def due(session: Session, since: datetime) -> dict[int, list[tuple[int, Report]]]:
    """Member → notices to be told, with their reports, for members told nothing since then.
    Reports decided meanwhile need no notice any more."""
    told = select(Notice.member_id).where(Notice.sent_at > since)
    rows = session.execute(
        select(Notice.member_id, Notice.id, Report)
        .join(Report, Report.id == Notice.report_id)
        .where(Notice.sent_at.is_(None), Report.state == "sent", Notice.member_id.not_in(told))
        .order_by(Notice.id)
    )
    found: dict[int, list[tuple[int, Report]]] = {}
    for member_id, notice_id, report in rows:
        found.setdefault(member_id, []).append((notice_id, report))
    return found


def mark(session: Session, ids: Collection[int], now: datetime) -> None:
    session.execute(update(Notice).where(Notice.id.in_(ids)).values(sent_at=now))
