"""The pictures of README, from the real demo: python -m tests.browser.story_pictures [FOLDER]"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Browser, FrameLocator, expect

from tests.browser.driver import Phone, chromium, phone
from tests.browser.program import demo_program
from tests.browser.walks import enter

GAP, PAPER = 24, "#ffffff"
COLOURS = 256
NAMES = ("step", "preview", "receipt", "figures")


async def a_report(browser: Browser, url: str, folder: Path) -> None:
    async with phone(browser, scale=1) as lan:
        await enter(lan, url + "/demo/hoi-vien/")
        await lan.press("Đăng ký mô hình")
        await lan.press("Đăng ký mới")
        await lan.sees("Tên mô hình là gì")
        await lan.type("Đường hoa sạch đẹp")
        await lan.sees("lĩnh vực nào")
        await lan.picture(folder / "step.png")
        await lan.press("Nông thôn mới")
        await lan.press("Tập thể")
        await lan.sees("Ai hoặc tổ chức nào")
        await lan.type("Phụ nữ thôn Vĩnh Thịnh")
        await lan.press("Hội LHPN xã Thạch Lạc")
        await lan.press("Xã Thạch Lạc")
        await lan.type("30 hộ cùng trồng hoa, dọn cỏ.")
        await lan.sees("XEM LẠI")
        await at_the_end(lan)
        await lan.picture(folder / "preview.png")
        await lan.press("Gửi")
        await lan.sees("Trợ lý đã nhận phiếu")
        await lan.picture(folder / "receipt.png")


async def at_the_end(one: Phone) -> None:
    await one.page.evaluate("document.getElementById('log').scrollTop = 1e6")
    await one.page.wait_for_timeout(300)


async def the_figures(browser: Browser, url: str, folder: Path) -> None:
    async with phone(browser, scale=1) as leader:
        await enter(leader, url + "/demo/lanh-dao/")
        await leader.type("thống kê 2022")
        await leader.sees("Đã xây dựng: 138")
        await leader.picture(folder / "figures.png")


async def side_by_side(browser: Browser, url: str, folder: Path) -> None:
    async with phone(browser, width=1400, height=900, scale=1) as wide:
        await wide.open(url + "/demo/")
        frames = [wide.page.frame_locator("iframe").nth(n) for n in range(3)]
        await said(frames[1], "việc cần làm")
        await said(frames[2], "thống kê 2022")
        await wide.page.wait_for_timeout(500)
        await wide.picture(folder / "roles.png")


async def said(chat: FrameLocator, text: str) -> None:
    await expect(chat.locator("#state")).to_have_text("Trợ lý sẵn sàng")
    await chat.get_by_label("Nhập tin nhắn").fill(text)
    await chat.get_by_label("Gửi tin nhắn").click()
    await expect(chat.locator(".row.own + .row.bot")).to_be_visible()


def strip(pictures: Sequence[Path], to: Path) -> None:
    """Side by side, with few colours: a README must open on a slow line, too."""
    shots = [Image.open(path).convert("RGB") for path in pictures]
    wide = sum(shot.width for shot in shots) + GAP * (len(shots) - 1)
    whole = Image.new("RGB", (wide, shots[0].height), PAPER)
    for n, shot in enumerate(shots):
        whole.paste(shot, (n * (shots[0].width + GAP), 0))
    to.parent.mkdir(parents=True, exist_ok=True)
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)


async def main(folder: Path) -> None:
    with TemporaryDirectory() as kept:
        shots = Path(kept)
        async with chromium() as browser, demo_program(shots) as program:
            await a_report(browser, program.url, shots)
            await the_figures(browser, program.url, shots)
            await side_by_side(browser, program.url, shots)
        strip([shots / f"{name}.png" for name in NAMES], folder / "story.png")
        strip([shots / "roles.png"], folder / "roles.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")))
