"""Lịch nhắc: when one is reminded, what waits, peace for a while; an administrator's days off."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handlers.registry import VIETNAM
from storage import preferences, working_days
from storage.tables.people import Audit
from storage.tables.reminders import Reminder, Schedule
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, admin, focal, unit
from tests.make import make_member

TODAY = LATER.date()


@pytest.fixture
def lan(session: Session, chat: Open) -> Chat:
    return chat(make_member(session, name="Nguyễn Thị Lan", unit=unit(session), address="chị"))


@pytest.fixture
def manager(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(admin(session, root))


def buttons(one: Chat, text: str) -> list[str]:
    return [option.label for option in one.hear(text)[-1].options]


def make_reminder(session: Session, one: Chat, root: Unit, **given) -> Reminder:
    """One that waits for tonight."""
    schedule = Schedule(
        root_id=root.id, unit_id=root.id, code="s", what="draft_left", label="Phiếu nháp",
        stages=[[1, "person"]], changed_at=LATER,
    )  # fmt: skip
    session.add(schedule)
    session.flush()
    values = {
        "what": "draft_left", "subject_id": 1, "unit_id": root.id, "due_on": TODAY, "stage": 1,
        "rung": "person", "member_id": one.person.member_id, "send_from": LATER, "at": LATER,
    }  # fmt: skip
    row = Reminder(schedule_id=schedule.id, **(values | given))
    session.add(row)
    session.flush()
    return row


def sent_from(row: Reminder) -> datetime:
    return row.send_from.astimezone(VIETNAM)


# -- when ---------------------------------------------------------------------------------------


def test_a_villager_is_reminded_in_the_evening(lan: Chat) -> None:
    said = lan.say("/lichnhac")
    assert "Trợ lý nhắc việc chị vào buổi tối (19:00–20:30)" in said
    assert "Cuối tuần, ngày lễ, Tết và từ 21:00 đến 06:30 Trợ lý không nhắc." in said


def test_an_official_is_reminded_in_office_hours(session: Session, chat: Open) -> None:
    said = chat(focal(session)).say("lịch nhắc")
    assert "giờ hành chính (07:30–11:00, 14:00–17:00)" in said


def test_the_other_window_is_one_tap_away_and_so_is_the_way_back(lan: Chat) -> None:
    assert "Giờ hành chính" in buttons(lan, "/lichnhac")
    assert "Từ nay Trợ lý nhắc chị vào giờ hành chính" in lan.tap("ln:office")
    assert "Buổi tối 19:00–20:30" in buttons(lan, "/lichnhac")
    lan.tap("ln:evening")
    assert "buổi tối" in lan.say("/lichnhac")


def test_the_window_may_be_typed(session: Session, lan: Chat) -> None:
    lan.say("/lichnhac", "giờ hành chính")
    assert preferences.preference(session, lan.person.member_id or 0).window == "office"


def test_without_anything_due_the_page_says_so(lan: Chat) -> None:
    assert "Hiện không có việc nào đến hạn chờ chị." in lan.say("/lichnhac")


def test_a_made_up_window_changes_nothing(session: Session, lan: Chat) -> None:
    lan.tap("ln:night")
    assert preferences.preference(session, lan.person.member_id or 0).window == ""


# -- peace --------------------------------------------------------------------------------------


def test_peace_until_a_day(lan: Chat) -> None:
    lan.say("/lichnhac")
    lan.tap("ln:yen")
    until = TODAY + timedelta(7)
    day = f"{until.day}/{until.month}/{until.year}"
    assert f"không nhắc chị trước ngày {day}" in lan.say("1")
    assert f"đang tạm yên, nhắc lại chị từ ngày {day}" in lan.say("/lichnhac")
    assert "Nhắc lại như thường" in buttons(lan, "/lichnhac")


@pytest.mark.parametrize("typed", ["hôm nay", "hôm qua", "25/3/2023", "tháng 1/2023"])
def test_peace_lasts_from_a_day_to_thirty(lan: Chat, typed: str) -> None:
    lan.tap("ln:yen")
    assert "chọn một ngày từ mai đến 22/1/2023" in lan.say(typed)


def test_what_waits_is_put_off_and_comes_back(session: Session, lan: Chat, root: Unit) -> None:
    row = make_reminder(session, lan, root)
    lan.tap("ln:yen")
    lan.say("1")
    session.expire_all()
    assert sent_from(row) == datetime(2022, 12, 30, tzinfo=VIETNAM)
    lan.tap("ln:thuong")
    session.expire_all()
    assert row.send_from == LATER


@pytest.mark.parametrize("what", ["briefing", "conclusion", "guidance"])
def test_what_must_be_known_is_not_put_off(
    session: Session, lan: Chat, root: Unit, what: str
) -> None:
    row = make_reminder(session, lan, root, what=what)
    lan.tap("ln:yen")
    lan.say("1")
    session.expire_all()
    assert row.send_from == LATER


def test_what_was_put_off_by_itself_stays_so(session: Session, lan: Chat, root: Unit) -> None:
    later = LATER + timedelta(days=3)
    row = make_reminder(session, lan, root, send_from=later, snoozes=1)
    lan.tap("ln:thuong")
    session.expire_all()
    assert row.send_from == later


def test_peace_that_is_over_is_not_mentioned(session: Session, lan: Chat) -> None:
    preferences.rest(session, lan.person.member_id or 0, TODAY, LATER)
    assert "tạm yên" not in lan.say("/lichnhac")


# -- days off -----------------------------------------------------------------------------------


def test_the_administrator_sees_the_coming_holidays(manager: Chat) -> None:
    said = manager.tap("nl")
    assert "– nghỉ 18/1/2023–27/1/2023: Tết Nguyên Đán" in said
    assert "Ngày Chiến thắng, Ngày Quốc tế Lao động" in said
    assert "– chưa có ngày nào" in said


def test_a_day_off_is_added_and_removed(session: Session, manager: Chat, root: Unit) -> None:
    manager.tap("nl_moi")
    assert "Đã ghi nghỉ 26/12/2022 (Nghỉ bù)" in manager.say(
        "ngày nghỉ", "26/12/2022", "bỏ qua", "Nghỉ bù", "ghi"
    )
    monday = date(2022, 12, 26)
    assert not working_days.working_days(session, root.id)(monday)
    assert "– nghỉ 26/12/2022: Nghỉ bù" in manager.tap("nl")
    assert "Đã bỏ 26/12/2022" in manager.tap("nl_bo:2022-12-26:2022-12-26")
    assert working_days.working_days(session, root.id)(monday)


def test_days_in_a_row_are_one_line(manager: Chat) -> None:
    manager.tap("nl_moi")
    manager.say("nghỉ", "26/12/2022", "28/12/2022", "Nghỉ bão", "ghi")
    assert "Bỏ: nghỉ 26/12/2022–28/12/2022" in [
        o.label for o in manager.hear(button="nl")[0].options
    ]


def test_a_saturday_is_worked(session: Session, manager: Chat, root: Unit) -> None:
    manager.tap("nl_moi")
    said = manager.say("làm bù", "24/12/2022", "bỏ qua", "Làm bù Tết", "ghi")
    assert "Trợ lý nhắc việc như ngày thường" in said
    assert working_days.working_days(session, root.id)(date(2022, 12, 24))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["1/12/2022"], "ghi rõ một ngày từ hôm nay trở đi"),
        (["tháng 1/2023"], "ghi rõ một ngày"),
        (["26/12/2022", "24/12/2022"], "ghi một ngày từ 26/12/2022 đến 25/1/2023"),
        (["26/12/2022", "30/3/2023"], "ghi một ngày từ 26/12/2022 đến 25/1/2023"),
    ],
)
def test_days_that_cannot_be_are_asked_again(manager: Chat, days: list[str], said: str) -> None:
    manager.tap("nl_moi")
    assert said in manager.say("nghỉ", *days)


def test_an_old_button_removes_nothing(manager: Chat) -> None:
    assert "không còn trong lịch ghi riêng" in manager.tap("nl_bo:2022-12-26:2022-12-26")


def test_many_own_days_come_in_pages(session: Session, manager: Chat, root: Unit) -> None:
    days = [TODAY + timedelta(2 * n + 1) for n in range(9)]
    working_days.set_days(session, root.id, days, False, "Nghỉ")
    first = [o.label for o in manager.hear(button="nl")[0].options]
    assert sum(label.startswith("Bỏ") for label in first) == 8
    assert "Xem tiếp" in first
    assert "nl_bo" in manager.hear(button="nl:8")[0].options[1].data


def test_what_was_done_is_told_in_the_log(session: Session, manager: Chat) -> None:
    manager.tap("nl_moi")
    manager.say("nghỉ", "26/12/2022", "bỏ qua", "Nghỉ bù", "ghi")
    manager.tap("nl_bo:2022-12-26:2022-12-26")
    acts = session.execute(select(Audit.action, Audit.kind).order_by(Audit.id)).all()
    assert [tuple(act) for act in acts] == [("set", "calendar_day"), ("drop", "calendar_day")]
    day = manager.say("nhật ký") and manager.tap("nk_ngay:2022-12-23")
    assert "đặt lịch nghỉ, từ ngày 26/12/2022" in day
