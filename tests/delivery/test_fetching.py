"""Pictures that a platform still keeps: fetched after the commit, in the order of the chat."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.conversation.messages import LISTED, Document, Incoming, Reply, Said
from bot.delivery.batch import SLOW
from bot.delivery.fetching import LIST_TOO_LATE, TOO_LATE, Fetcher, Patience
from bot.domain.wording import say
from bot.errors import Refused, SendError
from bot.handlers.registry import CATCHERS, Catcher, Talk
from storage.database import Database
from storage.tables.delivery import Inbox
from storage.tables.records import Photo
from tests.delivery.desks import Office, Trial, mail, office
from tests.delivery.fakes import FakePlatform, until
from tests.make import make_account, make_member

BOT = ("telegram", "telegram")
AWAY = SendError("502")
SOON = Patience(look=0.02, first=0.01, longest=0.02)
SOON_SLOW = Patience(look=0.02, first=0.01, longest=0.02, slow=timedelta(0))
SOON_OVER = Patience(look=0.02, last=timedelta(0))


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Keeper(FakePlatform):
    """Keeps pictures. trouble: what asking for one raises first; gates: shut until they are set."""

    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, remote: str) -> bytes:
        self.asked.append(remote)
        if gate := self.gates.get(remote):
            await gate.wait()
        if waiting := self.trouble.get(remote):
            raise waiting.pop(0)
        return remote.encode()

    def hold(self, remote: str) -> asyncio.Event:
        self.gates[remote] = asyncio.Event()
        return self.gates[remote]


@pytest.fixture
def platform() -> Keeper:
    return Keeper()


@pytest.fixture
def photos(thu: Trial) -> list[tuple[str, ...]]:
    """The pictures that came with `/thu ảnh`."""
    found: list[tuple[str, ...]] = []
    thu.spoil["ảnh"] = lambda talk: found.append(talk.said.photos)
    return found


@pytest.fixture(autouse=True)
def chats(database: Database) -> None:
    """Members with a chat in Telegram; `ai` is nobody yet."""
    with database.writing() as session:
        for name in ("lan", "minh"):
            make_account(session, make_member(session, name=name), "telegram", name)
        make_account(session, None, "telegram", "ai")


async def keep(data: bytes) -> str:
    return data.decode().ljust(64, "0")


async def keep_list(data: bytes) -> str:
    return f"list {data.decode()}".ljust(64, "0")


NAME = "a".ljust(64, "0")


@asynccontextmanager
async def fetching(
    database: Database, platform: Keeper, patience: Patience = SOON
) -> AsyncIterator[Office]:
    """A desk and a fetcher, woken by commits; both end at once, as when the program is killed."""
    async with office(database, now) as at:
        fetcher = Fetcher(database, at.desk, {BOT: platform}, keep, keep_list, now, patience)
        at.desk.on_commit = lambda committed: fetcher.wake() if committed.fetching else None
        task = asyncio.create_task(fetcher.run())
        yield at
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def hear(at: Office, text: str = "", *remote: str, chat: str = "lan", **more: Any) -> None:
    key = more.pop("key", "") or str(uuid4())
    await at.desk.receive(Incoming(*BOT, key, chat, Said(text, remote=remote, **more)))


def texts(database: Database, chat: str) -> list[str]:
    """What the bot said; the chat's menu of commands has no words."""
    return [row.body["text"] for row in mail(database, chat) if "commands" not in row.body]


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Inbox.state).order_by(Inbox.id)))


# -- it arrives ---------------------------------------------------------------------------------


async def test_the_picture_comes_back_as_a_message(database, platform, thu, photos):
    async with fetching(database, platform) as at:
        await hear(at, "/thu ảnh", "a")
        await until(lambda: thu.handled)
        await until(lambda: states(database) == ["done"])
    assert (photos, texts(database, "lan")) == ([(NAME,)], ["Đã ghi ảnh"])
    with database.reading() as session:
        assert session.scalars(select(Photo.hash)).all() == [NAME]


async def test_it_is_fetched_at_once(database, platform, thu, photos):
    async with fetching(database, platform, Patience(look=60.0)) as at:
        await hear(at, "/thu ảnh", "a")
        await until(lambda: thu.handled)


async def test_what_the_chat_says_meanwhile_waits_and_follows_in_order(
    database, platform, thu, photos
):
    gate = platform.hold("a")
    async with fetching(database, platform) as at:
        await hear(at, "/thu ảnh", "a")
        for text in ("/thu hai", "/thu ba"):
            await hear(at, text)
        await hear(at, "/thu khác", chat="minh")
        assert thu.handled == ["khác"]
        gate.set()
        await until(lambda: len(thu.handled) == 4)
    assert thu.handled == ["khác", "ảnh", "hai", "ba"]


async def test_pieces_of_an_album_keep_their_order_whichever_comes_first(
    database, platform, thu, photos
):
    gate = platform.hold("a")
    async with fetching(database, platform) as at:
        await hear(at, "/thu ảnh", "a")
        await hear(at, "/thu ảnh", "b")
        await until(lambda: states(database) == ["fetch", "retry"])
        assert thu.handled == []
        gate.set()
        await until(lambda: len(thu.handled) == 2)
    assert [names[0][0] for names in photos] == ["a", "b"]


