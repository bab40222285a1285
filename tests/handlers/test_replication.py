"""Copying an initiative in the chat: what is taken over, who is told, what leaders see."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage.members import accounts_of, end_roles
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.handlers.rights import Land
from tests.make import make_enrolment, make_initiative, make_member

NEW = "Sửa đường hoa cho hợp thôn mình"


@pytest.fixture
def origin(session: Session, root: Unit, chat: Open) -> Enrolment:
    """Accepted, at the root's commune Xã Thạch Lạc, with figures and a telephone number."""
    lac = unit(session)
    enrolment = Land(session, root, lac, lac, 2022, chat, inside=True).enrolment()
    session.get_one(Initiative, enrolment.initiative_id).code_number = 900
    how = {"v": "Bà con trồng hoa mỗi sáng thứ bảy.", "t": "Bà con trồng hoa mỗi sáng thứ bảy."}
    size = {"v": [{"n": "45", "u": "hộ", "raw": "45 hộ"}], "t": "45 hộ"}
    enrolment.details = {"noi_dung": how, "quy_mo": size}
    session.flush()
    return enrolment


def copied(session: Session, chat: Open, origin: Enrolment) -> tuple[Chat, Initiative]:
    """Somebody of another commune who may see it sends a copy of it."""
    one = chat(make_member(session, name="Bình", unit=unit(session, "Xã Thạch Khê"),
                           role=Role.INSPECTOR, over=unit(session)))  # fmt: skip
    one.tap(f"nr:{origin.initiative_id}")
    one.say("1", "tập thể", "Chi hội Cựu chiến binh", "Xã Thạch Khê", "Xã Thạch Khê")
    one.say("gửi")
    found = session.scalars(select(Initiative).order_by(Initiative.id.desc())).first()
    assert found
    return one, found


def test_name_sector_and_way_are_taken_over_not_figures(
    session: Session, chat: Open, origin: Enrolment
) -> None:
    _, copy = copied(session, chat, origin)
    enrolment = session.scalars(select(Enrolment).where(Enrolment.initiative_id == copy.id)).one()
    assert (copy.name, copy.origin_id) == ("Tuyến đường hoa", origin.initiative_id)
    assert enrolment.sector_id == origin.sector_id
    assert enrolment.owner == "Chi hội Cựu chiến binh"
    assert enrolment.details["noi_dung"] == origin.details["noi_dung"]
    assert "quy_mo" not in enrolment.details


def test_a_correction_keeps_the_link(session: Session, chat: Open, origin: Enrolment) -> None:
    one, copy = copied(session, chat, origin)
    report = session.scalars(select(Report).where(Report.initiative_id == copy.id)).one()
    one.tap(f"suaphieu:{report.id}")
    one.say("sửa tên", NEW)
    assert f"nhân rộng từ {_code(session, origin)}, xã Thạch Lạc" in one.say("gửi")
    assert (copy.name, copy.origin_id) == (NEW, origin.initiative_id)


def _code(session: Session, enrolment: Enrolment) -> str:
    return session.get_one(Initiative, enrolment.initiative_id).code


def test_the_link_is_lost_with_the_right_to_see_the_origin(
    session: Session, chat: Open, origin: Enrolment
) -> None:
    one = chat(make_member(session, unit=unit(session, "Xã Thạch Khê"), role=Role.INSPECTOR,
                           over=unit(session)))  # fmt: skip
    one.tap(f"nr:{origin.initiative_id}")
    one.say("1", "tập thể", "Chi hội Cựu chiến binh", "Xã Thạch Khê", "Xã Thạch Khê")
    end_roles(session, one.person.member_id or 0, LATER)
    assert "nhân rộng từ" not in one.say("gửi")
    assert (
        session.scalars(select(Initiative.id).where(Initiative.origin_id.is_not(None))).all() == []
    )


def test_who_reported_the_origin_is_thanked_once_the_copy_is_accepted(
    session: Session, chat: Open, origin: Enrolment
) -> None:
    author = session.scalars(select(Report.author_id)).one()
    chat(session.get_one(Member, author))
    _, copy = copied(session, chat, origin)
    khe = unit(session, "Xã Thạch Khê")
    minh = chat(make_member(session, unit=khe, role=Role.FOCAL))
    report = session.scalars(select(Report).where(Report.initiative_id == copy.id)).one()
    minh.tap(f"nhan:{report.id}:1:0")
    [mine] = accounts_of(session, author)
    [letter] = [one for one in minh.letters if one.account_id == mine]
    assert "vừa được nhân rộng tại xã Thạch Khê. Cảm ơn" in letter.reply.text


def test_a_leader_sees_what_spread_page_by_page(
    session: Session, root: Unit, chat: Open, origin: Enrolment
) -> None:
    lac, khe = unit(session), unit(session, "Xã Thạch Khê")
    for _ in range(9):
        of = make_enrolment(session, place=lac, accepted_on=date(2022, 5, 1))
        copy = make_initiative(session, root=root)
        copy.origin_id = of.initiative_id
        make_enrolment(session, place=khe, initiative=copy, accepted_on=date(2022, 6, 1))
    leader = chat(make_member(session, unit=lac, role=Role.LEADER, over=root))
    assert leader.say("nhân rộng").count("1 nơi làm theo tại Xã Thạch Khê") == 8
    assert leader.say("Xem tiếp").count("nơi làm theo") == 1


def test_who_leads_nothing_is_told_how_to_copy(session: Session, chat: Open) -> None:
    lan = chat(make_member(session, unit=unit(session)))
    assert "kèm tên hoặc mã" in lan.say("nhân rộng")
    assert "chưa thấy mô hình ấy" in lan.say("nhân rộng cái không có")
