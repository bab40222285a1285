"""The web chat as a villager meets it on a small phone."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from bot.conversation.messages import Option, Place, Reply, Wanted
from tests.browser.driver import Phone, phone
from tests.browser.pictures import QUESTION, SECTORS
from tests.doubles.fake_host import FakeHost

CHAT = "w1"
pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


async def test_come_in_by_link_and_talk(mine: Phone, host: FakeHost):
    await mine.page.get_by_role("button", name="Bắt đầu").click()
    await mine.sees("Đã nhận: bắt đầu")
    await mine.type("Nhà sạch, vườn đẹp")
    await mine.sees_once("Đã nhận: Nhà sạch")
    await mine.all_sent()
    assert host.said() == ["bắt đầu", "Nhà sạch, vườn đẹp"]


async def test_buttons_stand_under_the_newest_question_only(mine: Phone, host: FakeHost):
    host.put(CHAT, QUESTION)
    await mine.sees("lĩnh vực nào")
    assert [b.split("\n")[-1] for b in await mine.buttons()][:5] == list(SECTORS)
    await mine.press("Văn hoá")
    await mine.sees("✓ Văn hoá, xã hội")
    assert await mine.buttons() == []
    host.put(CHAT, Reply("Gửi chưa ạ?", options=(Option("Gửi", "gui", "primary"),)))
    await expect(mine.page.locator(".buttons button")).to_contain_text("Gửi")
    assert host.said() == ["s:2"]


async def test_what_was_pressed_is_named_after_a_reload(mine: Phone, host: FakeHost):
    host.put(CHAT, QUESTION)
    await mine.press("Kinh tế")
    await mine.all_sent()
    await mine.page.reload()
    await mine.sees_once("✓ Kinh tế")


async def test_a_notice_leaves_the_question_its_buttons(mine: Phone, host: FakeHost):
    host.put(CHAT, QUESTION, Reply("NHẮC VIỆC: báo cáo 6 tháng."))
    await mine.sees("NHẮC VIỆC")
    assert len(await mine.buttons()) == 8


async def test_photos_are_made_small_and_go_as_one_message(
    mine: Phone, host: FakeHost, tmp_path: Path
):
    paths = [tmp_path / "a.jpg", tmp_path / "b.png"]
    turned = Image.Exif()
    turned[0x0112] = 6  # the phone was held upright
    Image.new("RGB", (4000, 3000), "green").save(paths[0], exif=turned)
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(paths[1])
    await mine.send_photos(*paths)
    await mine.sees("Đã nhận: 2")
    kept = [(host.folder / name).read_bytes() for name in host.received[-1].said.photos]
    sizes = [Image.open(BytesIO(data)).size for data in kept]
    assert sizes == [(1200, 1600), (30, 20)]


async def test_a_file_that_is_no_picture_is_not_sent(mine: Phone, host: FakeHost, tmp_path: Path):
    (path := tmp_path / "a.jpg").write_text("không phải ảnh")
    await mine.send_photos(path)
    await expect(mine.page.locator("#remark")).to_contain_text("chưa mở được 1 tệp")
    assert host.received == []


async def test_a_list_goes_as_it_is_under_its_name(mine: Phone, host: FakeHost, tmp_path: Path):
    (path := tmp_path / "Chỉ tiêu 2026.csv").write_text("Đơn vị;Năm")
    await mine.send_photos(path)
    await mine.sees("Chỉ tiêu 2026.csv")
    await mine.all_sent()
    [document] = [incoming.said.document for incoming in host.received]
    assert document
    assert document.name == "Chỉ tiêu 2026.csv"
    assert (host.folder / document.hash).read_text() == "Đơn vị;Năm"


async def test_a_list_that_is_too_large_is_not_sent(mine: Phone, host: FakeHost, tmp_path: Path):
    (path := tmp_path / "a.xlsx").write_bytes(bytes(11_000_000))
    await mine.send_photos(path)
    await expect(mine.page.locator("#remark")).to_contain_text("lớn quá 10 MB")
    assert host.received == []


async def test_a_text_too_long_is_kept_and_not_sent(mine: Phone, host: FakeHost):
    await mine.type("ữ" * 10_001)
    await expect(mine.page.locator("#remark")).to_contain_text("chia thành vài tin")
    assert len(await mine.page.locator("#text").input_value()) == 10_001
    assert host.received == []


async def test_the_place_is_offered_when_it_is_wanted(mine: Phone, host: FakeHost):
    button = mine.page.get_by_role("button", name="Gửi vị trí")
    await expect(button).to_be_hidden()
    await mine.context.grant_permissions(["geolocation"])
    await mine.context.set_geolocation({"latitude": 18.35, "longitude": 105.9})
    host.put(CHAT, Reply("Vị trí ở đâu ạ?", wanted=Wanted.PLACE))
    await button.click()
    await mine.sees("Vị trí: 18,35000 · 105,90000")
    await mine.all_sent()
    assert host.received[-1].said.place == Place(18.35, 105.9)


async def test_markup_stays_text_and_only_web_addresses_are_links(mine: Phone, host: FakeHost):
    host.put(CHAT, Reply("<img src=x onerror=alert(1)> javascript:alert(1) https://a.vn/b. Hết",
                         link="javascript:alert(2)"))  # fmt: skip
    await mine.sees("<img src=x")
    links = mine.page.locator(".row a")
    await expect(links).to_have_count(1)
    await expect(links).to_have_attribute("href", "https://a.vn/b")
    assert await mine.page.locator(".row img").count() == 0


async def test_a_code_is_copied_by_a_tap(mine: Phone, host: FakeHost):
    host.put(CHAT, Reply("Đã nhận phiếu.", code="DVK-2026-0042"))
    await mine.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await mine.page.get_by_role("button", name="DVK-2026-0042").click()
    await expect(mine.page.locator(".code")).to_contain_text("Đã chép")
    assert await mine.page.evaluate("navigator.clipboard.readText()") == "DVK-2026-0042"


async def test_scrolling_back_loads_what_was_before(mine: Phone, host: FakeHost):
    host.put(CHAT, *(Reply(f"tin số {n}.") for n in range(120)))
    await mine.sees("tin số 119.")
    await mine.page.reload()
    await mine.sees("tin số 119.")
    for _ in range(2):
        await mine.page.evaluate("document.getElementById('log').scrollTop = 0")
        await mine.page.wait_for_timeout(500)
    texts = await mine.page.locator(".row .text").all_inner_texts()
    assert texts == [f"tin số {n}." for n in range(120)]
    assert await mine.page.locator(".day").count() == 1


async def test_signing_out_leads_to_the_door(mine: Phone, host: FakeHost):
    await mine.page.locator("summary").click()
    await mine.page.get_by_role("button", name="Đăng xuất").click()
    await expect(mine.page.get_by_label("Nhập mã mời")).to_be_visible()
    assert host.sessions == {}


async def test_a_session_that_ended_elsewhere_leads_to_the_door(mine: Phone, host: FakeHost):
    host.sessions.clear()
    await mine.type("còn đó không")
    await expect(mine.page.get_by_label("Nhập mã mời")).to_be_visible()


async def test_roles_side_by_side(browser: Browser, host: FakeHost, demo_url: str):
    async with phone(browser, width=1400, height=900, scale=1) as wide:
        await wide.open(f"{demo_url}/demo/")
        member = wide.page.frame_locator("iframe[title='Hội viên']")
        await expect(member.locator("#state")).to_have_text("Trợ lý sẵn sàng")
        for role in ("Lãnh đạo", "Quản trị"):
            await wide.page.get_by_role("button", name=role).click()
            frame = wide.page.frame_locator(f"iframe[title='{role}']")
            await frame.get_by_role("button", name="Bắt đầu").click()
            await expect(frame.locator(".row.bot")).to_have_count(1)
        assert await wide.page.locator("iframe").count() == 4
        assert wide.problems == []
    assert [i.chat for i in host.received] == ["lanh-dao", "quan-tri"]
