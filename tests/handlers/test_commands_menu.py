"""A chat's list of commands is what its member may use: set when it changes, and only then."""

import re
from uuid import uuid4

import pytest

from bot.conversation.messages import Incoming, Reply, Said
from bot.domain.roles import Role
from storage.database import Database
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.delivery.desks import account, incoming, mail, people, run, trial
from tests.make import make_account, make_member, make_role, make_unit

BOT = ("telegram", "telegram")


@pytest.fixture
def lan(database: Database) -> int:
    """A member, by id, whose chat in Telegram is called so."""
    with database.writing() as session:
        member = make_member(session, unit=make_unit(session))
        make_account(session, member, "telegram", "lan")
        return member.id


def say(database: Database, *texts: str, chat: str = "lan") -> None:
    for text in texts:
        run(database, Incoming(*BOT, str(uuid4()), chat, Said(text)))


def menus(database: Database, chat: str = "lan") -> list[list[str]]:
    """The names of the commands of each list that the chat was given."""
    replies = [Reply.from_json(row.body) for row in mail(database, chat)]
    return [[name for name, _ in reply.commands] for reply in replies if reply.commands]


def promote(database: Database, member_id: int, role: Role) -> None:
    with database.writing() as session:
        member = session.get_one(Member, member_id)
        make_role(session, member, role, session.get_one(Unit, member.unit_id))


def test_it_is_set_once(database, lan):
    say(database, "menu", "/trogiup", "/dangky", "1", "hủy")
    [names] = menus(database)
    assert {"dangky", "dagui", "trogiup", "huy"} <= set(names)
    assert not {"thongke", "quanly"} & set(names)


def test_it_comes_after_the_answer(database, lan):
    say(database, "menu")
    assert [bool(row.body.get("commands")) for row in mail(database, "lan")] == [False, True]


def test_it_is_set_again_when_a_role_is_given(database, lan):
    say(database, "menu")
    promote(database, lan, Role.LEADER)
    say(database, "menu", "menu")
    before, after = menus(database)
    assert set(after) - set(before) == {"baocaoky", "quanly", "thongke"}


def test_a_stranger_gets_the_two_commands_that_lead_in(database):
    say(database, "xin chào", chat="ai")
    assert menus(database, "ai") == [["start", "trogiup"]]


def test_labels_are_accented_and_names_are_what_telegram_takes(database, lan):
    for role in Role:
        promote(database, lan, role)
    say(database, "menu")
    [commands] = [row.body["commands"] for row in mail(database, "lan") if "commands" in row.body]
    assert ["quanly", "Quản lý"] in commands
    for name, label in commands:
        assert re.fullmatch("[a-z]{1,32}", name)
        assert label


def test_a_platform_without_such_lists_is_sent_none(database):
    people(database, "hoa")
    run(database, incoming("hoa", "menu"))
    assert menus(database, "hoa") == []
    assert account(database, "hoa").menu == ""


def test_a_turn_that_fails_sets_none(database, lan):
    """Who reads the list could else believe that the rest has come, too."""
    say(database, "menu")
    promote(database, lan, Role.LEADER)
    with trial() as thu:
        thu.bad["một"] = RuntimeError()
        say(database, "/thu một")
    assert len(menus(database)) == 1
