"""Once a week, in office hours, the numbers go into a group that somebody wanted them for."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from bot.domain.roles import Role
from bot.scheduling.group_digests import GroupDigests
from storage import group_digests
from storage.database import Database
from storage.tables.people import Role as RoleRow
from tests.delivery.desks import ZONE, texts
from tests.make import make_account, make_member, the_root
from tests.scheduling.world import World, local, rules, world

MONDAY = date(2026, 12, 14)
GROUP = "-100"


@pytest.fixture
async def land(database: Database) -> AsyncIterator[World]:
    async with world(database, local(date(2026, 9, 1))) as made:
        await made.reminding.collect(local(MONDAY, 0))
        made.do(wanted)
        yield made


def wanted(session) -> None:
    """A leader has turned it on."""
    root = the_root(session)
    leader = make_member(session, "Nguyễn Đình Thành", root, Role.LEADER)
    group = make_account(session, None, "telegram", GROUP)
    group_digests.put(session, group.id, root.id, leader.id, local(MONDAY), "on")


async def tick(land: World, at: datetime) -> list[str]:
    """What stands in the group then."""
    land.clock.at = at
    digests = GroupDigests(land.reminding.speak, land.reminding.root_id, ZONE, rules)
    await digests.run(at)
    await land.reminding.evaluate()
    return texts(land.database, GROUP)


async def test_it_comes_once_in_the_week(land: World):
    [text] = [await tick(land, local(MONDAY, 8, minute)) for minute in range(3)][-1]
    assert text.startswith("BẢN TIN TUẦN – ")
    assert "quá hạn" in text


async def test_it_comes_again_in_the_next(land: World):
    await tick(land, local(MONDAY, 8))
    later = MONDAY + timedelta(7)
    await land.reminding.collect(local(later, 0))
    assert len(await tick(land, local(later, 8))) == 2


@pytest.mark.parametrize("hour", [5, 12, 20])
async def test_it_does_not_come_outside_the_hours(land: World, hour: int):
    assert await tick(land, local(MONDAY, hour)) == []


async def test_days_later_it_is_no_news(land: World):
    assert await tick(land, local(MONDAY + timedelta(2), 9)) == []


async def test_it_ends_with_the_right_of_who_wanted_it(land: World):
    land.do(lambda s: s.query(RoleRow).filter_by(role="leader").update({"until": local(MONDAY)}))
    assert await tick(land, local(MONDAY, 9)) == []


async def test_it_ends_when_it_is_turned_off(land: World):
    def off(session) -> None:
        [row] = group_digests.wanted(session, land.reminding.root_id)
        row.state = "off"

    land.do(off)
    assert await tick(land, local(MONDAY, 9)) == []


async def test_it_ends_with_the_schedule_of_the_leaders(land: World):
    land.only("bao-cao-quy")
    assert await tick(land, local(MONDAY, 9)) == []
