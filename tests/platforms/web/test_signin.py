"""Coming in by link or code, and going out."""

import pytest

from tests.doubles.fake_host import FakeHost
from tests.platforms.web.conftest import Visit, Visitor

ANDROID = "Mozilla/5.0 (Linux; Android 12; wv) Chrome/120 Mobile Zalo android/24.1"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) [FBAN/FBIOS;FBAV/450.0]"
LINK = "/i/mat-ma-rat-dai"


@pytest.fixture
def invited(host: FakeHost) -> FakeHost:
    host.invite("mat-ma-rat-dai", unit="Xã <b>Thạch Đài</b>", role="đầu mối")
    return host


async def test_without_a_session_the_page_asks_for_a_code(stranger: Visitor):
    page = await (await stranger.get("/")).text()
    assert "Nhập mã mời" in page
    assert "chat.js" not in page


async def test_opening_a_link_only_shows_what_it_is_for(stranger: Visitor, invited: FakeHost):
    await stranger.get(LINK)
    page = await (await stranger.get(LINK)).text()
    assert "Bấm để vào" in page
    assert "đầu mối" in page
    assert "Xã &lt;b&gt;Thạch Đài" in page
    assert "mat-ma-rat-dai" in invited.invitations
    assert not invited.sessions


async def test_the_tap_lets_in(stranger: Visitor, invited: FakeHost):
    response = await stranger.form(LINK)
    assert (response.status, response.headers["Location"]) == (303, "/")
    assert "chat.js" in await (await stranger.get("/")).text()


async def test_a_typed_code_lets_in(stranger: Visitor, invited: FakeHost):
    response = await stranger.form("/code", code="  mat-ma-rat-dai ")
    assert response.status == 303
    assert len(invited.sessions) == 1


async def test_a_used_link_says_what_to_do(stranger: Visitor, invited: FakeHost):
    await stranger.form(LINK)
    stranger.client.session.cookie_jar.clear()
    response = await stranger.get(LINK)
    assert response.status == 404
    assert "không còn dùng được" in await response.text()
    assert (await stranger.form(LINK)).status == 404


@pytest.mark.parametrize("code", ["", "   "])
async def test_no_code_is_asked_for_again(stranger: Visitor, code: str):
    response = await stranger.form("/code", code=code)
    assert response.status == 400
    assert "Xin nhập mã mời" in await response.text()


async def test_who_is_in_gets_the_role_added(member: Visitor, invited: FakeHost):
    page = await (await member.get(LINK)).text()
    assert "Bác Hồ Văn Hà" in page
    await member.form(LINK, csrf=member.csrf)
    assert {s.chat for s in invited.sessions.values()} == {"w1"}


async def test_who_is_in_needs_the_token_of_the_form(member: Visitor, invited: FakeHost):
    assert (await member.form(LINK, csrf="made up")).status == 403
    assert "mat-ma-rat-dai" in invited.invitations


async def test_guessing_is_slow(stranger: Visitor, invited: FakeHost):
    for _ in range(20):
        await stranger.form("/code", code="sai")
    response = await stranger.form("/code", code="mat-ma-rat-dai")
    assert response.status == 429
    assert int(response.headers["Retry-After"]) > 500
    assert (await stranger.get(LINK)).status == 429


async def test_a_right_code_does_not_count_as_a_guess(stranger: Visitor, host: FakeHost):
    for n in range(30):
        host.invite(f"hop-thon-{n}")
        assert (await stranger.form("/code", code=f"hop-thon-{n}", csrf=csrf(host))).status == 303


async def test_signing_out_forgets_the_cookie(member: Visitor, host: FakeHost):
    response = await member.post("/out")
    assert response.status == 200
    assert host.sessions == {}
    assert response.cookies["dvk"]["max-age"] == "0"
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert "Nhập mã mời" in await (await member.get("/")).text()


async def test_somebody_else_on_the_same_phone_signs_out_by_form(member: Visitor, host: FakeHost):
    assert (await member.form("/out", csrf=member.csrf)).status == 303
    assert host.sessions == {}


@pytest.mark.parametrize("path", ["/", LINK])
async def test_inside_zalo_android_a_button_opens_the_own_browser(
    stranger: Visitor, invited: FakeHost, path: str
):
    page = await (await stranger.get(path, headers={"User-Agent": ANDROID})).text()
    assert (
        f"intent://{stranger.client.host}:{stranger.client.port}{path}#Intent;scheme=http" in page
    )


async def test_inside_facebook_on_an_iphone_words_explain(stranger: Visitor, invited: FakeHost):
    page = await (await stranger.get(LINK, headers={"User-Agent": IPHONE})).text()
    assert "Mở bằng Safari" in page
    assert "intent:" not in page


async def test_a_real_browser_gets_no_hint(stranger: Visitor):
    page = await (await stranger.get("/", headers={"User-Agent": "Mozilla/5.0 Safari"})).text()
    assert "trình duyệt của máy" not in page


async def test_the_hint_names_the_public_address(visit: Visit, invited: FakeHost):
    behind = await visit(public_url="https://danvan.example.vn/")
    page = await (await behind.get(LINK, headers={"User-Agent": ANDROID})).text()
    assert "intent://danvan.example.vn/i/mat-ma-rat-dai#Intent;scheme=https" in page


async def test_the_demo_lets_in_whoever_comes(visit: Visit, host: FakeHost):
    async def let_in() -> str:
        return host.let_in("lanh-dao")

    demo = await visit(base="/demo/lanh-dao", let_in=let_in)
    assert "chat.js" in await (await demo.get("/")).text()
    assert (await (await demo.get("/history")).json())["me"]["chat"] == "lanh-dao"


def csrf(host: FakeHost) -> str:
    return list(host.sessions.values())[-1].csrf if host.sessions else ""
