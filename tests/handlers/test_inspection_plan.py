"""The plan of inspections: adding, telling the inspector, one tap to begin, dropping."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.roles import Role
from storage.tables.lifecycle import PlannedInspection
from storage.tables.records import Initiative
from tests.handlers.chatting import unit
from tests.handlers.inspecting import REQUIRED, inspections_in
from tests.make import make_enrolment, make_member, make_sector


@pytest.fixture
def enrolment(session, root):
    return make_enrolment(
        session, 2022, place=unit(session), sector=make_sector(session, root=root),
        accepted_on=date(2022, 3, 31),
    )  # fmt: skip


@pytest.fixture
def planner(session, root, chat):
    return chat(make_member(session, name="Phan Quốc Tuấn", unit=root, role=Role.APPROVER))


@pytest.fixture
def inspector(session, root, chat):
    return chat(make_member(session, name="Lê Thị Hương", unit=root, role=Role.INSPECTOR))


def plans(session):
    return list(session.scalars(select(PlannedInspection)))


def of_one(session, planner, enrolment, who="hương"):
    code = session.get_one(Initiative, enrolment.initiative_id).code
    planner.tap("khkt_them")
    return planner.say("một mô hình", code, "31/12/2022", who, "lưu")


def of_unit(planner, who="hương"):
    planner.tap("khkt_them")
    return planner.say("đơn vị", "Thạch Lạc", "31/12/2022", who, "lưu")


def test_the_inspector_is_told_and_begins_with_one_tap(session, planner, inspector, enrolment):
    assert "Đã ghi vào kế hoạch" in of_one(session, planner, enrolment)
    (letter,) = planner.letters
    assert letter.account_id == inspector.account.id
    assert "Kiểm tra ngày nào" in inspector.tap(letter.reply.options[0].data)
    inspector.say(*REQUIRED, "gửi")
    assert plans(session)[0].inspection_id == inspections_in(session)[0].id
    assert "1/1 đã kiểm tra, 0 quá hạn" in planner.tap("khkt")


def test_it_is_among_what_the_inspector_has_to_do(session, planner, inspector, enrolment):
    of_one(session, planner, enrolment)
    assert "Hạn 31/12/2022: kiểm tra mô hình" in str(inspector.hear("việc cần làm")[0].options)


def test_of_a_unit_its_models_are_offered(session, planner, inspector, enrolment):
    other = make_enrolment(session, 2022, place=unit(session, "Xã Thạch Khê"))
    of_unit(planner)
    (plan,) = plans(session)
    (reply,) = inspector.hear(button=f"ktkh:{plan.id}")
    code = session.get_one(Initiative, enrolment.initiative_id).code
    assert [o.label[: len(code)] for o in reply.options] == [code]
    assert session.get_one(Initiative, other.initiative_id).code not in str(reply.options)


def test_a_team_in_words_is_for_any_inspector_there(session, planner, inspector, enrolment):
    of_unit(planner, "Đoàn kiểm tra số 1")
    assert (plans(session)[0].inspector_id, plans(session)[0].team) == (None, "Đoàn kiểm tra số 1")
    assert planner.letters == []
    assert "các mô hình của Xã Thạch Lạc" in str(inspector.hear("việc cần làm")[0].options)


def test_who_may_not_inspect_there_is_not_sent(session, root, planner, chat, enrolment):
    make_member(session, name="Trần Xa", unit=unit(session, "Xã Thạch Khê"), role=Role.INSPECTOR)
    assert "không kiểm tra được" in of_one(session, planner, enrolment, "trần xa")
    assert plans(session) == []


@pytest.mark.parametrize("day", ["hôm nay", "1/12/2022", "tháng 1/2023"])
def test_a_day_that_is_not_ahead_is_asked_again(session, planner, enrolment, day):
    planner.tap("khkt_them")
    code = session.get_one(Initiative, enrolment.initiative_id).code
    assert "một ngày sau hôm nay" in planner.say("một mô hình", code, day)


def test_dropping_asks_first_and_tells_the_inspector(session, planner, inspector, enrolment):
    of_one(session, planner, enrolment)
    (plan,) = plans(session)
    assert "khỏi kế hoạch ạ?" in planner.tap(f"khkt_bo:{plan.id}")
    planner.tap(f"khkt_bo:{plan.id}:co")
    assert plan.state == "dropped"
    assert "không còn trong kế hoạch" in planner.letters[-1].reply.text
    assert "không còn trong kế hoạch" in inspector.tap(f"ktkh:{plan.id}")
    assert "Đã bỏ" in planner.tap(f"khkt_bo:{plan.id}:co")


def test_overdue_ones_come_first(session, planner, enrolment):
    of_one(session, planner, enrolment)
    of_unit(planner)
    plans(session)[1].due_on = date(2022, 12, 1)
    session.flush()
    (reply,) = planner.hear(button="khkt")
    assert "0/2 đã kiểm tra, 1 quá hạn" in reply.text
    assert reply.options[0].label.startswith("Quá hạn 1/12/2022")


def test_page_by_page(session, planner, enrolment):
    for _ in range(9):
        of_unit(planner)
    (reply,) = planner.hear(button="khkt")
    assert "Xem tiếp" in [o.label for o in reply.options]
    assert len(planner.hear(button="khkt:1")[0].options) == 3


@pytest.mark.parametrize("button", ["khkt_xem:9", "khkt_bo:9:co", "ktkh:9", "khkt:x", "khkt_bo:x"])
def test_made_up_buttons_change_nothing(planner, button):
    assert "ạ" in planner.tap(button)
