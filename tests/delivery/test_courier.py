"""The courier: everything arrives, in order per chat, and nobody waits for somebody else."""

import asyncio

from sqlalchemy import select

from bot.conversation.host import StoredFile
from bot.conversation.messages import Option, Reply
from bot.delivery.patience import Patience
from bot.errors import SendError
from storage.outbox import put
from storage.tables.delivery import Outbox
from storage.tables.people import Account
from tests.delivery.couriers import given, make_courier, now, running, states
from tests.delivery.fakes import desk, say, until
from tests.make import make_account

BLOCKED = SendError("bot was blocked by the user", permanent=True, gone=True)
NOT_FOUND = SendError("chat not found", gone=True)
LOST = SendError("connection lost", unsure=True)
AWAY = SendError("502")


async def test_each_chat_gets_its_messages_in_order(database, courier, platform):
    given(database, "a", "b", "c", chats=("1", "2"))
    async with running(courier):
        await until(lambda: states(database) == ["sent"] * 6)
    assert platform.texts("1") == platform.texts("2") == ["a", "b", "c"]


async def test_what_the_platform_called_a_message_is_kept(database, courier):
    given(database, "a")
    async with running(courier):
        await until(lambda: states(database) == ["sent"])
    with database.reading() as session:
        assert session.scalar(select(Outbox.message_id)) == "m1"


async def test_replies_go_before_notices(database, courier, platform):
    [account] = given(database, "nhắc", lane="notice")
    with database.writing() as session:
        say(session, account, "trả lời", now())
    async with running(courier):
        await until(lambda: len(platform.got) == 2)
    assert platform.texts("1") == ["trả lời", "nhắc"]


async def test_news_wakes_the_courier(database, platform, told):
    courier = make_courier(database, platform, told, Patience(look=60.0))
    async with running(courier):
        await asyncio.sleep(0.1)
        courier.wake(given(database, "a", "b"))
        await until(lambda: states(database) == ["sent"] * 2)


async def test_a_fault_is_tried_again_before_later_messages(database, courier, platform):
    platform.faults["a"] = [AWAY, SendError("too many", retry_after=0.05)]
    given(database, "a", "b")
    async with running(courier):
        await until(lambda: len(platform.got) == 2)
    assert platform.texts("1") == ["a", "b"]


async def test_a_hanging_chat_delays_no_other(database, courier, platform):
    platform.hanging = {"1"}
    given(database, "a", "b", chats=("1", "2", "3"))
    async with running(courier):
        await until(lambda: len(platform.got) == 4)
    assert platform.texts("1") == []


async def test_a_send_that_takes_too_long_is_repeated_only_with_a_code(database, platform, told):
    platform.hanging = {"1"}
    courier = make_courier(database, platform, told, Patience(look=0.05, send=0.05, retry=0.01))
    given(database, "a")
    given(database, "b", chats=("2",), code="DVK-2026-0042")
    async with running(courier):
        await until(lambda: states(database) == ["failed", "sent"])


async def test_who_blocked_the_bot_is_left_alone_and_the_focal_person_told_once(
    database, courier, platform, told
):
    platform.faults["a"] = [BLOCKED]
    accounts = given(database, "a", "b")
    async with running(courier):
        await until(lambda: states(database)[0] == "failed")
        await asyncio.sleep(0.15)
    assert told == accounts
    assert platform.got == []
    assert states(database) == ["failed", "ready"]


async def test_a_chat_is_given_up_when_it_was_not_found_three_times(
    database, courier, platform, told
):
    platform.faults["a"] = [NOT_FOUND] * 9
    accounts = given(database, "a")
    async with running(courier):
        await until(lambda: told)
    assert told == accounts
    assert len(platform.faults["a"]) == 6


async def test_a_group_that_has_moved_is_followed_at_once(database, courier, platform):
    platform.faults["a"] = [SendError("migrated", moved_to="-100")]
    given(database, "a", chats=("-1",))
    async with running(courier):
        await until(lambda: platform.got)
    assert platform.got == [("-100", "a")]


