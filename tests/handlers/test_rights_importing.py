"""Who may import the target of a unit: every role × where the unit stands, as by the form."""

from bot.domain.roles import Role
from storage import targets
from storage.registered import registered
from storage.targets import Undertaking
from tests.handlers.chatting import LATER, Chat
from tests.handlers.listing import take
from tests.handlers.rights import Does, Land, cells, expected
from tests.handlers.test_rights_targets import SETS, number, put

INSIDE = {
    "import the first": SETS,
    "propose an amendment": {Role.FOCAL, Role.ADMIN},
    "amend at once": {Role.APPROVER},
}


def imports(land: Land, one: Chat) -> bool:
    take(one, f"{land.at.name};{land.year};9;\n")
    return number(land) == 9


def proposes(land: Land, one: Chat) -> bool:
    put(land, 7)
    take(one, f"{land.at.name};{land.year};9;\n")
    return bool(targets.proposed(land.session, [land.root.id], LATER.date(), 9))


def amends(land: Land, one: Chat) -> bool:
    proposes(land, one)
    what = Undertaking(land.at.id, land.year)
    return registered(land.session, land.at, what.year)[0] == 9


ACTIONS: dict[str, Does] = {
    "import the first": imports,
    "propose an amendment": proposes,
    "amend at once": amends,
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)
