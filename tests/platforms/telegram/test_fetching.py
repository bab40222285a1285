"""Pictures are fetched with a limit, and refusals say what to do."""

import pytest

from bot.conversation import documents
from bot.conversation.messages import LISTED
from bot.errors import Refused, SendError
from bot.platforms.telegram.fetching import fetch
from bot.platforms.telegram.platform import TelegramPlatform
from tests.doubles.fake_host import FakeHost
from tests.doubles.telegram.faults import Kind
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture


async def sent(ha: User, host: FakeHost, size: int | None = None) -> str:
    ha.send_photo(picture(5), size=size)
    await ha.settled()
    return host.received[-1].said.remote[0]


async def test_a_picture(platform: TelegramPlatform, host: FakeHost, ha: User) -> None:
    assert await platform.fetch(await sent(ha, host)) == picture(5)


async def test_more_bytes_than_were_named(
    platform: TelegramPlatform, host: FakeHost, ha: User
) -> None:
    remote = await sent(ha, host, size=10)
    with pytest.raises(Refused, match="20 MB"):
        await fetch(platform._bot, remote, most=100)


async def test_one_that_is_named_too_large(
    platform: TelegramPlatform, host: FakeHost, ha: User
) -> None:
    with pytest.raises(Refused, match="20 MB"):
        await fetch(platform._bot, await sent(ha, host), most=100)


async def test_one_that_telegram_does_not_know(platform: TelegramPlatform) -> None:
    with pytest.raises(Refused, match="Xin gửi lại ảnh"):
        await platform.fetch("nothing")


async def listed(ha: User, host: FakeHost, data: bytes, size: int | None = None) -> str:
    ha.send_document(data, "a.csv", "text/csv", size=size)
    await ha.settled()
    return host.received[-1].said.remote[0]


async def test_a_list(platform: TelegramPlatform, host: FakeHost, ha: User) -> None:
    assert await platform.fetch(await listed(ha, host, b"a;b")) == b"a;b"


async def test_a_list_of_more_bytes_than_were_named(
    platform: TelegramPlatform, host: FakeHost, ha: User
) -> None:
    remote = await listed(ha, host, bytes(documents.MOST_BYTES + 1), size=10)
    with pytest.raises(Refused, match="Tệp này lớn quá 10 MB"):
        await platform.fetch(remote)


async def test_a_list_that_telegram_does_not_know(platform: TelegramPlatform) -> None:
    with pytest.raises(Refused, match="Xin gửi lại tệp"):
        await platform.fetch(LISTED + "nothing")


@pytest.mark.parametrize("kind", ["502", "drop", "429"])
async def test_passing_trouble(
    platform: TelegramPlatform, double: Telegram, host: FakeHost, ha: User, kind: Kind
) -> None:
    remote = await sent(ha, host)
    double.faults.next(kind, methods="getFile")
    with pytest.raises(SendError) as found:
        await platform.fetch(remote)
    assert not found.value.permanent
