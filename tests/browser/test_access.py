"""Large type, small screens, screen readers, keyboards."""

import re

import pytest
from playwright.async_api import Browser, expect

from bot.conversation.messages import Reply, Wanted
from tests.browser.driver import Phone, phone
from tests.browser.pictures import QUESTION
from tests.doubles.fake_host import FakeHost

CHAT = "w1"
pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


async def test_nothing_scrolls_sideways_with_text_twice_as_large(mine: Phone, host: FakeHost):
    host.put(CHAT, QUESTION, Reply("https://vi.wikipedia.org/" + "x" * 200, code="DVK-2026-0042"))
    await mine.sees("DVK-2026")
    for percent in (112, 200, 225):
        await mine.enlarge(percent)
        assert not await mine.scrolls_sideways(), percent
        await mine.page.locator("summary").click()
        assert not await mine.scrolls_sideways(), percent
        await mine.page.locator("summary").click()


async def test_the_doors_do_not_scroll_sideways_either(browser: Browser, host: FakeHost, url: str):
    host.invite("loi-moi", unit="Xã Thạch Lâm Hương Trường Sơn Tân Lâm")
    async with phone(browser, width=320, height=640) as one:
        for path in ("/", "/i/loi-moi"):
            await one.open(url + path)
            await one.page.get_by_role("button", name="Chữ to").click()
            assert not await one.scrolls_sideways()
            await one.enlarge(225)
            assert not await one.scrolls_sideways()


async def test_everything_to_touch_is_large_and_named(mine: Phone, host: FakeHost):
    host.put(CHAT, QUESTION, Reply("Đã nhận.", code="DVK-2026-0042"))
    await mine.sees("DVK-2026")
    controls = mine.page.locator("button:visible, summary:visible, textarea:visible, .file:visible")
    for control in await controls.all():
        box = await control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 48, await control.inner_text()
    snapshot = await mine.page.locator("body").aria_snapshot()
    for name in ('log "Cuộc trò chuyện"', 'textbox "Nhập tin nhắn"', 'button "Gửi tin nhắn"',
                 'group "Các lựa chọn"', 'button "Gửi ảnh"', 'button "Menu"'):  # fmt: skip
        assert name in snapshot, snapshot
    assert not re.search(r"button$", snapshot, re.M), "a button without a name"


async def test_large_type_is_remembered(mine: Phone):
    await mine.page.get_by_role("button", name="Chữ to").click()
    await mine.page.reload()
    size = "getComputedStyle(document.documentElement).fontSize"
    assert await mine.page.evaluate(size) == "24px"


async def test_enter_sends_where_there_is_a_keyboard(browser: Browser, host: FakeHost, url: str):
    host.invite("loi-moi")
    async with phone(browser, width=1000, height=800, scale=1) as desk:
        await desk.accept_invitation(f"{url}/i/loi-moi")
        box = desk.page.locator("#text")
        await box.press_sequentially("một")
        await box.press("Shift+Enter")
        await box.press_sequentially("hai")
        await box.press("Enter")
        await desk.all_sent()
    assert host.said() == ["một\nhai"]


async def test_controls_fit_what_is_wanted(mine: Phone, host: FakeHost):
    host.put(CHAT, Reply("Số điện thoại?", wanted=Wanted.PHONE))
    await expect(mine.page.locator("#text")).to_have_attribute("inputmode", "tel")
    host.put(CHAT, Reply("Gửi ảnh ạ.", wanted=Wanted.PHOTOS))
    await expect(mine.page.locator("#photo")).to_have_class("primary")
