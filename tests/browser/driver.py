"""The system's Chromium and a phone in it: helpers for every test that looks at the web chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEEDED = f"no Chromium at {CHROMIUM}: apt-get install -y chromium fonts-dejavu-core"
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason=NEEDED)
PATIENCE = 30_000  # ms
# Not wait_for_function: the page's policy forbids what it does.
CONTROLLED = """() => new Promise((done) => {
    const worker = navigator.serviceWorker;
    worker.addEventListener('controllerchange', () => done(true), {once: true});
    if (worker.controller) done(true);
})"""
OVER_THE_EDGE = """[...document.body.querySelectorAll('*')].some(element => {
    const box = element.getBoundingClientRect();
    const over = box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
    return over && element.checkVisibility();
})"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """The address of the application on a port of its own, without a slash at the end."""
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


class Phone:
    """One phone with one page of the chat; `problems` are its script errors."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    async def open(self, url: str) -> None:
        await self.page.goto(url)

    async def accept_invitation(self, url: str) -> None:
        await self.open(url)
        await self.page.get_by_role("button", name="Bấm để vào").click()
        await self.ready()

    async def ready(self) -> None:
        await expect(self.page.locator("#state")).to_have_text("Trợ lý sẵn sàng", timeout=PATIENCE)

    async def type(self, text: str) -> None:
        await self.page.get_by_label("Nhập tin nhắn").fill(text)
        await self.page.get_by_role("button", name="Gửi tin nhắn").click()

    async def press(self, label: str) -> None:
        """A button of the newest question; its number need not be given."""
        await self.page.locator(".buttons button").filter(has_text=label).click()

    async def send_photos(self, *paths: Path) -> None:
        await self.page.locator("#files").set_input_files(list(paths))

    def messages(self, text: str) -> Locator:
        return self.page.locator(".row").filter(has_text=text)

    async def sees(self, text: str) -> None:
        await expect(self.messages(text).last).to_be_visible(timeout=PATIENCE)

    async def sees_once(self, text: str) -> None:
        await self.sees(text)
        await expect(self.messages(text)).to_have_count(1)

    async def all_sent(self) -> None:
        await expect(self.page.locator("#waiting li")).to_have_count(0, timeout=PATIENCE)

    async def can_press(self) -> None:
        """After a tap, buttons wait a moment, so that a double tap answers one question."""
        await expect(self.page.locator(".buttons button:disabled")).to_have_count(0)

    async def buttons(self) -> list[str]:
        return await self.page.locator(".buttons button").all_inner_texts()

    async def lose_connection(self) -> None:
        await self.context.set_offline(True)

    async def find_connection(self) -> None:
        await self.context.set_offline(False)

    async def keeps_itself(self) -> None:
        """From now on the page opens without a connection, too."""
        await self.page.evaluate(CONTROLLED)

    async def swap_session(self, secret: str) -> str:
        """Somebody else signs in on this phone; returns the secret of who was there."""
        [cookie] = await self.context.cookies()
        new = {name: cookie.get(name) for name in ("name", "domain", "path")}
        await self.context.add_cookies([{**new, "value": secret}])  # type: ignore[typeddict-item]
        return str(cookie.get("value"))

    async def enlarge(self, percent: int) -> None:
        """The browser's own text size, as its settings or the system's would change it."""
        size = f"document.documentElement.style.fontSize = '{percent}%'"
        await self.page.evaluate(size)

    async def scrolls_sideways(self) -> bool:
        """Whether anything is wider than the screen, even where the page cuts it off."""
        return bool(await self.page.evaluate(OVER_THE_EDGE))

    async def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=str(path), animations="disabled")


@asynccontextmanager
async def phone(
    browser: Browser, *, width: int = 390, height: int = 844, scale: float = 2, agent: str = ""
) -> AsyncIterator[Phone]:
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        has_touch=width < 700,
        is_mobile=width < 700,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        user_agent=agent or None,
    )
    try:
        yield Phone(context, await context.new_page())
    finally:
        await context.close()
