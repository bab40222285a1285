"""Writing an inspection: what is required, what is refused, and who has to confirm it."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.roles import Role
from storage.tables.people import Audit, Member
from storage.tables.people import Role as RoleRow
from storage.tables.records import Enrolment, Initiative, Report
from storage.tally import recount, standing
from tests.handlers.chatting import LATER, unit
from tests.handlers.inspecting import REQUIRED, asking, inspect, inspections_in, reported
from tests.make import make_enrolment, make_member
from tests.storage.inspected import confirmed


@pytest.fixture
def enrolment(session, root):
    return reported(session, root)


@pytest.fixture
def owner(session, chat, enrolment):
    return chat(session.scalars(select(Member).where(Member.name == "Hồ Văn Hà")).one())


@pytest.fixture
def inspector(session, root, chat):
    return chat(make_member(session, name="Lê Thị Hương", unit=root, role=Role.INSPECTOR))


@pytest.fixture
def head(session, root, chat):
    return chat(make_member(session, name="Phan Quốc Tuấn", unit=root, role=Role.APPROVER))


def report_of(session):
    (inspection,) = inspections_in(session)
    return session.get_one(Report, inspection.report_id)


def test_required_answers_alone_take_nine_messages(session, inspector, enrolment):
    name = session.get_one(Initiative, enrolment.initiative_id).name
    said = ["/kiemtra", name, *REQUIRED, "gửi"]
    assert len(said) == 9
    assert "Đã ghi phiếu kiểm tra" in inspector.say(*said)


def test_it_counts_at_once_and_the_owner_hears_of_it(session, inspector, enrolment, owner):
    asking(inspector, enrolment.initiative_id)
    (letter,) = [m for m in inspector.letters if m.account_id == owner.account.id]
    assert "Kiến nghị: Làm biển tên\nHạn: 15/1/2023." in letter.reply.text
    assert [o.label for o in letter.reply.options][:2] == ["Đã khắc phục", "Có ý kiến"]
    assert enrolment.inspected_on == LATER.date()
    assert standing(session) == recount(session)


def test_what_is_done_is_in_the_log(session, inspector, enrolment):
    inspect(inspector, enrolment.initiative_id)
    assert [a.action for a in session.scalars(select(Audit))] == ["inspect", "confirm"]


@pytest.mark.parametrize("day", ["ngày mai", "31/12/2021", "tháng 12/2022"])
def test_a_day_ahead_before_registration_or_no_day_is_asked_again(inspector, enrolment, day):
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    assert "Kiểm tra ngày nào" in inspector.say(day)


def test_what_fails_has_to_be_explained(session, inspector, enrolment):
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    assert "Mặt còn hạn chế là gì" in inspector.say(*REQUIRED[:4], "trừ 3 chưa đạt")
    inspector.say("Chưa có kế hoạch", "tốt", "gửi")
    assert report_of(session).answers["han_che"]["v"] == "Chưa có kế hoạch"


def test_stopped_ones_say_why(session, inspector, enrolment):
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    assert "Vì sao mô hình đã dừng" in inspector.say(*REQUIRED[:3], "đã dừng")


def test_actual_figures_stand_beside_the_registered_ones(session, inspector, enrolment):
    enrolment.details = {"quy_mo": {"v": [{"n": "45", "u": "ho", "raw": "45 hộ"}], "t": "45 hộ"}}
    session.flush()
    inspect(inspector, enrolment.initiative_id, "thêm số liệu", "40 hộ")
    assert report_of(session).answers["so_lieu"]["t"] == "40 hộ (đăng ký: 45 hộ)"


def test_or_are_as_registered_with_one_tap(session, inspector, enrolment):
    enrolment.details = {"quy_mo": {"v": [{"n": "45", "u": "ho", "raw": "45 hộ"}], "t": "45 hộ"}}
    session.flush()
    inspect(inspector, enrolment.initiative_id, "thêm số liệu", "1")
    assert report_of(session).answers["so_lieu"]["t"] == "Đúng như đăng ký: 45 hộ"


def test_a_stopped_one_is_not_inspected(session, inspector, enrolment):
    enrolment.activity = "stopped"
    session.flush()
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    assert "đã dừng" in inspector.say("hôm nay")


@pytest.mark.parametrize("what", ["stopped", "withdrawn", "merged", "role"])
def test_what_changed_meanwhile_is_refused_when_it_is_sent(
    session, root, inspector, enrolment, what
):
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    inspector.say(*REQUIRED)
    other = make_enrolment(session, 2022, place=unit(session))
    if what == "merged":
        initiative = session.get_one(Initiative, enrolment.initiative_id)
        initiative.merged_id = other.initiative_id
    elif what == "role":
        mine = RoleRow.member_id == inspector.person.member_id
        session.scalars(select(RoleRow).where(mine)).one().until = LATER
    else:
        setattr(enrolment, "activity" if what == "stopped" else "state", what)
    session.flush()
    assert "sửa 1" in inspector.say("gửi")
    assert inspections_in(session) == []
    assert inspector.person.draft_id is not None


def test_it_is_of_the_enrolment_of_its_year(session, inspector, enrolment):
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    place = session.get_one(type(unit(session)), enrolment.place_id)
    make_enrolment(session, 2021, place=place, initiative=initiative)
    inspector.tap(f"cmd:kiemtra:#{initiative.id}")
    inspector.say("20/12/2021", *REQUIRED[1:], "gửi")
    assert session.get_one(Enrolment, report_of(session).enrolment_id).year == 2021


def test_looking_again_needs_an_earlier_one_and_links_it(session, inspector, enrolment):
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    assert "chưa phúc tra được" in inspector.say("hôm nay", "phúc tra")
    inspector.say("hủy", "hủy phiếu này")
    first = confirmed(session, enrolment, asks="Làm biển tên")
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    assert "việc nào đã xong" in inspector.say("hôm nay", "phúc tra")
    inspector.say("xong", *REQUIRED[2:], "gửi")
    assert inspections_in(session)[-1].earlier_id == first.id


# -- the head of the team -------------------------------------------------------------------


def by_two(inspector, enrolment):
    inspector.tap(f"cmd:kiemtra:#{enrolment.initiative_id}")
    return inspector.say(*REQUIRED[:2], "Đ/c Phan Quốc Tuấn, Lê Thị Hương", *REQUIRED[3:], "gửi")


def test_sent_by_somebody_else_it_waits_for_the_head(session, inspector, head, enrolment, owner):
    assert "sẽ xem và xác nhận" in by_two(inspector, enrolment)
    (letter,) = inspector.letters
    assert letter.account_id == head.account.id
    assert enrolment.inspected_on is None
    assert "Xác nhận phiếu kiểm tra" in str(head.hear("việc cần làm")[0].options)


def test_the_head_confirms_with_one_tap(session, inspector, head, enrolment, owner):
    by_two(inspector, enrolment)
    (inspection,) = inspections_in(session)
    assert "Đã ghi phiếu" in head.tap(f"ktxn:{inspection.id}:1")
    assert enrolment.inspected_on == LATER.date()
    assert owner.account.id in [m.account_id for m in head.letters]
    assert "đã được xác nhận rồi" in head.tap(f"ktxn:{inspection.id}:1")


def test_the_head_may_correct_it(session, inspector, head, enrolment, owner):
    by_two(inspector, enrolment)
    (inspection,) = inspections_in(session)
    head.tap(f"ktsua:{inspection.id}")
    head.say("sửa đánh giá", "khá", "gửi")
    assert (inspection.verdict, inspection.state) == ("kha", "confirmed")
    assert report_of(session).version == 2


def test_what_the_author_changed_meanwhile_is_shown_to_the_head(
    session, inspector, head, enrolment
):
    by_two(inspector, enrolment)
    (inspection,) = inspections_in(session)
    inspector.tap(f"suaphieu:{inspection.report_id}")
    inspector.say("sửa đánh giá", "khá", "gửi")
    assert "vừa được sửa" in head.tap(f"ktxn:{inspection.id}:1")
    assert inspection.state == "open"
    head.tap(f"ktxn:{inspection.id}:2")
    assert (inspection.state, inspection.verdict) == ("confirmed", "kha")


def test_after_that_nobody_changes_it(session, inspector, enrolment):
    inspect(inspector, enrolment.initiative_id)
    answer = inspector.tap(f"suaphieu:{report_of(session).id}")
    assert "không đổi được nữa" in answer


def test_taken_back_it_cannot_be_confirmed(session, inspector, head, enrolment):
    by_two(inspector, enrolment)
    (inspection,) = inspections_in(session)
    inspector.tap(f"rutthat:{inspection.report_id}:1")
    assert "rút lại" in head.tap(f"ktxn:{inspection.id}:1")
    assert inspection.state == "open"


def test_a_name_that_opens_nothing_is_no_head(session, inspector, enrolment, chat):
    other = make_member(session, name="Phan Quốc Tuấn", unit=unit(session, "Xã Thạch Khê"),
                        role=Role.FOCAL)  # fmt: skip
    assert "Đã ghi phiếu" in by_two(inspector, enrolment)
    (inspection,) = inspections_in(session)
    assert inspection.head_id is None
    assert "không chờ" in chat(other).tap(f"ktxem:{inspection.id}")


def test_the_owner_sees_it_only_when_it_is_confirmed(session, inspector, head, enrolment, owner):
    by_two(inspector, enrolment)
    (inspection,) = inspections_in(session)
    assert "không có phiếu này" in owner.tap(f"phieu:{inspection.report_id}")
    head.tap(f"ktxn:{inspection.id}:1")
    assert "Phiếu kiểm tra, đã ghi" in owner.tap(f"phieu:{inspection.report_id}")


# -- on the card, and in lists ------------------------------------------------------------------


def test_the_card_says_how_often_and_how_it_was(session, inspector, enrolment):
    asking(inspector, enrolment.initiative_id)
    card = inspector.tap(f"mh:{enrolment.initiative_id}")
    assert "Đã kiểm tra 1 lần, lần gần nhất 23/12/2022: Tốt." in card
    assert "Còn 1 kiến nghị chưa xong, hạn gần nhất 15/1/2023." in card
    assert "mới nhất trước" in inspector.tap(f"ktls:{enrolment.initiative_id}")


def test_own_results_page_by_page(session, owner, enrolment):
    for day in range(1, 11):
        confirmed(session, enrolment, day=date(2022, 12, day))
    (reply,) = owner.hear(button="ketquakt")
    assert [o.label for o in reply.options][-1] == "Xem tiếp"
    assert len(owner.hear(button="ketquakt:1")[0].options) == 2


@pytest.mark.parametrize("button", ["ktxn:x:1", "ktxem:999", "ktls:x", "ktxn:1", "ketquakt:x"])
def test_made_up_buttons_change_nothing(session, inspector, button):
    assert "ạ" in inspector.tap(button)
    assert inspections_in(session) == []
