"""The demo's clock in a browser: a quarter's review falls due, and is answered with one tap."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.driver import Phone, phone
from tests.browser.program import Program
from tests.browser.reminder_pictures import december, go, go_to
from tests.browser.walks import enter

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def program(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    async with december(tmp_path_factory.mktemp("december")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def clock(browser: Browser, program: Program) -> AsyncIterator[Phone]:
    async with phone(browser, width=320, height=640) as one:
        await one.open(program.url + "/demo/")
        await expect(one.page.locator("#now")).to_contain_text("/2026")
        yield one
        assert one.problems == []


async def test_the_bar_fits_a_small_phone_and_does_not_go_back(clock: Phone):
    assert not await clock.scrolls_sideways()
    before = await clock.page.locator("#now").inner_text()
    await clock.page.locator("#day").fill("2026-12-01")
    await clock.page.get_by_role("button", name="Tới ngày này").click()
    await expect(clock.page.locator("#said")).to_contain_text("không lùi")
    assert (await clock.page.locator("#now").inner_text())[:20] == before[:20]


async def test_a_quarters_review(lan: Phone, other: Phone, clock: Phone, program: Program):
    """Bundled in the evening, put off, answered with one tap; what nobody does climbs."""
    await enter(lan, program.url + "/demo/hoi-vien/")
    await enter(other, program.url + "/demo/quan-tri/")
    await go(clock, "Sang tối", "14/12/2026 19:00")
    await lan.sees("Trợ lý xin nhắc 2 việc")  # without a reload
    for button in ("Rà soát quý IV", "Để sau", "Ngày mai"):
        await lan.can_press()
        await lan.press(button)
        await lan.all_sent()
    await lan.sees("thứ Ba, 15/12/2026 Trợ lý nhắc lại")
    await go(clock, "Ngày làm việc sau", "15/12/2026 08:00")
    await go(clock, "Sang tối", "15/12/2026 19:00")
    await expect(lan.page.locator(".day").last).to_have_text("Thứ Ba, 15/12/2026")
    await lan.press("Tất cả ổn định")
    await lan.sees("Đã ghi: 2 mô hình ổn định")
    await go_to(clock, "2026-12-19", "19/12/2026 08:00")
    await other.sees("Xã Thạch Lạc chưa nộp Báo cáo quý IV năm 2026")


async def test_the_leader_has_the_weeks_digest(lan: Phone, program: Program):
    await enter(lan, program.url + "/demo/lanh-dao/")
    await lan.sees("TỔNG HỢP TUẦN")
