"""News of an initiative: of which year, what has become of it, its figures as they were."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import reports
from storage.tables.people import Audit
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.make import NOW, make_enrolment, make_initiative, make_member, make_sector

FIGURES = {"v": [{"n": "45", "u": "hộ", "raw": "45 hộ"}], "t": "45 hộ"}


@pytest.fixture
def lan(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(make_member(session, name="Nguyễn Thị Lan", unit=unit(session), role=Role.FOCAL))


def enrolled(session: Session, root: Unit, lan: Chat, year: int = 2022) -> Enrolment:
    """One that Lan has reported, with its figures."""
    how = {"v": "Bà con cùng làm mỗi tuần", "t": "Bà con cùng làm mỗi tuần"}
    enrolment = make_enrolment(
        session, year, place=unit(session), sector=make_sector(session, root=root),
        accepted_on=NOW.date(), noi_dung=how,
    )  # fmt: skip
    reports.add(
        session, key=f"{enrolment.id}", kind="register", enrolment=enrolment, has_results=False,
        author_id=lan.person.member_id or 0, answers={"quy_mo": FIGURES}, now=NOW, state="accepted",
    )  # fmt: skip
    return enrolment


def news(session: Session) -> Report:
    return session.scalars(select(Report).order_by(Report.id.desc()).limit(1)).one()


def update(lan: Chat, enrolment: Enrolment, *texts: str) -> str:
    answer = lan.tap(f"cmd:capnhat:#{enrolment.initiative_id}")
    return lan.say(*texts) if texts else answer


def test_only_what_is_new_is_required(session: Session, root: Unit, lan: Chat) -> None:
    enrolment = enrolled(session, root, lan)
    assert "Trợ lý đã nhận phiếu" in update(lan, enrolment, "Thêm 5 hộ tham gia", "gửi")
    assert (news(session).kind, news(session).enrolment_id) == ("update", enrolment.id)
    actions = session.scalars(select(Audit.action)).all()
    assert actions == ["update"]


@pytest.mark.parametrize("said", ["như cũ", "1", "không đổi"])
def test_figures_are_as_they_were_by_one_word(
    session: Session, root: Unit, lan: Chat, said: str
) -> None:
    enrolment = enrolled(session, root, lan)
    update(lan, enrolment, "Thêm một vụ rau", "thêm quy mô", said, "gửi")
    assert news(session).answers["quy_mo"] == FIGURES


def test_or_new_ones(session: Session, root: Unit, lan: Chat) -> None:
    enrolment = enrolled(session, root, lan)
    update(lan, enrolment, "Thêm 5 hộ tham gia", "thêm quy mô", "5 hộ", "gửi")
    assert news(session).answers["quy_mo"]["t"] == "5 hộ"


def test_rejected_figures_are_no_figures(session: Session, root: Unit, lan: Chat) -> None:
    enrolment = enrolled(session, root, lan)
    update(lan, enrolment, "Thêm 5 hộ tham gia", "thêm quy mô", "50 hộ", "gửi")
    news(session).state = "rejected"
    session.flush()
    known = reports.last_said(session, enrolment.initiative_id, "quy_mo")
    assert known == FIGURES


# -- of another year ----------------------------------------------------------------------------


def test_one_of_last_year_goes_on_by_one_tap(session: Session, root: Unit, lan: Chat) -> None:
    enrolment = enrolled(session, root, lan, 2021)
    assert "Năm nay có tiếp tục không ạ?" in update(lan, enrolment)
    answer = lan.say("có", "Thêm 5 hộ tham gia", "gửi")
    assert "Mô hình được ghi là tiếp tục năm 2022." in answer
    new = news(session)
    now = session.get_one(Enrolment, new.enrolment_id)
    assert (new.kind, now.year, now.origin) == ("register", 2022, "continued")
    assert (now.initiative_id, now.place_id) == (enrolment.initiative_id, enrolment.place_id)
    assert new.answers["ket_qua"]["t"] == "Thêm 5 hộ tham gia"


def test_or_it_is_news_of_last_year(session: Session, root: Unit, lan: Chat) -> None:
    enrolment = enrolled(session, root, lan, 2021)
    update(lan, enrolment, "không", "Thêm 5 hộ tham gia", "gửi")
    assert (news(session).kind, news(session).enrolment_id) == ("update", enrolment.id)


def test_what_is_lacking_this_year_is_asked_for(session: Session, root: Unit, lan: Chat) -> None:
    enrolment = enrolled(session, root, lan, 2021)
    enrolment.details = {}
    session.flush()
    answer = update(lan, enrolment, "có", "Thêm 5 hộ tham gia", "gửi")
    assert "Còn thiếu vài mục của năm nay" in answer
    assert "tóm tắt cách làm" in answer
    assert "Trợ lý đã nhận phiếu" in lan.say("Bà con cùng làm mỗi tuần", "gửi")


# -- what has become of it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activity", "words"), [("paused", "đang tạm dừng"), ("stopped", "đã ghi là dừng")]
)
def test_one_that_rests_says_so_and_what_to_do(
    session: Session, root: Unit, lan: Chat, activity: str, words: str
) -> None:
    enrolment = enrolled(session, root, lan)
    enrolment.activity = activity
    session.flush()
    assert words in update(lan, enrolment)
    assert words in lan.say("hủy", "hủy phiếu này", "cập nhật", "1")


@pytest.fixture
def merged(session: Session, root: Unit, lan: Chat) -> tuple[Initiative, Enrolment]:
    kept = enrolled(session, root, lan)
    gone = make_initiative(session, "Đường hoa cũ", root, 2020)
    gone.merged_id = kept.initiative_id
    session.flush()
    return gone, kept


def test_the_code_of_one_that_was_merged_finds_what_it_is_now(
    session: Session, lan: Chat, merged: tuple[Initiative, Enrolment]
) -> None:
    gone, kept = merged
    assert f"Mô hình {gone.code} đã gộp vào mô hình này" in lan.say("cập nhật", gone.code)
    lan.say("Thêm 5 hộ tham gia", "gửi")
    assert news(session).enrolment_id == kept.id


def test_a_draft_of_one_that_is_merged_meanwhile_is_news_of_the_other(
    session: Session, root: Unit, lan: Chat
) -> None:
    mine, kept = enrolled(session, root, lan), enrolled(session, root, lan)
    update(lan, mine, "Thêm 5 hộ tham gia")
    session.get_one(Initiative, mine.initiative_id).merged_id = kept.initiative_id
    mine.state = "withdrawn"
    session.flush()
    lan.say("gửi")
    assert news(session).enrolment_id == kept.id


def test_one_beyond_ones_reach_is_refused(session: Session, root: Unit, chat: Open) -> None:
    other = chat(make_member(session, unit=unit(session, "Xã Thạch Khê")))
    hidden = make_enrolment(
        session, place=unit(session), sector=make_sector(session, root=root),
        accepted_on=(LATER - timedelta(1)).date(),
    )  # fmt: skip
    answer = update(other, hidden)
    assert "Cập nhật mô hình nào ạ?" in answer
    assert _names(session, hidden) not in answer


def _names(session: Session, enrolment: Enrolment) -> Any:
    return session.get_one(Initiative, enrolment.initiative_id).code
