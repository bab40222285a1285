"""Who may do what to a report: every role × how its unit stands to the report's × every action."""

from collections.abc import Callable
from dataclasses import dataclass
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
from storage.units import add_unit, close_unit, rebuild_below, succeed
from tests.handlers.chatting import LATER, Chat, Open
from tests.make import make_enrolment, make_member, make_sector

NAME, PHONE = "Tuyến đường hoa", "0912 345 678"
CLOSED_ON = date(2022, 7, 1)

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
OUTSIDE: dict[str, set[Role]] = {action: set() for action in INSIDE}
RELATIONS = {
    "own": INSIDE,
    "below": INSIDE,
    "merged into it": INSIDE,
    "of its own time, closed since": INSIDE,
    "above": OUTSIDE,
    "sibling": OUTSIDE,
    "other tree": OUTSIDE,
}


@dataclass
class Land:
    """held: the unit over which everybody holds their role. at: where the report is."""

    session: Session
    root: Unit
    held: Unit
    at: Unit
    year: int
    chat: Open

    def report(self, narrowed: bool = False) -> Report:
        code = "an_ninh_quoc_phong" if narrowed else "kinh_te"
        sector = make_sector(self.session, code, self.root)
        # its own focal person, so that nobody decides for want of anybody else
        make_member(self.session, unit=self.root, role=Role.FOCAL, over=self.at)
        enrolment = make_enrolment(
            self.session, self.year, place=self.at, registrant=self.at, sector=sector
        )
        return reports.add(
            self.session, key=f"{enrolment.id}", kind="register", enrolment=enrolment,
            author_id=make_member(self.session, unit=self.root).id, has_results=True, now=LATER,
            answers={"ten": {"v": NAME, "t": NAME}, "lien_he": {"v": "+84912345678", "t": PHONE}},
        )  # fmt: skip

    def somebody(self, role: Role) -> Chat:
        return self.chat(make_member(self.session, unit=self.root, role=role, over=self.held))


@pytest.fixture(params=RELATIONS)
def land(request: pytest.FixtureRequest, session: Session, root: Unit, chat: Open) -> Land:
    xa = add_unit(session, kind="xa", name="Xã Thạch Đài", parent=root)
    units = {
        "own": xa,
        "below": add_unit(session, kind="thon", name="Thôn Một", parent=xa),
        "above": add_unit(session, kind="xa", name="Xã Trên", parent=root),
        "sibling": add_unit(session, kind="xa", name="Xã Thạch Trị", parent=root),
        "other tree": add_unit(session, kind="mttq", name="MTTQ huyện", parent=root),
        "merged into it": add_unit(session, kind="xa", name="Xã Cũ", parent=root),
    }
    succeed(session, units["merged into it"], xa, CLOSED_ON)
    lane = add_unit(session, kind="thon", name="Thôn Trên", parent=units["above"])
    closed = add_unit(session, kind="xa", name="Xã Đã Thôi", parent=root)
    close_unit(session, closed, CLOSED_ON)
    rebuild_below(session)
    held = {"above": lane, "of its own time, closed since": closed}.get(request.param, xa)
    at = units.get(request.param, closed)
    return Land(session, root, held, at, 2021 if at.valid_to == CLOSED_ON else 2022, chat)


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
    one.tap(f"cmd:kiemtra:#{land.report().initiative_id}")
    one.say("hôm nay", "hoạt động tốt", "Bà con làm đều tay", "tốt", "gửi")
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


ACTIONS: dict[str, Callable[[Land, Chat], bool]] = {
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


def may(land: Land, action: str, role: Role) -> bool:
    """Each cell on its own: what it did is undone."""
    savepoint = land.session.begin_nested()
    try:
        return ACTIONS[action](land, land.somebody(role))
    finally:
        savepoint.rollback()
        land.session.expire_all()


def test_every_cell(land: Land, request: pytest.FixtureRequest) -> None:
    relation = request.node.callspec.params["land"]
    found = {action: {r for r in Role if may(land, action, r)} for action in ACTIONS}
    assert found == RELATIONS[relation]


@pytest.mark.parametrize("role", Role)
def test_authors_see_correct_and_withdraw_but_never_accept(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    land = Land(session, root, root, root, 2022, chat)
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
    land = Land(session, root, root, root, 2022, chat)
    report = land.report()
    report.state = "withdrawn"
    session.flush()
    assert not any(NAME in land.somebody(r).tap(f"phieu:{report.id}") for r in Role)
