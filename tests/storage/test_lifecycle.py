"""Moves of enrolments: who may make and take back which, and what becomes of the numbers."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import Life
from bot.domain.roles import Role
from bot.errors import Refused
from storage import members
from storage.database import Database
from storage.lifecycle import begin, history
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from storage.tally import recount, standing
from tests.make import NOW, make_enrolment, make_member, make_sector, make_unit
from tests.storage.living import DAY, make, recognise

# -- moves ------------------------------------------------------------------------------------


def test_from_registration_to_recognition(
    session: Session, one: Enrolment, focal: Member, approver: Member
) -> None:
    make(session, one, focal, "begin", "propose")
    make(session, one, approver, "appraise")
    recognise(session, one, approver, level="province")
    make(session, one, approver, "mark")
    assert Life.of(one) == Life("recognised", "active", True, "province", one.decision_id)
    assert [m.name for m, _ in history(session, one.id)] == [
        "mark", "recognise", "appraise", "propose", "begin",
    ]  # fmt: skip


def test_a_move_has_author_time_reason_before_and_after(
    session: Session, one: Enrolment, focal: Member
) -> None:
    made = make(session, one, focal, "stop", reason="Chủ mô hình chuyển đi")
    assert (made.author_id, made.at, made.reason) == (focal.id, NOW, "Chủ mô hình chuyển đi")
    assert Life(**made.before) == Life()
    assert Life(**made.after) == Life(activity="stopped")


def test_the_numbers_follow(session: Session, one: Enrolment, approver: Member) -> None:
    make(session, one, approver, "begin", "propose")
    recognise(session, one, approver)
    make(session, one, approver, "mark")
    make(session, one, approver, "stop", reason="Không còn người làm")
    whole = next(counts for key, counts in standing(session).items() if key[1] == "root")
    assert [whole[m] for m in ("recognised", "exemplary", "stopped")] == [1, 1, 1]
    assert standing(session) == recount(session)


def test_results_begin_it_once(session: Session, one: Enrolment, focal: Member) -> None:
    assert begin(session, one, focal.id, NOW, DAY)
    assert begin(session, one, focal.id, NOW, DAY) is None
    assert one.stage == "building"


@pytest.mark.parametrize("change", [{"state": "waiting"}, {"activity": "paused"}])
def test_results_begin_only_what_lives(
    session: Session, one: Enrolment, focal: Member, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(one, name, value)
    assert begin(session, one, focal.id, NOW, DAY) is None


# -- what is refused ----------------------------------------------------------------------------


def test_from_another_stage_with_what_would_be_allowed(
    session: Session, one: Enrolment, focal: Member
) -> None:
    with pytest.raises(Refused, match=r"“Đăng ký”.*“Bắt đầu xây dựng”; “Tạm dừng”; “Dừng hẳn”"):
        make(session, one, focal, "propose")
    assert history(session, one.id) == []


def test_of_a_stopped_one_all_but_taking_it_up_again(
    session: Session, one: Enrolment, focal: Member
) -> None:
    make(session, one, focal, "stop", reason="Không còn người làm")
    with pytest.raises(Refused, match="được bây giờ: “Tiếp tục lại”"):
        make(session, one, focal, "begin")
    make(session, one, focal, "resume", "begin")
    assert Life.of(one) == Life("building")


@pytest.mark.parametrize("name", ["stop", "pause", "consolidate"])
def test_without_a_reason(session: Session, one: Enrolment, approver: Member, name: str) -> None:
    make(session, one, approver, "begin")
    with pytest.raises(Refused, match="lý do"):
        make(session, one, approver, name)


def test_a_role_that_may_not(session: Session, one: Enrolment, focal: Member) -> None:
    make(session, one, focal, "begin", "propose")
    with pytest.raises(Refused, match="dành cho người thẩm định"):
        make(session, one, focal, "appraise")


def test_a_role_revoked_meanwhile(session: Session, one: Enrolment, focal: Member) -> None:
    members.end_roles(session, focal.id, NOW)
    with pytest.raises(Refused, match="dành cho đầu mối"):
        make(session, one, focal, "begin")


def test_a_unit_that_is_not_theirs(session: Session, one: Enrolment, huyen: Unit) -> None:
    other = make_member(session, unit=make_unit(session, "Xã Khác", parent=huyen), role="focal")
    with pytest.raises(Refused, match="dành cho"):
        make(session, one, other, "begin")


def test_a_narrowed_one_by_who_may_not_see_it(session: Session, xa: Unit, focal: Member) -> None:
    sector = make_sector(session, "an_ninh_quoc_phong")
    hidden = make_enrolment(session, place=xa, sector=sector, accepted_on=DAY)
    admin = make_member(session, unit=xa, role=Role.ADMIN)
    with pytest.raises(Refused):
        make(session, hidden, admin, "begin")
    make(session, hidden, focal, "begin")


@pytest.mark.parametrize("state", ["waiting", "withdrawn"])
def test_what_is_not_accepted(session: Session, xa: Unit, focal: Member, state: str) -> None:
    waiting = make_enrolment(session, place=xa)
    waiting.state = state
    with pytest.raises(Refused, match=r"phiếu|rút lại"):
        make(session, waiting, focal, "begin")


def test_what_was_merged_names_where_it_went(
    session: Session, one: Enrolment, xa: Unit, focal: Member
) -> None:
    kept = session.get_one(Initiative, make_enrolment(session, place=xa).initiative_id)
    session.get_one(Initiative, one.initiative_id).merged_id = kept.id
    with pytest.raises(Refused, match=kept.code):
        make(session, one, focal, "begin")


# -- two at once --------------------------------------------------------------------------------


def test_of_two_at_once_the_second_learns_what_the_first_did(database: Database) -> None:
    with database.writing() as session:
        xa = make_unit(session)
        focal = make_member(session, unit=xa, role=Role.FOCAL)
        enrolment = make_enrolment(session, place=xa, built_on=DAY)
        enrolment.stage = "building"
    with Session(database.writer, expire_on_commit=False) as second:
        stale = second.get_one(Enrolment, enrolment.id)
        second.commit()
        with database.writing() as first:
            make(first, first.get_one(Enrolment, enrolment.id), focal, "propose")
        with pytest.raises(Refused, match="đang ở “Đề nghị công nhận”"):
            make(second, stale, focal, "propose")
        assert second.scalar(select(func.count(Move.id))) == 1