async def test_a_picture_that_does_not_come_delays_nobody_else(database, platform, thu, photos):
    platform.hold("a")
    async with fetching(database, platform) as at:
        await hear(at, "/thu ảnh", "a")
        await hear(at, "/thu ảnh", "b", chat="minh")
        await until(lambda: thu.handled)
    assert (texts(database, "minh"), texts(database, "lan")) == (["Đã ghi ảnh"], [])


async def test_a_redelivery_is_fetched_once(database, platform, thu, photos):
    async with fetching(database, platform) as at:
        for _ in range(3):
            await hear(at, "/thu ảnh", "a", key="k1")
        await until(lambda: states(database) == ["done"])
    assert (platform.asked, thu.handled) == (["a"], ["ảnh"])


async def test_pictures_of_strangers_stay_where_they_are(database, platform):
    async with fetching(database, platform) as at:
        await hear(at, "xin chào", "a", chat="ai")
        await asyncio.sleep(0.1)
    assert (platform.asked, states(database)) == ([], [])
    assert "đồng ý" in texts(database, "ai")[0]


# -- a list ---------------------------------------------------------------------------------------


@pytest.fixture
def lists(thu: Trial) -> Iterator[list[Said]]:
    """The lists that came to whoever catches them."""
    found: list[Said] = []

    def catch(talk: Talk) -> Reply:
        found.append(talk.said)
        return Reply("Đã nhận")

    catcher = Catcher(0, catch, False)
    CATCHERS.insert(0, catcher)
    yield found
    CATCHERS.remove(catcher)


async def test_a_list_comes_back_under_its_name_and_is_no_picture(database, platform, lists):
    async with fetching(database, platform) as at:
        await hear(at, "", LISTED + "a", document=Document("a.csv"))
        await until(lambda: lists)
    [said] = lists
    assert said.document == Document("a.csv", "list list:a".ljust(64, "0"))
    assert (said.photos, said.remote) == ((), ())
    with database.reading() as session:
        assert session.scalars(select(Photo.hash)).all() == []


async def test_a_list_that_never_comes_is_told(database, platform, lists):
    platform.trouble["b"] = [AWAY]
    async with fetching(database, platform, SOON_OVER) as at:
        await hear(at, "", "b", document=Document("a.csv"))
        await until(lambda: lists)
    assert (lists[0].problem, lists[0].document) == (LIST_TOO_LATE, Document("a.csv"))


# -- it does not --------------------------------------------------------------------------------


async def test_what_fails_is_tried_until_it_arrives(database, platform, thu, photos):
    platform.trouble["a"] = [AWAY, TimeoutError(), RuntimeError("a fault of ours")]
    async with fetching(database, platform) as at:
        await hear(at, "/thu ảnh", "a")
        await until(lambda: thu.handled)
    assert (photos, len(platform.asked)) == ([(NAME,)], 4)


async def test_the_pause_that_a_platform_asks_for_is_kept(database, platform, thu, photos):
    platform.trouble["a"] = [SendError("429", retry_after=0.3)]
    async with fetching(database, platform) as at:
        began = now()
        await hear(at, "/thu ảnh", "a")
        await until(lambda: thu.handled)
    assert now() - began > timedelta(seconds=0.3)


async def test_one_that_hangs_is_tried_again(database, platform, thu, photos):
    gate = platform.hold("a")
    async with fetching(database, platform, Patience(look=0.02, one=0.05, first=0.01)) as at:
        await hear(at, "/thu ảnh", "a")
        await until(lambda: len(platform.asked) > 1)
        gate.set()
        await until(lambda: thu.handled)


async def test_when_it_takes_long_the_chat_goes_on_and_is_told_once(
    database, platform, thu, photos
):
    platform.trouble["a"] = [AWAY] * 5
    async with fetching(database, platform, SOON_SLOW) as at:
        await hear(at, "/thu ảnh", "a")
        await hear(at, "/thu hai")
        await until(lambda: len(thu.handled) == 2)
    assert thu.handled == ["hai", "ảnh"]
    assert texts(database, "lan") == [say(SLOW, "chị"), "Đã ghi hai", "Đã ghi ảnh"]


async def test_what_never_comes_is_told(database, platform):
    platform.trouble["a"] = [AWAY]
    async with fetching(database, platform, SOON_OVER) as at:
        await hear(at, "", "a")
        await until(lambda: texts(database, "lan"))
    assert (texts(database, "lan"), states(database)) == ([TOO_LATE], ["done"])


async def test_a_refusal_is_told_in_its_own_words(database, platform):
    platform.trouble["a"] = [Refused("Ảnh lớn quá ạ.")]
    async with fetching(database, platform) as at:
        await hear(at, "", "a")
        await until(lambda: texts(database, "lan"))
    assert (texts(database, "lan"), platform.asked) == (["Ảnh lớn quá ạ."], ["a"])


async def test_after_a_kill_it_is_fetched_by_the_next_start(database, platform, thu, photos):
    gate = platform.hold("a")
    async with fetching(database, platform) as at:
        await hear(at, "/thu ảnh", "a")
        await hear(at, "/thu hai")
        await until(lambda: platform.asked)
    gate.set()
    assert (thu.handled, states(database)) == ([], ["fetch", "retry"])
    async with fetching(database, platform):
        await until(lambda: len(thu.handled) == 2)
    assert (thu.handled, photos) == (["ảnh", "hai"], [(NAME,)])
