"""Which messages count as not sent: given up, or due for more than a day."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from storage import outbox, personal_data, unsent
from storage.tables.delivery import Outbox
from storage.tables.people import Account
from tests.make import NOW, make_account, make_member, make_unit

TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lan(session):
    return make_member(session, unit=make_unit(session))


@pytest.fixture
def account(session, lan):
    return make_account(session, lan, "telegram")


def put(session: Session, account: Account, key: str, ago: timedelta, **values: Any) -> Outbox:
    outbox.put(session, key=key, account_id=account.id, reply=Reply(key), now=NOW - ago)
    row = session.scalars(select(Outbox).where(Outbox.key == key)).one()
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    return row


def keys(session, lan) -> list[str]:
    found = unsent.of_units(session, (lan.unit_id,), NOW, TODAY, 50)
    assert unsent.count(session, (lan.unit_id,), NOW, TODAY) == len(found)
    return [one.key for one in found]


@pytest.mark.parametrize(
    ("ago", "values", "listed"),
    [
        (HOUR, {"state": "failed"}, True),
        (13 * DAY, {"state": "failed"}, True),
        (15 * DAY, {"state": "failed"}, False),
        (2 * DAY, {"state": "sent"}, False),
        (2 * DAY, {}, True),  # nobody takes it
        (HOUR, {}, False),
        (2 * DAY, {"attempts": 3, "due_at": NOW + HOUR}, True),  # tried in vain since then
        (HOUR, {"attempts": 3, "due_at": NOW + HOUR}, False),
        (2 * DAY, {"due_at": NOW + DAY}, False),  # planned for then
        (2 * DAY, {"due_at": NOW - HOUR}, False),
    ],
)
def test_what_is_listed(session, lan, account, ago, values, listed):
    put(session, account, "tin", ago, **values)
    assert keys(session, lan) == (["tin"] if listed else [])


def test_the_newest_come_first(session, lan, account):
    for n in range(3):
        put(session, account, f"tin {n}", HOUR, state="failed")
    assert keys(session, lan) == ["tin 2", "tin 1", "tin 0"]


def test_a_list_of_commands_is_missed_by_nobody(session, lan, account):
    put(session, account, "menu:k1", HOUR, state="failed")
    assert keys(session, lan) == []


def test_strangers_and_those_who_left_are_nobodys(session, lan, account):
    put(session, make_account(session, None, "telegram"), "người lạ", HOUR, state="failed")
    put(session, account, "tin", HOUR, state="failed")
    personal_data.withdraw(session, lan, lan.root_id, NOW, TODAY)
    assert keys(session, lan) == []


def test_nothing_of_the_erased_is_left(session, lan, account):
    unit_id = lan.unit_id
    put(session, account, "tin", HOUR, state="failed")
    personal_data.erase(session, lan.id, NOW)
    assert unsent.of_units(session, (unit_id,), NOW, TODAY, 50) == []


def test_without_a_unit_there_is_nothing(session, lan, account):
    put(session, account, "tin", HOUR, state="failed")
    assert unsent.count(session, (), NOW, TODAY) == 0
    assert unsent.of_units(session, (), NOW, TODAY, 50) == []


def test_sent_again_it_is_due_now_and_no_more_listed(session, lan, account):
    row = put(session, account, "tin", 2 * DAY, state="failed", attempts=10, error="blocked")
    account.reachable = False
    unsent.send_again(session, row.id, NOW)
    session.expire_all()
    assert (row.state, row.due_at, row.attempts, row.error) == ("ready", NOW, 0, "")
    assert account.reachable
    assert keys(session, lan) == []


def test_as_news_it_leaves_the_buttons_of_a_form_alone(session, account):
    row = put(session, account, "tin", DAY, state="failed")
    unsent.send_again(session, row.id, NOW)
    session.expire_all()
    assert row.lane == outbox.NOTICE


def test_what_has_arrived_is_not_sent_twice(session, account):
    row = put(session, account, "tin", DAY, state="sent")
    unsent.send_again(session, row.id, NOW)
    session.expire_all()
    assert row.state == "sent"


def test_the_outbox_is_not_read_whole(sqlite_database):
    """It holds all mailboxes of the web."""
    statement = unsent._unsent(NOW).compile(
        sqlite_database.writer, compile_kwargs={"literal_binds": True}
    )
    with sqlite_database.reading() as session:
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    assert not any("SCAN outbox" in line and "INDEX ix_" not in line for line in plan), plan
