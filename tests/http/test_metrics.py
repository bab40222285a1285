"""/metrics: what was counted, for this machine only."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.conversation.messages import Reply
from bot.http.metrics import Metrics, gauges_of, is_here, routes
from storage import jobs
from storage.outbox import put
from tests.make import NOW, make_account


@pytest.fixture
def metrics():
    return Metrics()


async def ask(metrics, headers=None, gauges=dict, **how):
    app = web.Application()
    app.add_routes(routes(metrics, gauges, **how))
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/metrics", headers=headers)
        return response.status, await response.text()


async def test_what_happened_is_counted(metrics):
    metrics.received()
    metrics.handled(2)
    metrics.failed()
    metrics.count("sent")
    metrics.step(0.004)
    _, text = await ask(metrics)
    for line in ("dvk_received_total 1.0", "dvk_handled_total 2.0", "dvk_failed_total 1.0"):
        assert line in text
    assert "dvk_sent_total 1.0" in text
    assert 'dvk_step_seconds_bucket{le="0.005"} 1.0' in text


async def test_two_of_them_do_not_meet(metrics):
    metrics.received()
    assert "dvk_received_total 0.0" in (await ask(Metrics()))[1]


async def test_gauges_are_read_each_time(metrics):
    values = iter([{"outbox_depth": 3}, {"outbox_depth": 1}])
    assert "dvk_outbox_depth 3.0" in (await ask(metrics, gauges=lambda: next(values)))[1]
    assert "dvk_outbox_depth 1.0" in (await ask(metrics, gauges=lambda: next(values)))[1]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "x-real-ip"])
async def test_a_proxy_on_this_machine_does_not_open_it(metrics, header):
    assert (await ask(metrics, {header: "203.0.113.9"}))[0] == 403
    assert (await ask(metrics, {header: "203.0.113.9"}, for_all=True))[0] == 200


@pytest.mark.parametrize("host", ["dvk.example.vn", "dvk.example.vn:8080", "127.0.0.1.example.vn"])
async def test_nor_does_one_that_only_keeps_the_name(metrics, host):
    assert (await ask(metrics, {"Host": host}))[0] == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
async def test_this_machine_by_any_of_its_names(metrics, host):
    assert (await ask(metrics, {"Host": host}))[0] == 200


@pytest.mark.parametrize(
    ("remote", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.5", False),
        ("203.0.113.9", False),
        ("", False),
        (None, False),
    ],
)
def test_only_this_machine_is_here(remote, here):
    assert is_here(remote) == here


def test_gauges_come_from_the_tables(database):
    with database.writing() as session:
        account = make_account(session, platform="telegram").id
        put(session, key="a", account_id=account, reply=Reply("a"), now=NOW)
        jobs.put(session, key="a", kind="photo", payload={}, now=NOW)
    values = gauges_of(database)()
    assert (values["outbox_depth"], values["jobs_waiting"], values["inbox_aside"]) == (1, 1, 0)
    assert values["outbox_oldest_seconds"] > 0
