"""Telegram's double gives out updates as Telegram does: acknowledged by the next offset alone."""

import asyncio

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken

from tests.doubles.conftest import bot_of
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram


async def drained(bot: Bot, double: Telegram) -> list[int]:
    """The ids of all that comes while the bot acknowledges as it should."""
    got: list[int] = []
    while len(double.queue):
        offset = max(got) + 1 if got else None
        batch = await bot.get_updates(offset, timeout=1, limit=7)
        got += [update.update_id for update in batch]
        if len(double.queue) == len(batch):
            await bot.get_updates(max(got) + 1)
    return got


async def test_the_bot_hears_what_somebody_types(bot: Bot, ha: User) -> None:
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.text == "/start"
    assert update.effective_user
    assert update.effective_user.full_name == "Hồ Văn Hà"


async def test_an_update_comes_again_until_the_offset_is_above_it(
    bot: Bot, double: Telegram, ha: User
) -> None:
    [first] = await bot.get_updates()
    [again] = await bot.get_updates()
    assert again.update_id == first.update_id
    assert not await bot.get_updates(offset=first.update_id + 1)
    assert double.ledger.updates[0].acked
    assert len(double.ledger.updates[0].handed) == 2


async def test_a_long_poll_ends_as_soon_as_something_comes(bot: Bot, double: Telegram) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await double.polled()
    double.user().start()
    assert len(await poll) == 1


async def test_a_backlog_comes_in_order_and_in_portions(
    bot: Bot, double: Telegram, ha: User
) -> None:
    ids = [ha.say(str(number)).id for number in range(30)]
    got = await drained(bot, double)
    assert got == sorted(got)
    assert len(got) == len(ids) + 1


async def test_the_second_poller_ends_the_poll_of_the_first(bot: Bot, double: Telegram) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await double.polled()
    async with bot_of(double) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        double.user().start()
        assert len(await second) == 1


async def test_a_poller_that_went_away_holds_nothing(bot: Bot, double: Telegram) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await double.polled()
    poll.cancel()
    await double.gone()
    assert not double.ledger.conflicts


async def test_what_an_offset_passes_over_unseen_is_lost(bot: Bot, double: Telegram) -> None:
    double.user().start()
    await bot.get_updates(offset=double.next_update)
    assert [update.text for update in double.ledger.lost()] == ["/start"]


async def test_a_negative_offset_keeps_the_last_alone(bot: Bot, ha: User) -> None:
    ha.say("hai")
    [last] = await bot.get_updates(offset=-1)
    assert last.message
    assert last.message.text == "hai"


async def test_the_ledger_knows_the_first_offset_of_a_process(bot: Bot, double: Telegram) -> None:
    await bot.get_updates(offset=5)
    double.ledger.new_process()
    await bot.get_updates()
    await bot.get_updates(offset=9)
    assert double.ledger.first_offset == 0


async def test_ids_may_begin_anew_below_the_offset(bot: Bot, double: Telegram, ha: User) -> None:
    [old] = await bot.get_updates()
    await bot.get_updates(offset=old.update_id + 1)
    double.restart_ids(1000)
    ha.say("sau một tuần")
    [new] = await bot.get_updates(offset=old.update_id + 1)
    assert new.update_id == 1000
    assert not await bot.get_updates(offset=1001)


async def test_only_what_was_asked_for_comes(bot: Bot, double: Telegram, ha: User) -> None:
    await bot.get_updates(allowed_updates=["message"])
    ha.inline("tìm")
    ha.say("một")
    assert double.ledger.updates[-1].kind == "message"
    await bot.get_updates(allowed_updates=["inline_query", "message_reaction"])
    ha.inline("tìm")
    ha.react(ha.messages[0])
    assert [u.kind for u in double.ledger.updates[-2:]] == ["inline_query", "message_reaction"]


async def test_reactions_come_only_when_asked_for(double: Telegram, ha: User) -> None:
    ha.react(ha.messages[0])
    assert [update.kind for update in double.ledger.updates] == ["message"]


async def test_duplicates_come_after_they_were_acknowledged(bot: Bot, double: Telegram) -> None:
    double.disorder.duplicated, double.disorder.window = 1, 3
    ha = double.user()
    for number in range(20):
        ha.say(str(number))
    got = await drained(bot, double)
    assert sorted(got) == sorted(2 * [update.id for update in double.ledger.updates])
    assert not double.ledger.unacknowledged()


async def test_reordered_updates_are_late_but_never_lost(bot: Bot, double: Telegram) -> None:
    double.disorder.reordered = 0.3
    ha = double.user()
    for number in range(60):
        ha.say(str(number))
    got = await drained(bot, double)
    assert got != sorted(got)
    assert sorted(got) == [update.id for update in double.ledger.updates]


async def test_a_late_update_comes_though_nothing_follows(bot: Bot, double: Telegram) -> None:
    double.disorder.delayed, double.disorder.seconds = 1, 0.05
    double.user().start()
    assert not await bot.get_updates()
    assert len(await bot.get_updates(timeout=5)) == 1


async def test_polls_and_a_webhook_exclude_each_other(bot: Bot, double: Telegram) -> None:
    await bot.set_webhook("http://127.0.0.1:1/x")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_webhook_needs_https(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="an https url must be provided"):
        await bot.set_webhook("http://vi-du.vn/telegram")


async def test_a_webhook_gets_its_updates_until_it_says_200(
    bot: Bot, double: Telegram, unused_tcp_port: int
) -> None:
    got: list[tuple[int, str | None]] = []

    async def take(request: web.BaseRequest) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        got.append(((await request.json())["update_id"], secret))
        return web.Response(status=500 if len(got) == 1 else 200)

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    await bot.set_webhook(f"http://127.0.0.1:{unused_tcp_port}/t", secret_token="bi-mat")
    double.user().start()
    await double.settled()
    update = double.ledger.updates[0]
    assert got == [(update.id, "bi-mat")] * 2
    assert (await bot.get_webhook_info()).last_error_message
    await runner.cleanup()


async def test_a_wrong_token_is_refused(double: Telegram) -> None:
    with pytest.raises(InvalidToken):
        async with bot_of(double, "123:sai"):
            pass


async def test_an_unknown_method_is_not_found(bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendNothing")
