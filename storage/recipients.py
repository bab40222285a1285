"""Who is told of a thing that is due: whom it concerns, then the ladder above them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.domain.roles import Role as RoleName
from bot.domain.schedules import Rung
from bot.domain.units import KINDS
from storage.deciding import deciders
from storage.due_now import Thing
from storage.members import in_force
from storage.tables.people import Account, Member, Role
from storage.tables.reminders import Preference, Schedule
from storage.tables.units import Unit
from storage.units import ancestors


@dataclass(frozen=True, slots=True)
class Person:
    """reachable: there is an account that takes messages. official: has a role beyond member."""

    id: int
    reachable: bool
    official: bool
    liked: str = ""
    quiet_until: date | None = None


@dataclass(slots=True)
class People:
    """What is asked again and again while things are gone through, read once."""

    session: Session
    now: datetime
    _units: dict[tuple[int, Rung], list[int]] = field(default_factory=dict)
    _holders: dict[tuple[int, tuple[str, ...]], list[int]] = field(default_factory=dict)
    _known: dict[int, Person] = field(default_factory=dict)

    def told(self, schedule: Schedule, thing: Thing, rung: Rung) -> list[tuple[Person, Rung]]:
        """Somebody who cannot be reached is reported to the focal person at once."""
        people = [(self.person(one), rung) for one in self._who(schedule, thing, rung)]
        lost = [one for one, _ in people if not one.reachable]
        if lost and rung == Rung.PERSON:
            others = self._by_unit(thing.unit_id, Rung.FOCAL)
            besides = {one.id for one, _ in people}
            people += [(self.person(o), Rung.FOCAL) for o in others if o not in besides]
        return people

    def concerned(self, schedule: Schedule, thing: Thing, rung: Rung) -> Sequence[int]:
        """For the rungs above: who heard of it as their own matter, and not again as others'."""
        return () if rung == Rung.PERSON else self._who(schedule, thing, Rung.PERSON)

    def _who(self, schedule: Schedule, thing: Thing, rung: Rung) -> Sequence[int]:
        if rung != Rung.PERSON:
            return self._by_unit(thing.unit_id, rung)
        if thing.member_id is not None:
            return [thing.member_id]
        own = self._with_roles(thing.unit_id, tuple(schedule.roles)) if schedule.roles else []
        return own or self._by_unit(thing.unit_id, Rung.FOCAL)

    def _by_unit(self, unit_id: int, rung: Rung) -> list[int]:
        key = (unit_id, rung)
        if key not in self._units:
            own = rung == Rung.FOCAL
            self._units[key] = self._deciders(unit_id) if own else self._above(unit_id)
        return self._units[key]

    def _deciders(self, unit_id: int) -> list[int]:
        return list(deciders(self.session, unit_id, self.now))

    def _above(self, unit_id: int) -> list[int]:
        """Who decides for the nearest unit above where these are others; nobody else: those of the
        unit itself."""
        own = self._by_unit(unit_id, Rung.FOCAL)
        above = (self._deciders(one) for one in self._line(unit_id) if one != unit_id)
        return next((people for people in above if set(people).isdisjoint(own)), own)

    def _line(self, unit_id: int) -> Iterator[int]:
        """Upwards: in its own line, in any, and from there in any."""
        tree, day = KINDS[self.session.get_one(Unit, unit_id).kind].tree, self.now.date()
        yield from ancestors(self.session, unit_id, day, tree)
        anywhere = ancestors(self.session, unit_id, day)
        yield from anywhere
        for one in anywhere:
            yield from ancestors(self.session, one, day)

    def _with_roles(self, unit_id: int, roles: tuple[str, ...]) -> list[int]:
        key = (unit_id, roles)
        if key not in self._holders:
            held = (
                select(Role.member_id)
                .join(Member, Member.id == Role.member_id)
                .where(Role.unit_id == unit_id, Role.role.in_(roles), in_force(self.now))
                .where(Member.state == "active")
            )
            self._holders[key] = sorted(set(self.session.scalars(held)))
        return self._holders[key]

    def person(self, member_id: int) -> Person:
        if member_id not in self._known:
            self.learn([member_id])
        return self._known[member_id]

    def learn(self, members: Sequence[int]) -> None:
        """Read what is not known yet of these, in few statements."""
        new = sorted({one for one in members if one not in self._known})
        reachable = exists().where(Account.member_id == Member.id, Account.reachable)
        beyond = Role.role != RoleName.MEMBER.value
        official = exists().where(Role.member_id == Member.id, Role.until.is_(None), beyond)
        asked = select(
            Member.id, reachable, official, Preference.window, Preference.quiet_until
        ).outerjoin(Preference, Preference.member_id == Member.id)
        for start in range(0, len(new), 500):
            some = new[start : start + 500]
            for row in self.session.execute(asked.where(Member.id.in_(some))):
                one = Person(row[0], bool(row[1]), bool(row[2]), row[3] or "", row[4])
                self._known[one.id] = one
