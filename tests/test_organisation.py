"""Whom this installation serves, and the first way in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.config import check
from bot.errors import SettingError
from bot.organisation import describe, ensure_root, first_invitation
from storage.tables.people import Invitation
from storage.tables.units import Sector, Unit
from tests.make import NOW, make_member, make_root

URL = "http://127.0.0.1:8080"


def settings(**organisation):
    return check({"organisation": {"name": "Ban Dân vận", **organisation}})


def test_the_very_first_start_makes_the_organisation_and_its_sectors(session):
    root = ensure_root(session, settings())
    assert (root.name, root.root_id) == ("Ban Dân vận", root.id)
    assert session.scalars(select(Sector.root_id)).first() == root.id


def test_the_next_start_finds_it_again(session):
    assert ensure_root(session, settings()).id == ensure_root(session, settings()).id
    assert len(session.scalars(select(Unit)).all()) == 1


@pytest.mark.parametrize("wanted", ["Huyện Can Lộc", "huyen can loc"])
def test_of_several_the_settings_say_which(session, wanted):
    make_root(session, "Huyện Thạch Hà")
    other = make_root(session, "Huyện Can Lộc")
    assert ensure_root(session, settings(unit=wanted)).id == other.id


def test_an_unknown_one_stops_the_start_and_names_those_there_are(session):
    make_root(session, "Huyện Thạch Hà")
    with pytest.raises(SettingError, match=r"organisation\.unit.*“Hà Nội”.*Huyện Thạch Hà"):
        ensure_root(session, settings(unit="Hà Nội"))


def test_handlers_speak_of_what_the_settings_say(session):
    root = ensure_root(session, settings(contact="Văn phòng, 0239 3845 678"))
    told = describe(settings(contact="Văn phòng, 0239 3845 678"), root, URL)
    assert (told.name, told.contact) == ("Ban Dân vận", "Văn phòng, 0239 3845 678")
    assert (told.root_id, told.public_url) == (root.id, URL)


# -- the first invitation -------------------------------------------------------------------


@pytest.fixture
def root(database):
    with database.writing() as session:
        return make_root(session)


def test_the_first_start_invites_an_administrator_once(database, root):
    text = first_invitation(database, root, URL, NOW)
    assert text is not None
    assert re.search(rf"{URL}/i/[\w-]{{20,}}", text)
    assert first_invitation(database, root, URL, NOW) is None
    with database.reading() as session:
        assert session.scalars(select(Invitation.role)).all() == ["admin"]


def test_again_when_nobody_came_in_time(database, root):
    first_invitation(database, root, URL, NOW)
    assert first_invitation(database, root, URL, NOW + timedelta(days=40)) is not None


def test_not_where_there_is_an_administrator(database, root):
    with database.writing() as session:
        make_member(session, unit=session.get_one(Unit, root.id), role="admin")
    assert first_invitation(database, root, URL, NOW) is None


def test_inspectors_look_at_what_the_settings_say(session):
    given = check(
        {"inspection": {"criteria": [{"text": "Hồ sơ"}], "verdicts": ["A", "B", "C", "D"]}}
    )
    look = describe(given, ensure_root(session, given), URL).inspecting
    assert ([c.text for c in look.criteria], look.verdict("kha")) == (["Hồ sơ"], "B")
