"""What falls due is told once, to the right person, at a good hour, and not after it was done."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from bot.domain.schedules import Rung
from bot.handlers.registry import LATE
from storage import reminders
from storage.database import Database
from storage.due_now import Thing
from storage.recipients import People
from storage.tables.reminders import Extension, Guidance, Reminder, Schedule
from storage.tables.units import Unit
from tests.delivery.desks import ZONE, registered
from tests.make import NOW, make_account, make_member, make_unit, the_root
from tests.scheduling.world import World, local, told, world

MONDAY = date(2026, 12, 14)


@pytest.fixture
async def land(database: Database) -> AsyncIterator[World]:
    with registered(LATE, "bundle", told):
        async with world(database, local(date(2026, 9, 1))) as made:
            yield made


async def test_a_quarters_report_is_asked_of_the_focal_person(land: World):
    land.only("bao-cao-quy")
    for day in (MONDAY - timedelta(1), MONDAY):
        await land.tick(local(day, 9))
    assert land.days(land.focal) == ["14/12 09:00 periodic_report"]


async def test_what_is_silent_climbs_the_ladder_and_then_stops(land: World):
    land.only("bao-cao-quy")
    for day in range(40):
        await land.tick(local(date(2026, 12, 8) + timedelta(day), 9))
    assert land.days(land.focal) == [
        "10/12 09:00 periodic_report",
        "14/12 09:00 periodic_report",
        "16/12 09:00 periodic_report",
    ]
    assert land.days(land.chief) == ["18/12 09:00 periodic_report"]


async def test_nothing_is_told_twice_however_often_the_clock_ticks(land: World):
    land.only("bao-cao-quy")
    for minute in range(5):
        await land.tick(local(MONDAY, 9, minute))
    assert len(land.sent()) == 1


async def test_all_of_a_day_comes_in_one_message(land: World):
    land.model()
    land.model()
    land.only("bao-cao-quy", "ra-soat")
    await land.tick(local(MONDAY, 9))
    assert len({bundle.id for _, bundle in land.sent(land.focal)}) == 1
    assert len(land.sent(land.focal)) == 3


async def test_what_was_done_meanwhile_is_not_told(land: World):
    model = land.model()
    land.only("ra-soat")
    await land.tick(local(MONDAY, 6))
    land.do(
        lambda s: reminders.respond(
            s, what="initiative_review", subject_id=model, unit_id=land.xa,
            member_id=land.focal, answer="good", day=MONDAY, now=local(MONDAY, 7),
        )
    )  # fmt: skip
    await land.tick(local(MONDAY, 9))
    assert land.sent() == []


async def test_nobody_is_interrupted_while_they_fill_in_a_form(land: World):
    land.only("bao-cao-quy")
    chat = land.chat_of(land.focal)
    land.clock.at = local(MONDAY, 8, 55)
    await land.office.say(chat, "/dangky moi")
    await land.tick(local(MONDAY, 9))
    assert land.sent() == []
    await land.tick(local(MONDAY, 9, 6))
    assert land.days(land.focal) == ["14/12 09:06 periodic_report"]


async def test_outside_the_hours_nothing_goes_out(land: World):
    land.only("bao-cao-quy")
    for hour in (5, 12, 18, 22):
        await land.tick(local(MONDAY, hour))
    assert land.sent() == []


async def test_a_villager_hears_in_the_evening(land: World):
    land.model()
    land.only("ra-soat")

    def own(session):
        from storage import reports
        from storage.tables.records import Enrolment

        one = session.query(Enrolment).one()
        reports.add(
            session, key="lan", kind="register", enrolment=one, author_id=land.lan, answers={},
            has_results=False, now=NOW, state="accepted",
        )  # fmt: skip

    land.do(own)
    for hour in (9, 14, 19):
        await land.tick(local(MONDAY, hour))
    assert land.days(land.lan) == ["14/12 19:00 initiative_review"]


async def test_three_days_of_downtime_bring_one_late_notice_at_most(land: World):
    land.only("bao-cao-quy")
    await land.tick(local(date(2026, 12, 9), 9))
    await land.tick(local(date(2026, 12, 17), 9))
    assert land.days(land.focal) in ([], ["17/12 09:00 periodic_report"])
    assert len(land.sent(land.focal)) <= 1


async def test_more_time_that_was_granted_moves_the_day(land: World):
    land.only("bao-cao-quy")
    await land.tick(local(MONDAY, 9))
    [(reminder, _)] = land.sent(land.focal)
    until = date(2026, 12, 22)
    land.do(
        lambda s: s.add(
            Extension(
                what=reminder.what, subject_id=reminder.subject_id, unit_id=land.xa,
                member_id=land.focal, until=until, state="granted", at=NOW,
            )
        )
    )  # fmt: skip
    for day in range(1, 9):
        await land.tick(local(MONDAY + timedelta(day), 9))
    assert land.days(land.focal)[1:] == [
        "17/12 09:00 periodic_report",
        "21/12 09:00 periodic_report",
    ]


async def test_put_off_it_comes_again_when_asked_for(land: World):
    land.only("bao-cao-quy")
    await land.tick(local(MONDAY, 9))
    [(reminder, _)] = land.sent(land.focal)
    wednesday = local(MONDAY + timedelta(2), 7, 30)
    land.do(lambda s: reminders.snooze(s, s.get_one(Reminder, reminder.id), wednesday))
    for day in (1, 2, 3):
        await land.tick(local(MONDAY + timedelta(day), 9))
    assert land.days(land.focal) == ["16/12 09:00 periodic_report"]


async def test_handed_on_it_goes_to_the_other_from_then_on(land: World):
    land.only("bao-cao-quy")
    await land.tick(local(MONDAY, 9))
    [(reminder, _)] = land.sent(land.focal)
    moment = local(MONDAY, 10)
    land.do(lambda s: reminders.hand_on(s, s.get_one(Reminder, reminder.id), land.lan, moment))
    for day in (0, 1, 2):
        for hour in (11, 19):
            await land.tick(local(MONDAY + timedelta(day), hour))
    assert land.days(land.lan) == ["14/12 19:00 periodic_report", "16/12 19:00 periodic_report"]
    assert len(land.sent(land.focal)) == 1


async def test_what_is_open_for_somebody_is_one_line_a_thing(land: World):
    land.only("bao-cao-quy")
    for day in (10, 14, 16):
        await land.tick(local(date(2026, 12, day), 9))
    with land.database.reading() as session:
        found = reminders.open_of(session, land.focal, date(2026, 12, 16), ZONE)
        assert [(one.what, one.stage) for one in found] == [("periodic_report", 1)]


async def test_who_joins_later_hears_of_it_too(land: World):
    land.only("chi-dao")
    land.do(lambda s: s.add(guidance_for(s, land)))
    await land.tick(local(MONDAY, 9))
    late_comer = land.do(lambda s: person(s, "Lê Thị Mới", land.xa))
    await land.tick(local(MONDAY, 10))
    assert land.days(land.focal) == ["14/12 09:00 guidance"]
    assert land.days(late_comer) == ["14/12 10:00 guidance"]


def guidance_for(session: Session, land: World) -> Guidance:
    root = the_root(session).id
    return Guidance(
        root_id=root, unit_id=root, roles=[Role.FOCAL.value], text="Xin rà soát mô hình.",
        send_on=MONDAY, author_id=land.chief, created_at=NOW,
    )  # fmt: skip


def person(session: Session, name: str, unit_id: int) -> int:
    unit = session.get_one(Unit, unit_id)
    member = make_member(session, name, unit=unit, role=Role.FOCAL)
    make_account(session, member)
    return member.id


async def test_above_a_body_without_a_focal_of_its_own_somebody_else_is_told(land: World):
    """Its matters are those of the commune's focal person: the next rung is not them again."""
    land.only("kien-nghi")

    def above(session: Session) -> list[int]:
        xa = session.get_one(Unit, land.xa)
        hoi = make_unit(session, "Hội Phụ nữ xã", kind="hoi_phu_nu", parent=xa)
        people, rung = People(session, NOW), Rung.SUPERIOR
        schedule = session.scalars(select(Schedule).limit(1)).one()
        thing = Thing(1, hoi.id, MONDAY)
        return [one.id for one, _ in people.told(schedule, thing, rung)]

    assert land.do(above) == [land.chief]


async def test_what_was_their_own_matter_is_not_told_to_the_same_people_as_that_of_others(
    land: World,
):
    """A model nobody has an account for is the focal person's own from the start."""
    land.model()
    land.only("ra-soat")
    for day in range(16):
        await land.tick(local(MONDAY + timedelta(day), 9))
    assert [line[:5] for line in land.days(land.focal)] == ["14/12", "17/12"]
    assert [line[:5] for line in land.days(land.chief)] == ["25/12"]
