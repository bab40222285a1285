"""What one person gets on a day: one message, put into the outbox at a good hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from bot.conversation.channels import channel
from bot.domain.schedules import Attention
from bot.domain.timing import Hours, Working, slot, window_of
from storage.due_parts import WHATS
from storage.once import put_once
from storage.outbox import REMINDER
from storage.recipients import People, Person
from storage.tables.delivery import Outbox
from storage.tables.people import Account, Draft
from storage.tables.reminders import Bundle, Reminder, Schedule

LANE = REMINDER
WEEK = timedelta(days=7)
SOON = "soon"
"""The window of what would be pointless tomorrow."""


# The partial index serves only a query that has its condition literally.
_WAITS = and_(Outbox.lane == LANE, text("outbox.state IN ('late', 'ready')"))


@dataclass(frozen=True, slots=True)
class Rules:
    """When people are written to, and how often."""

    zone: ZoneInfo
    hours: Hours
    working: Working
    attention: Attention


def due_members(session: Session, now: datetime, rules: Rules, most: int) -> list[int]:
    """For whom something waits whose hour has come, and who is not busy with a form."""
    filled_in = (
        exists()
        .where(Account.member_id == Reminder.member_id, Account.draft_id == Draft.id)
        .where(Draft.updated_at > now - rules.attention.pause)
    )
    waits = select(Reminder.member_id).where(*_due(now), ~filled_in)
    first = waits.group_by(Reminder.member_id).order_by(func.min(Reminder.send_from))
    return list(session.scalars(first.limit(most)))


def _due(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Reminder.state == "waiting", Reminder.send_from <= moment)


def in_outbox(session: Session) -> int:
    """Bundles that wait to be sent."""
    return session.scalar(select(func.count()).select_from(Outbox).where(_WAITS)) or 0


def bundle(
    session: Session, members: Sequence[int], now: datetime, rules: Rules
) -> list[tuple[int, int]]:
    """Bundle what waits for these members; what may not go now gets another hour, or stays on their
    list. Returns (bundle, account) of what is to be sent."""
    people = People(session, now)
    people.learn(members)
    found = []
    for member_id in sorted(members):  # as every process does: none waits for the other in a circle
        one = people.person(member_id)
        if put := _bundle(session, one, now, rules):
            found.append(put)
    return found


def _bundle(
    session: Session, person: Person, now: datetime, rules: Rules
) -> tuple[int, int] | None:
    local = now.astimezone(rules.zone)
    rows = _alive(session, _waiting(session, person.id, local), now, rules.attention.late)
    account_id = account_for(session, person.id)
    if account_id is None:
        _move(session, rows, state="listed")
    if not rows or account_id is None:
        return None
    schedule = session.get_one(Schedule, rows[0].schedule_id)
    window = window_of(schedule.window, person.liked, person.official)
    if later := _not_now(session, person.id, local, window, rules):
        rows, window = _cannot_wait(session, rows, later), SOON
    rows = _within_cap(session, person.id, rows, local.date(), rules.attention.weekly)
    if not rows:
        return None
    bundle_id = _put(session, person.id, account_id, local, window)
    if bundle_id is None:
        return None  # another process was first
    _move(session, rows, state="sent", bundle_id=bundle_id)
    return bundle_id, account_id


def _waiting(session: Session, member_id: int, local: datetime) -> list[Reminder]:
    """All of the day, so that they come together; another process that is at it is waited for."""
    tomorrow = datetime.combine(local.date() + timedelta(1), time(), local.tzinfo)
    its = select(Reminder).where(Reminder.member_id == member_id, *_due(tomorrow))
    order = (Reminder.due_on, Reminder.id)
    return list(session.scalars(its.order_by(*order).with_for_update()))


def _alive(
    session: Session, rows: list[Reminder], now: datetime, late: timedelta
) -> list[Reminder]:
    """Without what has become pointless, or comes too late after a downtime."""
    dead = [r for r in rows if r.send_until and r.send_until <= now]
    dead += [r for r in rows if r.send_from < now - late and not WHATS[r.what].sure]
    _move(session, dead, state="listed")
    return [r for r in rows if r not in dead]


def _move(session: Session, rows: Sequence[Reminder], **values: object) -> None:
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()


def _not_now(
    session: Session, member_id: int, local: datetime, window: str, rules: Rules
) -> datetime | None:
    """When, if not now: outside the window, or after the one message of the day."""
    at = slot(local, window, rules.hours, rules.working)
    if at > local:
        return at
    had = select(Bundle.id).where(Bundle.member_id == member_id, Bundle.day == local.date())
    if session.scalar(had.limit(1)) is None:
        return None
    tomorrow = datetime.combine(local.date() + timedelta(1), time(), local.tzinfo)
    return slot(tomorrow, window, rules.hours, rules.working)


def _cannot_wait(session: Session, rows: list[Reminder], later: datetime) -> list[Reminder]:
    """What would be pointless then goes now; the rest gets its hour."""
    urgent = [r for r in rows if r.send_until and r.send_until <= later]
    _move(session, [r for r in rows if r not in urgent], send_from=later)
    return urgent


def _within_cap(
    session: Session, member_id: int, rows: list[Reminder], day: date, weekly: int
) -> list[Reminder]:
    """Beyond what one person gets in a week, only what must be known is pushed."""
    week = (Bundle.member_id == member_id, Bundle.day > day - WEEK)
    had = session.scalar(select(func.count()).select_from(Bundle).where(*week)) or 0
    if had < weekly:
        return rows
    _move(session, [r for r in rows if not WHATS[r.what].sure], state="listed")
    return [r for r in rows if WHATS[r.what].sure]


def _put(
    session: Session, member_id: int, account_id: int, local: datetime, window: str
) -> int | None:
    row = {
        "member_id": member_id, "account_id": account_id, "day": local.date(), "window": window,
        "at": local,
    }  # fmt: skip
    return next(iter(put_once(session, Bundle, [row])), None)


def account_for(session: Session, member_id: int, besides: int | None = None) -> int | None:
    """Where a member is written to: where it rings, before where they must look themselves."""
    its = select(Account.id, Account.platform).where(
        Account.member_id == member_id, Account.reachable, Account.id != (besides or 0)
    )
    rows = session.execute(its.order_by(Account.id.desc())).all()
    found = sorted(rows, key=lambda row: channel(row.platform).mailbox)
    return found[0].id if found else None


def drop(session: Session, outbox_id: int, bundle_id: int) -> None:
    """Nothing of it was still due when its text was made."""
    of_it = Reminder.bundle_id == bundle_id
    session.execute(update(Reminder).where(of_it).values(bundle_id=None))
    session.execute(delete(Outbox).where(Outbox.id == outbox_id, Outbox.state != "sent"))
    session.execute(delete(Bundle).where(Bundle.id == bundle_id))


def take_back(session: Session, account_id: int, number: int) -> None:
    """Not sent while it was true: its reminders wait again, to be made anew at a good hour."""
    gone = (
        delete(Outbox)
        .where(Outbox.account_id == account_id, Outbox.number == number, _WAITS)
        .returning(Outbox.key)
    )
    for key in session.scalars(gone).all():
        bundle_id = int(key.split(":")[1])
        its = (Reminder.bundle_id == bundle_id, Reminder.state == "sent")
        session.execute(update(Reminder).where(*its).values(state="waiting"))
        of_it = Reminder.bundle_id == bundle_id
        session.execute(update(Reminder).where(of_it).values(bundle_id=None))
        session.execute(delete(Bundle).where(Bundle.id == bundle_id))


def free(session: Session) -> None:
    """What waits where nobody can be reached any more goes elsewhere, or stays on the list."""
    its = select(Outbox.account_id, Outbox.number).join(Account, Account.id == Outbox.account_id)
    for account_id, number in session.execute(its.where(_WAITS, ~Account.reachable)).all():
        take_back(session, account_id, number)


def undelivered(session: Session, since: datetime) -> list[tuple[int, int]]:
    """Bundles that did not arrive because the account is gone, where the member has another:
    (bundle, other account)."""
    failed = select(Outbox.key, Outbox.account_id).where(
        Outbox.state == "failed", Outbox.lane == LANE, Outbox.at >= since
    )
    found = []
    for key, account_id in session.execute(failed).all():
        row = session.get(Bundle, int(key.split(":")[1]))
        if row is None or row.account_id != account_id or _reachable(session, account_id):
            continue
        if other := account_for(session, row.member_id, account_id):
            row.account_id = other
            found.append((row.id, other))
    session.flush()
    return found


def _reachable(session: Session, account_id: int) -> bool:
    return session.get_one(Account, account_id).reachable
