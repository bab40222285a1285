"""The clock: ticks at once and again, whatever its functions do."""

import asyncio
from datetime import timedelta

import pytest

from bot.scheduling.tick import Ticker, seldom
from tests.delivery.fakes import until
from tests.make import NOW


@pytest.fixture
def called():
    return []


@pytest.fixture
def note(called):
    async def due(now):
        called.append(now)

    return due


async def broken(now):
    raise RuntimeError("no")


async def test_a_tick_asks_what_is_due_now(note, called):
    ticker = Ticker({"reminders": note}, lambda: NOW)
    await ticker.tick()
    assert called == [NOW]


async def test_it_tells_since_when_it_is_silent(note):
    moments = iter([100.0, 130.0, 131.0, 151.0])
    ticker = Ticker({"reminders": note}, lambda: NOW, clock=lambda: next(moments))
    assert ticker.silent() == 30.0
    await ticker.tick()
    assert ticker.silent() == 20.0


async def test_one_that_raises_stops_no_other(note, called, caplog):
    ticker = Ticker({"broken": broken, "reminders": note}, lambda: NOW)
    await ticker.tick()
    assert called == [NOW]
    assert ticker.silent() < 1.0
    assert "tick: broken" in caplog.text


async def test_it_ticks_at_once_and_again(note, called):
    ticker = Ticker({"reminders": note}, seconds=0.05)
    ticker.start()
    await until(lambda: len(called) >= 3)
    ticker.stop()
    count = len(called)
    await asyncio.sleep(0.15)
    assert len(called) == count


async def test_cleaning_up_is_done_seldom(note, called):
    due = seldom(note, timedelta(hours=1))
    for minutes in (0, 30, 59, 60, 90, 300):
        await due(NOW + timedelta(minutes=minutes))
    assert [(at - NOW).seconds // 60 for at in called] == [0, 60, 300]


async def test_a_slow_tick_is_not_joined_by_another():
    running, most = set(), []

    async def slow(now):
        running.add(now)
        most.append(len(running))
        await asyncio.sleep(0.1)
        running.remove(now)

    ticker = Ticker({"slow": slow}, seconds=0.02)
    ticker.start()
    await until(lambda: len(most) >= 3)
    ticker.stop()
    assert set(most) == {1}
