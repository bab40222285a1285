"""/health: well, or what is wrong."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.conversation.messages import Reply
from bot.http import health
from storage.outbox import put
from tests.make import NOW, make_account


async def well():
    return ""


async def tired():
    return "tired"


async def broken():
    raise RuntimeError("secret")


async def hanging():
    await asyncio.sleep(3600)


async def ask(**checks):
    app = web.Application()
    app.add_routes(health.routes(checks))
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/health")
        return response.status, await response.json()


async def test_all_is_well():
    said = await ask(database=well, disk=well)
    assert said == (200, {"status": "ok", "wrong": {}, "checked": ["database", "disk"]})


async def test_what_is_wrong_is_named_without_details():
    status, body = await ask(database=broken, disk=well, tick=tired)
    assert (status, body["status"]) == (503, "unwell")
    assert body["wrong"] == {"database": "failed", "tick": "tired"}


async def test_a_check_that_hangs_is_not_waited_for():
    assert await health.ask("disk", hanging, longest=0.05) == "no answer"


async def test_the_database_answers(database):
    assert await health.database_answers(database)() == ""


@pytest.mark.parametrize(("age", "words"), [(119.0, ""), (121.0, "last tick 121 s ago")])
async def test_the_clock_ticks(age, words):
    assert await health.ticks(lambda: age)() == words


async def test_the_disk_has_room(tmp_path):
    assert await health.disk_has_room(tmp_path, least=1)() == ""
    assert "MB free" in await health.disk_has_room(tmp_path, least=2**62)()


async def test_mail_moves(database):
    with database.writing() as session:
        account = make_account(session, platform="telegram").id
        put(session, key="a", account_id=account, reply=Reply("a"), now=NOW)
    assert await health.mail_moves(database, lambda: NOW + timedelta(minutes=9))() == ""
    late = await health.mail_moves(database, lambda: NOW + timedelta(minutes=11))()
    assert late == "1 messages waiting"
