"""A schedule was changed: which reminders that were planned still hold. Nobody is told twice, and
nothing is forgotten."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import String, cast, delete, exists, literal, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.schedules import Stage, turns
from bot.domain.timing import slot, window_of
from storage import reminders
from storage.bundles import Rules
from storage.due_now import Thing, due_things, stage_of
from storage.due_parts import WHATS
from storage.planning import hour_of
from storage.recipients import People, Person
from storage.tables.delivery import Outbox
from storage.tables.reminders import Bundle, Extension, Reminder, Schedule

Moves = dict[date, date | None]
"""Due day → the new one; None: there is none any more."""
Key = tuple[int, int, date, int]
"""Subject, unit, due day, stage."""
PAUSED = "paused"
"""The state of reminders that wait until their schedule goes on."""
AT_ONCE = 500


def _key(row: Reminder) -> Key:
    return (row.subject_id, row.unit_id, row.due_on, row.stage)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned for a schedule, whose columns are the new ones already; before: the stages
    it had. What somebody asked for (put off, handed on, nudged) is left as it is."""

    session: Session
    schedule: Schedule
    before: Sequence[Stage]
    rules: Rules
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.rules.zone).date()

    # -- the due day ----------------------------------------------------------------------

    def move(self, moves: Moves) -> None:
        """What was told stays told: at another distance from its due day."""
        gone = [row for row in self._fresh() if row.due_on in moves]
        self._delete(gone)
        for old, new in moves.items():
            if new is None:
                self._set(Reminder.due_on == old, Reminder.state.in_(OPEN), state="replaced")
            else:
                self._shift(old, new)
        self.session.expire_all()

    def _shift(self, old: date, new: date) -> None:
        other = aliased(Reminder)
        stage = Reminder.stage + (old - new).days
        same = ("schedule_id", "subject_id", "unit_id", "member_id")
        clash = exists().where(
            *(getattr(other, name) == getattr(Reminder, name) for name in same),
            other.due_on == new, other.stage == stage,
        )  # fmt: skip
        extended = exists().where(
            Extension.what == Reminder.what, Extension.subject_id == Reminder.subject_id,
            Extension.unit_id == Reminder.unit_id, Extension.until == old,
            Extension.state == "granted",
        )  # fmt: skip
        self._set(Reminder.due_on == old, ~clash, ~extended, due_on=new, stage=stage)

    # -- everything else ------------------------------------------------------------------

    def follow(self, state: str, changed: Collection[str]) -> None:
        """state: what the schedule's was."""
        if self.schedule.state == "ended":
            self._end()
            return
        if "unit_id" in changed:
            self._retire()
        if self.schedule.state == "paused":
            self._pause()
            return
        if state == "paused":
            self._resume()
        self._refresh("window" in changed)

    def _pause(self) -> None:
        """What is in a message whose text has not been made yet waits, too."""
        key = literal("bundle:") + cast(Bundle.id, String) + ":" + cast(Bundle.account_id, String)
        unmade = select(Bundle.id).join(Outbox, Outbox.key == key).where(Outbox.state == "late")
        in_it = (Reminder.state == "sent", Reminder.bundle_id.in_(unmade))
        self._set(*in_it, state=PAUSED, bundle_id=None)
        self._set(Reminder.state == "waiting", state=PAUSED)

    def _resume(self) -> None:
        """What would be late is only listed; what a later stage has come for is not said at all."""
        on = turns(Stage.read(self.schedule.stages), self.today)
        what, late = WHATS[self.schedule.what], self.now - self.rules.attention.late
        planned = {row.id for row in self._planned(PAUSED)}
        for row in self._rows(PAUSED):
            current = row.stage == stage_of(on, row.due_on) or what.earlier
            if row.id in planned and not current:
                row.state = "replaced"
            else:
                row.state = "waiting" if what.sure or row.send_from >= late else "listed"
        self.session.flush()

    def _end(self) -> None:
        self._set(Reminder.state.in_(OPEN), state="done", settled_at=self.now)

    def _retire(self) -> None:
        """Outside the new scope nothing is asked; inside again, what was asked is answered."""
        self._set(
            Reminder.state == "replaced", Reminder.bundle_id.is_not(None), state="sent"
        )  # fmt: skip
        over = reminders.no_longer_due(self.session, self.schedule, self.today, self.rules.zone)
        planned = {row.id for row in self._fresh()}
        for some in _chunks([number for number in over if number not in planned]):
            self._set(Reminder.id.in_(some), state="replaced")

    def _refresh(self, other_hours: bool) -> None:
        """What waits for its hour: for whom, and when, it is now."""
        rows = sorted(self._fresh(), key=_key)
        people = People(self.session, self.now)
        things = self._things({row.subject_id for row in rows})
        people.learn([t.member_id for some in things.values() for t in some if t.member_id])
        handed = reminders.handed(self.session, self.schedule)
        rungs = {stage.days: stage for stage in Stage.read(self.schedule.stages)}
        for key, some in groupby(rows, key=_key):
            its, due = list(some), things.get(key[:3], [])
            stage = rungs.get(key[3])
            wanted: dict[int, tuple[Person, str, Thing]] = {}
            if stage and stage in self.before:
                wanted = self._wanted(people, due, stage, handed)
            self._delete([row for row in its if row.member_id not in wanted])
            if stage:
                self._put(its, wanted, stage, other_hours)

    def _wanted(
        self, people: People, due: Iterable[Thing], stage: Stage,
        handed: Mapping[tuple[int, int, date, int], int],
    ) -> dict[int, tuple[Person, str, Thing]]:  # fmt: skip
        found = {}
        for thing in due:
            for person, rung in people.told(self.schedule, thing, stage.rung):
                key = (thing.subject_id, thing.unit_id, thing.due_on, person.id)
                found[handed.get(key, person.id)] = (person, rung.value, thing)
        return found

    def _put(
        self, its: Sequence[Reminder], wanted: Mapping[int, tuple[Person, str, Thing]],
        stage: Stage, other_hours: bool,
    ) -> None:  # fmt: skip
        """Whoever is to be told as well, now, is told when the others are."""
        like, had = its[0], {row.member_id: row for row in its}
        new = []
        for member_id, (person, rung, thing) in wanted.items():
            row = had.get(member_id)
            if row is None:
                kept = {name: getattr(like, name) for name in KEPT}
                at = self._hour(like, person, stage, thing)
                who = {"member_id": member_id, "rung": rung, "at": self.now}
                state = "waiting" if person.reachable else "listed"
                new.append(kept | who | {"send_from": at, "state": state, "snoozes": 0})
            elif other_hours:
                row.send_from = self._hour(row, person, stage, thing)
        self.session.flush()
        reminders.add(self.session, new)

    def _hour(self, row: Reminder, person: Person, stage: Stage, thing: Thing) -> datetime:
        """On the day it was planned for, or as soon after as there is an hour."""
        schedule, rules, what = self.schedule, self.rules, WHATS[self.schedule.what]
        if what.earlier:
            return hour_of(schedule, what, stage, thing, person, rules) or row.send_from
        day = datetime.combine(row.send_from.astimezone(rules.zone).date(), time(), rules.zone)
        window = window_of(schedule.window, person.liked, person.official)
        wanted = max(day, self.now).astimezone(rules.zone)
        return slot(wanted, window, rules.hours, rules.working)

    # -- rows ---------------------------------------------------------------------------------

    def _fresh(self) -> list[Reminder]:
        """What the schedule planned and nobody was told of yet."""
        days = {stage.days for stage in self.before}
        return [row for row in self._planned("waiting") if row.stage in days]

    def _planned(self, state: str) -> list[Reminder]:
        handed = reminders.handed(self.session, self.schedule)
        given = {(s, u, day, to) for (s, u, day, _), to in handed.items()}
        return [
            row
            for row in self._rows(state)
            if not row.snoozes
            if (row.subject_id, row.unit_id, row.due_on, row.member_id) not in given
        ]

    def _rows(self, state: str) -> Sequence[Reminder]:
        its = select(Reminder).where(
            Reminder.schedule_id == self.schedule.id, Reminder.state == state
        )
        return self.session.scalars(its.execution_options(populate_existing=True)).all()

    def _things(self, subjects: set[int]) -> dict[tuple[int, int, date], list[Thing]]:
        found: dict[tuple[int, int, date], list[Thing]] = {}
        zone = self.rules.zone
        for one in due_things(self.session, self.schedule, subjects, self.today, zone):
            for day in {one.due_on, *self._later(one)}:
                thing = Thing(one.subject_id, one.unit_id, day, one.member_id)
                found.setdefault((one.subject_id, one.unit_id, day), []).append(thing)
        return found

    def _later(self, one: Thing) -> Sequence[date]:
        its = select(Extension.until).where(
            Extension.what == self.schedule.what, Extension.subject_id == one.subject_id,
            Extension.unit_id == one.unit_id, Extension.state == "granted",
        )  # fmt: skip
        return self.session.scalars(its).all()

    def _set(self, *which: Any, **values: Any) -> None:
        its = update(Reminder).where(Reminder.schedule_id == self.schedule.id, *which)
        self.session.execute(its.values(**values).execution_options(synchronize_session=False))
        self.session.expire_all()

    def _delete(self, rows: Iterable[Reminder]) -> None:
        for some in _chunks([row.id for row in rows]):
            self.session.execute(delete(Reminder).where(Reminder.id.in_(some)))


OPEN = (*reminders.OPEN, PAUSED)
KEPT = ("schedule_id", "what", "subject_id", "unit_id", "due_on", "stage", "send_until")


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]
