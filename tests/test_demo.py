"""The demo: one chat per role, each with its own cookie; the article's figures; nothing kept."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot import demo as the_demo
from bot.app import App
from bot.config import check
from bot.organisation import describe, ensure_root
from bot.scheduling.tick import utc_now
from storage.tables.people import Account
from storage.tables.people import Role as RoleRow
from tests.browsing import Browser
from tests.chaos import ROOT, free_port


@pytest.fixture
async def address(demo, tmp_path):
    settings = check({"storage": {"url": demo.url, "files": str(tmp_path)}})
    with demo.writing() as session:
        root = ensure_root(session, settings)
        roles = select(RoleRow.role, RoleRow.member_id).order_by(RoleRow.id.desc())
        people = dict(session.execute(roles).all())
        for role, (path, _) in the_demo.ROLES.items():
            the_demo.belongs(session, f"demo-{path}", people[role], utc_now())
    app = App(settings, demo, describe(settings, root, "http://127.0.0.1"))
    pages = app.pages()
    the_demo.mount(app, pages)
    async with app.started(), TestServer(pages) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest.fixture
async def http():
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def enter(address, http, path):
    """The chat of one role, in the same browser as the others."""
    async with http.get(f"{address}{path}/") as page:
        assert page.status == 200
    browser = Browser(address, http)
    return RoleChat(browser, path, await look(browser, path))


class RoleChat:
    def __init__(self, browser, path, mail):
        self.browser, self.path, self.mail = browser, path, mail

    async def say(self, text):
        ours = {"Origin": self.browser.address, "X-CSRF": self.browser.csrf}
        body = {"key": f"00000000-0000-4000-8000-{abs(hash(text)):012x}"[:36], "text": text}
        address = f"{self.browser.address}{self.path}/say"
        async with self.browser.http.post(address, json=body, headers=ours) as answer:
            assert answer.status == 200, await answer.text()

    async def hears(self, words):
        for _ in range(100):
            if any(words in m["body"].get("text", "") for m in await look(self.browser, self.path)):
                return True
            await asyncio.sleep(0.05)
        return False


async def look(browser, path):
    async with browser.http.get(f"{browser.address}{path}/history") as answer:
        body = await answer.json()
    browser.csrf = body["me"]["csrf"]
    return body["mail"]


async def test_every_role_has_its_own_chat_in_one_browser(address, http):
    chats = [await enter(address, http, path) for path, _ in the_demo.chats()]
    assert len(http.cookie_jar) == len(chats) == 6
    assert all("Kính chào lại" in chat.mail[0]["body"]["text"] for chat in chats)
    async with http.get(f"{address}/demo/") as page:
        text = await page.text()
    assert all(title in text for _, title in the_demo.chats())


async def test_coming_again_greets_once(address, http, demo):
    await enter(address, http, "/demo/hoi-vien")
    http.cookie_jar.clear()
    chat = await enter(address, http, "/demo/hoi-vien")
    assert [m["body"]["text"] for m in chat.mail].count(chat.mail[0]["body"]["text"]) == 1
    with demo.reading() as session:
        mine = select(Account).where(Account.external_id == "demo-hoi-vien")
        assert len(session.scalars(mine).all()) == 1


async def test_the_leader_reads_the_figures_of_the_article(address, http):
    leader = await enter(address, http, "/demo/lanh-dao")
    await leader.say("thống kê 2022")
    for words in ("138", "135", "102,2"):
        assert await leader.hears(words)


async def test_the_plain_chat_lets_nobody_in_without_an_invitation(address, http):
    async with http.get(f"{address}/history") as answer:
        assert answer.status == 401


def test_the_command_says_where_and_leaves_nothing_behind(tmp_path: Path):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port), "--today", "2026-11-24"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout
    first = process.stdout.readline()
    assert f"http://127.0.0.1:{port}/demo/" in first
    assert list(tmp_path.glob("dvk-demo-*"))
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    assert (process.returncode, list(tmp_path.glob("dvk-demo-*"))) == (0, [])
    assert "Traceback" not in rest
