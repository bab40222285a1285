"""The weekly digest: read in half a minute, beside the week before; the rest behind buttons."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import reports
from storage.tables.people import Account
from storage.tables.people import Role as RoleRow
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open
from tests.handlers.leading import District, ask, labels, make_district, press
from tests.handlers.remembering import bundled, period_of, remind
from tests.make import make_account, make_member

READ_IN_HALF_A_MINUTE = 120
"""Words."""


@pytest.fixture
def land(session: Session, root: Unit, chat: Open) -> District:
    return make_district(session, root, chat)


def pushed(land: District, member=None):
    """As it comes on a Monday."""
    member = member or land.thanh
    due = period_of(land.session, "digest")
    row = remind(land.session, "digest", due.id, land.root.id, member, due.due_on)
    return bundled(land.talk(member), row)


def news(land: District, one, at: datetime) -> None:
    reports.add(
        land.session, key=f"{one.id}{at}", kind="update", enrolment=one, author_id=land.lan.id,
        answers={}, has_results=False, now=at, state="accepted",
    )  # fmt: skip


def test_it_says_what_is_done_due_and_overdue_beside_last_week(land: District) -> None:
    one, _ = land.model(), land.model("Vườn mẫu")
    news(land, one, LATER - timedelta(1))
    said = pushed(land).text
    assert "TỔNG HỢP TUẦN – Huyện Thạch Hà" in said
    assert "Rà soát: 1/2 mô hình đã có tin; quá hạn 1 (tuần trước 0; quá hạn 2)." in said
    assert "0/4 bản đã nộp; quá hạn 4 (tuần trước 0; quá hạn 4)." in said
    assert "Chậm nhiều nhất: Xã Thạch Lạc (3), Xã Thạch Khê (2)." in said
    assert "Chưa có tin nào từ 01/10/2022: 1 đơn vị (Xã Thạch Khê)." in said
    assert "Số liệu lúc 16:00 23/12/2022." in said


def test_it_is_read_in_half_a_minute(land: District) -> None:
    land.model()
    assert len(pushed(land).text.split()) < READ_IN_HALF_A_MINUTE


def test_the_rest_stands_behind_buttons(land: District) -> None:
    land.model()
    assert {"Theo đơn vị", "Chưa báo cáo", "Quá hạn", "Chưa kiểm tra", "Nhắc các đơn vị chậm"} <= {
        *labels(pushed(land))
    }


def test_it_names_no_narrowed_model_to_who_may_not_know_of_it(land: District, root: Unit) -> None:
    land.model("Chốt an ninh", "an_ninh_quoc_phong")
    admin = make_member(land.session, "Võ Thị Mai", root, Role.ADMIN)
    assert "0/1 mô hình" in ask(land.talk(), "tổng hợp tuần").text
    assert "mô hình đã có tin" not in ask(land.talk(admin), "tổng hợp").text


def test_who_leads_no_more_gets_none(land: District) -> None:
    assert pushed(land, land.lan).text == ""


def test_it_is_there_at_any_time_and_on_the_list_of_what_is_to_do(land: District) -> None:
    assert "TỔNG HỢP TUẦN" in ask(land.talk(), "tong hop").text
    assert "Tổng hợp tuần" in labels(land.talk().hear("việc cần làm")[-1])


def test_by_unit(land: District) -> None:
    land.model()
    one = land.talk()
    reply = press(one, ask(one, "tổng hợp"), "Theo đơn vị")
    assert labels(reply)[0] == "Xã Thạch Lạc: quá hạn 3 (tuần trước 3), còn 0, xong 0"
    assert press(one, reply, "Xã Thạch Lạc").text.startswith("Xã Thạch Lạc – quá hạn: 3")


def test_units_without_news(land: District) -> None:
    one = land.talk()
    reply = press(one, ask(one, "tổng hợp"), "Đơn vị chưa có tin (2)")
    assert "Xã Thạch Lạc – anh Trần Văn Minh" in labels(reply)


def test_models_at_risk(land: District) -> None:
    model = land.model()
    one = land.talk()
    reply = press(one, ask(one, "tổng hợp"), "Mô hình cần chú ý (1)")
    assert reply.options[0].label.endswith("Tuyến đường hoa: lâu chưa có tin")
    assert reply.options[0].data == f"mh:{model.initiative_id}"


def test_one_tap_nudges_the_late_units(land: District) -> None:
    one = land.talk()
    preview = press(one, ask(one, "tổng hợp"), "Nhắc các đơn vị chậm")
    assert preview.text.startswith("Sẽ nhắc 2 người của 2 đơn vị")


def test_a_quiet_week(land: District) -> None:
    for member in (land.minh, land.thu):
        for role in land.session.query(RoleRow).filter_by(member_id=member.id):
            role.until = LATER
    land.session.flush()
    assert "Tuần này không có việc nào đến hạn." in ask(land.talk(), "tổng hợp").text


# -- who cannot be reached ------------------------------------------------------------------------


def test_it_counts_who_cannot_be_reached(land: District) -> None:
    make_account(land.session, land.thanh)
    land.session.query(Account).filter_by(member_id=land.minh.id).update({"reachable": False})
    said = ask(land.talk(), "tổng hợp").text
    assert "Chưa liên lạc được: 1 người; 0 xã, phường chưa có đầu mối." in said


def test_one_who_left_can_be_invited_again_by_their_focal_person(land: District) -> None:
    make_member(land.session, "Hoàng Văn Bình", land.xa, address="chú")
    one = land.talk(land.minh)
    assert "Người chưa liên lạc được (1)" in labels(one.hear("việc cần làm")[-1])
    person = press(one, ask(one, button="llac"), "Hoàng Văn Bình – Xã Thạch Lạc: chưa vào lần nào")
    assert "Mã vào lại của Hoàng Văn Bình" in press(one, person, "Cấp mã vào lại").text


def test_a_leader_is_told_who_can_invite_them(land: District) -> None:
    gone = make_member(land.session, "Hoàng Văn Bình", land.xa, address="chú")
    reply = ask(land.talk(), button=f"llac_ng:{gone.id}")
    assert reply.text.endswith("Mời lại do anh Trần Văn Minh làm.")
    assert "Cấp mã vào lại" not in labels(reply)


def test_for_a_commune_without_a_focal_person_one_is_invited(land: District, root: Unit) -> None:
    for role in land.session.query(RoleRow).filter_by(member_id=land.thu.id):
        role.until = LATER
    land.session.flush()
    one = land.talk(make_member(land.session, "Võ Thị Mai", root, Role.ADMIN))
    make_account(land.session, land.session.get_one(type(land.thu), one.person.member_id))
    unit = press(one, ask(one, button="llac"), "Xã Thạch Khê: chưa có đầu mối")
    assert "Thư mời đầu mối của Xã Thạch Khê" in press(one, unit, "Lập thư mời đầu mối").text


def test_everybody_can_be_reached(land: District) -> None:
    assert "cũng liên lạc được" in ask(land.talk(land.minh), button="llac").text


def test_people_of_others_are_refused(land: District) -> None:
    said = land.talk(land.minh).tap(f"llac_ng:{land.thu.id}")
    assert said.endswith("Anh xem được số liệu của: Xã Thạch Lạc.")


def test_a_day_in_spring_is_no_news(land: District) -> None:
    one = land.model()
    news(land, one, datetime(2022, 9, 1, tzinfo=LATER.tzinfo))
    assert one.accepted_on == date(2022, 3, 1)
    assert "Chưa có tin nào từ 01/10/2022: 2 đơn vị" in ask(land.talk(), "tổng hợp").text
