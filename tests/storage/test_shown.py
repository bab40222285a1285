"""What was shown to an account may be opened, or pressed, again; by nobody else."""

import pytest

from bot.conversation.messages import File, Option, Reply, Said
from storage import shown
from storage.outbox import put
from tests.make import NOW, make_account

SHEET, PHOTO = "a" * 64, "b" * 64


@pytest.fixture
def lan(session):
    account = make_account(session).id
    replies = (
        Reply("Tờ giấy", file=File(SHEET, "ma-hop.html", "text/html")),
        Reply("Phiếu", photos=(PHOTO,), options=(Option("Xem", "phieu:1"),)),
        Reply("Bước 1", actions=(Option("Hủy", "f:1:ten:0:huy"),)),
    )
    for number, reply in enumerate(replies):
        put(session, key=f"k{number}", account_id=account, reply=reply, now=NOW)
    return account


@pytest.fixture
def other(session):
    return make_account(session).id


def test_a_document_is_found_by_its_content(session, lan, other):
    assert shown.document(session, lan, SHEET) == File(SHEET, "ma-hop.html", "text/html")
    assert shown.document(session, other, SHEET) is None
    assert shown.document(session, lan, PHOTO) is None


def test_a_picture_was_shown_or_not(session, lan, other):
    assert shown.mentions(session, lan, PHOTO)
    assert not shown.mentions(session, lan, SHEET)
    assert not shown.mentions(session, other, PHOTO)


def test_what_somebody_says_about_a_name_shows_them_nothing(session, other):
    put(session, key="k", account_id=other, reply=Said(text=f"{SHEET} {PHOTO}"), now=NOW, own=True)
    assert not shown.mentions(session, other, PHOTO)
    assert shown.document(session, other, SHEET) is None


@pytest.mark.parametrize("data", ["phieu:1", "f:1:ten:0:huy"])
def test_a_button_was_shown_or_not(session, lan, other, data):
    assert shown.offered(session, lan, data)
    assert not shown.offered(session, other, data)


@pytest.mark.parametrize("data", ["phieu:", "phieu:10", "%", "Xem", ""])
def test_what_only_looks_like_it_is_no_button(session, lan, data):
    assert not shown.offered(session, lan, data)
