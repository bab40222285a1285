"""The real program for small screens, weak eyes and no fingers."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.driver import Phone, phone
from tests.browser.eyes import nameless, out_of_reach, too_pale
from tests.browser.program import Program
from tests.browser.walks import from_the_owner_to_the_preview, up_to_the_owner

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


async def is_for_everybody(one: Phone) -> None:
    """As it is, in large type, and with the letters of the system twice as large."""
    large = one.page.get_by_role("button", name="Chữ to")
    await one.can_press()
    assert await too_pale(one) == []
    assert await nameless(one) == []
    assert await out_of_reach(one) == []
    await large.click()
    for percent in (150, 225):
        await one.enlarge(percent)
        assert not await one.scrolls_sideways(), percent
        assert await too_pale(one) == []
    await one.enlarge(100)
    await large.click()


async def test_the_doors_are_for_everybody(browser: Browser, real_app: Program):
    async with phone(browser, width=320, height=640) as one:
        for address in (real_app.url, real_app.invite("member", "phường Hà Huy Tập")[0]):
            await one.open(address)
            await is_for_everybody(one)


async def test_the_form_and_its_preview_are_for_everybody(browser: Browser, demo_app: Program):
    async with phone(browser, width=320, height=640) as one:
        await one.open(demo_app.url + "/demo/hoi-vien/")
        await one.ready()
        await one.type("menu")
        await one.sees("giúp việc gì")
        await is_for_everybody(one)
        await up_to_the_owner(one, "Vườn rau xanh của chị em")
        await is_for_everybody(one)
        await from_the_owner_to_the_preview(one)
        await is_for_everybody(one)
        await one.press("Thêm")
        await one.press("Ảnh")
        await is_for_everybody(one)


async def test_figures_and_lists_are_for_everybody(browser: Browser, demo_app: Program):
    async with phone(browser, width=320, height=640) as one:
        await one.open(demo_app.url + "/demo/lanh-dao/")
        await one.ready()
        for text, answer in (("thong ke 2022", "THỐNG KÊ 2022"), ("hồ sơ", "HỒ SƠ")):
            await one.type(text)
            await one.sees(answer)
            await is_for_everybody(one)


async def test_a_report_without_a_finger(browser: Browser, demo_app: Program):
    async with phone(browser, width=1000, height=800, scale=1) as desk:
        await desk.open(demo_app.url + "/demo/kiem-tra/")
        await desk.ready()
        await desk.type("/dangky moi")
        await desk.sees("Bước 1")
        button = desk.page.get_by_role("button", name="Đăng ký mới")
        await expect(button).to_be_visible()
        for _ in range(40):
            await desk.page.keyboard.press("Tab")
            if await button.evaluate("one => one === document.activeElement"):
                break
        await desk.page.keyboard.press("Enter")
        await desk.sees("Tên mô hình là gì")
        assert await desk.page.evaluate("document.activeElement.id") == "text"
