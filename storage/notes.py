"""Notices of arrived reports: which were told, which still wait to be told together."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, case, exists, insert, select, update
from sqlalchemy.orm import Session

from storage.prepared import Prepared
from storage.tables.delivery import Notice
from storage.tables.records import Report

# Built once, on the table instead of the class: each report that is sent needs this.
_notices = cast(Table, Notice.__table__)
_n = _notices.alias().c
_TOLD = exists().where(_n.member_id == bindparam("member"), _n.sent_at > bindparam("since"))
_ADD = Prepared(
    insert(_notices)
    .values(
        member_id=bindparam("member"),
        report_id=bindparam("report"),
        at=bindparam("now"),
        sent_at=case((~_TOLD, bindparam("now", type_=_notices.c.sent_at.type))),
    )
    .returning(_notices.c.sent_at)
)


def add(
    session: Session, member_id: int, report_id: int, now: datetime, told_since: datetime
) -> bool:
    """Whether it is to be told at once; whoever has been told something since then waits."""
    values = {"member": member_id, "report": report_id, "now": now, "since": told_since}
    return _ADD.value(session, values) is not None


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
