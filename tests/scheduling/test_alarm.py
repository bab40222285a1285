"""A clock that stands still: the administrators hear of it once, and once when it goes on."""

import asyncio
from datetime import timedelta

import pytest

from bot.scheduling.alarm import Alarm
from bot.scheduling.tick import Ticker
from tests.browsing import house
from tests.delivery.desks import office, texts
from tests.make import NOW, make_account, make_member, the_root


@pytest.fixture
def root(database):
    """Its administrator reads the chat "mai", a focal person the chat "minh"."""
    with database.writing() as session:
        root = the_root(session)
        for chat, role in (("mai", "admin"), ("minh", "focal")):
            make_account(session, make_member(session, chat, root, role), chat=chat)
        return root.id


async def hang(now):
    await asyncio.Event().wait()


async def test_a_tick_that_hangs_is_told_once_and_so_is_that_it_goes_on(database, root):
    seconds = [0.0]
    ticker = Ticker({"hanging": hang}, lambda: NOW, clock=lambda: seconds[0])
    under_way = asyncio.create_task(ticker.tick())
    async with office(database) as desk:
        alarm = Alarm(ticker.silent, desk.desk.speak, root)
        for after in (0, 60, 119, 121, 150, 900):
            seconds[0] = after
            await alarm.look(NOW + timedelta(seconds=after))
        assert [text[:40] for text in texts(database, "mai")] == [
            "Đồng hồ của Trợ lý đứng từ 15:00 ngày 23"
        ]
        under_way.cancel()
        ticker.functions = {}
        for after in (901, 930):
            await ticker.tick()
            await alarm.look(NOW + timedelta(seconds=after))
    stopped, goes_on = texts(database, "mai")
    assert "báo người trông máy chủ" in stopped
    assert "đã chạy lại" in goes_on
    assert texts(database, "minh") == []


async def test_another_time_is_told_again(database, root):
    silent = iter([200.0] * 3 + [1.0] + [200.0] * 3)
    async with office(database) as desk:
        alarm = Alarm(lambda: next(silent), desk.desk.speak, root)
        for minutes in (0, 10, 60):
            await alarm.look(NOW + timedelta(minutes=minutes))
    assert len(texts(database, "mai")) == 3


async def test_what_cannot_be_told_now_is_told_later(database, root):
    async def away(_):
        raise OSError("database is away")

    async with office(database) as desk:
        alarm = Alarm(lambda: 200.0, away, root)
        with pytest.raises(OSError, match="away"):
            await alarm.look(NOW)
        alarm.speak = desk.desk.speak
        await alarm.look(NOW)
    assert len(texts(database, "mai")) == 1


async def test_the_program_itself_looks_and_health_and_metrics_tell(database, root, tmp_path):
    async with house(database, tmp_path) as at:
        mai = await at.of("mai")
        at.app.ticker.clock = lambda: at.app.ticker._beat + 121.0
        await mai.hears("Đồng hồ của Trợ lý đứng")
        assert (await (await mai.get("/health")).json())["wrong"] == {
            "clock": "last tick 121 s ago"
        }
        assert "dvk_tick_age_seconds 121.0" in await (await mai.get("/metrics")).text()
