"""Nothing is acknowledged before it is stored, whatever happens on the way."""

import asyncio
import logging

import pytest
from telegram import Update

from bot.conversation.messages import Incoming, Other
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.receiving import ALLOWED
from tests.doubles.fake_host import FakeHost
from tests.doubles.telegram.faults import Kind
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture
from tests.platforms.telegram.conftest import platform_of, running


async def test_what_is_said_arrives_in_order(host: FakeHost, ha: User) -> None:
    for number in range(150):
        ha.say(str(number))
    await ha.settled()
    assert host.said() == ["/start", *map(str, range(150))]


async def test_nothing_is_acknowledged_while_the_database_is_away(
    double: Telegram, host: FakeHost, ha: User
) -> None:
    host.down = True
    ha.say("báo cáo")
    await ha.quiet()
    [_, update] = double.ledger.updates
    assert len(update.handed) > 1
    assert update.acked is None
    host.down = False
    await ha.settled()
    assert (host.said(), update.acked is not None) == (["/start", "báo cáo"], True)


class Slow(FakeHost):
    """Stores what it is told to."""

    def begin(self) -> None:
        self.stored = asyncio.Event()
        self.begun: list[str] = []

    async def receive(self, incoming: Incoming) -> None:
        self.begun.append(incoming.said.text)
        if incoming.said.text == "chậm":
            await self.stored.wait()
        await super().receive(incoming)


async def test_a_batch_is_acknowledged_as_a_whole(double: Telegram, host: FakeHost) -> None:
    slow = Slow(host.folder)
    slow.begin()
    ha, lan = double.user("Hà"), double.user("Lan")
    async with running(platform_of(double, slow)):
        ha.say("chậm")
        lan.say("nhanh")
        await double.changed.until(lambda: "nhanh" in slow.begun, 5, lambda: str(slow.begun))
        assert double.ledger.unacknowledged()
        slow.stored.set()
        await ha.settled()
    assert not double.ledger.unacknowledged()


@pytest.mark.parametrize("kind", ["502", "drop", "429", "drop_after"])
async def test_a_poll_that_fails_is_made_again(
    double: Telegram, host: FakeHost, ha: User, kind: Kind
) -> None:
    double.faults.next(kind, 3 if kind != "429" else 1, methods="getUpdates")
    ha.say("vẫn tới")
    await double.changed.until(lambda: not len(double.queue), 5, lambda: "still waiting")
    assert host.said()[-1] == "vẫn tới"


