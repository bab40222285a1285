"""Groups of leaders: which there are, which of them get the weekly digest, and of which unit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.channels import TELEGRAM
from storage.tables.delivery import Outbox
from storage.tables.groups import GroupDigest
from storage.tables.people import Account
from storage.tables.reminders import ReviewPeriod, Schedule
from storage.tables.units import Unit

OFF, ON = "off", "on"


def groups(session: Session) -> Sequence[Account]:
    """Chats of many people in which somebody has spoken to the bot: Telegram gives them negative
    numbers."""
    its = select(Account).where(
        Account.platform == TELEGRAM, Account.external_id.startswith("-"), Account.reachable
    )
    return session.scalars(its.order_by(Account.id)).all()


def is_group(session: Session, account_id: int) -> bool:
    return any(account.id == account_id for account in groups(session))


def of_group(session: Session, account_id: int) -> GroupDigest | None:
    """What it gets now."""
    row = session.get(GroupDigest, account_id)
    return row if row and row.state == ON else None


def put(
    session: Session, account_id: int, unit_id: int, member_id: int, now: datetime, state: str
) -> None:
    values = {"unit_id": unit_id, "member_id": member_id, "at": now, "state": state}
    session.merge(GroupDigest(account_id=account_id, **values))
    session.flush()


def wanted(session: Session, root_id: int) -> Sequence[GroupDigest]:
    its = (
        select(GroupDigest)
        .join(Unit, Unit.id == GroupDigest.unit_id)
        .join(Account, Account.id == GroupDigest.account_id)
        .where(GroupDigest.state == ON, Unit.root_id == root_id, Account.reachable)
    )
    return session.scalars(its.order_by(GroupDigest.account_id)).all()


def week(session: Session, root_id: int, today: date) -> ReviewPeriod | None:
    """The last one of which leaders are told; None where they are not."""
    its = (
        select(ReviewPeriod)
        .join(Schedule, Schedule.id == ReviewPeriod.schedule_id)
        .where(Schedule.root_id == root_id, Schedule.what == "digest", Schedule.state == "active")
        .where(ReviewPeriod.due_on <= today)
        .order_by(ReviewPeriod.due_on.desc())
    )
    return session.scalar(its.limit(1))


def was_sent(session: Session, key: str) -> bool:
    return session.scalar(select(Outbox.id).where(Outbox.key == key)) is not None
