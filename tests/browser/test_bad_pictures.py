"""Pictures that are too much, and files that are none: one sentence, and the draft is as it was."""

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.driver import Phone
from tests.browser.program import Program
from tests.browser.walks import enter, up_to_the_owner

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all
# As a page would that makes nothing smaller before it sends.
SEND_AS_IT_IS = """async ([text, times]) => {
    const bytes = Uint8Array.from(atob(text.repeat(times)), (letter) => letter.charCodeAt(0));
    const me = (await (await fetch('history')).json()).me;
    const sent = await fetch('photo', {method: 'POST', headers: {'X-CSRF': me.csrf}, body: bytes});
    return [sent.status, (await sent.json()).say];
}"""


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    image.save(data := BytesIO(), kind)
    return data.getvalue()


async def in_a_form(one: Phone, demo_app: Program) -> None:
    await enter(one, demo_app.url + "/demo/tham-dinh/")
    await up_to_the_owner(one)


async def send_as_it_is(one: Phone, data: bytes, times: int = 1) -> tuple[int, str]:
    status, say = await one.page.evaluate(SEND_AS_IT_IS, [base64.b64encode(data).decode(), times])
    return status, say


async def test_what_no_phone_should_send_is_answered_with_one_sentence(
    lan: Phone, demo_app: Program
):
    await in_a_form(lan, demo_app)
    many = Image.new("1", (10_000, 10_000))
    for data, times, word in (
        (b"x" * 3 * 2**20, 7, "15 MB"),
        (encoded(many), 1, "chụp lại"),
        (b"kh\xc3\xb4ng ph\xe1\xba\xa3i \xe1\xba\xa3nh", 1, "ảnh"),
    ):
        status, say = await send_as_it_is(lan, data, times)
        assert 400 <= status < 500
        assert word in say
        assert "lỗi" not in say
    await lan.type("Chi hội Phụ nữ thôn Vĩnh Thịnh")
    await lan.sees("Cơ quan, tổ chức nào đăng ký")


async def test_a_text_that_is_called_a_picture_harms_nothing(
    lan: Phone, demo_app: Program, tmp_path: Path
):
    await in_a_form(lan, demo_app)
    (path := tmp_path / "a.jpg").write_text("không phải ảnh")
    await lan.send_photos(path)
    await expect(lan.page.locator("#remark")).to_contain_text("chưa mở được 1 tệp")
    await lan.type("Chi hội Phụ nữ thôn Vĩnh Thịnh")
    await lan.sees("Cơ quan, tổ chức nào đăng ký")


async def test_a_huge_picture_is_made_small_on_the_phone(
    lan: Phone, demo_app: Program, tmp_path: Path
):
    await in_a_form(lan, demo_app)
    noise = Image.effect_noise((2600, 2600), 90)
    noise.resize((5200, 5200)).save(heavy := tmp_path / "nang.jpg", quality=100)
    Image.new("L", (10_000, 10_000), 90).save(wide := tmp_path / "rong.jpg")
    assert heavy.stat().st_size > 15 * 2**20
    await lan.send_photos(heavy, wide)
    kept = lan.messages("Trợ lý đã giữ 2 ảnh cho phiếu này").last
    await expect(kept).to_contain_text("Ai hoặc tổ chức nào", timeout=30_000)