async def test_an_answer_closes_the_question_before_it(database, courier, platform):
    with database.writing() as session:
        account = make_account(session, platform="telegram", chat="5").id
        for text in ("hỏi", "đáp"):
            reply = Reply(text, options=(Option("Có", "x"),))
            put(session, key=text, account_id=account, reply=reply, now=now())
    async with running(courier):
        await until(lambda: len(platform.got) == 2)
    assert [parcel.open for parcel in platform.parcels] == ["", "m1"]


async def test_files_go_along_and_what_they_are_called_there_is_kept(database, platform, told):
    courier = make_courier(database, platform, told)
    courier.files_of = lambda _, letter: {
        name: StoredFile(f"/files/{name}", "image/jpeg", "a.jpg") for name in letter.reply.photos
    }
    with database.writing() as session:
        account = make_account(session, platform="telegram", chat="5").id
        for text in ("một", "hai"):
            reply = Reply(text, photos=("h1",))
            put(session, key=text, account_id=account, reply=reply, now=now())
    async with running(courier):
        await until(lambda: len(platform.got) == 2)
    assert [dict(parcel.remote) for parcel in platform.parcels] == [{}, {"h1": "r-h1"}]


async def test_who_writes_again_gets_what_waited(database, courier, platform):
    platform.faults["a"] = [BLOCKED]
    [account] = given(database, "a", "b")
    async with running(courier):
        await until(lambda: states(database)[0] == "failed")
        with database.writing() as session:
            session.get_one(Account, account).reachable = True
        await until(lambda: platform.texts("1") == ["b"])


async def test_a_fault_in_telling_the_focal_person_loses_no_mark(database, courier, platform):
    def tell_focal(session, account_id):
        raise RuntimeError("nobody there")

    courier.tell_focal = tell_focal
    platform.faults["a"] = [BLOCKED]
    given(database, "a")
    async with running(courier):
        await until(lambda: states(database) == ["failed"])


async def test_a_whole_bot_asked_to_wait_sends_nothing(database, courier, platform):
    platform.faults["a"] = [SendError("flood", retry_after=0.4, whole_bot=True)]
    given(database, "a")
    async with running(courier):
        await until(lambda: not platform.faults["a"])
        courier.wake(given(database, "b", chats=("2",)))
        await asyncio.sleep(0.2)
        assert platform.got == []
        await until(lambda: len(platform.got) == 2)


async def test_killed_in_the_middle_everything_arrives_in_order(database, platform, told):
    texts = [f"{n:02}" for n in range(12)]
    given(database, *texts, chats=("1", "2", "3"))
    impatient = Patience(look=0.02, end=0.0)
    while "ready" in states(database):
        async with running(make_courier(database, platform, told, impatient)):
            await asyncio.sleep(0.03)
    for chat in "123":
        # at least once: what was sent when it was killed may come a second time, right away
        assert list(dict.fromkeys(platform.texts(chat))) == texts
        assert platform.texts(chat) == sorted(platform.texts(chat))


async def test_stopping_waits_for_what_is_under_way(database, courier, platform):
    platform.seconds = 0.2
    given(database, "a")
    async with running(courier):
        await until(lambda: courier._under_way)
    assert states(database) == ["sent"]


async def test_a_mark_that_cannot_be_stored_does_not_repeat_the_message(database, platform, told):
    courier, calls = make_courier(database, platform, told), []

    async def write(fn):
        calls.append(fn)
        if len(calls) == 1:
            raise OSError("disk full")
        return await desk(database)(fn)

    courier.write = write
    given(database, "a")
    async with running(courier):
        await until(lambda: states(database) == ["sent"])
    assert platform.texts("1") == ["a"]


async def test_the_web_needs_no_courier(database, courier, platform):
    with database.writing() as session:
        say(session, make_account(session, platform="web").id, "a", now())
    async with running(courier):
        await asyncio.sleep(0.1)
    assert platform.got == []
