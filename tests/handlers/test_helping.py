"""Following and helping in the chat: bodies, programmes, policies, publicity."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import helping
from storage.tables.helping import Policy, PolicyUse, Publicity
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from storage.units import close_unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Land
from tests.make import make_member, make_sectors, make_unit


@pytest.fixture
def own(session: Session, root: Unit, chat: Open) -> Land:
    return Land(session, root, root, root, 2022, chat, inside=True)


@pytest.fixture
def minh(own: Land) -> Chat:
    return own.somebody(Role.FOCAL)


@pytest.fixture
def women(session: Session, root: Unit) -> Unit:
    return make_unit(session, "Hội LHPN huyện", "hoi_phu_nu", root)


def give(one: Chat, enrolment: Enrolment, name: str = "Hội LHPN huyện") -> str:
    one.tap(f"gd_cq:{enrolment.id}")
    return one.say(name)


@pytest.mark.parametrize("narrowed", [False, True])
def test_the_bodys_people_are_told_unless_it_is_narrowed(
    own: Land, minh: Chat, women: Unit, chat: Open, narrowed: bool
) -> None:
    hoa = chat(make_member(own.session, unit=women, role=Role.FOCAL))
    assert "đã được giao theo dõi" in give(minh, own.enrolment(narrowed))
    mine = [one for one in minh.letters if one.account_id == hoa.person.account_id]
    assert len(mine) == (0 if narrowed else 1)


def test_a_place_is_no_body(own: Land, minh: Chat) -> None:
    enrolment = own.enrolment()
    assert "chưa tìm thấy tên này" in give(minh, enrolment, "Xã Thạch Lạc")
    assert enrolment.follower_id is None


def test_a_body_closed_meanwhile_is_refused(own: Land, minh: Chat, women: Unit) -> None:
    enrolment = own.enrolment()
    minh.tap(f"gd_cq:{enrolment.id}")
    minh.say("Hội")
    close_unit(own.session, women, date(2022, 12, 1))
    minh.say("Hội LHPN huyện")
    assert enrolment.follower_id is None


def test_what_is_known_stands_on_the_card(own: Land, minh: Chat, women: Unit) -> None:
    enrolment = own.enrolment()
    give(minh, enrolment)
    minh.tap(f"gd_ct:{enrolment.id}")
    minh.say("Đề án nông thôn mới")
    card = minh.tap(f"mh:{enrolment.initiative_id}")
    assert "Cơ quan theo dõi, giúp đỡ: Hội LHPN huyện" in card
    assert "Đề án, chương trình: Đề án nông thôn mới" in card


def test_programmes_given_before_are_offered_and_can_be_taken_away(own: Land, minh: Chat) -> None:
    first, second = own.enrolment(), own.enrolment()
    minh.tap(f"gd_ct:{first.id}")
    minh.say("Đề án nông thôn mới")
    [question] = minh.hear(button=f"gd_ct:{second.id}")
    assert question.options[0].label == "Đề án nông thôn mới"
    minh.say("1")
    minh.tap(f"gd_ct:{first.id}")
    minh.say("không thuộc chương trình nào")
    ids = (first.initiative_id, second.initiative_id)
    named = [own.session.get_one(Initiative, one).programme for one in ids]
    assert named == ["", "Đề án nông thôn mới"]


def test_policies_of_its_sector_are_suggested(own: Land, minh: Chat) -> None:
    about: dict[str, Any] = {
        "root_id": own.root.id,
        "author_id": make_member(own.session).id,
        "now": LATER,
    }
    fits = helping.add_policy(own.session, name="Vay vốn", sectors=["kinh_te"], **about)
    helping.add_policy(own.session, name="Xi măng", sectors=["ntm_dtvm"], **about)
    enrolment = own.enrolment()
    [reply] = minh.hear(button=f"cs_mh:{enrolment.id}")
    assert [option.label for option in reply.options] == ["Vay vốn", "Xong"]
    minh.say("1")
    [use] = own.session.scalars(select(PolicyUse))
    assert (use.initiative_id, use.policy_id) == (enrolment.initiative_id, fits.id)


def test_a_policy_is_written_with_what_it_is_for(own: Land, minh: Chat) -> None:
    make_sectors(own.session, own.root)
    minh.tap("cs_them")
    minh.say("Cho vay vốn việc làm", "1, 3", "2", "thêm hết hạn")
    assert "đã qua" in minh.say("1/1/2020")
    minh.say("31/12/2023", "ghi")
    [row] = own.session.scalars(select(Policy))
    assert (row.needs, row.sectors) == (["von", "thu_tuc"], ["ntm_dtvm"])
    assert row.until == date(2023, 12, 31)


def test_publicity_of_a_day_to_come_is_refused(own: Land, minh: Chat) -> None:
    minh.tap(f"tb:{own.enrolment().id}")
    assert "chưa đến" in minh.say("1", "Đường hoa đẹp", "Báo Hà Tĩnh", "ngày mai")
    assert "ghi rõ ngày" in minh.say("tháng 3")
    minh.say("hôm qua", "ghi")
    [row] = own.session.scalars(select(Publicity))
    assert (row.kind, row.day) == ("article", date(2022, 12, 22))


def test_it_is_read_page_by_page(own: Land, minh: Chat) -> None:
    enrolment, author = own.enrolment(), make_member(own.session).id
    for n in range(9):
        helping.publish(
            own.session, initiative_id=enrolment.initiative_id, kind="visit", title=f"Đoàn {n}",
            where="Xã", day=date(2022, 5, n + 1), author_id=author, at=LATER,
        )  # fmt: skip
    assert minh.tap(f"tb_xem:{enrolment.initiative_id}").count("Đoàn") == 8
    assert minh.say("Xem tiếp").count("Đoàn") == 1
