"""What the platforms are handed: mailbox, bells, sign-in, files."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.messages import Document, File, Incoming, Other, Reply, Said
from bot.delivery.reception import Reception
from bot.errors import Refused
from storage import invitations, outbox, photos
from storage.files import Files
from storage.outbox import Post, put_many
from storage.tables.delivery import Job
from storage.tables.people import Account, Member
from tests.delivery.desks import incoming, office, people
from tests.make import NOW, make_unit
from tests.storage.pictures import photo_with_gps

CLEAN, SMALL = "b" * 64, "c" * 64


@asynccontextmanager
async def reception(database, folder, now=lambda: NOW):
    async with office(database, now) as at:
        files, documents = Files(folder), Files(folder / "documents")
        made = Reception(at.desk, files, documents, timedelta(days=90))
        at.desk.on_commit = made.committed
        yield made


def invite(database, **more):
    with database.writing() as session:
        unit = make_unit(session, "Xã Thạch Đài")
        return invitations.create(session, unit_id=unit.id, role="member", now=NOW, **more)


def put(database, account, *texts, **how):
    with database.writing() as session:
        posts = [Post(text, account, Reply(text), **how) for text in texts]
        put_many(session, posts, NOW)


async def test_a_list_counts_only_where_it_is_here(database, tmp_path):
    people(database, "lan")
    async with reception(database, tmp_path) as host:
        here = await host.keep_list(b"a;b")
        for key, hash in (("k1", here), ("k2", "f" * 64)):
            listed = Document("a.csv", hash)
            await host.receive(
                incoming("lan", key=key, echo=True, document=listed, other=Other.FILE)
            )
        bodies = [m.body for m in await host.mailbox("lan", 0) if m.own]
    assert ["problem" in body for body in bodies] == [False, True]


# -- mailbox --------------------------------------------------------------------------------


async def test_what_one_said_bears_the_key_of_the_page(database, lan, tmp_path):
    async with reception(database, tmp_path) as host:
        await host.receive(incoming("lan", "menu", "k1", echo=True))
        own, answer = await host.mailbox("lan", 0)
    assert (own.own, own.key, Said.from_json(own.body).text) == (True, "k1", "menu")
    assert not answer.own


async def test_the_mailbox_goes_on_where_the_page_stopped(database, lan, tmp_path):
    put(database, lan, *"abcd")
    async with reception(database, tmp_path) as host:
        assert [m.number for m in await host.mailbox("lan", 2)] == [3, 4]
        assert [m.number for m in await host.mailbox("lan", 0, most=2)] == [1, 2]
        assert [m.number for m in await host.history("lan", 0, most=2)] == [3, 4]
        assert [m.number for m in await host.history("lan", 3)] == [1, 2]
        assert await host.mailbox("không có", 0) == []


async def test_a_late_row_holds_back_what_comes_after_it(database, lan, tmp_path):
    put(database, lan, "a")
    put(database, lan, "b", late=True)
    put(database, lan, "c")
    async with reception(database, tmp_path) as host:
        assert [m.number for m in await host.mailbox("lan", 0)] == [1]
        assert [m.number for m in await host.history("lan", 0)] == [1]


async def test_new_mail_rings_those_who_listen_and_only_them(database, tmp_path):
    people(database, "lan", "minh")
    async with reception(database, tmp_path) as host:
        lan, minh = host.new_mail("lan"), host.new_mail("minh")
        await asyncio.gather(anext(lan), anext(minh))  # what came before one listened
        waits = [asyncio.ensure_future(anext(each)) for each in (lan, minh)]
        await asyncio.sleep(0)
        await host.receive(incoming("lan", "menu"))
        await asyncio.wait_for(waits[0], 2)
        assert not waits[1].done()
        waits[1].cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        await lan.aclose()
        assert not host.bells


async def test_mail_that_another_process_puts_in_rings_too(database, lan, tmp_path):
    async with reception(database, tmp_path) as host:
        news = host.new_mail("lan")
        await anext(news)
        waits = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0)
        for _ in range(2):
            assert await host.look() is False
        assert not waits.done()
        put(database, lan, "từ tiến trình khác")
        await host.look()
        await asyncio.wait_for(waits, 2)
        await news.aclose()


# -- coming in ------------------------------------------------------------------------------


async def test_looking_shows_unit_and_role_and_uses_nothing(database, tmp_path):
    fresh = invite(database)
    async with reception(database, tmp_path) as host:
        view = await host.look_at_invitation(fresh.token)
        assert (view.unit, view.role, view.usable) == ("Xã Thạch Đài", "hội viên", True)
        nothing = await host.look_at_invitation("ABCD-EFGH-JKLM")
        assert (nothing.usable, nothing.unit) == (False, "")
        assert nothing.why_not


async def test_redeeming_gives_a_chat_in_which_it_was_used(database, tmp_path):
    fresh = invite(database)
    async with reception(database, tmp_path) as host:
        secret, session = await host.redeem(fresh.token, None)
        assert await host.session(secret) == session
        (hello,) = await host.mailbox(session.chat, 0)
        assert "Xã Thạch Đài" in hello.body["text"]
        assert fresh.token not in str(await host.history(session.chat, 0))
        with pytest.raises(Refused, match="đã được dùng"):
            await host.redeem(fresh.token, None)


async def test_who_is_in_already_keeps_the_chat_and_gets_the_right(database, lan, tmp_path):
    fresh = invite(database)
    async with reception(database, tmp_path) as host:
        _, session = await host.redeem(fresh.token, "lan")
        assert session.chat == "lan"
        assert "Từ nay chị là hội viên" in (await host.history("lan", 0))[0].body["text"]


async def test_two_who_tap_in_the_same_instant_do_not_both_get_in(database, tmp_path):
    fresh = invite(database)
    async with reception(database, tmp_path) as host:
        tries = [host.redeem(fresh.token, None) for _ in range(2)]
        done = await asyncio.gather(*tries, return_exceptions=True)
        chats = [d[1].chat for d in done if isinstance(d, tuple)]
        for chat in chats:
            for text in ("đồng ý", "chị", "Nguyễn Thị Lan", "gửi"):
                await host.receive(incoming(chat, text))
    with database.reading() as session:
        assert len(session.scalars(select(Member).where(Member.state == "active")).all()) == 1


async def test_signing_out_forgets_the_cookie(database, lan, tmp_path):
    async with reception(database, tmp_path) as host:
        secret = await host.sign_in("lan")
        await host.sign_out(secret)
        assert await host.session(secret) is None


async def test_a_session_that_is_used_is_renewed_now_and_then(database, lan, tmp_path):
    now = NOW
    async with reception(database, tmp_path, lambda: now) as host:
        secret = await host.sign_in("lan")
        for _ in range(5):
            now += timedelta(days=60)
            assert await host.session(secret)
        now += timedelta(days=90)
        assert await host.session(secret) is None


# -- files ----------------------------------------------------------------------------------


async def test_an_upload_is_kept_and_what_is_no_picture_refused(database, tmp_path):
    async with reception(database, tmp_path) as host:
        name = await host.keep_upload(photo_with_gps())
        assert host.files.path(name).read_bytes() == photo_with_gps()
        with pytest.raises(Refused):
            await host.keep_upload(b"%PDF")


async def test_a_picture_said_is_cleaned_once_and_opened_by_its_sender(database, tmp_path):
    accounts = people(database, "lan", "minh")
    async with reception(database, tmp_path) as host:
        photo = host.files.keep(b"as it came")
        for key in ("k1", "k2"):
            await host.receive(Incoming("web", "web", key, "lan", Said(photos=(photo,))))
        assert await host.open_file("lan", photo) is None  # not clean yet
        with database.writing() as session:
            assert len(session.scalars(select(Job)).all()) == 1
            photos.ready(session, photo, CLEAN, SMALL)
        large = await host.open_file("lan", photo)
        small = await host.open_file("lan", CLEAN, small=True)
        assert large is not None
        assert small is not None
        assert (large.path[-64:], small.path[-64:]) == (CLEAN, SMALL)
        assert await host.open_file("minh", photo) is None
        with database.writing() as session:
            shown = Reply("Phiếu", photos=(CLEAN,))
            outbox.put(session, key="k", account_id=accounts["minh"], reply=shown, now=NOW)
        assert await host.open_file("minh", CLEAN) == large


async def test_the_name_of_a_picture_that_is_not_here_is_no_picture(database, tmp_path):
    people(database, "lan")
    async with reception(database, tmp_path) as host:
        await host.receive(Incoming("web", "web", "k1", "lan", Said(photos=("d" * 64,))))
        with database.reading() as session:
            assert session.scalars(select(Job)).all() == []


async def test_a_document_is_opened_by_whom_it_was_handed_to(database, tmp_path):
    accounts = people(database, "lan", "minh")
    async with reception(database, tmp_path) as host:
        name = host.documents.keep(b"<html>")
        with database.writing() as session:
            reply = Reply("Tờ giấy", file=File(name, "to-giay.html", "text/html"))
            outbox.put(session, key="k", account_id=accounts["lan"], reply=reply, now=NOW)
        sheet = await host.open_file("lan", name)
        assert sheet is not None
        assert (sheet.name, sheet.mime) == ("to-giay.html", "text/html")
        assert await host.open_file("minh", name) is None


async def test_an_account_of_another_platform_is_no_web_chat(database, tmp_path):
    with database.writing() as session:
        session.add(
            Account(platform="zalo", bot="zalo", external_id="z1", held=None, created_at=NOW)
        )
    async with reception(database, tmp_path) as host:
        assert await host.mailbox("z1", 0) == []
