"""One's own data, and managing people."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import members
from storage.tables.people import Invitation, Member, Task
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open, admin, focal, unit
from tests.make import make_account, make_member, make_role

# -- my data ------------------------------------------------------------------------------------


def test_the_profile_shows_and_puts_right(session: Session, chat: Open) -> None:
    one = chat(make_member(session, unit=unit(session), phone="+84912345678"))
    assert "Số điện thoại: 0912 345 678" in one.say("/hosotoi")
    one.tap("hs:sdt")
    one.say("bỏ qua", "gửi")
    assert "Số điện thoại" not in one.say("hồ sơ của tôi")


def test_my_data_come_as_text_and_json(session: Session, chat: Open) -> None:
    one = chat(make_member(session))
    one.tap("hs:tai")
    text, raw = one.files.values()
    assert "tên: Nguyễn Thị Lan" in text.decode()
    assert raw.startswith(b"{")


def test_another_account_is_linked_by_a_code_of_15_minutes(session: Session, chat: Open) -> None:
    one, other = chat(make_member(session)), chat()
    (reply,) = one.hear(button="hs:noi")
    assert "nối với hồ sơ" in other.say(reply.code)
    assert other.person.member_id == one.person.member_id
    assert "vừa nối với hồ sơ" in other.letters[0].reply.text
    row = session.scalars(select(Invitation)).one()
    assert row.expires_at - row.created_at == timedelta(minutes=15)


def test_who_took_consent_back_can_ask_for_deletion_without_giving_it_again(
    session: Session, chat: Open
) -> None:
    one = chat(make_member(session, unit=unit(session)))
    gone = one.hear(button="roi:rut_co")
    assert "cmd:start:xoa" in [o.data for r in gone for o in r.options]
    assert "Đề nghị xóa hồ sơ" in [o.label for r in one.hear("/start") for o in r.options]
    assert "Quản trị sẽ xóa" in one.say("Đề nghị xóa hồ sơ")
    assert "erase" in session.scalars(select(Task.kind)).all()


def test_withdrawing_is_confirmed_and_start_leads_back(
    session: Session, chat: Open, root: Unit
) -> None:
    make_account(session, admin(session, root))
    one = chat(make_member(session))
    assert "chắc chứ" in one.tap("roi:rut")
    one.tap("roi:rut_co")
    assert "đã rút lại đồng ý" in one.letters[0].reply.text
    assert "đồng ý không ạ" in one.say("xin chào")


def test_deletion_is_asked_for_and_done_by_the_administrator(
    session: Session, chat: Open, root: Unit
) -> None:
    boss, one = chat(admin(session, root)), chat(make_member(session, name="Lê Thị Lan"))
    assert "12/1/2023" in one.tap("roi:xoa_co")
    boss.tap(one.letters[0].reply.options[0].data)
    boss.tap(one.letters[0].reply.options[0].data.replace("ql_dl", "ql_xoa"))
    assert session.get_one(Member, one.person.member_id).state == "erased"


# -- managing -----------------------------------------------------------------------------------


def test_a_focal_person_invites_members_and_colleagues_only(session: Session, chat: Open) -> None:
    boss = chat(focal(session))
    (reply,) = boss.hear(button="ql:moi")
    assert [o.label for o in reply.options] == ["Hội viên", "Đầu mối"]
    text = boss.say("đầu mối", "thạch lạc", "gửi")
    assert "https://dvk.example.vn/i/" in text
    assert next(iter(boss.files.values())).startswith(b"\x89PNG")


def test_nobody_invites_beyond_their_scope(session: Session, chat: Open) -> None:
    boss = chat(focal(session))
    boss.tap("ql:moi")
    boss.say("đầu mối", "thạch khê", "gửi")
    assert session.scalars(select(Invitation)).all() == []


def test_a_meeting_code_comes_with_a_sheet_to_print(session: Session, chat: Open) -> None:
    boss = chat(focal(session))
    boss.tap("ql:hop")
    assert "Tờ A4" in boss.say("thạch lạc", "gửi")
    assert b"<!doctype html>" in list(boss.files.values())[-1]


def test_lost_access_is_given_again_but_never_to_somebody_above(
    session: Session, chat: Open, root: Unit
) -> None:
    boss, member = chat(focal(session)), make_member(session, unit=unit(session))
    assert "Mã vào lại" in boss.tap(f"ql_ma:{member.id}")
    make_role(session, member, Role.ADMIN, root)
    assert "vai trò cao hơn" in boss.tap(f"ql_ma:{member.id}")


def test_a_focal_person_sees_only_their_own_people(session: Session, chat: Open) -> None:
    boss = chat(focal(session))
    there = make_member(session, name="Lê Thị Lan", unit=unit(session, "Xã Thạch Khê"))
    assert "Chưa thấy ai" in boss.say("quản lý Lan")
    assert "không thuộc đơn vị" in boss.tap(f"ql_nguoi:{there.id}")


def test_the_last_administrator_stays(session: Session, chat: Open, root: Unit) -> None:
    member = admin(session, root)
    boss = chat(member)
    (role,) = members.roles_of(session, member.id, LATER)
    assert "quản trị cuối cùng" in boss.tap(f"ql_thoi:{role.id}:co")


def test_a_member_finds_no_way_to_manage(session: Session, chat: Open) -> None:
    one = chat(make_member(session))
    for button in ("ql:cho", "ql:moi", "ql_huy:1", "ql_xoa:1", "ql_dl:1", "ql_ma:1", "duyet:1:co"):
        one.tap(button)
    assert "dành cho đầu mối" in one.tap("ql:cho")
    assert one.letters == []
