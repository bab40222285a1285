"""The picture of reminders in README: python -m tests.browser.reminder_pictures [FOLDER]"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, expect

from tests.browser.driver import Phone, chromium, phone
from tests.browser.program import Program, free_port
from tests.browser.story_pictures import at_the_end, strip
from tests.browser.walks import enter

TODAY = "2026-12-14"
"""A Monday, the day before the quarter's reviews are due."""
NAMES = ("evening", "review", "thanks", "above")


@asynccontextmanager
async def december(folder: Path) -> AsyncIterator[Program]:
    """The demo on that day."""
    port = free_port()
    program = Program(folder, port, ("demo", "--port", str(port), "--today", TODAY))
    await program.start()
    try:
        yield program
    finally:
        await program.kill()


async def go(clock: Phone, button: str, when: str) -> None:
    """The page with the demo's clock: on to the moment the button says."""
    await clock.page.get_by_role("button", name=button).click()
    await expect(clock.page.locator("#now")).to_contain_text(when)


async def go_to(clock: Phone, day: str, when: str) -> None:
    await clock.page.locator("#day").fill(day)
    await go(clock, "Tới ngày này", when)


async def a_review(lan: Phone, clock: Phone, url: str, folder: Path) -> None:
    await enter(lan, url + "/demo/hoi-vien/")
    await go(clock, "Sang tối", "19:00")
    await lan.sees("Trợ lý xin nhắc")
    await at_the_end(lan)
    await lan.picture(folder / "evening.png")
    await lan.press("Rà soát quý IV")
    await lan.sees("tất cả ổn định")
    await lan.picture(folder / "review.png")
    await lan.can_press()
    await lan.press("Tất cả ổn định")
    await lan.sees("Mỗi năm một lần")
    await lan.type("35 hộ")
    await lan.sees("Trợ lý đã ghi 35 hộ")
    await at_the_end(lan)
    await lan.picture(folder / "thanks.png")


async def who_is_above(mai: Phone, clock: Phone, url: str, folder: Path) -> None:
    await enter(mai, url + "/demo/quan-tri/")
    await go_to(clock, "2026-12-19", "19/12/2026 08:00")
    await mai.sees("chưa nộp Báo cáo quý IV")
    await at_the_end(mai)
    await mai.picture(folder / "above.png")


async def take(browser: Browser, url: str, shots: Path) -> None:
    async with (
        phone(browser, width=1200) as clock,
        phone(browser, scale=1) as lan,
        phone(browser, scale=1) as mai,
    ):
        await clock.open(url + "/demo/")
        await a_review(lan, clock, url, shots)
        await who_is_above(mai, clock, url, shots)


async def main(folder: Path) -> None:
    with TemporaryDirectory() as kept:
        shots = Path(kept)
        async with chromium() as browser, december(shots) as program:
            await take(browser, program.url, shots)
        strip([shots / f"{name}.png" for name in NAMES], folder / "reminders.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")))
