"""Who may do what to a report: every role × how its unit stands to the report's × every action."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.messages import Said
from bot.domain.roles import Role
from bot.errors import Refused
from bot.handlers.registry import Organisation, Talk
from bot.handlers.statistics import answer
from storage import reports
from storage.tables.records import Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.inspecting import inspect
from tests.handlers.rights import NAME, PHONE, Does, Land, cells, expected

SEES = {Role.FOCAL, Role.INSPECTOR, Role.LEADER, Role.APPROVER, Role.ADMIN}
INSIDE: dict[str, set[Role]] = {
    "see": SEES,
    "see the phone number": {Role.FOCAL, Role.INSPECTOR, Role.ADMIN},
    "see a narrowed one": {Role.FOCAL, Role.LEADER, Role.APPROVER},
    "accept": {Role.FOCAL, Role.ADMIN},
    "accept a narrowed one": {Role.FOCAL},
    "return": {Role.FOCAL, Role.ADMIN},
    "correct": set(),
    "withdraw": set(),
    "inspect": {Role.INSPECTOR},
    "statistics": {Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN},
}


def sees(land: Land, one: Chat) -> bool:
    return NAME in one.tap(f"phieu:{land.report().id}")


def sees_phone(land: Land, one: Chat) -> bool:
    return PHONE in one.tap(f"phieu:{land.report().id}")


def sees_narrowed(land: Land, one: Chat) -> bool:
    return NAME in one.tap(f"phieu:{land.report(narrowed=True).id}")


def accepts(land: Land, one: Chat, narrowed: bool = False) -> bool:
    report = land.report(narrowed)
    one.tap(f"nhan:{report.id}:1:1")
    return report.state == "accepted"


def accepts_narrowed(land: Land, one: Chat) -> bool:
    return accepts(land, one, narrowed=True)


def returns(land: Land, one: Chat) -> bool:
    report = land.report()
    one.tap(f"tra:{report.id}:1")
    one.say("Xin ghi thêm số hộ", "gửi")
    return report.state == "returned"


def corrects(land: Land, one: Chat) -> bool:
    one.tap(f"suaphieu:{land.report().id}")
    return one.person.draft_id is not None


def withdraws(land: Land, one: Chat) -> bool:
    report = land.report()
    one.tap(f"rutthat:{report.id}:1")
    return report.state == "withdrawn"


def inspects(land: Land, one: Chat) -> bool:
    inspect(one, land.report().initiative_id)
    kinds = select(func.count()).where(Report.kind == "inspect")
    return land.session.scalar(kinds) == 1


def counts(land: Land, one: Chat) -> bool:
    """Statistics say nothing of what one may not see, not even that there is nothing."""
    report = land.report()
    reports.accept(land.session, report, date(land.year, 12, 1), results=True)
    organisation = Organisation(land.root.id, land.root.name)
    talk = Talk(land.session, LATER, LATER.date(), organisation, one.person, Said())
    try:
        return "Đã xây dựng: 1" in answer(talk, year=land.year, unit=land.at.id).text
    except Refused:
        return False


ACTIONS: dict[str, Does] = {
    "see": sees,
    "see the phone number": sees_phone,
    "see a narrowed one": sees_narrowed,
    "accept": accepts,
    "accept a narrowed one": accepts_narrowed,
    "return": returns,
    "correct": corrects,
    "withdraw": withdraws,
    "inspect": inspects,
    "statistics": counts,
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)


@pytest.mark.parametrize("role", Role)
def test_authors_see_correct_and_withdraw_but_never_accept(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    report, one = land.report(narrowed=True), land.somebody(role)
    report.author_id = one.person.member_id or 0
    session.flush()
    assert PHONE in one.tap(f"phieu:{report.id}")
    one.tap(f"nhan:{report.id}:1:1")
    assert report.state == "sent"
    one.tap(f"suaphieu:{report.id}")
    assert one.person.draft_id is not None
    one.tap(f"rutthat:{report.id}:1")
    assert report.state == "withdrawn"


def test_one_taken_back_is_its_authors_alone(session: Session, root: Unit, chat: Open) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    report = land.report()
    report.state = "withdrawn"
    session.flush()
    assert not any(NAME in land.somebody(r).tap(f"phieu:{report.id}") for r in Role)
