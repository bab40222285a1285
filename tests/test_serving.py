"""`dvk run` as a process: alone on its file, beside other commands, ended in order."""

import asyncio
import re
import signal
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from bot.config import check
from bot.errors import SettingError
from bot.serving import busy_port, prepared, served
from storage.tables.units import Unit
from tests.chaos import Program, free_port


@pytest.fixture
def program(tmp_path: Path):
    program = Program(tmp_path, f"sqlite:///{tmp_path}/dvk.db")
    yield program
    if program.process:
        program.end(signal.SIGKILL)


async def test_it_is_alone_on_its_file_and_other_commands_work_beside_it(program, tmp_path):
    program.start()
    await program.ready()
    second = Program(tmp_path, program.url, port=free_port())
    refused = second.run("run")
    assert refused.returncode == 2
    assert f"tiến trình {program.process.pid}" in refused.stderr
    assert "Traceback" not in refused.stderr
    for beside in (
        ("invite", "--role", "admin"),
        ("quarantine", "list"),
        ("stats", "--year", "2026"),
    ):
        done = program.run(*beside)
        assert done.returncode == 0, done.stderr
    restored = program.run("db", "restore", str(tmp_path / "x.tar"), "--yes")
    assert restored.returncode == 2
    assert await asyncio.to_thread(program.end, signal.SIGTERM) == 0


async def test_the_first_start_prints_an_invitation_that_works_and_the_next_one_none(program):
    program.start()
    await program.ready()
    async with asyncio.timeout(10):
        while not (found := re.search(r"/i/(\S+)", program.log.read_text())):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    async with aiohttp.ClientSession() as http, http.get(f"{program.address}/i/{found[1]}") as page:
        assert "quản trị" in await page.text()
    assert await asyncio.to_thread(program.end, signal.SIGINT) == 0
    program.log.unlink()
    program.start()
    await program.ready()
    assert await asyncio.to_thread(program.end, signal.SIGTERM) == 0
    assert "/i/" not in program.log.read_text()


def test_the_database_is_there_with_its_tables_and_given_back(tmp_path):
    settings = check({"storage": {"url": f"sqlite:///{tmp_path}/neu/dvk.db"}})
    for _ in range(2):
        with prepared(settings) as database, database.reading() as session:
            assert session.scalars(select(Unit)).all() == []


def test_a_second_one_in_the_same_process_is_refused_too(tmp_path):
    settings = check({"storage": {"url": f"sqlite:///{tmp_path}/dvk.db"}})
    with (
        prepared(settings),
        pytest.raises(SettingError, match=r"storage\.url.*tiến trình \d+"),
        prepared(settings),
    ):
        pass


async def test_a_busy_port_is_named_with_the_way_out():
    async with served(web.Application(), "127.0.0.1", 0) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(SettingError, match=rf"web\.port: cổng {port} .*PORT={port + 1}"):
            async with served(web.Application(), "127.0.0.1", port):
                pass


async def test_an_address_of_ipv6_is_written_so_that_a_browser_takes_it():
    async with served(web.Application(), "::1", 0) as address:
        assert address.startswith("http://[::1]:")


def test_why_a_port_cannot_be_opened_is_said():
    assert "Permission denied" in str(
        busy_port("127.0.0.1", 80, PermissionError(13, "Permission denied"))
    )
