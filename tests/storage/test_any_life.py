"""Any life of a few initiatives among many people: no forbidden move, no lost history, and numbers
that agree with the log.

The short form is part of the suite. The long one (5,000 runs of 40 moves):
    DVK_LONG=1 DVK_TEST_DATABASES=sqlite .venv/bin/pytest tests/storage/test_any_life.py
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from bot.domain.lifecycle import LEVELS, MOVES, UNDO, Life, allowed
from bot.domain.roles import ALLOWED, Role
from bot.errors import Refused
from storage import lifecycle, members, tally
from storage.database import Database
from storage.decisions import enter
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from tests.make import NOW, make_enrolment, make_member, make_root, make_sector, make_unit

LONG = bool(os.environ.get("DVK_LONG"))
RUNS, MOVES_EACH = (5_000, 40) if LONG else (12, 40)
DAY = date(2022, 12, 23)
HELD = ("huyện", "xã", "xóm", "xã khác")
numbers = st.integers(0, 7)
reasons = st.sampled_from(["", "Có lý do", "Có lý do"])


class World:
    """A district with two communes, one of them with a hamlet; everybody in every role."""

    def __init__(self, session: Session) -> None:
        self.session, root = session, make_root(session)
        xa, other = make_unit(session, "Xã Một"), make_unit(session, "Xã Hai")
        lane = make_unit(session, "Xóm Đông", "thon", parent=xa)
        self.units = dict(zip(HELD, (root, xa, lane, other), strict=True))
        self.people = [
            (role, held, make_member(session, unit=root, role=role, over=unit))
            for role in (Role.MEMBER, Role.FOCAL, Role.INSPECTOR, Role.APPROVER, Role.ADMIN)
            for held, unit in self.units.items()
        ]
        hidden = make_sector(session, "an_ninh_quoc_phong", root)
        self.lives = [
            make_enrolment(session, place=xa, built_on=DAY),
            make_enrolment(session, place=lane, registrant=xa, accepted_on=DAY),
            make_enrolment(session, place=xa, sector=hidden, accepted_on=DAY),
        ]
        self.decisions = [
            enter(session, root_id=root.id, kind="recognition", number=f"{n}", body="BCĐ", day=day,
                  author_id=self.people[0][2].id, now=NOW, level=level).id
            for n, level in enumerate(LEVELS)
            for day in (DAY, date(2021, 5, 1), DAY + timedelta(9))
        ]  # fmt: skip


class AnyLife(RuleBasedStateMachine):
    """What ought to be, kept in plain Python beside the database."""

    database: Session
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.database.begin_nested()
        self.now, self.touched = NOW, 0
        self.ended: set[int] = set()
        self.log: list[list[int]] = [[] for _ in self.world.lives]
        self.known: list[Life] = [Life() for _ in self.world.lives]

    def teardown(self) -> None:
        self.savepoint.rollback()
        self.database.expire_all()

    # -- what people do -----------------------------------------------------------------------

    @rule(who=st.integers(0, 19), what=st.integers(0, 2), name=st.sampled_from([*MOVES]),
          signed=st.integers(0, 8), reason=reasons)  # fmt: skip
    def moves(self, who: int, what: int, name: str, signed: int, reason: str) -> None:
        role, held, member = self.world.people[who]
        self._move(role, held, member, what, name, signed, reason)

    @rule(what=st.integers(0, 2), nth=numbers, level=st.integers(0, 2))
    def who_may_moves_on(self, what: int, nth: int, level: int) -> None:
        """What chance alone finds seldom."""
        names = allowed(self.known[what])
        person = self.world.people[12]  # the approver of the district
        self._move(*person, what, names[nth % len(names)], level * 3, "Có lý do")

    def _move(
        self, role: Role, held: str, member: Member, what: int, name: str, signed: int, reason: str
    ) -> None:
        life, enrolment = self.known[what], self.world.lives[what]
        decision = self.world.decisions[signed] if MOVES[name].decision else None
        given: dict[str, Any] = {"reason": reason, "decision_id": decision}
        may = self._may(role, held, member, what, name)
        good = may and name in allowed(life) and (reason or not MOVES[name].reason)
        if decision:
            good = good and signed % 3 == 0 and _rises(life.level, signed // 3)
        try:
            made = lifecycle.move(
                self.database,
                enrolment,
                name,
                author_id=member.id,
                now=self.now,
                today=DAY,
                **given,
            )
        except Refused:
            assert not good, f"{name} was refused"
        else:
            assert good, f"{name} was made"
            self._note(what, made)

    def _may(self, role: Role, held: str, member: Member, what: int, name: str) -> bool:
        where = ("huyện", "xã", "xóm") if what == 1 else ("huyện", "xã")
        narrowed = what == 2 and role is Role.ADMIN
        right = role in ALLOWED[MOVES[name].act] and held in where and not narrowed
        return right and member.id not in self.ended

    def _note(self, what: int, made: Move) -> None:
        self.touched = what
        assert Life(**made.before) == self.known[what]
        self.log[what].append(made.id)
        self.known[what] = Life(**made.after)
        self.now += timedelta(minutes=1)

    @rule(who=st.integers(0, 19), what=st.integers(0, 2), nth=numbers)
    def takes_back(self, who: int, what: int, nth: int) -> None:
        if not self.log[what]:
            return
        role, held, member = self.world.people[who]
        wrong = self.database.get_one(Move, self.log[what][-1 - nth % len(self.log[what])])
        standing = lifecycle.last_standing(self.database, self.world.lives[what].id)
        good = standing == wrong and self._may_undo(role, held, member, what, wrong)
        try:
            undone = lifecycle.undo(self.database, wrong, by=member.id, now=self.now, today=DAY)
        except Refused:
            assert not good, f"undoing {wrong.name} was refused"
        else:
            assert good, f"{wrong.name} was undone"
            self._note(what, undone)

    def _may_undo(self, role: Role, held: str, member: Member, what: int, wrong: Move) -> bool:
        """The author, their superior, or, once the author may not any more, whoever may."""
        by, over, author = next(p for p in self.world.people if p[2].id == wrong.author_id)
        theirs = self._may(by, over, author, what, wrong.name)
        above = HELD.index(held) < HELD.index(over)
        mine = wrong.name != UNDO and self._may(role, held, member, what, wrong.name)
        return mine and (author is member or above or not theirs)

    @rule(who=st.integers(0, 19))
    def loses_the_role(self, who: int) -> None:
        if who % 5 == 0 and who != 12:
            member = self.world.people[who][2]
            members.end_roles(self.database, member.id, self.now)
            self.ended.add(member.id)

    @rule(what=st.integers(0, 2), who=st.integers(0, 19))
    def results_come(self, what: int, who: int) -> None:
        member = self.world.people[who][2]
        begun = lifecycle.begin(self.database, self.world.lives[what], member.id, self.now, DAY)
        assert (begun is not None) == ("begin" in allowed(self.known[what]))
        if begun:
            self._note(what, begun)

    @rule(what=st.integers(0, 2), first=st.integers(0, 19), second=st.integers(0, 19),
          name=st.sampled_from([*MOVES]))  # fmt: skip
    def two_at_once(self, what: int, first: int, second: int, name: str) -> None:
        """The second has seen what the first has changed since."""
        if name in allowed(self.known[what]):
            for who in (first, second):
                role, held, member = self.world.people[who]
                self._move(role, held, member, what, name, 3, "Có lý do")

    @rule(most=st.integers(1, 9))
    def totals_are_folded(self, most: int) -> None:
        tally.fold(self.database, most)

    # -- what holds after each step --------------------------------------------------------------

    @invariant()
    def the_log_is_whole_and_leads_to_where_it_is(self) -> None:
        what = self.touched
        enrolment, life = self.world.lives[what], self.known[what]
        self.database.refresh(enrolment)
        assert Life.of(enrolment) == life
        assert lifecycle.state_from_log(self.database, enrolment.id) == life
        found = [move.id for move, _ in lifecycle.history(self.database, enrolment.id)]
        assert found == self.log[what][::-1]

    @invariant()
    def the_numbers_are_those_of_the_log(self) -> None:
        standing = tally.standing(self.database)
        assert standing == tally.recount(self.database)
        whole: Counter[str] = Counter()
        for key, counts in standing.items():
            whole.update(counts if key[1] == tally.ROOT else {})
        assert whole["recognised"] == sum(life.stage == "recognised" for life in self.known)
        assert whole["exemplary"] == sum(life.exemplary for life in self.known)
        assert whole["stopped"] == sum(life.activity == "stopped" for life in self.known)


def _rises(level: str, to: int) -> bool:
    return not level or to > LEVELS.index(level)


@pytest.fixture
def any_life(database: Database) -> Iterator[type[AnyLife]]:
    with Session(database.writer, expire_on_commit=False) as session:
        yield type("Life", (AnyLife,), {"database": session, "world": World(session)})


def test_any_life(any_life: type[AnyLife]) -> None:
    how = settings(
        max_examples=RUNS, stateful_step_count=MOVES_EACH, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(any_life, settings=how)
