"""A year in seconds: each thing is told once, at a good hour, and not after it was done."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from random import Random

import pytest

from bot.conversation.messages import Reply
from bot.handlers.registry import LATE, Talk
from storage import reminders
from storage.database import Database
from storage.tables.reminders import Bundle, Reminder
from tests.delivery.desks import ZONE, registered
from tests.scheduling.world import HOURS, World, local, working, world

JANUARY = date(2026, 1, 1)
LONG = bool(os.environ.get("DVK_LONG"))
KINDS = ("dang-ky", "bao-cao-quy", "bao-cao-6-thang", "bao-cao-nam", "ra-soat", "phieu-do")


@pytest.fixture
def ledger() -> list[tuple[datetime, int, list[int]]]:
    """Of each message that was made: when, for whom, which reminders it speaks of."""
    return []


@pytest.fixture
async def land(database: Database, ledger) -> AsyncIterator[World]:
    def made(talk: Talk, bundle: int) -> Reply:
        row = talk.session.get_one(Bundle, bundle)
        told = reminders.of_bundle(talk.session, bundle)
        still = reminders.holding(talk.session, told, talk.today, ZONE)
        ledger.append((talk.now, row.member_id, [r.id for r in still]))
        return Reply("; ".join(r.what for r in still))

    with registered(LATE, "bundle", made):
        async with world(database, local(JANUARY)) as made_world:
            made_world.only(*KINDS)
            yield made_world


def answered(land: World, model: int, at: datetime) -> None:
    day = at.astimezone(ZONE).date()
    land.do(
        lambda s: reminders.respond(
            s, what="initiative_review", subject_id=model, unit_id=land.xa, member_id=land.lan,
            answer="good", day=day, now=at,
        )
    )  # fmt: skip


async def live(land: World, chance: Random, days: int, models: list[int]) -> dict[int, datetime]:
    """Ticks at odd hours; now and then somebody answers, the clock jumps a day back or forward, or
    the program is away for three days. Returns when each model was last answered for."""
    last: dict[int, datetime] = {}
    day = JANUARY
    while day < JANUARY + timedelta(days):
        for hour in sorted(chance.sample(range(6, 23), 2)):
            moment = local(day, hour, chance.randrange(60))
            await land.tick(moment)
            if chance.random() < 0.05:
                model = chance.choice(models)
                answered(land, model, moment)
                last[model] = moment
        day += timedelta(chance.choices((1, 4, 0, 2), (94, 3, 1, 2))[0])
        if chance.random() < 0.02:
            await land.tick(local(day - timedelta(1), 9))
    return last


@pytest.mark.parametrize("seed", [2022, 42, *range(20)] if LONG else [42])
async def test_ordinary_life(land: World, ledger, seed: int):
    models = [land.model(land.lan) for _ in range(3)]
    await live(land, Random(seed), 365 if LONG else 100, models)
    messages = Counter((who, at.astimezone(ZONE).date()) for at, who, told in ledger if told)
    assert messages
    assert max(messages.values()) == 1, "one message a day"
    told = Counter(one for _, _, some in ledger for one in some)
    assert max(told.values()) == 1, "each reminder once"
    for at, _, _ in ledger:
        assert in_hours(at.astimezone(ZONE)), at


def in_hours(at: datetime) -> bool:
    spans = (*HOURS.office, HOURS.evening)
    return working(at.date()) and any(start <= at.time() < end for start, end in spans)


async def test_a_year_of_a_program_that_is_always_up_forgets_nothing(land: World, ledger):
    for day in range(365):
        for hour in (8, 19):
            await land.tick(local(JANUARY + timedelta(day), hour))
    things = Counter((r.what, r.due_on, r.stage) for r, _ in land.sent(land.focal))
    periods = {due for what, due, _ in things if what == "periodic_report"}
    assert periods == {
        date(2026, 3, 15), date(2026, 6, 10), date(2026, 6, 15), date(2026, 9, 15),
        date(2026, 11, 30), date(2026, 12, 15),
    }  # fmt: skip
    assert not land.do(lambda s: s.query(Reminder).filter_by(state="waiting").count())


async def test_what_was_answered_is_not_asked_for_again_in_its_quarter(land: World, ledger):
    models = [land.model(land.lan) for _ in range(2)]
    for day in range(120, 200):
        at = local(JANUARY + timedelta(day), 19)
        await land.tick(at)
        if day == 125:
            answered(land, models[0], at)
    asked = {r.subject_id for r, _ in land.sent() if r.what == "initiative_review"}
    assert asked == {models[1]}
