"""Who may do what about a unit's targets: every role × where the unit stands × every action."""

from bot.domain.roles import Role
from storage import targets
from storage.registered import registered
from storage.tables.lifecycle import TargetChange
from storage.targets import Undertaking
from tests.handlers.chatting import LATER, Chat
from tests.handlers.rights import Does, Land, cells, expected, once
from tests.make import make_member

SETS = {Role.FOCAL, Role.APPROVER, Role.ADMIN}
INSIDE = {
    "see them": SETS,
    "see how they changed": SETS,
    "set the first": SETS,
    "propose an amendment": {Role.FOCAL, Role.ADMIN},
    "amend at once": {Role.APPROVER},
    "look at a proposal": {Role.APPROVER},
    "agree": {Role.APPROVER},
    "refuse": {Role.APPROVER},
}


def number(land: Land) -> int:
    return registered(land.session, land.at, land.year)[0]


@once
def put(land: Land, value: int, reason: str = "") -> TargetChange:
    author = make_member(land.session, unit=land.root)
    what = Undertaking(land.at.id, land.year)
    return targets.undertake(
        land.session, what, value, author_id=author.id, now=LATER, reason=reason
    )


@once
def proposal(land: Land) -> TargetChange:
    put(land, 7)
    return put(land, 8, "Thêm một thôn")


def sees(land: Land, one: Chat) -> bool:
    put(land, 7)
    return "chung: 7" in one.tap(f"ct_dv:{land.at.id}:{land.year}")


def sees_the_story(land: Land, one: Chat) -> bool:
    proposal(land)
    return "7 → 8" in one.tap(f"ct_ls:{land.at.id}:{land.year}")


def sets(land: Land, one: Chat) -> bool:
    one.tap("ct_moi")
    one.say(land.at.name, str(land.year), "chung", "chung", "9", "gửi")
    return number(land) == 9


def amends(land: Land, one: Chat) -> bool:
    put(land, 7)
    target = targets.current(land.session, Undertaking(land.at.id, land.year))
    assert target
    one.tap(f"ct_doi:{target.id}")
    one.say("9", "Thêm hai thôn", "gửi")
    return bool(targets.proposed(land.session, [land.root.id], LATER.date(), 9))


def amends_at_once(land: Land, one: Chat) -> bool:
    amends(land, one)
    return number(land) == 9


def looks(land: Land, one: Chat) -> bool:
    return "7 → 8" in one.tap(f"ct_xet:{proposal(land).id}")


def agrees(land: Land, one: Chat) -> bool:
    one.tap(f"ct_duyet:{proposal(land).id}")
    return number(land) == 8


def refuses(land: Land, one: Chat) -> bool:
    change = proposal(land)
    one.tap(f"ct_khong:{change.id}")
    one.say("Xin giữ nguyên")
    return change.state == "refused"


ACTIONS: dict[str, Does] = {
    "see them": sees,
    "see how they changed": sees_the_story,
    "set the first": sets,
    "propose an amendment": amends,
    "amend at once": amends_at_once,
    "look at a proposal": looks,
    "agree": agrees,
    "refuse": refuses,
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)
