"""`dvk invite`: prints a link, a code and a QR; says what is wrong with the unit or role."""

import re
from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.invite_cli import make_invitation
from storage import invitations
from storage.database import Database
from storage.units import add_unit, rebuild_below
from tests.make import NOW

URL = "http://127.0.0.1:8080/"


@pytest.fixture
def units(database: Database) -> Database:
    with database.writing() as session:
        root = add_unit(session, kind="huyen", name="Huyện Thạch Hà")
        add_unit(session, kind="thi_tran", name="Thị trấn Thạch Hà", parent=root)
        rebuild_below(session)
    return database


def test_the_first_administrator_gets_a_link_that_works(units: Database) -> None:
    text = make_invitation(units, "", "admin", URL, NOW)
    (token,) = re.findall(r"http://127\.0\.0\.1:8080/i/(\S+)", text)
    with units.writing() as session:
        look = invitations.look(session, token, "", NOW + timedelta(days=6))
    assert (look.unit, look.role, look.usable) == ("Huyện Thạch Hà", "admin", True)
    assert re.search(r"Mã gõ tay:  \w{4}-\w{4}-\w{4}\n", text)


def test_several_units_are_listed_with_their_numbers(units: Database) -> None:
    with pytest.raises(Refused, match=r"Huyện Thạch Hà \(số \d+\); Thị trấn Thạch Hà \(số \d+\)"):
        make_invitation(units, "thach ha", "focal", URL, NOW)


def test_a_unit_can_be_named_by_its_number(units: Database) -> None:
    assert "Thị trấn Thạch Hà" in make_invitation(units, "2", "focal", URL, NOW)


@pytest.mark.parametrize(
    ("unit", "role", "days", "says"),
    [
        ("Xã Lạ", "focal", 7, "Chưa có đơn vị “Xã Lạ”"),
        ("huyện thạch hà", "boss", 7, "Chưa có vai trò “boss”"),
        ("huyện thạch hà", "focal", 400, "từ 1 đến 30 ngày"),
    ],
)
def test_what_is_wrong_is_said(units: Database, unit: str, role: str, days: int, says: str) -> None:
    with pytest.raises(Refused, match=says):
        make_invitation(units, unit, role, URL, NOW, days)
