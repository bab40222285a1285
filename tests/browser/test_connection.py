"""A weak signal: nothing is lost, nothing is sent twice, nothing goes out under another name."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Route, expect

from bot.conversation.messages import Reply
from tests.browser.driver import Phone
from tests.doubles.fake_host import FakeHost

CHAT = "w1"
KEPT = """caches.keys().then(names => caches.open(names[0])).then(kept => kept.keys())
    .then(requests => requests.map(r => r.url))"""
pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


async def test_what_is_typed_without_a_connection_is_sent_once_and_in_order(
    mine: Phone, host: FakeHost
):
    await mine.type("một")
    await mine.all_sent()
    await mine.lose_connection()
    for text in ("hai", "ba", "bốn"):
        await mine.type(text)
    await expect(mine.page.locator("#banner")).to_contain_text("Mất mạng")
    await expect(mine.messages("chờ mạng")).to_have_count(3)
    await mine.find_connection()
    await mine.sees("Đã nhận: bốn")
    await mine.all_sent()
    await expect(mine.page.locator("#banner")).to_be_hidden()
    assert host.said() == ["một", "hai", "ba", "bốn"]
    await expect(mine.page.locator(".row")).to_have_count(8)


async def test_what_is_waiting_survives_closing_the_page(mine: Phone, host: FakeHost):
    await mine.keeps_itself()
    await mine.lose_connection()
    await mine.type("thôn Đại Tiến")
    await mine.page.reload()
    await expect(mine.messages("thôn Đại Tiến")).to_contain_text("chờ mạng")
    await mine.find_connection()
    await mine.sees("Đã nhận: thôn Đại Tiến")
    assert host.said() == ["thôn Đại Tiến"]


async def test_an_answer_that_came_meanwhile_is_not_lost(mine: Phone, host: FakeHost):
    await mine.lose_connection()
    host.put(CHAT, Reply("Phiếu đã được nhận."))
    await mine.find_connection()
    await mine.sees_once("Phiếu đã được nhận.")


async def test_a_server_that_cannot_store_is_tried_again(mine: Phone, host: FakeHost):
    host.down = True
    await mine.type("gửi")
    await expect(mine.messages("gửi")).to_contain_text("chờ mạng")
    host.down = False
    await mine.sees("Đã nhận: gửi")
    assert host.said() == ["gửi"]


async def test_an_acknowledgement_lost_on_the_way_doubles_nothing(mine: Phone, host: FakeHost):
    async def lose_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await mine.page.route("**/say", lose_answer, times=1)
    await mine.type("gửi")
    await mine.page.wait_for_timeout(1500)
    await mine.all_sent()
    await mine.sees_once("Đã nhận: gửi")
    assert host.said() == ["gửi"]


async def test_what_is_refused_can_be_changed(mine: Phone, host: FakeHost):
    async def refuse(route: Route) -> None:
        await route.fulfill(status=422, json={"say": "Xin viết ngắn hơn ạ."})

    await mine.page.route("**/say", refuse, times=1)
    await mine.type("dài quá")
    await mine.sees("Xin viết ngắn hơn ạ.")
    await mine.page.get_by_role("button", name="Sửa lại").click()
    await expect(mine.page.locator("#text")).to_have_value("dài quá")
    await mine.type("ngắn")
    await mine.sees("Đã nhận: ngắn")
    assert host.said() == ["ngắn"]


async def test_words_of_one_person_never_go_out_as_another(mine: Phone, host: FakeHost):
    await mine.lose_connection()
    await mine.type("lời của bác Hà")
    before = await mine.swap_session(host.let_in("w2", "Cô Lan"))
    await mine.find_connection()
    await expect(mine.page.locator("#who")).to_have_text("Cô Lan")
    await mine.page.wait_for_timeout(1000)
    assert host.received == []
    await mine.swap_session(before)
    await mine.page.reload()
    await mine.sees("Đã nhận: lời của bác Hà")
    assert [i.chat for i in host.received] == ["w1"]


async def test_photos_taken_without_a_connection_are_sent_later(
    mine: Phone, host: FakeHost, tmp_path: Path
):
    Image.new("RGB", (60, 40), "red").save(path := tmp_path / "a.jpg")
    await mine.lose_connection()
    await mine.send_photos(path)
    await expect(mine.page.locator("#waiting img")).to_be_visible()
    await mine.find_connection()
    await mine.sees("Đã nhận: 1")
    assert len(host.received) == 1


async def test_the_page_opens_without_a_connection(mine: Phone):
    await mine.keeps_itself()
    await mine.lose_connection()
    await mine.page.reload()
    await expect(mine.page.locator("#banner")).to_contain_text("Mất mạng")
    await mine.page.reload()
    for address in await mine.page.evaluate(KEPT):
        assert re.search(r"/(s/\w+/[\w.]+|shell)$", address), address


async def test_what_is_half_written_survives_a_reload(mine: Phone):
    await mine.page.locator("#text").fill("Mô hình ở thôn")
    await mine.page.reload()
    await expect(mine.page.locator("#text")).to_have_value("Mô hình ở thôn")
