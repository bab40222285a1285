"""A small district and chats in it."""

import pytest
from sqlalchemy.orm import Session

from bot.handlers.registry import Person, load_handlers
from storage import members
from storage.tables.people import Member
from storage.tables.units import Unit
from storage.units import add_unit, rebuild_below
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import INSIDE, OUTSIDE, Land, make_land
from tests.make import make_account


@pytest.fixture
def root(session: Session) -> Unit:
    list(load_handlers())
    root = add_unit(session, kind="huyen", name="Huyện Thạch Hà")
    add_unit(session, kind="xa", name="Xã Thạch Lạc", parent=root)
    add_unit(session, kind="xa", name="Xã Thạch Khê", parent=root)
    rebuild_below(session)
    return root


@pytest.fixture
def chat(session: Session, root: Unit) -> Open:
    def open_chat(member: Member | None = None) -> Chat:
        account = make_account(session, member)
        person = Person(account.id, "web", account.external_id)
        if member:
            person.member_id, person.name, person.address = member.id, member.name, member.address
            person.unit_id, person.state = member.unit_id, member.state
            person.grants = members.grants_of(session, member.id, LATER)
        return Chat(session, account, root, person)

    return open_chat


@pytest.fixture(params=[*INSIDE, *OUTSIDE])
def land(request: pytest.FixtureRequest, session: Session, root: Unit, chat: Open) -> Land:
    """Seven times: for each way the record's unit can stand to that of the role."""
    return make_land(request.param, session, root, chat)
