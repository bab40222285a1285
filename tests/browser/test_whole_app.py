"""The whole program in a real browser: what a villager, a focal person and a leader do with it."""

import asyncio
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from playwright.async_api import expect

from tests.browser.driver import Phone
from tests.browser.program import Program
from tests.browser.walks import (
    NAME,
    WAY,
    answers_the_door,
    enter,
    joins,
    steps,
    up_to_the_owner,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """As a phone makes them: it tells where it was taken."""
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (18.0, 21.0, 30.0)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    Image.new("RGB", (2400, 1800), "seagreen").save(path := tmp_path / "hoa.jpg", exif=exif)
    assert b"Exif" in path.read_bytes()
    return path


# -- one report, from the village to the leader -------------------------------------------


async def test_a_report_goes_its_way_in_spite_of_a_lost_connection(
    lan: Phone, other: Phone, demo_app: Program, picture: Path
):
    await enter(other, demo_app.url + "/demo/dau-moi/")
    await enter(lan, demo_app.url + "/demo/hoi-vien/")
    await up_to_the_owner(lan)
    await lan.lose_connection()
    for text in ("Chi hội Phụ nữ thôn Vĩnh Thịnh", "Hội LHPN xã Thạch Lạc", "Thạch Lạc", WAY):
        await lan.type(text)
    await expect(lan.page.locator("#banner")).to_contain_text("Mất mạng")
    await expect(lan.messages("chờ mạng")).to_have_count(4)
    await lan.find_connection()
    await lan.sees_once(f"2. Tên: {NAME}")
    await lan.all_sent()
    assert [f"Bước {n}/8" for n in range(1, 9)] == await steps(lan)
    await lan.press("Thêm")
    await lan.press("Ảnh")
    await lan.send_photos(picture)
    await lan.sees("Đang ghi: 1 ảnh")
    await lan.press("Xong")
    await lan.press("Gửi")
    await lan.sees("Trợ lý đã nhận phiếu")
    code = await lan.page.locator(".code b").last.inner_text()
    assert re.fullmatch(r"DVK-2026-\d{4}", code)
    await accepts(other, demo_app.url, code)
    await lan.sees(f"Phiếu {code} đã được chấp nhận")  # without a reload


async def accepts(minh: Phone, url: str, code: str) -> None:
    """The focal person sees the report with its picture, which betrays no place."""
    await minh.sees(code)
    await minh.press("Xem việc cần làm")
    await minh.press(code)
    image = minh.page.locator(".pictures img").last
    await expect(image).to_have_js_property("naturalWidth", 320)
    address = await image.get_attribute("src") or ""
    for name in (address, address.partition("?")[0]):
        seen = await minh.context.request.get(f"{url}/demo/dau-moi/{name}")
        assert not Image.open(BytesIO(await seen.body())).getexif()
    await minh.press("Chấp nhận")
    await minh.sees(f"Đã chấp nhận phiếu {code}")


async def test_no_picture_on_the_disk_tells_where_it_was_taken(demo_app: Program):
    kept = demo_app.pictures()
    assert all(b"Exif" not in path.read_bytes() for path in kept)


async def test_the_leader_reads_the_figures_of_the_article(lan: Phone, demo_app: Program):
    await enter(lan, demo_app.url + "/demo/lanh-dao/")
    await lan.type("thong ke 2022")
    await lan.sees("THỐNG KÊ 2022")
    said = await lan.messages("THỐNG KÊ 2022").last.inner_text()
    for figure in ("138", "135", "vượt 3", "102,2%"):
        assert figure in said
    assert re.findall(r"^\d\. .*: (\d+) ", said, re.M) == ["34", "28", "37", "20", "19"]


# -- nothing is lost, nothing is done twice -----------------------------------------------


async def test_a_reload_and_scrolling_back_keep_everything(lan: Phone, demo_app: Program):
    await enter(lan, demo_app.url + "/demo/kiem-tra/")
    for n in range(30):
        await lan.type(f"trợ giúp {n}")
    await lan.all_sent()
    await lan.sees("trợ giúp 29")
    await expect(lan.page.locator("#typing")).to_be_hidden()
    before = await lan.page.locator(".bubble").all_inner_texts()
    await lan.page.reload()
    await lan.ready()
    older = lan.page.get_by_role("button", name="Xem tin cũ hơn")
    await expect(older).to_be_visible()
    await older.click()
    await expect(lan.page.locator(".row")).to_have_count(len(before))
    assert await lan.page.locator(".bubble").all_inner_texts() == before


async def test_two_pages_of_one_chat_show_the_same(lan: Phone, demo_app: Program):
    await enter(lan, url := demo_app.url + "/demo/tham-dinh/")
    second = await lan.context.new_page()
    await second.goto(url)
    await expect(second.locator("#state")).to_have_text("Trợ lý sẵn sàng")
    await lan.type("/hosotoi")
    await expect(second.locator(".row").filter(has_text="HỒ SƠ CỦA")).to_have_count(1)
    await second.get_by_label("Nhập tin nhắn").fill("/menu")
    await second.get_by_label("Gửi tin nhắn").tap()
    await lan.sees_once("/menu")
    rows = [await page.locator(".row .text").all_inner_texts() for page in (lan.page, second)]
    assert rows[0] == rows[1]


async def test_a_double_tap_does_one_thing(lan: Phone, demo_app: Program):
    await enter(lan, demo_app.url + "/demo/quan-tri/")
    await lan.type("menu")
    button = lan.page.locator(".buttons button").filter(has_text="Đăng ký mô hình")
    box = await button.bounding_box()
    assert box
    for _ in range(2):
        await lan.page.touchscreen.tap(box["x"] + 60, box["y"] + box["height"] / 2)
        await asyncio.sleep(0.15)
    await lan.sees_once("✓ Đăng ký mô hình")
    await lan.all_sent()
    await asyncio.sleep(0.5)
    assert await steps(lan) == ["Bước 1/8"]


async def test_a_restart_in_the_middle_of_a_form_loses_nothing(lan: Phone, real_app: Program):
    await joins(lan, real_app.invite("member", "xã Thạch Lạc")[0])
    await up_to_the_owner(lan)
    await real_app.kill()
    await expect(lan.page.locator("#banner")).to_contain_text("Mất mạng", timeout=8000)
    await lan.type("Chi hội Phụ nữ thôn Vĩnh Thịnh")
    await expect(lan.messages("Chi hội Phụ nữ")).to_contain_text("chờ mạng")
    await real_app.start()
    await lan.sees("Cơ quan, tổ chức nào đăng ký")  # by itself
    await lan.all_sent()
    await lan.press("Hội LHPN xã Thạch Lạc")
    await lan.press("Xã Thạch Lạc")
    await lan.type(WAY)
    await lan.sees_once("XEM LẠI: PHIẾU BÁO CÁO")
    await expect(lan.messages("XEM LẠI: PHIẾU BÁO CÁO")).to_contain_text(NAME)


# -- coming in ----------------------------------------------------------------------------


async def test_an_invitation_makes_a_member(lan: Phone, other: Phone, real_app: Program):
    link, _ = real_app.invite("member", "xã Thạch Lạc")
    await lan.open(link)
    await expect(lan.page.locator("body")).to_contain_text("Xã Thạch Lạc")
    await joins(lan, link)
    await lan.type("hồ sơ")
    await lan.sees("Trần Thị Hoa")
    await other.open(link)  # it was good for one
    await expect(other.page.get_by_role("alert")).to_be_visible()
    await expect(other.page.get_by_label("Nhập mã mời")).to_be_visible()


async def test_the_short_code_is_typed_on_the_sign_in_page(lan: Phone, real_app: Program):
    _, code = real_app.invite("member", "xã Thạch Lạc")
    await lan.open(real_app.url)
    await lan.page.get_by_label("Nhập mã mời").fill(code.lower())
    await lan.page.get_by_role("button", name="Vào").tap()
    await lan.ready()
    await answers_the_door(lan)


async def test_a_wrong_code_says_so_and_lets_try_again(lan: Phone, real_app: Program):
    await lan.open(real_app.url)
    await lan.page.get_by_label("Nhập mã mời").fill("AAAA BBBB")
    await lan.page.get_by_role("button", name="Vào").tap()
    await expect(lan.page.get_by_role("alert")).to_be_visible()
    await expect(lan.page.get_by_label("Nhập mã mời")).to_be_editable()
