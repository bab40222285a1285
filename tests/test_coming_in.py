"""Coming in over HTTP, as browsers do: invitations, codes, sessions; and what pictures one sees."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.scheduling.tick import utc_now
from storage import invitations
from storage.tables.people import Account, Invitation, Member, WebSession
from storage.tables.units import Unit
from tests.browsing import house
from tests.make import make_account, make_member, make_unit
from tests.storage.pictures import bomb, photo_with_gps

JOIN = ("đồng ý", "chị", "Nguyễn Thị Lan", "gửi")


@pytest.fixture
def unit(database):
    with database.writing() as session:
        return make_unit(session).id


@pytest.fixture
def minh(database, unit):
    """The focal person, with a chat "minh"."""
    with database.writing() as session:
        member = make_member(session, name="Minh", unit=session.get_one(Unit, unit), role="focal")
        make_account(session, member, chat="minh")
        return member.id


def invite(database, unit, **more):
    with database.writing() as session:
        return invitations.create(session, unit_id=unit, role="member", now=utc_now(), **more)


def count(database, table):
    with database.reading() as session:
        return len(session.scalars(select(table)).all())


# -- coming in ------------------------------------------------------------------------------


async def test_looking_at_an_invitation_uses_nothing(database, unit, tmp_path):
    fresh = invite(database, unit)
    async with house(database, tmp_path) as at:
        for _ in range(2):
            page = await at.browser().get(f"/i/{fresh.token}")
            assert "Bấm để vào" in await page.text()
            assert "Set-Cookie" not in page.headers
    with database.reading() as session:
        assert session.scalars(select(Invitation)).one().used_at is None
    assert (count(database, Account), count(database, WebSession)) == (0, 0)


async def test_the_tap_lets_one_browser_in_and_the_next_one_hears_why_not(database, unit, tmp_path):
    fresh = invite(database, unit)
    async with house(database, tmp_path) as at:
        lan, other = at.browser(), at.browser()
        inside = await lan.form(f"/i/{fresh.token}")
        assert (inside.status, inside.headers["Location"]) == (303, "/")
        assert "HttpOnly" in inside.headers["Set-Cookie"]
        assert "Thư mời của Xã Thạch Lạc" in (await lan.texts())[0]
        assert "Từ nay chị là hội viên" in "".join(await said(lan, *JOIN))
        outside = await other.form(f"/i/{fresh.token}")
        assert outside.status == 404
        assert "đã được dùng" in await outside.text()
        assert "Set-Cookie" not in outside.headers
    assert count(database, Account) == 1


async def said(browser, *texts):
    await browser.say(*texts)
    return await browser.texts()


async def test_the_short_code_may_be_typed_on_the_sign_in_page(database, unit, tmp_path):
    fresh = invite(database, unit)
    async with house(database, tmp_path) as at:
        wrong = await at.browser().form("/code", code="ABCD-EFGH-JKLM")
        assert wrong.status == 404
        assert "chưa đúng" in await wrong.text()
        lan = at.browser()
        assert (await lan.form("/code", code=fresh.code.lower())).status == 303
        assert "Từ nay chị là hội viên" in "".join(await said(lan, *JOIN))


async def test_who_comes_by_a_meeting_code_waits_for_one_tap(database, unit, minh, tmp_path):
    fresh = invite(database, unit, reusable=True)
    async with house(database, tmp_path) as at:
        lan, focal = at.browser(), await at.of("minh")
        assert (await lan.form(f"/i/{fresh.token}")).status == 303
        assert "Trong lúc chờ" in "".join(await said(lan, *JOIN))
        await focal.hears("Nguyễn Thị Lan")
        yes = (await focal.look())[-1]["body"]["options"][0]
        await focal.post_said(button=yes[1])
        await lan.hears("đồng ý")
        second = at.browser()
        assert (await second.form(f"/i/{fresh.token}")).status == 303
    with database.reading() as session:
        assert session.scalars(select(Member.state).where(Member.id != minh)).all() == ["active"]


async def test_an_access_code_links_a_second_browser_to_the_same_person(database, unit, tmp_path):
    with database.writing() as session:
        lan = make_member(session, name="Lan", unit=session.get_one(Unit, unit))
        make_account(session, lan, chat="lan")
        lan_id = lan.id
    fresh = invite(database, unit, member_id=lan_id)
    async with house(database, tmp_path) as at:
        old, new = await at.of("lan"), at.browser()
        assert (await new.form(f"/i/{fresh.token}")).status == 303
        assert "đã nối với hồ sơ của chị Lan" in "".join(await new.texts())
        assert "Một tài khoản mới (trang web)" in await old.hears("Một tài khoản mới")
    with database.reading() as session:
        assert set(session.scalars(select(Account.member_id))) == {lan_id}


async def test_signing_out_ends_the_streams_of_that_browser_only(database, minh, tmp_path):
    async with house(database, tmp_path) as at:
        here, there = await at.of("minh"), await at.of("minh")
        async with here.stream() as mine, there.stream() as other:
            assert (await here.post("/out")).status == 200
            assert await mine.next() == ("end", "out")
            await there.say("menu")
            assert await other.text() == "menu"
        assert (await here.post_said(text="menu")).status == 401


async def test_a_session_ends_when_nobody_comes_and_lasts_when_somebody_does(
    database, minh, tmp_path
):
    now = utc_now()
    async with house(database, tmp_path, lambda: now) as at:
        seldom, often = await at.of("minh"), await at.of("minh")
        for _ in range(4):
            now += timedelta(days=50)
            assert (await often.get("/history")).status == 200
        assert (await seldom.get("/history")).status == 401


# -- pictures -------------------------------------------------------------------------------


async def test_a_picture_is_cleaned_and_shown_to_its_author_and_nobody_else(
    database, unit, minh, tmp_path
):
    with database.writing() as session:
        place = session.get_one(Unit, unit)
        for name in ("lan", "hoa"):
            make_account(session, make_member(session, name=name, unit=place), chat=name)
    async with house(database, tmp_path) as at:
        lan, focal, hoa = await at.of("lan"), await at.of("minh"), await at.of("hoa")
        name = (await (await lan.upload(photo_with_gps())).json())["hash"]
        await report_with(lan, name)
        large = await until_shown(lan, f"/photo/{name}")
        assert b"CanaryPhone" not in large
        assert len(await until_shown(lan, f"/photo/{name}?small=1")) > 0
        assert (await hoa.get(f"/photo/{name}")).status == 404
        await focal.say("việc cần làm", "1")
        shown = [p for row in await focal.look() for p in row["body"].get("photos", ())]
        assert shown
        assert await until_shown(focal, f"/photo/{shown[-1]}") == large
        assert (await hoa.get(f"/photo/{shown[-1]}")).status == 404
        assert (await at.browser().get(f"/photo/{name}")).status == 401


async def report_with(browser, photo):
    texts = (
        "/dangky", "1", "Tuyến đường hoa", "1", "tập thể", "Chi hội", "1", "1",
        "Bà con cùng làm mỗi sáng thứ bảy.", "thêm ảnh",
    )  # fmt: skip
    await browser.say(*texts)
    assert (await browser.post_said(photos=[photo])).status == 200
    assert "Trợ lý đã nhận phiếu" in await browser.say("xong", "gửi")


async def until_shown(browser, path):
    for _ in range(150):
        if (answer := await browser.get(path)).status == 200:
            return await answer.read()
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} is not shown")


async def test_a_picture_that_is_none_is_told_once(database, minh, tmp_path):
    cut_off = photo_with_gps()[:900]
    async with house(database, tmp_path) as at:
        focal = await at.of("minh")
        name = (await (await focal.upload(cut_off)).json())["hash"]
        await focal.say("", photos=[name])
        assert "chị gửi chưa dùng được" in await focal.hears("chưa dùng được", 20)
        await asyncio.sleep(0.3)
        assert sum("chưa dùng được" in text for text in await focal.texts()) == 1


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", bomb(), b"\x00" * 100])
async def test_what_is_no_picture_or_too_large_is_refused_with_a_sentence(
    database, minh, tmp_path, data
):
    async with house(database, tmp_path) as at:
        answer = await (await at.of("minh")).upload(data)
        assert 400 <= answer.status < 500
        assert (await answer.json())["say"].endswith((".", "ạ."))
