"""The doctor names what is not right and says what to do about it."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from bot.config import Settings, Telegram, check
from bot.doctor import Check, apply, checks
from bot.reachable import ask_telegram, port_problem
from storage.database import open_database
from storage.tables.delivery import Seen

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TOKEN = "123456789:AAHcanary-canary"


def settings(url: str, folder: Path, **more: object) -> Settings:
    storage = {"url": url, "files": folder / "files"}
    return check({"storage": storage, "web": {"port": 0}, **more})


def wrong(given: Settings, now: datetime | None = None) -> dict[str, Check]:
    return {each.name: each for each in checks(given, now) if not each.ok}


@pytest.fixture
def given(database_url, tmp_path):
    ready = settings(database_url, tmp_path)
    apply(ready)
    return ready


def test_a_good_installation_is_well(given):
    found = checks(given)
    assert all(each.ok for each in found), found


def test_every_complaint_says_what_to_do(tmp_path):
    given = settings("postgresql://dvk:canary@127.0.0.1:1/dvk", tmp_path)
    complaints = wrong(given)
    assert "PostgreSQL" in complaints["Cơ sở dữ liệu"].what_to_do
    assert "canary" not in str(complaints)


def test_a_new_installation_lacks_nothing(tmp_path):
    assert wrong(settings(f"sqlite:///{tmp_path}/data/dvk.db", tmp_path)) == {}
    assert not (tmp_path / "data").exists()


def test_missing_tables_are_made_with_apply(bare_url, tmp_path):
    given = settings(bare_url, tmp_path)
    if "sqlite" in bare_url:
        (tmp_path / "bare.db").touch()
    assert wrong(given)["Bảng dữ liệu"].what_to_do == "Chạy: dvk db upgrade"
    apply(given)
    assert wrong(given) == {}


def test_a_database_of_a_newer_program(bare_url, tmp_path):
    given = settings(bare_url, tmp_path)
    apply(given)
    database = open_database(bare_url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    assert "bản dvk mới hơn" in wrong(given)["Bảng dữ liệu"].said


def test_a_clock_that_went_back(given, database):
    with database.writing() as session:
        session.add(Seen(platform="web", bot="web", key="k", at=NOW + timedelta(days=1)))
    assert "đồng hồ máy chạy lùi" in wrong(given, NOW)["Đồng hồ"].said


def test_a_clock_in_the_past_is_wrong(given):
    assert "timedatectl" in wrong(given, datetime(2000, 1, 1, tzinfo=UTC))["Đồng hồ"].what_to_do


def test_a_damaged_file(tmp_path):
    path = tmp_path / "dvk.db"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert (
        "dvk db restore"
        in wrong(settings(f"sqlite:///{path}", tmp_path))["Cơ sở dữ liệu"].what_to_do
    )


def test_data_that_everybody_may_read(tmp_path):
    given = settings(f"sqlite:///{tmp_path}/dvk.db", tmp_path)
    apply(given)
    (tmp_path / "dvk.db").chmod(0o644)
    assert "chmod 600" in wrong(given)["Quyền đọc dữ liệu"].what_to_do
    apply(given)
    assert wrong(given) == {}


def test_photos_that_cannot_be_kept(database_url):
    assert "ghi" in wrong(settings(database_url, Path("/proc/nowhere")))["Thư mục ảnh"].what_to_do


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"public_url": "http://danvan.vn"}, "không mã hoá"),
        ({"host": "0.0.0.0"}, "chưa đặt"),
    ],
)
def test_an_address_that_members_could_not_use(tmp_path, page, said):
    given = settings(f"sqlite:///{tmp_path}/dvk.db", tmp_path, web={"port": 0, **page})
    assert said in wrong(given)["Địa chỉ công khai"].said


@contextmanager
def listening(body: bytes) -> Iterator[int]:
    """A program on some port that answers every GET with this."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_port_that_another_program_has():
    with listening(b"<html>") as port:
        problem = port_problem("127.0.0.1", port)
    assert f"Cổng {port} đang bận: một chương trình khác" in problem
    assert f"make demo PORT={port + 1}" in problem


def test_a_port_that_our_own_bot_has(tmp_path):
    with listening(json.dumps({"status": "unwell", "checked": []}).encode()) as port:
        given = settings(f"sqlite:///{tmp_path}/dvk.db", tmp_path, web={"port": port})
        assert "một bản dvk khác" in port_problem("127.0.0.1", port)
        assert wrong(given) == {}


def test_a_port_held_by_something_silent():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "một chương trình khác" in port_problem("127.0.0.1", port)


def test_an_address_this_machine_does_not_have():
    assert "không có địa chỉ 192.0.2.1" in port_problem("192.0.2.1", 8080)


@pytest.fixture
async def telegram():
    """A Bot API that knows one token."""

    async def get_me(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if token == "1:slow":
            await asyncio.sleep(5)
        if token == "1:html":
            return web.Response(text="<html>", content_type="text/html")
        if token != TOKEN:
            status = 401 if token == "1:old" else 404
            return web.json_response({"ok": False}, status=status)
        return web.json_response({"ok": True, "result": {"username": "dvk_bot"}})

    application = web.Application()
    application.router.add_get("/bot{token}/getMe", get_me)
    async with TestServer(application) as server:
        yield str(server.make_url("/bot"))


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (TOKEN, "@dvk_bot"),
        ("1:old", "(401)"),
        ("1:new", "(404)"),
        ("1:slow", "không trả lời"),
        ("1:html", "không giống Telegram"),
    ],
)
async def test_what_telegram_says_of_a_token(telegram, token, said):
    answer, to_do = await ask_telegram(Telegram(token=token, base_url=telegram), patience=0.5)
    assert said in answer
    assert bool(to_do) == (token != TOKEN)


def test_no_network_is_told_without_the_token(tmp_path):
    bot = {"token": TOKEN, "base_url": "http://127.0.0.1:1/bot"}
    given = settings(f"sqlite:///{tmp_path}/dvk.db", tmp_path, telegram=[bot])
    found = wrong(given)
    assert "không nối được" in found["Telegram: telegram"].said
    assert "canary" not in str(found)
