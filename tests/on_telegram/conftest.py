"""The whole program on Telegram in a small district."""

from datetime import timedelta

import pytest

from bot.delivery.fetching import Patience
from bot.domain.roles import Role
from tests.delivery.desks import trial
from tests.make import make_member, make_root, make_unit
from tests.telegramming import house

QUICK = Patience(look=0.02, first=0.02, slow=timedelta(seconds=0.3))


@pytest.fixture
def village(sqlite_database):
    """Members by their short names: Hà, Minh the focal person, Thành who leads the district."""
    with sqlite_database.writing() as session:
        root = make_root(session)
        unit = make_unit(session, parent=root)
        people = {
            "ha": make_member(session, "Hồ Văn Hà", unit, address="anh"),
            "minh": make_member(session, "Trần Văn Minh", unit, Role.FOCAL, address="anh"),
            "thanh": make_member(session, "Lê Thành", root, Role.LEADER, address="đồng chí"),
        }
        return {name: member.id for name, member in people.items()}


@pytest.fixture
async def at(sqlite_database, village, tmp_path):
    async with house(sqlite_database, tmp_path, fetching=QUICK) as made:
        yield made


@pytest.fixture
def ha(at, village):
    return at.user("Hồ Văn Hà", village["ha"])


@pytest.fixture
def minh(at, village):
    return at.user("Trần Văn Minh", village["minh"])


@pytest.fixture
def thanh(at, village):
    return at.user("Lê Thành", village["thanh"])


@pytest.fixture
def thu():
    """`/thu một` counts "một" and answers."""
    with trial() as made:
        yield made
