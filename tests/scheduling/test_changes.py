"""A schedule is changed while it runs: nobody is told twice, and nothing is forgotten."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.domain.schedules import Rung, Stage
from bot.handlers.registry import LATE, Talk
from storage import planning, reminders, schedules
from storage.database import Database
from storage.recipients import People
from storage.tables.reminders import Bundle, Reminder, ReviewPeriod, Schedule
from tests.delivery.desks import ZONE, registered
from tests.make import make_unit
from tests.scheduling.world import World, local, rules, working, world

CODE = "bao-cao-quy"
DUE = date(2026, 12, 15)
FIRST, LAST = date(2026, 11, 23), date(2026, 12, 31)
SEEDS = range(200) if os.environ.get("DVK_LONG") else range(8)
Told = tuple[int, int, date, int, int]
"""Subject, unit, due day, stage, person."""


@pytest.fixture
def ledger() -> list[tuple[date, Told]]:
    """Who was told of what, on which day."""
    return []


@pytest.fixture
async def land(database: Database, ledger) -> AsyncIterator[World]:
    def made(talk: Talk, bundle: int) -> Reply:
        rows = reminders.of_bundle(talk.session, bundle)
        rows = [r for r in rows if talk.session.get_one(Schedule, r.schedule_id).state == "active"]
        still = reminders.holding(talk.session, rows, talk.today, ZONE)
        who = talk.session.get_one(Bundle, bundle).member_id
        ledger.extend(
            (talk.today, (r.subject_id, r.unit_id, r.due_on, r.stage, who)) for r in still
        )
        return Reply("; ".join(r.what for r in still))

    with registered(LATE, "bundle", made):
        async with world(database, local(date(2026, 9, 1))) as made_world:
            made_world.only(CODE)
            yield made_world


def change(land: World, at: datetime, **values: Any) -> bool:
    def changes(session: Session) -> bool:
        one = session.scalars(select(Schedule).filter_by(code=CODE)).one()
        given = (values, land.chief, rules(session), at)
        return schedules.change(session, one, one.revision, *given)

    land.clock.at = at
    done: bool = land.do(changes)
    return done


def schedule(land: World) -> Schedule:
    def find(session: Session) -> Schedule:
        one = session.scalars(select(Schedule).filter_by(code=CODE)).one()
        session.expunge(one)
        return one

    found: Schedule = land.do(find)
    return found


async def run(land: World, first: date, last: date) -> None:
    for n in range((last - first).days + 1):
        for hour in (9, 19):
            await land.tick(local(first + timedelta(n), hour))


def days(ledger: list[tuple[date, Told]], land: World, who: int) -> list[str]:
    return [f"{day:%d/%m} {told[3]:+d}" for day, told in ledger if told[4] == who]


# -- by example -----------------------------------------------------------------------------------


async def test_a_later_due_day_is_told_at_its_own_stages(land: World, ledger):
    await run(land, date(2026, 12, 9), date(2026, 12, 10))
    change(land, local(date(2026, 12, 11), 8), rule="22 3,6,9,12 *")
    await run(land, date(2026, 12, 11), date(2026, 12, 31))
    assert days(ledger, land, land.focal) == ["10/12 -5", "17/12 -5", "21/12 -1", "23/12 +1"]
    assert days(ledger, land, land.chief) == ["25/12 +3"]


async def test_back_and_forth_tells_nobody_again(land: World, ledger):
    await run(land, date(2026, 12, 9), date(2026, 12, 10))
    change(land, local(date(2026, 12, 10), 15), rule="22 3,6,9,12 *")
    change(land, local(date(2026, 12, 10), 16), rule="15 3,6,9,12 *")
    await run(land, date(2026, 12, 10), date(2026, 12, 14))
    assert days(ledger, land, land.focal) == ["10/12 -5", "14/12 -1"]


async def test_what_was_told_can_still_be_answered_after_the_day_moved(land: World, ledger):
    await run(land, date(2026, 12, 10), date(2026, 12, 10))
    change(land, local(date(2026, 12, 11), 8), rule="22 3,6,9,12 *")
    with land.database.reading() as session:
        (found,) = reminders.open_of(session, land.focal, date(2026, 12, 11), ZONE)
        assert (found.state, found.due_on) == ("sent", date(2026, 12, 22))


async def test_a_day_without_a_quarter_any_more_is_not_asked_for(land: World, ledger):
    await run(land, date(2026, 12, 10), date(2026, 12, 10))
    change(land, local(date(2026, 12, 11), 8), rule="15 3,6 *")
    await run(land, date(2026, 12, 11), date(2026, 12, 20))
    assert days(ledger, land, land.focal) == ["10/12 -5"]


async def test_a_stage_that_was_taken_out_is_not_told_and_put_back_it_is(land: World, ledger):
    await land.tick(local(date(2026, 12, 14), 6))
    change(land, local(date(2026, 12, 14), 7), stages=[[1, "person"]])
    await land.tick(local(date(2026, 12, 14), 9))
    assert ledger == []
    change(land, local(date(2026, 12, 14), 10), stages=[[-1, "person"], [1, "person"]])
    await run(land, date(2026, 12, 14), date(2026, 12, 16))
    assert days(ledger, land, land.focal) == ["14/12 -1", "16/12 +1"]


async def test_fewer_stages_do_not_bring_an_earlier_one(land: World, ledger):
    change(land, local(date(2026, 12, 1)), stages=[[-2, "person"], [-1, "person"]])
    await run(land, date(2026, 12, 14), date(2026, 12, 14))
    change(land, local(date(2026, 12, 14), 10), stages=[[-2, "person"]])
    await run(land, date(2026, 12, 14), date(2026, 12, 20))
    assert days(ledger, land, land.focal) == ["14/12 -1"]


async def test_another_window_moves_what_waits(land: World, ledger):
    await land.tick(local(date(2026, 12, 14), 6))
    change(land, local(date(2026, 12, 14), 7), window="evening")
    await run(land, date(2026, 12, 14), date(2026, 12, 14))
    assert land.days(land.focal) == ["14/12 19:00 periodic_report"]


async def test_other_roles_are_told_in_place_of_the_first(land: World, ledger):
    await land.tick(local(date(2026, 12, 14), 6))
    change(land, local(date(2026, 12, 14), 7), roles=["member"])
    await run(land, date(2026, 12, 14), date(2026, 12, 14))
    assert days(ledger, land, land.focal) == []
    assert days(ledger, land, land.lan) == ["14/12 -1"]


async def test_outside_the_new_scope_nothing_is_asked_until_it_is_back(land: World, ledger):
    await run(land, date(2026, 12, 10), date(2026, 12, 10))
    unit = schedule(land).unit_id
    elsewhere = land.do(lambda s: make_unit(s, name="Xã Thạch Khê").id)
    change(land, local(date(2026, 12, 11), 8), unit_id=elsewhere)
    await run(land, date(2026, 12, 14), date(2026, 12, 14))
    change(land, local(date(2026, 12, 15), 8), unit_id=unit)
    await run(land, date(2026, 12, 15), date(2026, 12, 16))
    assert days(ledger, land, land.focal) == ["10/12 -5", "16/12 +1"]


async def test_paused_it_says_nothing_and_goes_on_with_what_is_not_late(land: World, ledger):
    await land.tick(local(date(2026, 12, 14), 6))
    change(land, local(date(2026, 12, 14), 7), state="paused")
    await land.tick(local(date(2026, 12, 14), 9))
    assert ledger == []
    change(land, local(date(2026, 12, 14), 13), state="active")
    await land.tick(local(date(2026, 12, 14), 15))
    assert land.days(land.focal) == ["14/12 15:00 periodic_report"]


async def test_after_a_long_pause_at_most_one_late_notice_comes(land: World, ledger):
    await land.tick(local(date(2026, 12, 10), 6))
    change(land, local(date(2026, 12, 10), 7), state="paused")
    await run(land, date(2026, 12, 10), date(2026, 12, 16))
    change(land, local(date(2026, 12, 17), 7), state="active")
    await run(land, date(2026, 12, 17), date(2026, 12, 17))
    assert len(days(ledger, land, land.focal)) <= 1


async def test_paused_in_the_outbox_it_waits(land: World, ledger):
    await land.tick(local(date(2026, 12, 14), 6))
    land.clock.at = local(date(2026, 12, 14), 9)
    await land.reminding.speak(land.reminding._bundle)
    change(land, local(date(2026, 12, 14), 9), state="paused")
    await land.reminding.evaluate()
    assert ledger == []
    change(land, local(date(2026, 12, 14), 10), state="active")
    await land.tick(local(date(2026, 12, 14), 10))
    assert days(ledger, land, land.focal) == ["14/12 -1"]


async def test_what_was_found_before_a_change_is_looked_for_again(land: World, ledger):
    at = local(date(2026, 12, 14), 9)
    await land.tick(local(date(2026, 12, 10), 9))
    one = schedule(land)
    with land.database.reading() as session:
        given = rules(session)
        rows = planning.due_rows(session, one, People(session, at), given, at)
    assert rows
    change(land, at, state="paused")
    seen = {one.id: one.revision}
    assert land.do(lambda s: planning.add(s, rows, seen)) == 0


async def test_the_second_of_two_changes_nothing(land: World):
    def stale(session: Session) -> bool:
        one = session.scalars(select(Schedule).filter_by(code=CODE)).one()
        given = (land.chief, rules(session), local(DUE))
        assert schedules.change(session, one, one.revision, {"window": "office"}, *given)
        return schedules.change(session, one, one.revision - 1, {"window": "own"}, *given)

    assert not land.do(stale)
    assert (schedule(land).window, schedule(land).revision) == ("office", 2)


async def test_ended_it_is_asked_of_nobody(land: World, ledger):
    await run(land, date(2026, 12, 10), date(2026, 12, 10))
    change(land, local(date(2026, 12, 11), 8), state="ended")
    await run(land, date(2026, 12, 14), date(2026, 12, 16))
    states = land.do(lambda s: list(s.scalars(select(Reminder.state))))
    assert set(states) == {"done"}
    assert len(ledger) == 1


# -- at random ------------------------------------------------------------------------------------

STAGES: list[list[list[Any]]] = [
    [[-5, "person"], [-1, "person"], [1, "person"], [3, "superior"]],
    [[-3, "person"], [2, "superior"]],
    [[-5, "person"], [0, "person"], [2, "focal"], [4, "superior"]],
    [[-1, "person"]],
]


def anything(chance: Random, land: World, root: int) -> dict[str, Any]:
    day = chance.randrange(8, 27)
    return chance.choice(
        [
            {"rule": f"{day} 3,6,9,12 *"}, {"rule": f"{day} 3,6,9,12 *"},
            {"stages": chance.choice(STAGES)}, {"stages": chance.choice(STAGES)},
            {"window": chance.choice(["office", "evening", "own"])}, {"text": "Xin gửi báo cáo."},
            {"unit_id": chance.choice([root, land.xa])},
            {"roles": chance.choice([["focal"], ["focal", "member"]])},
            {"state": "paused"}, {"state": "active"}, {"state": "active"},
        ]
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_changed_each_is_told_once(land: World, ledger, seed: int):
    chance, root, day = Random(seed), schedule(land).unit_id, FIRST
    quiet_from = date(2026, 12, chance.randrange(8, 20))
    while day <= LAST:
        for hour in (9, 19):
            await land.tick(local(day, hour, chance.randrange(20)))
            if day < quiet_from and chance.random() < 0.3:
                change(land, local(day, hour, 30), **anything(chance, land, root))
        if day == quiet_from:
            change(land, local(day, 20), state="active")
        day += timedelta(1)
    told = Counter(one for _, one in ledger)
    assert not [one for one, number in told.items() if number > 1]
    missing = set(expected(land, quiet_from)) - {one[2:] for one in told}
    assert not missing


def expected(land: World, after: date) -> list[tuple[date, int, int]]:
    """Due day, stage, person of what came on a working day after the last change; the focal person,
    whose own matter it is, does not hear of it as that of others."""
    one = schedule(land)
    its = select(ReviewPeriod.due_on).where(ReviewPeriod.schedule_id == one.id)
    found = []
    for due_on in land.do(lambda s: list(s.scalars(its))):
        for stage in Stage.read(one.stages):
            day = due_on + timedelta(stage.days)
            who = land.chief if stage.rung is Rung.SUPERIOR else land.focal
            if stage.rung is not Rung.FOCAL and after < day <= LAST and working(day):
                found.append((due_on, stage.days, who))
    return found
