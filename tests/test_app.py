"""The whole program over HTTP: late answers, faults, and going on after a crash."""

import asyncio
from typing import cast

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.conversation.messages import Reply
from bot.handlers.registry import LATE
from bot.scheduling.tick import utc_now
from storage import inbox
from storage.database import Database
from storage.tables.delivery import Outbox
from storage.tables.units import Unit
from tests.browsing import house
from tests.delivery.desks import effects, registered, trial
from tests.make import make_account, make_member, make_unit


@pytest.fixture
def unit(database):
    with database.writing() as session:
        return make_unit(session).id


@pytest.fixture
def minh(database, unit):
    """The focal person, with a chat "minh"."""
    with database.writing() as session:
        member = make_member(session, name="Minh", unit=session.get_one(Unit, unit), role="focal")
        make_account(session, member, chat="minh")
        return member.id


# -- late parts -----------------------------------------------------------------------------


async def test_what_is_evaluated_late_comes_through_the_stream_in_its_place(
    database, minh, tmp_path
):
    async with house(database, tmp_path) as at:
        focal = await at.of("minh")
        async with focal.stream() as stream:
            await focal.post_said(text="thống kê 2022")
            await focal.post_said(text="menu")
            heard = [await stream.text() for _ in range(4)]
    assert heard[0] == "thống kê 2022"
    assert "2022" in heard[1]
    assert heard[2] == "menu"


async def test_what_a_crash_left_late_is_made_good_at_the_next_start(database, minh, tmp_path):
    async with house(database, tmp_path) as at:
        focal = await at.of("minh")
        await focal.post_said(text="thống kê 2022")
        await focal.hears("2022")
    with database.writing() as session:
        wait = update(Outbox).where(Outbox.own.is_(False))
        body = {"text": "", "late": {"kind": "thu_late"}}
        session.execute(wait.values(state="late", body=body, sent_at=None))
    with registered(LATE, "thu_late", lambda talk: Reply(f"Số liệu cho {talk.person.name}")):
        async with house(database, tmp_path) as at:
            assert await (await at.of("minh")).hears("Số liệu") == "Số liệu cho Minh"


# -- faults ---------------------------------------------------------------------------------


async def test_a_fault_is_apologised_for_and_delays_nobody(database, unit, minh, tmp_path):
    with database.writing() as session:
        member = make_member(session, name="Lan", unit=session.get_one(Unit, unit))
        make_account(session, member, chat="lan")
    with trial() as thu:
        async with house(database, tmp_path) as at:
            lan, focal = await at.of("lan"), await at.of("minh")
            thu.bad["một"] = RuntimeError("hỏng")
            await lan.post_said(text="/thu một")
            await lan.post_said(text="/thu hai")
            assert await focal.say("/thu ba") == "Đã ghi ba"
            assert "mã để hỏi: T1" in await lan.hears("xin lỗi")
            await lan.hears("Đã ghi hai")
            thu.bad.clear()
            with database.writing() as session:  # as `dvk quarantine retry T1` does
                failed = inbox.find(session, "T1")
                assert failed
                inbox.retry(session, failed, utc_now())
            await lan.hears("Đã ghi một")
    assert effects(database) == {"một": 1, "hai": 1, "ba": 1}


async def test_while_the_database_is_away_the_page_is_told_to_come_again(database, minh, tmp_path):
    key = "12345678-1234-4234-8234-123456789abc"
    async with house(database, tmp_path) as at:
        focal = await at.of("minh")
        there = at.app.desk.database
        at.app.desk.database = cast(Database, Away())
        refused = await focal.post_said(key, text="menu")
        assert refused.status == 503
        assert "tự thử lại" in (await refused.json())["say"]
        at.app.desk.database = there
        for _ in range(2):
            assert (await focal.post_said(key, text="menu")).status == 200
        assert [row["own"] for row in await focal.look()] == [True, False]


class Away:
    def writing(self):
        raise OperationalError("BEGIN", {}, ConnectionError("gone"))


async def test_what_was_taken_in_is_finished_before_it_ends(database, minh, tmp_path):
    with trial():
        async with house(database, tmp_path) as at:
            focal = await at.of("minh")
            waiting = [asyncio.ensure_future(focal.post_said(text=f"/thu {n}")) for n in range(20)]
            await asyncio.sleep(0.02)
            await at.app.desk.stop()
            answers = await asyncio.gather(*waiting)
    done = [answer.status for answer in answers].count(200)
    assert len(effects(database)) == done
    assert {answer.status for answer in answers} <= {200, 503}


async def test_health_and_metrics_tell_how_it_is(database, minh, tmp_path):
    async with house(database, tmp_path) as at:
        focal = await at.of("minh")
        await focal.say("menu")
        health = await focal.get("/health")
        assert (health.status, (await health.json())["status"]) == (200, "ok")
        metrics = await (await focal.get("/metrics")).text()
        assert "dvk_received_total 1.0" in metrics
        assert "dvk_handled_total 1.0" in metrics
        await at.app.desk.stop()
        assert (await (await focal.get("/health")).json())["wrong"] == {"desk": "it has stopped"}
