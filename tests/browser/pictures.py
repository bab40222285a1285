"""Pictures of the web chat, to be looked at: python -m tests.browser.pictures [FOLDER]"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from playwright.async_api import Browser

from bot.conversation.messages import Option, Reply, Said, Wanted
from bot.platforms.web.demo import demo_routes
from bot.platforms.web.platform import WebPlatform
from tests.browser.driver import chromium, phone, serving
from tests.doubles.fake_host import FakeHost

ZALO = "Mozilla/5.0 (Linux; Android 12; wv) Chrome/120.0 Mobile Zalo android/24.1"
SECTORS = (
    "Kinh tế",
    "Nông thôn mới, đô thị văn minh",
    "Văn hoá, xã hội",
    "An ninh - quốc phòng",
    "Xây dựng Đảng, hệ thống chính trị",
)
ACTIONS = (Option("Quay lại", "lui"), Option("Để sau", "cat"), Option("Hủy", "huy", "danger"))
ROLES = (
    ("hoi-vien", "Hội viên"),
    ("dau-moi", "Đầu mối"),
    ("kiem-tra", "Cán bộ kiểm tra"),
    ("lanh-dao", "Lãnh đạo"),
    ("quan-tri", "Quản trị"),
)
QUESTION = Reply(
    "Bước 3/9\nMô hình thuộc lĩnh vực nào ạ?",
    options=tuple(Option(name, f"s:{n}") for n, name in enumerate(SECTORS)),
    actions=ACTIONS,
)
PHOTOS = Reply(
    "Bước 8/9\nBác gửi ảnh mô hình (tối đa 5). Xong thì nhắn “xong”.",
    actions=ACTIONS,
    wanted=Wanted.PHOTOS,
)
PLACE = Reply(
    "Bước 9/9\nBác chia sẻ vị trí nếu tiện, hoặc bỏ qua ạ.",
    actions=(Option("Bỏ qua", "bo"), *ACTIONS),
    wanted=Wanted.PLACE,
)
PREVIEW = Reply(
    "XEM LẠI PHIẾU (chưa gửi)\n1. Năm 2026, đăng ký mới\n2. Tên: Nhà sạch, vườn đẹp\n"
    "3. Lĩnh vực: Nông thôn mới, đô thị văn minh\n4. Tập thể: Chi hội Phụ nữ thôn Đại Tiến\n"
    "5. Địa bàn: xã Thạch Đài\n\nMuốn sửa, bác nhắn “sửa 2”.",
    actions=(Option("Gửi phiếu", "gui", "primary"), Option("Sửa", "sua"), *ACTIONS),
)
RECEIPT = Reply(
    "Trợ lý đã nhận phiếu lúc 9:05 ngày 24/11/2026. Cảm ơn bác. "
    "Cô Nguyễn Thị Lan sẽ xem và báo lại tại đây.",
    code="DVK-2026-0042",
)
FIGURES = Reply(
    "THỐNG KÊ 2022 – Huyện Thạch Hà (theo đơn vị năm 2022)\n"
    "Đã xây dựng: 138 mô hình; đăng ký 135; đạt 102,2% (vượt 3)\n1. Kinh tế: 34 (24,6%)\n"
    "2. Nông thôn mới, đô thị văn minh: 28 (20,3%)\n3. Văn hoá, xã hội: 37 (26,8%)\n"
    "4. An ninh - quốc phòng: 20 (14,5%)\n5. Xây dựng Đảng, hệ thống chính trị: 19 (13,8%)\n"
    "Số liệu lúc 09:00 24/11/2026."
)


def answer(said: Said) -> list[Reply]:
    return {
        "bắt đầu": [Reply("Kính chào bác! Tôi là Trợ lý Dân vận khéo của xã Thạch Đài.")],
        "đăng ký mô hình": [Reply("Bước 2/9\nTên mô hình là gì ạ?\nVí dụ: Nhà sạch, vườn đẹp")],
        "Nhà sạch, vườn đẹp": [QUESTION],
        "s:1": [PREVIEW],
        "gui": [RECEIPT],
        "ảnh": [PHOTOS],
        "vị trí": [PLACE],
        "thống kê 2022": [FIGURES],
    }.get(said.text or said.button, [Reply("Trợ lý cảm ơn bác.")])


def demo(host: FakeHost) -> web.Application:
    """The chat at /, and one per role under /demo/."""
    app = web.Application()
    WebPlatform(host).routes(app)
    for path, title in ROLES:

        async def let_in(chat: str = path, name: str = title) -> str:
            return host.let_in(chat, name)

        WebPlatform(host, base=f"/demo/{path}", framed=True, let_in=let_in).routes(app)
    demo_routes(app, host, [(f"/demo/{path}/", title) for path, title in ROLES])
    return app


async def chat_pictures(browser: Browser, url: str, host: FakeHost, folder: Path) -> None:
    for width, height in ((320, 640), (390, 844)):
        host.invite(token := f"loi-moi-{width}")
        async with phone(browser, width=width, height=height) as mine:
            await mine.open(f"{url}/i/{token}")
            await mine.picture(folder / f"invitation-{width}.png")
            await mine.accept_invitation(f"{url}/i/{token}")
            await mine.picture(folder / f"first-{width}.png")
            for text in ("đăng ký mô hình", "Nhà sạch, vườn đẹp"):
                await mine.type(text)
                await mine.all_sent()
            await mine.sees("lĩnh vực nào")
            await mine.picture(folder / f"chat-{width}.png")
            await mine.page.locator("#large").click()
            await mine.picture(folder / f"chat-{width}-large.png")
            await mine.page.locator("#large").click()
            await mine.press("Nông thôn mới")
            await mine.sees("XEM LẠI")
            await mine.picture(folder / f"preview-{width}.png")
            await mine.press("Gửi phiếu")
            await mine.sees("DVK-2026-0042")
            for text in ("ảnh", "vị trí"):
                await mine.type(text)
                await mine.all_sent()
            await mine.picture(folder / f"receipt-{width}.png")
            await mine.lose_connection()
            await mine.type("Mô hình ở thôn Đại Tiến ạ")
            await mine.picture(folder / f"offline-{width}.png")


async def door_pictures(browser: Browser, url: str, folder: Path) -> None:
    async with phone(browser, width=320, height=640, agent=ZALO) as mine:
        await mine.open(url)
        await mine.picture(folder / "signin-320.png")
        await mine.page.locator("#large").click()
        await mine.picture(folder / "signin-320-large.png")


async def demo_pictures(browser: Browser, url: str, host: FakeHost, folder: Path) -> None:
    morning = datetime.now(UTC) - timedelta(days=1)
    host.put("hoi-vien", Reply("Kính chào bác! Bác cần Trợ lý giúp việc gì ạ?"), at=morning)
    host.put("hoi-vien", QUESTION)
    host.put("lanh-dao", FIGURES)
    host.put("dau-moi", Reply("Có 1 phiếu mới chờ xem: Nhà sạch, vườn đẹp.", code="DVK-2026-0042",
                              options=(Option("Nhận phiếu", "a:1", "primary"),
                                       Option("Trả lại, ghi lý do", "r:1"))))  # fmt: skip
    async with phone(browser, width=1400, height=900, scale=1) as wide:
        await wide.open(f"{url}/demo/")
        await wide.page.wait_for_timeout(1500)
        await wide.picture(folder / "demo-1400.png")
    async with phone(browser, width=320, height=640) as small:
        await small.open(f"{url}/demo/")
        await small.picture(folder / "demo-320.png")


async def main(folder: Path) -> None:
    with TemporaryDirectory() as kept:
        host = FakeHost(Path(kept), answer)
        async with chromium() as browser, serving(demo(host)) as url:
            await chat_pictures(browser, url, host, folder)
            await door_pictures(browser, url, folder)
            await demo_pictures(browser, url, host, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "artefacts/pictures")))
