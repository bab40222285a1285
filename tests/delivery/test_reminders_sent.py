"""Reminders on their way: after the answers, while they are true, in their hours, elsewhere where
somebody cannot be reached, and once however many clocks tick."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.conversation.messages import Reply
from bot.delivery import late, unreachable
from bot.delivery.courier import Courier
from bot.delivery.pacing import Limits
from bot.domain.timing import lasts
from bot.errors import SendError
from bot.handlers.registry import LATE
from bot.scheduling.reminding import Reminding
from storage import reminders
from storage.outbox import put
from storage.tables.delivery import Outbox
from storage.tables.people import Account
from storage.tables.reminders import Bundle, Reminder
from storage.tables.units import Unit
from tests.delivery.couriers import BOT, SOON, given, make_courier, now, running, states
from tests.delivery.desks import ZONE, office, registered
from tests.delivery.fakes import FakePlatform, until
from tests.make import make_account, make_member, make_role
from tests.scheduling.world import HOURS, World, local, rules, told, world

MONDAY = date(2026, 12, 14)
BLOCKED = SendError("bot was blocked by the user", permanent=True, gone=True)
LOST = SendError("connection lost", unsure=True)
TOO_MANY = SendError("too many", retry_after=2.0 * 3600)
AWAY = SendError("502")


@pytest.fixture
async def land(database) -> AsyncIterator[World]:
    with registered(LATE, "bundle", told):
        async with world(database, local(date(2026, 9, 1))) as made:
            made.only("bao-cao-quy")
            made.do(lambda s: on_telegram(s, made.focal))
            yield made


def on_telegram(session, member_id, chat="77"):
    account = make_account(session, platform="telegram", chat=chat)
    account.member_id = member_id


def courier_of(land: World, platform: FakePlatform) -> Courier:
    courier: Courier = make_courier(land.database, platform, [])
    courier.write, courier.now = land.office.desk.write, land.clock
    courier.lasts = lambda at: lasts(at.astimezone(ZONE), HOURS)
    courier.tell_focal = partial(unreachable.tell_focal, land.clock)
    return courier


@asynccontextmanager
async def sending(land: World, platform: FakePlatform) -> AsyncIterator[Courier]:
    courier = courier_of(land, platform)
    async with running(courier):
        yield courier


def rows(land: World, *columns):
    with land.database.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(columns[0]))]


def waits_until(land: World) -> list[str]:
    """When those come that are not sent."""
    its = rows(land, Reminder.send_from, Reminder.state)
    return [f"{at.astimezone(ZONE):%d/%m %H:%M}" for at, state in its if state == "waiting"]


# -- lanes ------------------------------------------------------------------------------------


async def test_an_answer_does_not_wait_for_the_reminders_before_it(database, platform, told):
    given(database, "nhắc", chats=map(str, range(200)), lane="reminder")
    courier = make_courier(database, platform, told, limits=Limits(per_second=100.0))
    async with running(courier):
        await until(lambda: len(platform.got) > 20)
        courier.wake(given(database, "trả lời", chats=("answer",)))
        await until(lambda: ("answer", "trả lời") in platform.got)
    assert platform.got.index(("answer", "trả lời")) < 60


async def test_news_go_before_reminders(database, courier, platform):
    given(database, "nhắc", lane="reminder")
    with database.writing() as session:
        account = session.scalars(select(Account.id)).one()
        put(session, key="tin", account_id=account, reply=Reply("tin"), now=now(), lane="notice")
    async with running(courier):
        await until(lambda: len(platform.got) == 2)
    assert platform.texts("1") == ["tin", "nhắc"]


async def test_reminders_that_hang_leave_room_for_answers(database, courier, platform):
    most = SOON.at_once - SOON.spare
    slow = [str(n) for n in range(most + 5)]
    platform.hanging = set(slow)
    given(database, "nhắc", chats=slow, lane="reminder")
    async with running(courier):
        await until(lambda: len(courier._under_way) == most)
        courier.wake(given(database, "trả lời", chats=("answer",)))
        await until(lambda: platform.got == [("answer", "trả lời")])


async def test_a_reminder_that_may_have_arrived_is_repeated_once(database, courier, platform):
    platform.faults["nhắc"] = [AWAY, LOST, AWAY, LOST, AWAY]
    given(database, "nhắc", lane="reminder")
    async with running(courier):
        await until(lambda: states(database) == ["failed"])
    assert platform.faults["nhắc"] == [AWAY]
    assert platform.got == []


# -- what waited long ---------------------------------------------------------------------------


async def test_what_waited_longer_than_an_hour_is_made_anew(land, platform):
    await land.tick(local(MONDAY, 9))
    land.clock.at = local(MONDAY, 10, 30)
    async with sending(land, platform):
        await until(lambda: not rows(land, Bundle.id))
        assert waits_until(land) == ["14/12 09:00"]
        await land.tick(local(MONDAY, 10, 31))
        await until(lambda: platform.got)
    assert len(platform.got) == 1
    assert land.days(land.focal) == ["14/12 10:31 periodic_report"]


async def test_or_dropped_where_nothing_of_it_holds(land, platform):
    await land.tick(local(MONDAY, 9))
    [(reminder, _)] = land.sent(land.focal)
    land.clock.at = local(MONDAY, 10, 30)
    land.do(
        lambda s: reminders.respond(
            s, what=reminder.what, subject_id=reminder.subject_id, unit_id=land.xa,
            member_id=land.focal, answer="on_paper", day=MONDAY, now=land.clock.at,
        )
    )  # fmt: skip
    async with sending(land, platform):
        await until(lambda: not rows(land, Bundle.id))
        await land.tick(local(MONDAY, 10, 31))
        await asyncio.sleep(0.2)
    assert (platform.got, rows(land, Outbox.id)) == ([], [])


async def test_a_retry_that_falls_out_of_the_hours_moves_to_the_next_ones(land, platform):
    await land.tick(local(MONDAY, 16, 50))
    platform.faults[f"bundle {land.sent()[0][1].id}"] = [TOO_MANY]
    async with sending(land, platform) as courier:
        await until(lambda: rows(land, Outbox.attempts) == [(1,)])
        land.clock.at = local(MONDAY, 21)
        courier._pacers[BOT].hold(0.0)
        courier._pacers[BOT]._holds.clear()
        await until(lambda: not rows(land, Bundle.id))
        await land.tick(local(MONDAY, 21, 1))
        assert waits_until(land) == ["15/12 07:30"]
        assert platform.got == []
        await land.tick(local(MONDAY + timedelta(1), 7, 30))
        await until(lambda: platform.got)
    assert land.days(land.focal) == ["15/12 07:30 periodic_report"]


async def test_days_of_downtime_leave_on_the_list_what_is_too_old(land, platform):
    await land.tick(local(MONDAY, 9))
    land.clock.at = local(MONDAY + timedelta(1), 14)
    async with sending(land, platform):
        await until(lambda: not rows(land, Bundle.id))
    land.only("none")
    await land.tick(local(MONDAY + timedelta(1), 14, 1))
    assert [state for _, state in rows(land, Reminder.id, Reminder.state)] == ["listed"]


# -- another way --------------------------------------------------------------------------------


async def test_who_blocked_the_bot_reads_it_on_the_web_once_and_the_focal_above_is_told(
    land, platform
):
    await land.tick(local(MONDAY, 9))
    platform.faults[f"bundle {land.sent()[0][1].id}"] = [BLOCKED]
    async with sending(land, platform):
        await until(lambda: rows(land, Account.id, Account.reachable)[-1][1] is False)
        for minute in (1, 2):
            await land.tick(local(MONDAY, 9, minute))
    found = {to: body["text"] for to, body in mails(land)}
    web = land.chat_of(land.focal)
    assert found[web].startswith("bundle")
    assert "không nhắn được cho chị Trần Văn Minh qua Telegram" in found[land.chat_of(land.chief)]
    assert len(land.sent(land.focal)) == 1


async def test_what_waits_behind_a_message_that_told_of_the_block_goes_there_too(land, platform):
    await land.tick(local(MONDAY, 9))
    land.do(lambda s: unreachable_now(s, "77"))
    await land.tick(local(MONDAY, 9, 1))
    async with sending(land, platform):
        await asyncio.sleep(0.1)
    web = land.chat_of(land.focal)
    assert [to for to, _ in mails(land)] == [web]
    assert platform.got == []


def unreachable_now(session, chat):
    account = session.scalars(select(Account).where(Account.external_id == chat)).one()
    account.reachable = False


def mails(land: World):
    """(chat, body) of what is in a mailbox."""
    with land.database.reading() as session:
        its = select(Account.external_id, Outbox.body).join(Account).where(Outbox.state == "sent")
        return [(chat, body) for chat, body in session.execute(its)]


# -- two clocks ---------------------------------------------------------------------------------


async def test_two_processes_that_tick_at_once_remind_once(land):
    people = land.do(lambda s: [focal(s, land, n) for n in range(20)])
    land.only("bao-cao-quy")
    async with office(land.database, land.clock) as second:

        async def evaluate() -> None:
            found = late.evaluate(land.database, second.desk.place, None)
            await second.desk.run(lambda batch: late.fill(batch, found))

        other = Reminding(
            land.database, second.desk.write, second.desk.speak, land.reminding.root_id, ZONE,
            rules, evaluate,
        )  # fmt: skip
        await both(land, other, 6)
        await both(land, other, 9)
        await both(land, other, 9, 1)
    told_of = [reminder.member_id for reminder, _ in land.sent()]
    assert sorted(told_of) == sorted([land.focal, *people])
    assert len(rows(land, Outbox.id)) == len(rows(land, Bundle.id)) == 21
    assert len(rows(land, Reminder.id)) == 21


async def both(land: World, other: Reminding, hour: int, minute: int = 0) -> None:
    land.clock.at = at = local(MONDAY, hour, minute)
    await asyncio.gather(land.reminding.collect(at), other.collect(at))
    await asyncio.gather(land.reminding.send(at), other.send(at))


def focal(session, land: World, number: int) -> int:
    member = make_member(session, f"Lê Thị {number}", unit=session.get_one(Unit, land.xa))
    make_role(session, member, "focal", session.get_one(Unit, land.xa))
    make_account(session, member)
    return member.id
