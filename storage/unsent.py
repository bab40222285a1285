"""Messages that did not arrive: for those who look after the people they were for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select, text, tuple_, union_all, update
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from storage import members, outbox
from storage.scope import Scope, seen
from storage.tables.delivery import Outbox
from storage.tables.people import Account, Member
from storage.tables.records import Enrolment, Initiative

LISTED = timedelta(days=14)
LATE = timedelta(hours=24)
MENUS = "menu:"
"""How the keys of a chat's lists of commands begin: nobody misses one."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """error is what the platform said last; reachable: as far as is known."""

    id: int
    key: str
    member: Member
    platform: str
    at: datetime
    reply: Reply
    error: str
    reachable: bool


# The partial indexes serve only a query that has their conditions literally.
_GIVEN_UP = text("outbox.state = 'failed'")
_WAITS = text("outbox.state = 'ready' AND outbox.state IN ('late', 'ready')")


def _unsent(now: datetime) -> Select[Outbox, Account, Member]:
    """Given up, or due for longer than a day: to who has blocked the bot, much is not even tried.
    Strangers belong to nobody's unit."""
    given_up = select(Outbox.id).where(_GIVEN_UP, Outbox.at > now - LISTED)
    since = now - LATE
    tried = and_(Outbox.attempts > 0, Outbox.at < since)
    waits = select(Outbox.id).where(
        _WAITS, Outbox.at > now - LISTED, or_(Outbox.due_at < since, tried)
    )
    found = union_all(given_up, waits).subquery()  # each by its own index: one OR has none
    return (
        select(Outbox, Account, Member)
        .join(found, found.c.id == Outbox.id)
        .join(Account, Account.id == Outbox.account_id)
        .join(Member, Member.id == Account.member_id)
        .where(~Outbox.key.startswith(MENUS), Member.state.in_(members.REACHED))
    )


def of_units(
    session: Session,
    above: Sequence[int],
    now: datetime,
    today: date,
    most: int,
    skip: int = 0,
) -> list[Unsent]:
    """To members of these units and below, newest first."""
    statement = _unsent(now).where(Member.unit_id.in_(members.below(above, today)))
    rows = session.execute(statement.order_by(Outbox.id.desc()).limit(most).offset(skip))
    return [_row(*row) for row in rows] if above else []


def count(session: Session, above: Sequence[int], now: datetime, today: date) -> int:
    if not above:
        return 0
    mine = _unsent(now).where(Member.unit_id.in_(members.below(above, today)))
    return session.scalar(mine.with_only_columns(func.count(Outbox.id))) or 0


def find(session: Session, row_id: int, now: datetime) -> Unsent | None:
    """None: it has arrived meanwhile, or is too old."""
    row = session.execute(_unsent(now).where(Outbox.id == row_id)).first()
    return _row(*row) if row else None


def _row(row: Outbox, account: Account, member: Member) -> Unsent:
    reply = Reply.from_json(row.body)
    return Unsent(
        row.id, row.key, member, account.platform, row.at, reply, row.error, account.reachable
    )


def send_again(session: Session, row_id: int, now: datetime) -> None:
    """It goes out next, with what waits behind it. As news: the buttons of what the member is at
    now must go on to work."""
    again = {"state": "ready", "due_at": now, "attempts": 0, "error": "", "lane": outbox.NOTICE}
    session.execute(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.state.in_(["ready", "failed"]))
        .values(again)
    )
    one = select(Outbox.account_id).where(Outbox.id == row_id).scalar_subquery()
    tried = update(Account).where(Account.id == one).values(reachable=True, checks=0)
    session.execute(tried)


def hidden(
    session: Session, root_id: int, codes: Collection[tuple[int, int]], scope: Scope
) -> bool:
    """Whether one of the initiatives of these (year, number) may not be seen by everybody whose
    eyes these are."""
    if not codes:
        return False
    found = (
        select(Enrolment.id)
        .join(Initiative, Initiative.id == Enrolment.initiative_id)
        .where(Initiative.root_id == root_id, ~seen(scope))
        .where(tuple_(Initiative.code_year, Initiative.code_number).in_(codes))
    )
    return session.scalar(found.limit(1)) is not None
