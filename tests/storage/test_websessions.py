"""Signed-in browsers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import websessions
from storage.tables.people import WebSession
from tests.make import NOW, make_account, make_member

LASTS = timedelta(days=90)


@pytest.fixture
def secret(session):
    account = make_account(session, make_member(session, name="Lan"), chat="lan")
    return websessions.create(session, account.id, NOW, LASTS)


def test_the_cookie_finds_its_chat(session, secret):
    found = websessions.find(session, secret, NOW)
    assert found is not None
    assert (found.chat, found.name, found.expires_at) == ("lan", "Lan", NOW + LASTS)
    assert websessions.find(session, secret + "x", NOW) is None


def test_who_has_not_joined_has_no_name_yet(session):
    account = make_account(session, chat="khách")
    found = websessions.find(session, websessions.create(session, account.id, NOW, LASTS), NOW)
    assert found is not None
    assert found.name == ""


def test_the_database_holds_no_secret(session, secret):
    row = session.scalars(select(WebSession)).one()
    assert secret not in (row.secret_hash, row.csrf)
    assert len(secret) >= 43  # 256 bits


def test_it_ends_by_itself_unless_it_is_renewed(session, secret):
    assert websessions.find(session, secret, NOW + LASTS) is None
    websessions.renew(session, secret, NOW + 2 * LASTS)
    assert websessions.find(session, secret, NOW + LASTS) is not None


def test_signing_out_ends_this_browser_only(session, secret):
    account = session.scalars(select(WebSession.account_id)).one()
    other = websessions.create(session, account, NOW, LASTS)
    websessions.end(session, secret)
    assert websessions.find(session, secret, NOW) is None
    assert websessions.find(session, other, NOW) is not None


def test_what_has_ended_is_forgotten(session, secret):
    websessions.purge(session, NOW + LASTS - timedelta(seconds=1))
    assert session.scalars(select(WebSession)).all()
    websessions.purge(session, NOW + LASTS)
    assert not session.scalars(select(WebSession)).all()
