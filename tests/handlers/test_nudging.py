"""One tap nudges: first whom it reaches and what they read; each thing once a day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import reports
from storage.tables.people import Account, Audit
from storage.tables.reminders import Preference
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open
from tests.handlers.leading import District, ask, make_district, press
from tests.make import make_account, make_asking_to_inspect, make_member, make_unit

TODAY = LATER.date()
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def land(session: Session, root: Unit, chat: Open) -> District:
    return make_district(session, root, chat)


def test_the_preview_says_whom_it_reaches_and_what_they_read(land: District) -> None:
    one = land.talk()
    said = press(one, ask(one, "chưa báo cáo"), "Nhắc tất cả (2 đơn vị)").text
    assert said.startswith("Sẽ nhắc 2 người của 2 đơn vị: ")
    assert "Báo cáo quý IV năm 2022" in said
    assert land.nudged() == []


def test_one_tap_more_and_they_are_reminded_at_the_next_good_hour(land: District) -> None:
    one = land.talk()
    preview = press(one, ask(one, "chưa báo cáo"), "Nhắc tất cả")
    assert "Đã ghi để nhắc 2 người của 2 đơn vị." in press(one, preview, "Nhắc 2 người").text
    rows = {(r.member_id, r.what, r.stage, r.rung, r.state) for r in land.nudged()}
    assert rows == {
        (member.id, "periodic_report", 8, "person", "waiting") for member in (land.minh, land.thu)
    }


def test_one_unit_alone(land: District) -> None:
    one = land.talk()
    unit = press(one, ask(one, "chưa báo cáo"), "Xã Thạch Khê")
    preview = press(one, unit, "Nhắc đơn vị này")
    press(one, preview, "Nhắc 1 người")
    assert [r.member_id for r in land.nudged()] == [land.thu.id]


def test_a_thing_is_nudged_once_a_day_whoever_does_it(land: District, root: Unit) -> None:
    land.talk().tap("nhac:bc:0:0:co:2")
    another = land.talk(make_member(land.session, "Phan Quốc Tuấn", root, Role.APPROVER))
    assert ask(another, button="nhac:bc:0:0").text.startswith("Hôm nay đã nhắc rồi ạ")
    another.tap("nhac:bc:0:0:co:2")
    assert len(land.nudged()) == 2


def test_what_was_nudged_already_is_left_out_of_the_preview(land: District) -> None:
    one = land.talk()
    one.tap(f"nhac:bc:{land.xa.id}:0:co:1")
    said = ask(one, button="nhac:bc:0:0").text
    assert said.startswith("Sẽ nhắc 1 người của 1 đơn vị: Xã Thạch Khê. 1 việc hôm nay đã nhắc")


def test_a_model_is_asked_of_who_looks_after_it(land: District) -> None:
    one = land.model()
    reports.add(
        land.session, key="1", kind="register", enrolment=one, author_id=land.lan.id, answers={},
        has_results=False, now=LATER - timedelta(200), state="accepted",
    )  # fmt: skip
    land.talk().tap("nhac:qh:0:0:co:9")
    assert {r.member_id for r in land.nudged() if r.what == "initiative_review"} == {land.lan.id}


def test_inspectors_are_nudged_about_what_nobody_has_inspected(land: District) -> None:
    land.model()
    make_asking_to_inspect(land.session)
    huong = make_member(land.session, "Lê Thị Hương", land.root, Role.INSPECTOR)
    one = land.talk()
    assert "lê thị hương" in ask(one, button=f"nhac:kt:{land.xa.id}:2022").text.lower()
    one.tap(f"nhac:kt:{land.xa.id}:2022:co:1")
    assert [(r.member_id, r.what) for r in land.nudged()] == [(huong.id, "not_inspected")]


def test_without_an_inspector_there_is_nobody_to_nudge(land: District) -> None:
    land.model()
    said = ask(land.talk(), button="nhac:kt:0:2022").text
    assert said.startswith("Chưa có cán bộ kiểm tra nào")


def test_who_cannot_be_reached_is_told_of_and_only_listed(land: District) -> None:
    for account in land.session.query(Account).filter_by(member_id=land.minh.id):
        account.reachable = False
    land.session.flush()
    one = land.talk()
    assert "1 người chưa liên lạc được." in ask(one, button="nhac:bc:0:0").text
    one.tap("nhac:bc:0:0:co:2")
    states = {r.member_id: r.state for r in land.nudged()}
    assert states == {land.minh.id: "listed", land.thu.id: "waiting"}


def test_who_is_away_hears_when_they_are_back(land: District) -> None:
    back = TODAY + timedelta(5)
    land.session.add(Preference(member_id=land.minh.id, quiet_until=back))
    land.session.flush()
    land.talk().tap(f"nhac:bc:{land.xa.id}:0:co:1")
    assert land.nudged()[0].send_from.astimezone(ZONE).date() == back


def make_many(land: District, number: int) -> None:
    for n in range(number):
        xa = make_unit(land.session, f"Xã Số {n}", parent=land.root)
        make_account(land.session, make_member(land.session, f"Người {n}", xa, Role.FOCAL))


def test_more_than_fifty_are_asked_about_twice(land: District) -> None:
    make_many(land, 55)
    one = land.talk()
    sure = press(one, ask(one, button="nhac:bc:0:0"), "Nhắc 57 người")
    assert sure.text.startswith("Nhắc một lúc 57 người của 57 đơn vị")
    assert land.nudged() == []
    press(one, sure, "Nhắc 57 người")
    assert len(land.nudged()) == 57


def test_more_than_two_hundred_are_not_nudged_in_one_go(land: District) -> None:
    make_many(land, 200)
    said = land.talk().tap("nhac:bc:0:0:chac:202")
    assert said.startswith("Có 202 người cần nhắc, mà mỗi lần Trợ lý chỉ nhắc nhiều nhất 200 người")
    assert land.nudged() == []


def test_it_stands_in_the_log(land: District) -> None:
    land.talk().tap(f"nhac:bc:{land.xa.id}:0:co:1")
    row = land.session.query(Audit).one()
    assert (row.action, row.kind, row.subject_id) == ("nudge_late", "unit", land.xa.id)


def test_a_unit_of_others_is_not_nudged(land: District) -> None:
    said = land.talk(land.minh).tap(f"nhac:bc:{land.other.id}:0:co:1")
    assert "ngoài phạm vi" in said
    assert "Xã Thạch Lạc" in said
    assert land.nudged() == []
