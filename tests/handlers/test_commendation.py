"""Praise in the chat: the list says why, a decision is entered once, a wrong one is refused."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import commendation
from storage.tables.helping import Commendation
from storage.tables.people import Audit
from storage.tables.records import Decision, Enrolment, Initiative
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Land
from tests.make import make_member


@pytest.fixture
def own(session: Session, root: Unit, chat: Open) -> Land:
    return Land(session, root, root, root, 2022, chat, inside=True)


@pytest.fixture
def tuan(own: Land) -> Chat:
    return own.somebody(Role.APPROVER)


def built(land: Land) -> Enrolment:
    enrolment = land.enrolment()
    enrolment.built_on, enrolment.stage, enrolment.level = (
        date(2022, 12, 1),
        "recognised",
        "commune",
    )
    enrolment.exemplary = True
    land.session.flush()
    return enrolment


def proposed(land: Land, count: int = 1) -> list[Commendation]:
    by = make_member(land.session).id
    rows = [
        commendation.propose(land.session, built(land), "giay_khen", "Đường sạch", by, LATER)
        for _ in range(count)
    ]
    return [row for row in rows if row]


def decide(one: Chat, row: Commendation, *said: str) -> str:
    one.tap(f"kh_qd:{row.id}")
    return one.say(*said)


def test_the_list_shows_the_criteria_and_why_each_is_there(own: Land, tuan: Chat) -> None:
    enrolment = built(own)
    code = own.session.get_one(Initiative, enrolment.initiative_id).code
    said = tuan.say("khen thưởng")
    assert "Tiêu chí: đã xây dựng, kết quả trong năm được xác nhận; và ít nhất 2" in said
    assert f"1. {code} " in said
    assert "đã xây dựng; được công nhận cấp cơ sở; là điển hình" in said


def test_lists_are_paged_by_eight(own: Land, tuan: Chat) -> None:
    proposed(own, 9)
    assert len([line for line in tuan.say("khen thưởng").splitlines() if line[:1].isdigit()]) == 8
    assert [o.label for o in tuan.hear(button="kh_cho")[0].options][8] == "Xem tiếp"
    assert [o.data for o in tuan.hear(button="kh_cho:8")[0].options][1:] == ["kh_ds"]


def test_several_are_ticked_under_one_decision(own: Land, tuan: Chat) -> None:
    first, second, third = proposed(own, 3)
    decide(tuan, second, "12/QĐ-UBND", "UBND huyện", "hôm nay", "1, 3", "ghi")
    assert [row.state for row in (first, second, third)] == ["proposed", "decided", "decided"]
    decide(tuan, first, "1", "1", "ghi")
    [decision] = own.session.scalars(select(Decision))
    assert {row.decision_id for row in (first, second, third)} == {decision.id}


def test_a_long_list_is_ticked_as_a_whole(own: Land, tuan: Chat) -> None:
    rows = proposed(own, 10)
    decide(tuan, rows[0], "12/QĐ-UBND", "UBND huyện", "hôm nay", "chọn tất cả", "xong", "ghi")
    assert {row.state for row in rows} == {"decided"}


def test_the_number_of_a_decision_there_is_is_asked_about(own: Land, tuan: Chat) -> None:
    first, second = proposed(own, 2)
    decide(tuan, first, "12/QĐ-UBND", "UBND huyện", "hôm nay", "1", "ghi")
    typed = ("Quyết định khác", "số 12/qđ-ubnd", "ubnd huyện", "hôm nay")
    assert "đã ghi rồi" in decide(tuan, second, *typed)
    assert "nhập lại số" in tuan.say("nhập lại số")
    tuan.say("1", "1", "ghi")
    assert len(own.session.scalars(select(Decision)).all()) == 1
    assert second.state == "decided"


@pytest.mark.parametrize("day", ["hôm qua", "20/12/2021"])
def test_a_decision_from_before_the_year_praises_nothing(own: Land, tuan: Chat, day: str) -> None:
    [row] = proposed(own)
    said = decide(tuan, row, "12/QĐ-UBND", "UBND huyện", day, "1", "ghi")
    assert ("có trước năm 2022" in said) == (day != "hôm qua")
    assert (row.state == "proposed") == (day != "hôm qua")


def test_what_has_stopped_meanwhile_is_not_praised(own: Land, tuan: Chat) -> None:
    [row] = proposed(own)
    own.session.get_one(Enrolment, row.enrolment_id).activity = "stopped"
    own.session.flush()
    said = decide(tuan, row, "12/QĐ-UBND", "UBND huyện", "hôm nay", "1", "ghi")
    assert "đang tạm dừng hoặc đã dừng" in said
    assert own.session.scalars(select(Decision)).all() == []


def test_the_second_of_two_sees_what_the_first_did(own: Land, tuan: Chat) -> None:
    [row] = proposed(own)
    other = own.somebody(Role.APPROVER)
    other.tap(f"kh_ko:{row.id}")
    decide(tuan, row, "12/QĐ-UBND", "UBND huyện", "hôm nay", "1", "ghi")
    assert "đã có quyết định" in other.say("Cần thêm kết quả cả năm")
    assert row.state == "decided"
    assert "đã có quyết định" in other.tap(f"kh_qd:{row.id}")


def test_what_is_done_is_in_the_log(own: Land, tuan: Chat) -> None:
    tuan.tap(f"kh_dn:{built(own).id}")
    tuan.say("1", "đề nghị")
    [row] = own.session.scalars(select(Commendation))
    decide(tuan, row, "12/QĐ-UBND", "UBND huyện", "hôm nay", "1", "ghi")
    done = own.session.execute(select(Audit.action, Audit.kind).order_by(Audit.id)).all()
    assert [tuple(one) for one in done] == [
        ("propose", "commendation"),
        ("enter", "decision"),
        ("commend", "commendation"),
    ]
