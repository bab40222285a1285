"""Headers, cookies, Origin and tokens: what keeps other people's pages out."""

import re

import pytest

from bot.platforms.web.assets import FOLDER
from bot.platforms.web.limits import Limiter
from tests.doubles.fake_host import FakeHost
from tests.platforms.web.conftest import Visit, Visitor

PAGES = ["/", "/i/abc", "/shell", "/sw.js", "/manifest.webmanifest", "/history", "/events"]
POSTS = ["/say", "/photo", "/code", "/out", "/i/abc"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_is_locked_down(stranger: Visitor, path: str):
    response = await stranger.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    response.close()


async def test_only_the_demo_may_be_framed_and_by_us(visit: Visit):
    demo = await visit(base="/demo/a", framed=True)
    response = await demo.get("/")
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "", "Referer": "https://evil.example/"},
    ],
    ids=str,
)
async def test_posts_from_elsewhere_are_refused(
    member: Visitor, host: FakeHost, path: str, headers: dict[str, str]
):
    response = await member.post(path, headers, json={"key": "x", "text": "gửi"})
    assert response.status == 403
    assert host.received == []
    assert len(host.sessions) == 1


@pytest.mark.parametrize("path", ["/say", "/photo", "/out"])
@pytest.mark.parametrize("token", ["", "wrong", "chữ có dấu"])
async def test_a_post_needs_the_token(member: Visitor, host: FakeHost, path: str, token: str):
    response = await member.post(path, {"X-CSRF": token}, data=b"")
    assert response.status in (403, 415)
    assert len(host.sessions) == 1


async def test_the_public_address_is_ours_too(visit: Visit):
    behind = await visit(public_url="https://danvan.example.vn")
    behind.sign_in()
    response = await behind.post(
        "/say", {"Origin": "https://danvan.example.vn"}, json={"key": "x", "text": "y"}
    )
    assert response.status == 400  # past the gate, stopped by its key


@pytest.mark.parametrize("path", ["/history", f"/photo/{'a' * 64}", f"/file/{'a' * 64}"])
async def test_without_a_session_nothing_is_read(stranger: Visitor, path: str):
    assert (await stranger.get(path)).status == 401


@pytest.mark.parametrize("path", ["/say", "/photo"])
async def test_without_a_session_nothing_is_said(stranger: Visitor, path: str):
    assert (await stranger.post(path, json={})).status == 401


async def test_the_cookie_is_kept_from_scripts_and_other_sites(stranger: Visitor, host: FakeHost):
    host.invite("ma")
    cookie = (await stranger.form("/code", code="ma")).cookies["dvk"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["secure"] == ""


async def test_behind_https_the_cookie_is_secure(visit: Visit, host: FakeHost):
    host.invite("ma")
    behind = await visit(public_url="https://danvan.example.vn")
    assert (await behind.form("/code", code="ma")).cookies["dvk"]["secure"] is True


@pytest.mark.parametrize(("trusted", "secure"), [(True, True), (False, "")])
async def test_a_proxy_is_believed_only_when_told(
    visit: Visit, host: FakeHost, trusted: bool, secure: object
):
    host.invite("ma")
    behind = await visit(trust_proxy=trusted)
    response = await behind.post(
        "/code", {"X-Forwarded-Proto": "https", "X-CSRF": ""}, data={"code": "ma"}
    )
    assert response.cookies["dvk"]["secure"] == secure


async def test_each_mount_has_its_own_cookie_and_path(visit: Visit, host: FakeHost):
    host.invite("ma")
    role = await visit(base="/demo/hoi-vien/")
    response = await role.form("/code", code="ma")
    [(name, cookie)] = response.cookies.items()
    assert (name, cookie["path"]) == ("dvk_demo_hoi_vien", "/demo/hoi-vien/")
    assert response.headers["Location"] == "/demo/hoi-vien/"
    assert (await role.get("")).headers["Location"] == "/demo/hoi-vien/"


async def test_guesses_are_counted_per_household(visit: Visit):
    behind = await visit(trust_proxy=True)
    for n in range(20):
        await guess(behind, f"2001:db8:1:2::{n:x}")
    assert await guess(behind, "2001:db8:1:2::ffff") == 429
    assert await guess(behind, "2001:db8:1:3::1") == 404
    assert await guess(behind, "not an address") == 404


async def guess(visitor: Visitor, address: str) -> int:
    forwarded = {"X-Forwarded-For": f"1.2.3.4, {address}", "X-CSRF": ""}
    return (await visitor.post("/code", forwarded, data={"code": "sai"})).status


async def test_a_refused_visitor_by_link_reads_a_page(stranger: Visitor):
    response = await stranger.get("/history", headers={"Accept": "text/html,*/*"})
    assert (response.status, response.content_type) == (401, "text/html")
    assert "Phiên trò chuyện đã kết thúc" in await response.text()


def test_a_limiter_forgives_after_a_while_and_forgets_names():
    now = 0.0
    limiter = Limiter(2, 10, clock=lambda: now)
    for name in ("a", "a", *map(str, range(10_001))):
        limiter.note(name)
    assert (limiter.wait("a"), len(limiter.events)) == (0, 10_000)
    limiter.note("b")
    limiter.note("b")
    assert limiter.wait("b") == 10
    now = 10.0
    assert limiter.wait("b") == 0


def test_pages_hold_no_script_or_style_of_their_own():
    for page in FOLDER.glob("*.html"):
        text = page.read_text("utf-8")
        assert "<style" not in text
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)
        assert not re.search(r"https?://|//\w", text)
