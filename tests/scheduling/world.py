"""A small organisation under a clock that the test moves: what falls due, and who was told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.delivery import late
from bot.domain.roles import Role
from bot.domain.schedules import Attention
from bot.domain.timing import Hours
from bot.scheduling.reminding import Reminding
from storage import reports
from storage.bundles import Rules
from storage.database import Database
from storage.tables.people import Account
from storage.tables.reminders import Bundle, Reminder, Schedule
from storage.tables.units import Unit
from tests.delivery.desks import ZONE, Office, office
from tests.make import make_account, make_enrolment, make_member, make_unit, the_root

TET = {date(2026, 2, day) for day in range(14, 23)}
HOURS = Hours()
SPRING = date(2026, 3, 1)


def working(day: date) -> bool:
    return day.weekday() < 5 and day not in TET


def rules(session: Session) -> Rules:
    return Rules(ZONE, HOURS, working, Attention())


@dataclass
class Clock:
    at: datetime

    def __call__(self) -> datetime:
        return self.at


def local(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


@dataclass
class World:
    """xa: a commune with its focal person; lan: a villager there; chief: the focal above."""

    database: Database
    office: Office
    clock: Clock
    reminding: Reminding
    xa: int
    focal: int
    lan: int
    chief: int

    async def tick(self, at: datetime) -> None:
        self.clock.at = at
        await self.reminding.collect(at)
        await self.reminding.send(at)

    def do(self, work: Callable[[Session], Any]) -> Any:
        with self.database.writing() as session:
            return work(session)

    def model(self, author_id: int | None = None) -> int:
        """One of this year of which nothing was heard since spring, perhaps registered by somebody;
        its number."""

        def add(session: Session) -> int:
            xa = session.get_one(Unit, self.xa)
            one = make_enrolment(session, 2026, place=xa, accepted_on=SPRING)
            if author_id:
                reports.add(
                    session, key=f"{one.id}", kind="register", enrolment=one, author_id=author_id,
                    answers={}, has_results=False, now=local(SPRING), state="accepted",
                )  # fmt: skip
            return one.id

        added: int = self.do(add)
        return added

    def chat_of(self, member_id: int) -> str:
        """On the web."""
        with self.database.reading() as session:
            its = select(Account.external_id).where(Account.member_id == member_id)
            return session.scalars(its.where(Account.platform == "web")).one()

    def only(self, *codes: str) -> None:
        """No other schedule is active."""

        def pause(session: Session) -> None:
            for one in session.scalars(select(Schedule).where(Schedule.code.not_in(codes))):
                one.state = "paused"

        self.do(pause)

    def sent(self, member_id: int | None = None) -> list[tuple[Reminder, Bundle]]:
        rows = (
            select(Reminder, Bundle)
            .join(Bundle, Bundle.id == Reminder.bundle_id)
            .order_by(Bundle.at, Reminder.id)
        )
        with self.database.reading() as session:
            found = [(r, b) for r, b in session.execute(rows)]
            session.expunge_all()
        return [(r, b) for r, b in found if member_id in (None, r.member_id)]

    def days(self, member_id: int) -> list[str]:
        """When this person was told of what: "14/12 18:00 initiative_review"."""
        return [
            f"{bundle.at.astimezone(ZONE):%d/%m %H:%M} {reminder.what}"
            for reminder, bundle in self.sent(member_id)
        ]


@asynccontextmanager
async def world(database: Database, start: datetime) -> AsyncIterator[World]:
    clock = Clock(start)
    with database.writing() as session:
        root = the_root(session)
        xa = make_unit(session)
        people = [
            _person(session, "Trần Văn Minh", xa, Role.FOCAL, xa),
            _person(session, "Nguyễn Thị Lan", xa, Role.MEMBER, xa),
            _person(session, "Võ Thị Mai", root, Role.FOCAL, root),
        ]
        root_id, ids = root.id, [xa.id, *people]
    async with office(database, clock) as desk:

        async def evaluate() -> None:
            found = late.evaluate(database, desk.desk.place, None)
            await desk.desk.run(lambda batch: late.fill(batch, found))

        reminding = Reminding(
            database, desk.desk.write, desk.desk.speak, root_id, ZONE, rules, evaluate
        )
        made = World(database, desk, clock, reminding, *ids)
        await made.reminding.collect(start - timedelta(days=400))  # schedules and periods are there
        yield made


def _person(session: Session, name: str, unit: Unit, role: Role, over: Unit) -> int:
    member = make_member(session, name=name, unit=unit, role=role, over=over)
    make_account(session, member)
    return member.id


def told(talk: Any, bundle: int) -> Reply:
    """Stands for the words of the daily message."""
    return Reply(f"bundle {bundle}")
