"""The daily message of every kind of thing, made as it really is: by a read-only connection."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.delivery.late import NOT_NOW
from bot.domain.roles import Role
from bot.domain.wording import say
from storage import reports
from storage.database import Database
from storage.due_parts import WHATS
from storage.tables.delivery import Outbox
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.people import Account, Draft, Member
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import Briefing, Conclusion, Guidance, Schedule
from storage.tables.units import Unit
from tests.make import NOW, make_account, make_member
from tests.scheduling.world import World, local, world

MONDAY = date(2026, 12, 14)
TUESDAY = MONDAY + timedelta(1)
STAGES = [[-1, "person"], [0, "person"]]


@pytest.fixture
async def land(database: Database) -> AsyncIterator[World]:
    async with world(database, local(date(2026, 12, 1))) as made:
        made.do(lambda s: everything_due(s, made))
        yield made


def everything_due(session: Session, land: World) -> None:
    """One thing of every kind falls due now; all schedules tell it now."""
    unit = session.get_one(Unit, land.xa)
    inspector = make_member(session, "Lê Thị Hương", unit=unit, role=Role.INSPECTOR)
    leader = make_member(session, "Phan Đình Thành", unit=unit, role=Role.LEADER)
    for one in (inspector, leader):
        make_account(session, one)
    for schedule in session.scalars(select(Schedule)):
        schedule.stages = STAGES
        if schedule.rule:
            schedule.rule = "15 12 *"
        schedule.state = "active"
    root = unit.root_id
    at = local(TUESDAY, 14)
    session.add(
        Briefing(
            root_id=root, unit_id=unit.id, kind="briefing", topic="Giao ban quý IV", day=TUESDAY,
            place="Hội trường xã", at=at, author_id=land.chief, created_at=NOW, agenda="Sơ kết",
        )
    )  # fmt: skip
    session.flush()
    briefing = session.scalars(select(Briefing)).one()
    session.add(
        Conclusion(
            briefing_id=briefing.id, unit_id=unit.id, text="Rà soát mô hình", due_on=TUESDAY,
            author_id=land.chief, at=NOW,
        )
    )  # fmt: skip
    session.add(
        Guidance(
            root_id=root, unit_id=root, roles=[Role.FOCAL.value], text="Xin rà soát mô hình.",
            send_on=MONDAY, due_on=TUESDAY, author_id=land.chief, created_at=NOW,
        )
    )  # fmt: skip


def with_a_model(session: Session, land: World, model: int) -> None:
    """Something recommended for it, a report about it that waits, a form left behind."""
    enrolment = session.get_one(Enrolment, model)
    first = session.scalars(select(Report).where(Report.enrolment_id == model)).one()
    session.add(
        Inspection(
            report_id=first.id, enrolment_id=model, day=date(2026, 5, 1), form="dinh_ky",
            working="tot", verdict="tot",
        )
    )  # fmt: skip
    session.flush()
    inspection = session.scalars(select(Inspection)).one()
    session.add(
        Recommendation(
            inspection_id=inspection.id, enrolment_id=model, text="Sửa lại mái", due_on=TUESDAY
        )
    )
    reports.add(
        session, key="moi", kind="update", enrolment=enrolment, author_id=land.lan,
        answers={}, has_results=False, now=local(MONDAY - timedelta(1), 9),
    )  # fmt: skip
    account = session.scalars(select(Account).where(Account.member_id == land.lan)).one()
    session.add(
        Draft(
            account_id=account.id, member_id=land.lan, form="dk", revision=1,
            body={"form": "dk", "answers": {}, "revision": 1}, created_at=NOW,
            updated_at=local(MONDAY - timedelta(1), 9),
        )
    )  # fmt: skip


def messages(land: World) -> dict[str, str]:
    """Name → all that was pushed to them."""
    with land.database.reading() as session:
        rows = session.execute(
            select(Member.name, Outbox.body)
            .join(Account, Account.id == Outbox.account_id)
            .join(Member, Member.id == Account.member_id)
            .where(Outbox.lane == "reminder")
            .order_by(Outbox.id)
        )
        found: dict[str, str] = {}
        for name, body in rows:
            found[name] = found.get(name, "") + Reply.from_json(body).text
    return found


async def test_every_kind_of_thing_has_its_words(land: World, caplog: pytest.LogCaptureFixture):
    land.model(land.lan)  # of which nothing was heard
    model = land.model(land.lan)
    land.do(lambda s: with_a_model(s, land, model))
    for day in (MONDAY, TUESDAY):
        for hour in (8, 10, 15, 19):
            await land.tick(local(day, hour))
    told = messages(land)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert say(NOT_NOW, "") not in "".join(told.values())
    assert set(told) >= {"Trần Văn Minh", "Nguyễn Thị Lan", "Lê Thị Hương", "Phan Đình Thành"}
    assert {reminder.what for reminder, _ in land.sent()} == set(WHATS)
