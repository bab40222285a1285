"""What stands on the screen when much or little comes: nothing hidden or pressed by chance."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Route, expect

from bot.conversation.messages import Option, Reply
from tests.browser.driver import Phone
from tests.browser.pictures import QUESTION
from tests.doubles.fake_host import FakeHost

CHAT = "w1"
pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


async def test_a_double_tap_does_not_answer_the_next_question(mine: Phone, host: FakeHost):
    host.answer = lambda said: [QUESTION]
    await mine.type("đăng ký")
    button = mine.page.locator(".buttons button").nth(1)
    box = await button.bounding_box()
    assert box
    for _ in range(2):
        await mine.page.touchscreen.tap(box["x"] + 60, box["y"] + 20)
        await asyncio.sleep(0.2)
    await expect(mine.page.locator(".row.bot")).to_have_count(2)
    assert host.said() == ["đăng ký", "s:1"]


async def test_a_notice_with_a_button_leaves_the_question_its_own(mine: Phone, host: FakeHost):
    host.put(CHAT, QUESTION, Reply("Có phiếu mới.", options=(Option("Xem phiếu", "cmd:xem"),)))
    await mine.press("Văn hoá")
    await mine.all_sent()
    assert await mine.buttons() == []
    assert host.said() == ["s:2"]


async def test_an_answer_longer_than_the_screen_says_that_it_goes_on(mine: Phone, host: FakeHost):
    host.answer = lambda said: [Reply("dòng\n" * 60, options=(Option("Gửi", "gui"),))]
    more = mine.page.get_by_role("button", name="Xem tiếp")
    await expect(more).to_be_hidden()
    await mine.type("xem lại")
    await mine.sees("dòng")
    for _ in range(20):
        if not await more.is_visible():
            break
        await more.click()
        await mine.page.wait_for_timeout(50)
    await expect(mine.page.locator(".buttons button")).to_be_in_viewport()


async def test_a_picture_that_is_not_ready_is_asked_for_again(
    mine: Phone, host: FakeHost, tmp_path: Path
):
    async def not_yet(route: Route) -> None:
        await route.fulfill(status=404, json={"say": "chưa có"})

    Image.new("RGB", (60, 40), "red").save(path := tmp_path / "a.jpg")
    await mine.send_photos(path)
    await mine.sees("Đã nhận: 1")
    await mine.page.route("**/photo/*", not_yet, times=1)
    await mine.page.reload()
    await expect(mine.page.locator(".pictures img")).to_have_js_property("naturalWidth", 60)


async def test_what_was_just_sent_is_not_fetched_again(mine: Phone, host: FakeHost, tmp_path: Path):
    Image.new("RGB", (60, 40), "red").save(path := tmp_path / "a.jpg")
    await mine.send_photos(path)
    await mine.sees("Đã nhận: 1")
    image = mine.page.locator("#rows .pictures img")
    assert (await image.get_attribute("src") or "").startswith("blob:")


async def test_headings_stand_out(mine: Phone, host: FakeHost):
    host.put(CHAT, Reply("XEM LẠI: PHIẾU (chưa gửi)\n1. Tên: Vườn đẹp"))
    host.put(CHAT, Reply("Chưa đúng ạ.\n\nBước 3/9\nTên là gì ạ?"))
    await expect(mine.page.locator(".head")).to_have_text("XEM LẠI: PHIẾU (chưa gửi)")
    await expect(mine.page.locator(".step")).to_have_text("Bước 3/9")
