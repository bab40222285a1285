"""Xem trước: how many people a schedule will write to, who they are, and why it is nobody."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import schedules, working_days
from storage.tables.reminders import ReviewPeriod
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, admin, focal, unit
from tests.handlers.scheduling import late, make_schedules, rules_of, schedule
from tests.make import make_account, make_member

SATURDAY = date(2022, 12, 24)


@pytest.fixture
def manager(session: Session, root: Unit, chat: Open) -> Chat:
    """It is Friday; on Tuesday the quarter's report falls due."""
    make_schedules(session, root)
    due_on(session, date(2022, 12, 27))
    make_account(session, focal(session))
    session.flush()
    return chat(admin(session, root))


def due_on(session: Session, day: date) -> None:
    its = select(ReviewPeriod).where(ReviewPeriod.schedule_id == schedule(session).id)
    session.scalars(its.order_by(ReviewPeriod.first)).all()[0].due_on = day
    session.flush()


def preview(one: Chat, session: Session, code: str = "bao-cao-quy") -> str:
    return late(one, f"ls_thu:{schedule(session, code).id}").text


def test_on_a_day_off_nobody_is_written_to_and_on_the_next_they_are(
    session: Session, manager: Chat
) -> None:
    said = preview(manager, session)
    assert "Ngày mai (thứ Bảy, 24/12/2022) không gửi cho ai: ngày mai là ngày nghỉ" in said
    assert "Sau đó, đến 30/12/2022: thứ Hai 26/12: 1 người" in said


def test_tomorrow_is_told_by_unit_and_name(session: Session, root: Unit, manager: Chat) -> None:
    working_days.set_days(session, root.id, [SATURDAY], True, "Làm bù")
    due_on(session, date(2022, 12, 25))
    said = preview(manager, session)
    assert "Ngày mai (thứ Bảy, 24/12/2022) sẽ gửi cho 1 người:" in said
    assert "– Xã Thạch Lạc: Trần Văn Bình" in said


def test_of_other_units_only_the_number_is_told(
    session: Session, root: Unit, manager: Chat, chat: Open
) -> None:
    working_days.set_days(session, root.id, [SATURDAY], True, "Làm bù")
    due_on(session, date(2022, 12, 25))
    khe = unit(session, "Xã Thạch Khê")
    said = preview(chat(make_member(session, unit=khe, role=Role.LEADER)), session)
    assert "– Xã Thạch Lạc: 1" in said
    assert "Bình" not in said


def test_the_next_time_is_named_when_tomorrow_is_none(
    session: Session, root: Unit, manager: Chat
) -> None:
    working_days.set_days(session, root.id, [SATURDAY], True, "Làm bù")
    said = preview(manager, session, "dang-ky")
    assert "lần nhắc tới là thứ Ba, 21/3/2023 (trước 10 ngày, hạn 31/3/2023)" in said
    assert "không gửi cho ai." in said


def test_without_a_calendar_the_reason_is_said(session: Session, root: Unit, manager: Chat) -> None:
    working_days.set_days(session, root.id, [SATURDAY], True, "Làm bù")
    said = preview(manager, session, "cho-xem")
    assert "chưa có việc nào đến ngày nhắc (tính theo ngày phiếu được gửi)" in said


def test_a_paused_one_says_what_would_be(session: Session, manager: Chat) -> None:
    of = schedule(session)
    given = (manager.person.member_id or 0, rules_of(session, manager), LATER)
    assert schedules.change(session, of, 1, {"state": "paused"}, *given)
    said = preview(manager, session)
    assert "Nếu chạy lại bây giờ thì:" in said
    assert "thứ Hai 26/12: 1 người" in said