async def test_another_poller_is_named_once(
    double: Telegram, host: FakeHost, ha: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with running(platform_of(double, FakeHost(host.folder))):
            await double.changed.until(lambda: double.ledger.conflicts > 3, 5, lambda: "no 409")
    assert caplog.text.count("another program") <= 2
    ha.say("sau đó")
    await ha.settled()
    assert host.said()[-1] == "sau đó"


async def test_a_webhook_that_was_set_is_removed(double: Telegram, host: FakeHost) -> None:
    await double.webhook.set("http://127.0.0.1:9/telegram", "")
    async with running(platform_of(double, host)):
        await double.changed.until(lambda: not double.webhook.url, 5, lambda: "still there")
        user = double.user()
        user.say("chào")
        await user.settled()
    assert host.said() == ["chào"]


async def test_it_waits_for_a_network_that_is_not_there_yet(
    double: Telegram, host: FakeHost
) -> None:
    double.faults.next("drop", 3, methods="getMe")
    platform = platform_of(double, host)
    async with running(platform):
        await asyncio.wait_for(platform.started.wait(), 5)
    assert [platform.username] == host.names == [double.username]


async def test_a_wrong_token_is_told_without_it(
    double: Telegram, host: FakeHost, caplog: pytest.LogCaptureFixture
) -> None:
    platform = platform_of(double, host)
    double.token = "7000000001:other"
    with caplog.at_level(logging.DEBUG, "bot"):
        async with running(platform):
            await asyncio.sleep(0.2)
    assert caplog.text.count("does not know the token") == 1
    assert platform._bot.token not in caplog.text


async def test_ids_that_begin_anew_are_heard(double: Telegram, host: FakeHost, ha: User) -> None:
    ha.say("trước")
    await ha.settled()
    double.restart_ids(7)
    ha.say("sau")
    await ha.settled()
    assert host.said() == ["/start", "trước", "sau"]


async def test_one_that_cannot_be_read_keeps_nobody_back(
    double: Telegram, host: FakeHost, ha: User, caplog: pytest.LogCaptureFixture
) -> None:
    message = {"message_id": 1, "date": 10**17, "chat": ha.chat.raw, "from": ha.raw, "text": "x"}
    double.push("message", message, ha.id)
    ha.say("tôi đây")
    await ha.settled()
    assert host.said() == ["/start", "tôi đây"]
    assert len(double.ledger.updates[1].handed) == 3
    assert "passed over" in caplog.text


# -- taps and inline queries -----------------------------------------------------------------


async def test_a_tap_is_answered_as_soon_as_it_is_stored(
    platform: TelegramPlatform, host: FakeHost, double: Telegram, ha: User
) -> None:
    message = ha.chat.add({"text": "?", "from": double.me}, mine=False)
    tap = ha.tap_data("f:1:a:1:co", message)
    await tap.answered()
    assert (tap.toast, host.received[-1].said.button) == ("", "f:1:a:1:co")
    assert host.received[-1].tapped == str(message.id)


async def test_a_tap_that_is_too_old_does_no_harm(
    host: FakeHost, double: Telegram, ha: User
) -> None:
    double.query_lifetime = -1
    ha.tap_data("x", ha.chat.add({"text": "?", "from": double.me}, mine=False))
    ha.say("tiếp")
    await ha.settled()
    assert host.said() == ["/start", "x", "tiếp"]


async def test_inline_queries_get_nothing(host: FakeHost, ha: User) -> None:
    tap = ha.inline("mô hình")
    assert (await tap.answered())["results"] == []
    assert host.said() == ["/start"]


# -- what people send ------------------------------------------------------------------------


async def test_an_album_in_pieces(host: FakeHost, ha: User) -> None:
    ha.send_album([picture(n) for n in range(3)], "Ngõ hoa", order=[2, 0, 1])
    await ha.settled()
    parts = [incoming.said for incoming in host.received[1:]]
    assert [part.text for part in parts] == ["", "Ngõ hoa", ""]
    assert len({part.remote for part in parts}) == 3


async def test_everything_a_person_can_send_comes_through(host: FakeHost, ha: User) -> None:
    ha.send_voice()
    ha.send_video()
    ha.send_sticker()
    ha.send_document(b"%PDF", "a.pdf", "application/pdf")
    ha.move(ha.share_location(live=900), 18.0, 105.0)
    ha.share_contact()
    ha.edit(ha.say("a"), "b")
    ha.forward("phiếu cũ", double_of(ha))
    await ha.settled()
    said = [incoming.said for incoming in host.received[1:]]
    kinds = [one.other for one in said]
    assert kinds[:4] == [Other.VOICE, Other.FILE, Other.STICKER, Other.FILE]
    assert [bool(one.place) for one in said[4:6]] == [True, False]
    assert said[5].phone == ha.phone
    assert [(one.text, one.other) for one in said[6:8]] == [("a", None), ("b", Other.EDITED)]
    assert said[8].forwarded


def double_of(ha: User) -> User:
    return ha.double.user("Lan")


async def test_groups(double: Telegram, host: FakeHost, ha: User) -> None:
    group = double.group("Thôn", ha)
    double.privacy = False
    ha.say("chào cả nhà", group)
    ha.say("/thongke 2026", group)
    await group.settled()
    heard = [(i.said.text, i.group, i.chat) for i in host.received[1:]]
    here = (str(group.id), str(ha.id))
    assert heard == [("/start", *here), ("/thongke 2026", *here)]


async def test_a_group_that_moves_is_told(double: Telegram, host: FakeHost, ha: User) -> None:
    group = double.group("Thôn", ha)
    new = group.migrate()
    await new.settled()
    assert host.moves == {(str(group.id), str(new.id))}


# -- typing ----------------------------------------------------------------------------------


async def test_who_waits_sees_typing(platform: TelegramPlatform, ha: User) -> None:
    ha.say("thống kê")
    await ha.chat.changed.until(lambda: ha.chat.typing, 3, lambda: "no typing")
    assert ha.chat.typing == ["typing"]


def test_updates_are_asked_for_by_name() -> None:
    assert set(ALLOWED) <= set(Update.ALL_TYPES)
