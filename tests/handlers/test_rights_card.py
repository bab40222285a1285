"""Who may open a card, make it public and withdraw it: every role × relation × action."""

from bot.domain.roles import Role
from storage import cards, members
from storage.tables.records import Enrolment
from tests.handlers.chatting import LATER, Chat
from tests.handlers.looking import agree, names, search
from tests.handlers.rights import NAME, PHONE, Does, Land, cells, expected
from tests.make import make_member

SHARES = {Role.FOCAL, Role.APPROVER}
INSIDE: dict[str, set[Role]] = {
    "open": set(Role),  # neighbours too
    "open one that waits": set(Role) - {Role.MEMBER},
    "open a narrowed one": {Role.FOCAL, Role.LEADER, Role.APPROVER},
    "see the phone number": {Role.FOCAL, Role.INSPECTOR, Role.ADMIN},
    "find": set(Role),
    "find a narrowed one": {Role.FOCAL, Role.LEADER, Role.APPROVER},
    "preview": SHARES,
    "make public": SHARES,
    "make a narrowed one public": SHARES,
    "withdraw": SHARES,
}


def opens(land: Land, one: Chat) -> bool:
    return NAME in one.tap(f"mh:{land.enrolment().initiative_id}")


def opens_waiting(land: Land, one: Chat) -> bool:
    return NAME in one.tap(f"mh:{land.report().initiative_id}")


def opens_narrowed(land: Land, one: Chat) -> bool:
    return NAME in one.tap(f"mh:{land.enrolment(narrowed=True).initiative_id}")


def sees_phone(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    enrolment.details = {"lien_he": {"v": "+84912345678", "t": PHONE}}
    return PHONE in one.tap(f"mh:{enrolment.initiative_id}")


def finds(land: Land, one: Chat, narrowed: bool = False) -> bool:
    land.enrolment(narrowed)
    return names(search(one, "hoa duong")) == [NAME]


def finds_narrowed(land: Land, one: Chat) -> bool:
    return finds(land, one, narrowed=True)


def previews(land: Land, one: Chat) -> bool:
    return NAME in one.tap(f"ck:{land.enrolment().id}")


def shares(land: Land, one: Chat, narrowed: bool = False) -> bool:
    enrolment = land.enrolment(narrowed)
    agree(one, enrolment)
    return cards.of_initiative(land.session, enrolment.initiative_id) is not None


def shares_narrowed(land: Land, one: Chat) -> bool:
    return shares(land, one, narrowed=True)


def withdraws(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    _public(land, enrolment)
    one.tap(f"ckrutthat:{enrolment.id}")
    return cards.of_initiative(land.session, enrolment.initiative_id) is None


def _public(land: Land, enrolment: Enrolment) -> None:
    approver = make_member(land.session, unit=land.root)
    body = {"name": NAME, "photos": []}
    cards.approve(land.session, enrolment.initiative_id, body, approver.id, LATER)


ACTIONS: dict[str, Does] = {
    "open": opens,
    "open one that waits": opens_waiting,
    "open a narrowed one": opens_narrowed,
    "see the phone number": sees_phone,
    "find": finds,
    "find a narrowed one": finds_narrowed,
    "preview": previews,
    "make public": shares,
    "make a narrowed one public": shares_narrowed,
    "withdraw": withdraws,
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)


def test_a_role_that_has_ended_shares_nothing(land: Land) -> None:
    enrolment, one = land.enrolment(), land.somebody(Role.FOCAL)
    members.end_roles(land.session, one.person.member_id or 0, LATER)
    agree(one, enrolment)
    assert cards.of_initiative(land.session, enrolment.initiative_id) is None
