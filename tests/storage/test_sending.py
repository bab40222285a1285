"""The outbox as a queue: whose turn it is, what became of it, what is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.host import Sent
from bot.conversation.messages import Reply
from storage.outbox import put
from storage.purging import KEEP_SENT, purge
from storage.sending import (
    _CLOSE,
    Delivered,
    depth,
    mark_failed,
    mark_sent,
    mark_unreachable,
    move,
    not_found,
    remote_names,
    stuck,
    waiting,
)
from storage.tables.delivery import Outbox, Seen
from tests.make import NOW, make_account

TELEGRAM = [("telegram", "telegram")]
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def account(session):
    return make_account(session, platform="telegram", chat="77").id


def say(session, account, *texts, **how):
    for text in texts:
        put(session, key=text, account_id=account, reply=Reply(text), now=NOW, **how)


def row(session, text):
    return session.scalars(select(Outbox).where(Outbox.key == text)).one()


def next_ones(session, now=NOW, **how):
    return [letter.reply.text for letter in waiting(session, TELEGRAM, now, **how)]


def sent(session, what):
    """The next message of each chat is taken by its platform."""
    letters = waiting(session, TELEGRAM, NOW)
    mark_sent(session, [Delivered(letter, what, NOW) for letter in letters])


def letter(session):
    return waiting(session, TELEGRAM, NOW)[0]


def opened(session):
    return [letter.open for letter in waiting(session, TELEGRAM, NOW)]


def test_a_letter_knows_its_way(session, account):
    say(session, account, "a")
    [letter] = waiting(session, TELEGRAM, NOW)
    assert (letter.account_id, letter.bot, letter.chat) == (account, TELEGRAM[0], "77")
    assert (letter.reply, letter.lane, letter.attempts, letter.at) == (Reply("a"), "reply", 0, NOW)


def test_each_chat_gets_its_oldest(session, account):
    other = make_account(session, platform="telegram").id
    say(session, account, "a", "b")
    say(session, other, "c", "d")
    assert next_ones(session) == ["a", "c"]


def test_replies_go_before_notices_in_a_chat_and_among_chats(session, account):
    say(session, account, "nhắc", lane="notice")
    say(session, make_account(session, platform="telegram").id, "báo", lane="notice")
    say(session, account, "trả lời")
    assert next_ones(session) == ["trả lời", "báo"]
    assert next_ones(session, most=1) == ["trả lời"]


def test_what_was_sent_makes_room_for_the_next(session, account):
    say(session, account, "a", "b")
    sent(session, Sent("m1"))
    session.expire_all()
    assert (row(session, "a").message_id, row(session, "a").sent_at) == ("m1", NOW)
    assert next_ones(session) == ["b"]


def test_a_letter_knows_the_message_whose_buttons_still_work(session, account):
    say(session, account, "a", "b", "c")
    assert opened(session) == [""]
    sent(session, Sent("m1", buttons=True))
    assert opened(session) == ["m1"]
    sent(session, Sent("m2"))
    assert opened(session) == [""]


def test_the_open_question_is_closed_without_reading_the_mailbox(sqlite_database):
    """Of years of messages one is open."""
    close = str(_CLOSE.statement.compile(sqlite_database.writer))
    with sqlite_database.writing() as session:
        asked = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {close}", (0, 1))
        assert "ix_outbox_open" in asked.one()[3]


def test_a_notice_leaves_the_open_question_alone(session, account):
    say(session, account, "câu hỏi")
    say(session, account, "nhắc", lane="notice")
    sent(session, Sent("m1", buttons=True))
    sent(session, Sent("m2", buttons=True))
    say(session, account, "câu sau")
    assert opened(session) == ["m1"]


def test_what_the_platform_calls_a_file_is_known_the_next_time(session, account):
    say(session, account, "a", "b")
    sent(session, Sent("m1", remote={"h1": "AgAC1"}))
    sent(session, Sent("m2", remote={"h1": "AgAC2"}))
    assert remote_names(session, TELEGRAM[0], ["h1", "h2"]) == {"h1": "AgAC2"}
    assert remote_names(session, ("telegram", "other"), ["h1"]) == {}


def test_a_group_that_has_moved_is_written_to_at_its_new_place(session, account):
    say(session, account, "a")
    assert move(session, TELEGRAM[0], "77", "-10077")
    assert [letter.chat for letter in waiting(session, TELEGRAM, NOW)] == ["-10077"]


def test_a_group_does_not_move_onto_another(session, account):
    make_account(session, platform="telegram", chat="-10077")
    assert not move(session, TELEGRAM[0], "77", "-10077")


def test_chats_that_are_not_found_are_counted(session, account):
    assert [not_found(session, account) for _ in range(3)] == [1, 2, 3]


def test_nothing_overtakes_a_late_message(session, account):
    say(session, account, "late", late=True)
    say(session, account, "b")
    say(session, account, "nhắc", lane="notice")
    assert next_ones(session) == []


def test_a_retry_holds_up_its_chat_until_it_is_due(session, account):
    say(session, account, "a", "b")
    mark_failed(session, letter(session), "502", LATER)
    assert next_ones(session) == []
    assert next_ones(session, LATER) == ["a"]


def test_what_is_planned_for_later_holds_up_nothing(session, account):
    say(session, account, "later", due_at=LATER)
    say(session, account, "now")
    assert next_ones(session) == ["now"]
    assert next_ones(session, LATER) == ["later"]


def test_what_is_given_up_makes_room(session, account):
    say(session, account, "a", "b")
    mark_failed(session, letter(session), "400", None)
    assert next_ones(session) == ["b"]


def test_no_token_is_kept_in_an_error(session, account):
    say(session, account, "a")
    url = "https://api.telegram.org/bot123456789:AAbbccddeeffgghhiijjkkllmmnnooppqqr/sendMessage"
    mark_failed(session, letter(session), f"POST {url}", LATER)
    session.expire_all()
    assert row(session, "a").error == "POST https://api.telegram.org/bot1234***/sendMessage"


def test_who_cannot_be_reached_gets_nothing_and_is_marked_once(session, account):
    say(session, account, "a")
    assert mark_unreachable(session, account)
    assert not mark_unreachable(session, account)
    assert next_ones(session) == []


def test_only_the_bots_asked_for(session, account):
    say(session, account, "a")
    say(session, make_account(session, platform="zalo").id, "b")
    assert [x.reply.text for x in waiting(session, [("zalo", "zalo")], NOW)] == ["b"]
    assert waiting(session, [("telegram", "other")], NOW) == []


def test_only_the_accounts_asked_for(session, account):
    say(session, account, "a")
    say(session, make_account(session, platform="telegram").id, "b")
    assert next_ones(session, accounts=[account]) == ["a"]
    assert next_ones(session, accounts=[]) == []


def test_depth_counts_what_is_due(session, account):
    assert depth(session, NOW) == (0, None)
    say(session, account, "a", "b")
    say(session, account, "later", due_at=LATER)
    assert depth(session, NOW) == (2, NOW)
    assert stuck(session, NOW - timedelta(minutes=10)) == 0
    assert stuck(session, LATER) == 3


def test_the_unreachable_are_not_stuck(session, account):
    say(session, account, "a")
    mark_unreachable(session, account)
    assert stuck(session, LATER) == 0


def seen(session, platform, **age):
    key = f"{platform}-{age}"
    session.add(Seen(platform=platform, bot="b", key=key, at=NOW - timedelta(**age)))


def test_keys_of_messages_are_forgotten_after_3_days_and_on_the_web_after_90(session):
    # purged all the time: what was missed for long goes with the last
    for platform in ("telegram", "web"):
        for days in (2, 4, 80, 91):
            seen(session, platform, days=days)
    assert purge(session, NOW) == 3
    left = session.execute(select(Seen.platform, Seen.at).order_by(Seen.platform, Seen.at)).all()
    ages = [(platform, (NOW - at).days) for platform, at in left]
    assert ages == [("telegram", 80), ("telegram", 2), ("web", 80), ("web", 4), ("web", 2)]


def test_mailboxes_of_the_web_stay(session, account):
    web = make_account(session).id
    say(session, web, "web")
    say(session, account, "telegram", "waits")
    sent(session, Sent())
    assert purge(session, NOW + KEEP_SENT) == 0
    assert purge(session, NOW + KEEP_SENT + timedelta(days=1)) == 1
    assert session.scalars(select(Outbox.key).order_by(Outbox.id)).all() == ["web", "waits"]


def test_a_purge_takes_small_bites(session):
    for hours in range(5):
        seen(session, "telegram", days=4, hours=hours)
    assert [purge(session, NOW, most=2) for _ in range(4)] == [2, 2, 1, 0]
