"""From what is due to who is told of it when: rows, then one message per person and day."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.handlers.registry import Letter, Talk
from storage import bundles, planning, reminders, schedules
from storage.bundles import Rules
from storage.database import Database
from storage.due_parts import WHATS
from storage.planning import due_rows
from storage.recipients import People
from storage.tables.reminders import Schedule

T = TypeVar("T")


class Write(Protocol):
    def __call__(self, work: Callable[[Session], T], /) -> Awaitable[T]: ...


class Speak(Protocol):
    def __call__(self, work: Callable[[Talk], T], /) -> Awaitable[T]: ...


AT_ONCE = 500
"""Rows in one transaction: others want to write, too."""
PEOPLE_AT_ONCE = 25
"""In one transaction: answers wait for it."""
IN_OUTBOX = 300
"""More are not put in: what is made ten seconds before it is sent is still true then."""
SETTLE_EVERY = timedelta(minutes=10)
NEVER = (date.min, 0, datetime.min.replace(tzinfo=UTC))
AGAIN = timedelta(days=1)
"""So long a message that could not be sent looks for another account."""


Looked = tuple[list[reminders.Row], list[int], dict[int, int]]
"""Rows to be put in, numbers of what is over, and the revisions of the schedules looked at."""


@dataclass(slots=True)
class Reminding:
    """The two things the clock asks for: `collect` what is due, `send` what has its hour now. Both
    may run twice, in several processes, and after any pause. write and speak run something in a
    transaction of the desk, speak with letters."""

    database: Database
    write: Write
    speak: Speak
    root_id: int
    zone: ZoneInfo
    rules: Callable[[Session], Rules]
    evaluate: Callable[[], Awaitable[None]]
    _prepared: date | None = field(default=None, init=False)
    _settled: datetime | None = field(default=None, init=False)
    _looked: dict[int, tuple[date, int, datetime]] = field(default_factory=dict, init=False)
    _full: bool = field(default=False, init=False)

    async def collect(self, now: datetime) -> None:
        today = now.astimezone(self.zone).date()
        if today != self._prepared:
            await self.write(lambda s: self._prepare(s, now))
            self._prepared = today
        settling = self._settled is None or not 0 <= (now - self._settled) / SETTLE_EVERY < 1
        rows, over, seen = await asyncio.to_thread(self._look, now, settling)
        for some in chunks(rows, AT_ONCE):
            await self.write(partial(planning.add, rows=some, seen=seen))
        for ids in chunks(over, AT_ONCE):
            await self.write(partial(reminders.finish, ids=ids, now=now))
        if settling:
            self._settled = now
        self._looked |= {number: (today, revision, now) for number, revision in seen.items()}

    def _prepare(self, session: Session, now: datetime) -> None:
        schedules.ensure_schedules(session, self.root_id, now)
        today = now.astimezone(self.zone).date()
        schedules.ensure_periods(session, self.root_id, today)

    def _look(self, now: datetime, settling: bool) -> Looked:
        rows: list[reminders.Row] = []
        over: list[int] = []
        seen: dict[int, int] = {}
        with self.database.reading() as session:
            rules, people = self.rules(session), People(session, now)
            today = now.astimezone(rules.zone).date()
            for schedule in self._to_look_at(schedules.active(session, self.root_id), today, now):
                seen[schedule.id] = schedule.revision
                rows += due_rows(session, schedule, people, rules, now)
                if settling or WHATS[schedule.what].calendar:
                    over += reminders.no_longer_due(session, schedule, today, rules.zone)
        return rows, over, seen

    def _to_look_at(
        self, active: Sequence[Schedule], today: date, now: datetime
    ) -> Iterator[Schedule]:
        """What a calendar brings is there with the first tick of its day, and may be about all
        models: after that it is looked for now and then, one schedule after the other."""
        again = False
        for one in active:
            day, revision, at = self._looked.get(one.id, NEVER)
            age = (now - at) / SETTLE_EVERY
            fresh = (day, revision) == (today, one.revision) and 0 <= age < 2
            if not WHATS[one.what].calendar or not fresh:
                yield one
            elif age >= 1 and not again:
                again = True
                yield one

    async def send(self, now: datetime) -> None:
        while await self.speak(self._bundle):
            await self.evaluate()

    async def go_on(self, now: datetime) -> None:
        """Between two ticks: where the outbox was full, there is room again."""
        if self._full:
            await self.send(now)

    def _bundle(self, talk: Talk) -> int:
        """How many people were looked after: none, when there is nothing to do, or enough is under
        way."""
        session, rules = talk.session, self.rules(talk.session)
        bundles.free(session)
        again = bundles.undelivered(session, talk.now - AGAIN)
        talk.letters += [letter(number, other) for number, other in again]
        self._full = bundles.in_outbox(session) >= IN_OUTBOX
        if self._full:
            return len(again)
        members = bundles.due_members(session, talk.now, rules, PEOPLE_AT_ONCE)
        put = bundles.bundle(session, members, talk.now, rules)
        talk.letters += [letter(number, account_id) for number, account_id in put]
        return len(again) + len(members)


def letter(bundle_id: int, account_id: int) -> Letter:
    """Its text is made when it is sent: what was done meanwhile is not asked for."""
    late = {"kind": "bundle", "bundle": bundle_id}
    key = f"bundle:{bundle_id}:{account_id}"
    return Letter(key, account_id, Reply("", late=late), lane=bundles.LANE)


def chunks(rows: Sequence[T] | Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
