"""Who cannot be reached any more: the focal persons are told, once a day."""

import pytest

from bot.delivery.unreachable import tell_focal
from tests.delivery.desks import mail, texts
from tests.make import NOW, make_account, make_member, make_unit


@pytest.fixture
def lost(database):
    """Lan's Telegram account; Minh is the focal person, with two ways to reach him."""
    with database.writing() as session:
        unit = make_unit(session)
        lan = make_member(session, name="Lan", unit=unit, address="bà")
        minh = make_member(session, name="Minh", unit=unit, role="focal", address="anh")
        make_account(session, minh, chat="minh")
        make_account(session, minh, "telegram", "minh-tg")
        return make_account(session, lan, "telegram", "lan").id


def tell(database, account_id):
    with database.writing() as session:
        tell_focal(lambda: NOW, session, account_id)


def test_the_focal_person_hears_whom_and_where_and_what_to_do(database, lost):
    tell(database, lost)
    (said,) = texts(database, "minh")
    assert said.startswith("Trợ lý không nhắn được cho bà Lan qua Telegram")
    assert "Anh hỏi thăm giúp" in said
    assert [row.state for row in mail(database, "minh")] == ["sent"]
    assert [row.state for row in mail(database, "minh-tg")] == ["ready"]


def test_twice_on_a_day_is_once(database, lost):
    for _ in range(2):
        tell(database, lost)
    assert len(texts(database, "minh")) == 1


def test_nobody_is_told_of_who_never_joined(database, lost):
    with database.writing() as session:
        stranger = make_account(session, None, "telegram", "khách").id
    tell(database, stranger)
    assert texts(database, "minh") == []


def test_nobody_is_told_of_who_took_consent_back(database, lost):
    with database.writing() as session:
        gone = make_member(
            session, name="Hoa", unit=make_unit(session, "Xã Khác"), state="withdrawn"
        )
        account = make_account(session, gone, "telegram", "hoa").id
    tell(database, account)
    assert texts(database, "minh") == []
