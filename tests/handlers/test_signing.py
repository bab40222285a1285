"""A decision entered with a typing mistake is put right, and the log keeps what it said."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import members
from storage.tables.people import Audit, Member
from storage.tables.records import Decision
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.living import Village, make_village
from tests.make import make_member


@pytest.fixture
def village(session: Session, root: Unit, chat: Open) -> Village:
    return make_village(session, root, chat)


@pytest.fixture
def signed(village: Village) -> Decision:
    return village.decision("15-QĐ/BCD")


@pytest.fixture
def approver(village: Village) -> Chat:
    return village.talk(village.approver)


def amend(one: Chat, decision: Decision, *said: str) -> str:
    one.tap(f"qdsua:{decision.id}")
    return one.say(*said, "ghi")


def recognised(village: Village, signed: Decision) -> None:
    enrolment = village.built(stage="proposed")
    village.talk(village.approver).tap(f"cnvao:{signed.id}:{enrolment.id}")


# -- what can be put right ------------------------------------------------------------------------


def test_only_what_was_wrong_is_typed_again(approver: Chat, signed: Decision) -> None:
    said = amend(approver, signed, "sửa 1", "số 16-QĐ/BCĐ")
    assert "16-QĐ/BCĐ, 20/12/2022, Ban Chỉ đạo huyện; trước là số 15-QĐ/BCD" in said
    assert (signed.number, signed.body, signed.day) == (
        "16-QĐ/BCĐ", "Ban Chỉ đạo huyện", date(2022, 12, 20),
    )  # fmt: skip


def test_body_and_day_too(approver: Chat, signed: Decision) -> None:
    amend(approver, signed, "sửa 2", "Huyện ủy Thạch Hà", "sửa 3", "19/12/2022")
    assert (signed.body, signed.day) == ("Huyện ủy Thạch Hà", date(2022, 12, 19))


def test_the_log_and_the_page_keep_what_it_said(
    session: Session, village: Village, approver: Chat, signed: Decision
) -> None:
    amend(approver, signed, "sửa 1", "16-QĐ/BCĐ", "sửa 3", "19/12/2022")
    row = session.scalars(select(Audit).where(Audit.action == "amend")).one()
    assert row.details == {"number": "15-QĐ/BCD", "day": "2022-12-20"}
    was = "trước là số 15-QĐ/BCD, ngày 20/12/2022"
    assert f"(ông Phan Quốc Tuấn): {was}" in approver.tap(f"cnxem:{signed.id}")
    admin = village.talk(make_member(session, unit=village.root, role=Role.ADMIN))
    assert f"sửa quyết định 16-QĐ/BCĐ, {was}" in admin.tap(f"nk_ngay:{LATER:%Y-%m-%d}")


def test_what_it_recognised_stays(village: Village, approver: Chat, signed: Decision) -> None:
    recognised(village, signed)
    amend(approver, signed, "sửa 1", "16-QĐ/BCĐ")
    assert "Quyết định 16-QĐ/BCĐ" in approver.tap(f"cnxem:{signed.id}")
    assert "1 mô hình" in approver.tap(f"cnxem:{signed.id}")


def test_nothing_new_is_no_amendment(session: Session, approver: Chat, signed: Decision) -> None:
    assert "vẫn như cũ" in amend(approver, signed)
    assert session.scalars(select(Audit).where(Audit.action == "amend")).all() == []


def test_letters_and_spaces_alone_can_be_put_right(approver: Chat, signed: Decision) -> None:
    amend(approver, signed, "sửa 1", "15 - QĐ/BCĐ")
    assert signed.number == "15 - QĐ/BCĐ"


# -- what cannot --------------------------------------------------------------------------------


def test_a_decision_that_is_there_already(
    village: Village, approver: Chat, signed: Decision
) -> None:
    village.decision("16-QĐ/BCĐ")
    assert "Đã có Quyết định 16-QĐ/BCĐ" in amend(approver, signed, "sửa 1", "16 - qđ/bcđ")
    approver.say("sửa 1", "17-QĐ/BCĐ", "ghi")
    assert signed.number == "17-QĐ/BCĐ"


def test_not_before_the_year_of_what_it_recognised(
    village: Village, approver: Chat, signed: Decision
) -> None:
    recognised(village, signed)
    assert "có trước năm 2022" in amend(approver, signed, "sửa 3", "20/12/2021")
    assert signed.day == date(2022, 12, 20)


def test_no_day_to_come(approver: Chat, signed: Decision) -> None:
    approver.tap(f"qdsua:{signed.id}")
    assert "chưa đến" in approver.say("sửa 3", "20/12/2030")


# -- who may --------------------------------------------------------------------------------------

MINE, ANOTHERS = "entered by oneself", "entered by somebody else"
MAY = {
    (MINE, "root", Role.APPROVER),
    (MINE, "xa", Role.APPROVER),
    (ANOTHERS, "root", Role.APPROVER),
}
"""Of every role over the organisation, or over a part of it."""


@pytest.mark.parametrize("whose", [MINE, ANOTHERS])
@pytest.mark.parametrize("over", ["root", "xa"])
@pytest.mark.parametrize("role", Role)
def test_every_cell(village: Village, whose: str, over: str, role: Role) -> None:
    one = make_member(village.session, unit=getattr(village, over), role=role)
    signed = village.decision()
    signed.author_id = one.id if whose == MINE else village.approver.id
    said = amend(village.talk(one), signed, "sửa 1", "16-QĐ/BCĐ")
    assert (signed.number == "16-QĐ/BCĐ") == ((whose, over, role) in MAY)
    assert ("Đã sửa" in said) == ((whose, over, role) in MAY)


def test_a_role_ended_since_the_tap_no_longer_counts(
    village: Village, approver: Chat, signed: Decision
) -> None:
    approver.tap(f"qdsua:{signed.id}")
    approver.say("sửa 1", "16-QĐ/BCĐ")
    members.end_roles(village.session, village.approver.id, LATER)
    assert "do người đã nhập" in approver.say("ghi")
    assert signed.number == "15-QĐ/BCD"


def test_a_decision_of_another_organisation(
    village: Village, approver: Chat, signed: Decision, session: Session
) -> None:
    signed.root_id = village.xa.id
    assert "do người đã nhập" in approver.tap(f"qdsua:{signed.id}")
    assert "do người đã nhập" in approver.tap("qdsua:99")


# -- those of praise ------------------------------------------------------------------------------


def praise(village: Village, number: str, author: Member) -> Decision:
    decision = village.decision(number)
    decision.kind, decision.author_id = "commendation", author.id
    return decision


def test_decisions_of_praise_are_listed_to_be_put_right(village: Village, chat: Open) -> None:
    part = make_member(village.session, unit=village.xa, role=Role.APPROVER)
    mine = praise(village, "12/QĐ-UBND", part)
    praise(village, "13/QĐ-UBND", village.approver)
    one = chat(part)
    [option] = one.hear(button="kh_ds")[0].options
    assert option.label == "12/QĐ-UBND, 20/12/2022, Ban Chỉ đạo huyện"
    one.tap(option.data)
    assert "Đã sửa thành: 14/QĐ-UBND" in one.say("sửa 1", "14/QĐ-UBND", "ghi")
    assert mine.number == "14/QĐ-UBND"
    assert len(village.talk(village.approver).hear(button="kh_ds")[0].options) == 2


def test_who_recognises_nothing_has_no_list(village: Village) -> None:
    focal = village.talk(village.focal)
    assert "do người đã nhập" in focal.tap("kh_ds")
    assert "chưa ghi quyết định" in village.talk(village.approver).tap("kh_ds")
