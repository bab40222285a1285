"""/the/<token>: for anybody with the link, without people, and gone once it is withdrawn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.orm import Session

from bot.http import public_card
from bot.http.public_card import PublicCards
from storage import cards
from storage.database import Database
from storage.tables.helping import Card
from tests.make import NOW, make_initiative, make_member

BODY: dict[str, Any] = {
    "name": "Nhà lưới <rau> & hoa", "code": "DVK-2022-0001", "owner": "", "unit": "Xã Thạch Lạc",
    "sector": "Kinh tế", "year": 2022, "state": "Đã xây dựng", "text": "Phủ lưới.\nBón phân.",
    "figures": [["Quy mô", "4.200 m²"]], "photos": [["a" * 64, "b" * 64]],
}  # fmt: skip


@pytest.fixture
def token(database: Database) -> str:
    with database.writing() as session:
        approver = make_member(session)
        card = cards.approve(session, make_initiative(session).id, BODY, approver.id, NOW)
        return card.token


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    (tmp_path / ("a" * 64)).write_bytes(b"\xff\xd8 picture")

    async def write(work: Callable[[Session], None]) -> None:
        with database.writing() as session:
            work(session)

    pages = PublicCards(database, tmp_path.joinpath, write, "Ban Dân vận", "https://dvk.vn")
    app = web.Application()
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_all_that_was_approved_and_nothing_else(
    client: TestClient[Any, Any], token: str
) -> None:
    answer = await client.get(f"/the/{token}")
    page = await answer.text()
    assert answer.status == 200
    for said in ("Nhà lưới &lt;rau&gt; &amp; hoa", "4.200 m²", "Phủ lưới.\nBón phân.", "Kinh tế"):
        assert said in page
    assert "DVK-2022-0001" not in page  # the code opens nothing to those who are outside
    assert "Chủ thể" not in page


async def test_what_a_chat_shows_of_the_link(client: TestClient[Any, Any], token: str) -> None:
    page = await (await client.get(f"/the/{token}")).text()
    assert '<meta property="og:title" content="Nhà lưới &lt;rau&gt; &amp; hoa">' in page
    assert f'content="https://dvk.vn/the/{token}/1.jpg"' in page
    assert 'lang="vi"' in page


async def test_searching_machines_and_scripts_are_kept_out(
    client: TestClient[Any, Any], token: str
) -> None:
    headers = (await client.get(f"/the/{token}")).headers
    assert "noindex" in headers["X-Robots-Tag"]
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


async def test_its_pictures_alone_are_handed_out(client: TestClient[Any, Any], token: str) -> None:
    picture = await client.get(f"/the/{token}/1.jpg")
    assert await picture.read() == b"\xff\xd8 picture"
    assert [(await client.get(f"/the/{token}/{n}.jpg")).status for n in (0, 2, 99)] == [404] * 3


async def test_withdrawn_it_says_so_and_shows_nothing(
    client: TestClient[Any, Any], token: str, database: Database
) -> None:
    with database.writing() as session:
        assert cards.withdraw(session, session.query(Card).one(), NOW)
    answer = await client.get(f"/the/{token}")
    page = await answer.text()
    assert answer.status == 410
    assert "đã được rút" in page
    assert "Nhà lưới" not in page
    assert (await client.get(f"/the/{token}/1.jpg")).status == 404


@pytest.mark.parametrize("made_up", ["x", "AAAAAAAAAAAAAAAA", "%00", "a" * 65, "../etc"])
async def test_a_made_up_link_opens_nothing(
    client: TestClient[Any, Any], token: str, made_up: str
) -> None:
    assert (await client.get(f"/the/{made_up}")).status == 404


async def test_openings_are_counted_together_and_nobody_is_noted(
    client: TestClient[Any, Any], token: str, database: Database
) -> None:
    for _ in range(3):
        await client.get(f"/the/{token}")
    await client.head(f"/the/{token}")
    await asyncio.sleep(public_card.COLLECTED + 0.2)
    with database.reading() as session:
        assert session.query(Card).one().shared == 3
