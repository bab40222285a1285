"""The outbox as a mailbox: each key once, numbers without holes, nothing out of order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.messages import Reply, Said
from storage.outbox import NEW_MAIL, Post, fill_late, history, late_rows, mailbox, put, put_many
from storage.tables.delivery import Outbox
from tests.make import NOW, make_account


@pytest.fixture
def account(session):
    return make_account(session).id


def say(session, account, *texts, **how):
    return [put(session, key=t, account_id=account, reply=Reply(t), now=NOW, **how) for t in texts]


def texts(mails):
    return [mail.body["text"] for mail in mails]


def test_numbers_grow_by_one_per_account(session, account):
    other = make_account(session).id
    assert say(session, account, "a", "b") == [1, 2]
    assert say(session, other, "c") == [1]


def test_a_repeated_key_does_nothing(session, account):
    assert say(session, account, "a", "a", "b") == [1, None, 2]
    assert texts(mailbox(session, account, 0)) == ["a", "b"]


def test_many_are_numbered_in_their_order(session, account):
    other = make_account(session).id
    say(session, account, "old")
    posts = [
        Post("a", account, Reply("a")),
        Post("b", other, Reply("b")),
        Post("old", account, Reply("old")),
        Post("a", account, Reply("again")),
        Post("c", account, Said("c"), own=True),
    ]
    assert put_many(session, posts, NOW) == [2, 1, None, None, 3]
    assert texts(mailbox(session, account, 0)) == ["old", "a", "c"]
    assert put_many(session, [], NOW) == []


def test_a_mail_tells_who_said_what_and_when(session, account):
    put(session, key="k", account_id=account, reply=Said("chào"), now=NOW, own=True)
    [mail] = mailbox(session, account, 0)
    assert (mail.number, mail.own, mail.key, mail.at) == (1, True, "k", NOW)
    assert Said.from_json(mail.body) == Said("chào")


def test_the_mailbox_goes_on_after_a_number(session, account):
    say(session, account, *"abcde")
    assert texts(mailbox(session, account, 2)) == ["c", "d", "e"]
    assert texts(mailbox(session, account, 2, most=2)) == ["c", "d"]


def test_history_is_read_backwards_and_shown_forwards(session, account):
    say(session, account, *"abcde")
    assert texts(history(session, account, most=2)) == ["d", "e"]
    assert texts(history(session, account, before=4, most=2)) == ["b", "c"]


def test_a_late_message_holds_back_what_follows(session, account):
    say(session, account, "a")
    say(session, account, "late", late=True)
    say(session, account, "b")
    assert texts(mailbox(session, account, 0)) == texts(history(session, account)) == ["a"]


def test_a_late_message_gets_its_text_once(session, account):
    late = Reply("…", late={"kind": "statistics"})
    put(session, key="s", account_id=account, reply=late, now=NOW, late=True)
    [row] = late_rows(session)
    assert (row.key, row.account_id, row.platform, row.reply) == ("s", account, "web", late)
    assert fill_late(session, row, Reply("138"), NOW)
    assert not fill_late(session, row, Reply("139"), NOW)
    assert texts(mailbox(session, account, 0)) == ["138"]
    assert late_rows(session) == []


def test_late_rows_of_a_batch_are_found_by_their_keys(session, account):
    say(session, account, "a", "b", late=True)
    assert [row.key for row in late_rows(session, ["b", "other"])] == ["b"]


@pytest.mark.parametrize(
    ("platform", "how", "state"),
    [
        ("telegram", {}, "ready"),
        ("web", {}, "sent"),
        ("telegram", {"own": True}, "sent"),
        ("web", {"late": True}, "late"),
    ],
)
def test_only_what_a_courier_must_take_is_ready(session, platform, how, state):
    account = make_account(session, platform=platform).id
    say(session, account, "a", **how)
    row = session.query(Outbox).one()
    assert (row.state, row.sent_at) == (state, NOW if state == "sent" else None)


def test_a_message_may_be_for_later(session, account):
    say(session, account, "a", due_at=NOW + timedelta(hours=1))
    assert session.query(Outbox).one().due_at == NOW + timedelta(hours=1)


def test_the_session_says_who_has_new_mail(session, account):
    make_account(session)
    say(session, account, "a", late=True)
    assert session.info[NEW_MAIL] == {account}


def test_a_rollback_takes_back_message_and_number(session, account):
    savepoint = session.begin_nested()
    say(session, account, "a")
    savepoint.rollback()
    assert say(session, account, "b") == [1]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=6)))
def test_no_number_is_missing_or_twice(session, batches):
    accounts = [make_account(session).id for _ in range(3)]
    for batch in batches:
        keys = [(accounts[a], f"{accounts[a]}-{n}") for a, n in batch]
        put_many(session, [Post(key, a, Reply(key)) for a, key in keys], NOW)
    for account in accounts:
        numbers = [mail.number for mail in mailbox(session, account, 0)]
        assert numbers == list(range(1, len(numbers) + 1))
