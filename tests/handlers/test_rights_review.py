"""Who may decide about a report: every role × relation of its unit to the report's × action."""

import pytest
from sqlalchemy.orm import Session

from bot.conversation.messages import Said
from bot.domain.roles import Role
from bot.handlers.registry import Organisation, Talk
from bot.handlers.review_many import save
from storage import members
from storage.tables.records import Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Does, Land, cells, expected
from tests.make import make_member

REVIEWERS = {Role.FOCAL, Role.ADMIN}
INSIDE: dict[str, set[Role]] = {
    "look at what waits": REVIEWERS,
    "return one answer": REVIEWERS,
    "return it all": REVIEWERS,
    "reject": REVIEWERS,
    "reopen what was accepted": REVIEWERS,
    "reopen what was rejected": REVIEWERS,
    "accept many": REVIEWERS,
    "return one answer of a narrowed one": {Role.FOCAL},
    "reject a narrowed one": {Role.FOCAL},
    "reopen a narrowed one": {Role.FOCAL},
    "accept many narrowed ones": {Role.FOCAL},
    "write a rejected one again": set(),
}
REASON = "Xin ghi rõ số hộ tham gia"


def looks(land: Land, one: Chat) -> bool:
    return "Trả lại" in str(one.hear(button=f"xet:{land.report().id}"))


def returns(land: Land, one: Chat, said: str = "1", narrowed: bool = False) -> bool:
    report = land.report(narrowed)
    one.tap(f"tra:{report.id}:1")
    one.say(said, REASON)
    return report.state == "returned" and bool(report.marks) == (said == "1")


def returns_narrowed(land: Land, one: Chat) -> bool:
    return returns(land, one, narrowed=True)


def returns_it_all(land: Land, one: Chat) -> bool:
    return returns(land, one, REASON)


def rejects(land: Land, one: Chat, narrowed: bool = False) -> bool:
    report = land.report(narrowed)
    one.tap(f"khong:{report.id}:1")
    one.say(REASON)
    return report.state == "rejected"


def rejects_narrowed(land: Land, one: Chat) -> bool:
    return rejects(land, one, narrowed=True)


def reopens(land: Land, one: Chat, state: str = "accepted", narrowed: bool = False) -> bool:
    report = land.report(narrowed)
    report.state, report.decided_at = state, LATER
    land.session.flush()
    one.tap(f"molai:{report.id}:1:{state}")
    one.say(REASON)
    return report.state == "sent"


def reopens_rejected(land: Land, one: Chat) -> bool:
    return reopens(land, one, "rejected")


def reopens_narrowed(land: Land, one: Chat) -> bool:
    return reopens(land, one, narrowed=True)


def accepts_many(land: Land, one: Chat, narrowed: bool = False) -> bool:
    """The list is known to be theirs when it is opened, and asked again when it is sent."""
    reports = [land.report(narrowed) for _ in range(2)]
    organisation = Organisation(land.root.id, land.root.name)
    talk = Talk(land.session, LATER, LATER.date(), organisation, one.person, Said())
    save(talk, {"chon": {"v": [f"{report.id}:1:0" for report in reports], "t": ""}}, "key")
    return {report.state for report in reports} == {"accepted"}


def accepts_many_narrowed(land: Land, one: Chat) -> bool:
    return accepts_many(land, one, narrowed=True)


def writes_again(land: Land, one: Chat) -> bool:
    report = land.report()
    report.state = "rejected"
    one.tap(f"ghilai:{report.id}")
    return one.person.draft_id is not None


ACTIONS: dict[str, Does] = {
    "look at what waits": looks,
    "return one answer": returns,
    "return it all": returns_it_all,
    "reject": rejects,
    "reopen what was accepted": reopens,
    "reopen what was rejected": reopens_rejected,
    "accept many": accepts_many,
    "return one answer of a narrowed one": returns_narrowed,
    "reject a narrowed one": rejects_narrowed,
    "reopen a narrowed one": reopens_narrowed,
    "accept many narrowed ones": accepts_many_narrowed,
    "write a rejected one again": writes_again,
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("button", ["tra:{}:1", "khong:{}:1", "molai:{}:1:accepted", "nhan:{}:1:0"])
def test_nobody_decides_about_their_own(
    session: Session, root: Unit, chat: Open, role: Role, button: str
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    report, one = land.report(), land.somebody(role)
    report.author_id = one.person.member_id or 0
    session.flush()
    one.tap(button.format(report.id))
    assert (report.state, one.person.draft_id) == ("sent", None)


@pytest.mark.parametrize("role", Role)
def test_an_inspection_is_no_report_that_waits(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    report = land.report()
    report.kind, report.state = "inspect", "accepted"
    session.flush()
    one = land.somebody(role)
    one.tap(f"molai:{report.id}:1:accepted")
    assert one.person.draft_id is None


def test_a_role_that_ended_meanwhile_decides_nothing(
    session: Session, root: Unit, chat: Open
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    report = land.report()
    one = chat(make_member(session, unit=root, role=Role.FOCAL))
    one.tap(f"tra:{report.id}:1")
    members.end_roles(session, one.person.member_id or 0, LATER)
    assert "đầu mối của đơn vị đăng ký" in one.say("1", REASON)
    assert session.get_one(Report, report.id).state == "sent"
