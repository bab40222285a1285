"""Praising: every role × relation × action."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import commendation
from storage.members import end_roles
from storage.tables.helping import Commendation
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Does, Land, cells, expected, once
from tests.make import make_member

GUIDES = {Role.FOCAL, Role.APPROVER}
INSIDE: dict[str, set[Role]] = {
    "be on the shortlist": GUIDES,
    "propose": GUIDES,
    "propose, narrowed": GUIDES,
    "look at a proposal": GUIDES,
    "commend": {Role.APPROVER},
    "commend, narrowed": {Role.APPROVER},
    "refuse to commend": {Role.APPROVER},
}


def proposals(land: Land) -> int:
    return land.session.scalar(select(func.count()).select_from(Commendation)) or 0


@once
def built(land: Land, narrowed: bool = False) -> Enrolment:
    enrolment = land.enrolment(narrowed)
    enrolment.built_on, enrolment.stage, enrolment.exemplary = date(2022, 12, 1), "recognised", True
    land.session.flush()
    return enrolment


def shortlists(land: Land, one: Chat) -> bool:
    enrolment = built(land)
    code = land.session.get_one(Initiative, enrolment.initiative_id).code
    return code in one.tap(f"kh:{enrolment.year}")


def proposes(land: Land, one: Chat, narrowed: bool = False) -> bool:
    one.tap(f"kh_dn:{built(land, narrowed).id}")
    one.say("1", "đề nghị")
    return proposals(land) == 1


def proposes_narrowed(land: Land, one: Chat) -> bool:
    return proposes(land, one, narrowed=True)


@once
def proposal(land: Land, narrowed: bool = False) -> Commendation:
    said = ("giay_khen", "Bà con cùng làm, đường sạch đẹp", make_member(land.session).id, LATER)
    row = commendation.propose(land.session, built(land, narrowed), *said)
    assert row
    return row


def looks(land: Land, one: Chat) -> bool:
    return "đường sạch đẹp" in one.tap(f"kh_xem:{proposal(land).id}")


def commends(land: Land, one: Chat, narrowed: bool = False) -> bool:
    row = proposal(land, narrowed)
    one.tap(f"kh_qd:{row.id}")
    one.say("12/QĐ-UBND", "UBND huyện Thạch Hà", "hôm nay", "1", "xong", "ghi")
    return row.state == "decided"


def commends_narrowed(land: Land, one: Chat) -> bool:
    return commends(land, one, narrowed=True)


def refuses(land: Land, one: Chat) -> bool:
    row = proposal(land)
    one.tap(f"kh_ko:{row.id}")
    one.say("Cần thêm kết quả cả năm")
    return row.state == "refused"


DOES: tuple[Does, ...] = (
    shortlists, proposes, proposes_narrowed, looks, commends, commends_narrowed, refuses,
)  # fmt: skip
ACTIONS: dict[str, Does] = dict(zip(INSIDE, DOES, strict=True))


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)


def test_a_role_ended_since_the_tap_no_longer_counts(
    session: Session, root: Unit, chat: Open
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    one, enrolment = land.somebody(Role.APPROVER), built(land)
    one.tap(f"kh_dn:{enrolment.id}")
    end_roles(session, one.person.member_id or 0, LATER)
    one.say("1")
    assert "đầu mối, người thẩm định" in one.say("đề nghị")
    assert proposals(land) == 0
