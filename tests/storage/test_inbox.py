"""A message whose handling raises is tried again before later ones, then set aside."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.conversation.messages import Incoming, Place, Said
from storage import inbox
from storage.tables.delivery import Inbox
from tests.make import make_account

NOW = datetime(2022, 12, 23, 8, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1.5)


@dataclass
class Batch:
    """Handles everything but what it is told to stumble over."""

    bad: str = ""
    now: datetime = SOON
    handled: list[tuple[str, int]] = field(default_factory=list)

    def handle(self, message: Incoming, attempt: int = 1) -> bool:
        self.handled.append((message.said.text, attempt))
        return message.said.text != self.bad


@pytest.fixture(autouse=True)
def chats(session):
    for chat in ("lan", "minh"):
        make_account(session, chat=chat)


def said(text: str, chat: str = "lan") -> Incoming:
    return Incoming("web", "web", f"{chat}/{text}", chat, Said(text), echo=True)


def fail(session, message: Incoming, attempt: int = 1, retry_at: datetime | None = SOON) -> str:
    return inbox.failed(session, message, "Traceback …", attempt, retry_at, NOW)


def run_due(session, batch: Batch) -> list[tuple[str, int]]:
    for row in inbox.due_retries(session, batch.now):
        inbox.run_again(session, row, batch)
    return batch.handled


def test_a_failed_message_waits_for_its_time(session):
    fail(session, said("một"))
    assert inbox.due_retries(session, NOW) == []
    assert run_due(session, Batch()) == [("một", 2)]
    assert not session.scalars(select(Inbox).where(Inbox.state == inbox.RETRY)).all()


def test_later_messages_of_the_chat_wait_and_follow_in_order(session):
    fail(session, said("một"))
    for text in ("hai", "ba"):
        inbox.wait_behind(session, said(text), NOW)
    assert run_due(session, Batch(now=NOW)) == []
    assert run_due(session, Batch()) == [("một", 2), ("hai", 1), ("ba", 1)]


def test_one_that_fails_again_still_holds_back_the_rest(session):
    fail(session, said("một"))
    inbox.wait_behind(session, said("hai"), NOW)
    assert run_due(session, Batch(bad="một")) == [("một", 2)]


def test_another_chat_does_not_wait(session):
    fail(session, said("một"), retry_at=SOON + timedelta(hours=1))
    fail(session, said("một", "minh"))
    assert run_due(session, Batch()) == [("một", 2)]


def test_the_last_failure_sets_it_aside_under_the_same_reference(session):
    first = fail(session, said("một"))
    assert fail(session, said("một"), attempt=3, retry_at=None) == first
    assert inbox.due_retries(session, SOON) == []
    assert [row.reference for row in inbox.aside(session)] == [first]


def test_the_whole_message_comes_back(session):
    whole = Incoming("web", "web", "k", "lan", Said("ở đây", place=Place(18.4, 105.9)), echo=True)
    row = inbox.find(session, fail(session, whole).lower())
    assert row is not None
    assert inbox.incoming(row) == whole


def test_an_administrator_may_have_it_tried_again(session):
    row = inbox.find(session, fail(session, said("một"), attempt=3, retry_at=None))
    assert row is not None
    inbox.retry(session, row, NOW)
    assert run_due(session, Batch()) == [("một", 1)]
    assert inbox.aside(session) == []


def test_what_was_dropped_is_forgotten_and_purged(session):
    row = inbox.find(session, fail(session, said("một"), attempt=3, retry_at=None))
    assert row is not None
    inbox.drop(session, row)
    assert (row.payload, inbox.aside(session)) == ({}, [])
    inbox.purge(session, before=SOON)
    assert inbox.find(session, row.reference) is None


def test_tokens_and_phone_numbers_are_not_kept_in_the_traceback(session):
    trace = "ValueError: 0912345678 123456789:AAHabcdefghijklmnopqrstuvw"
    reference = inbox.failed(session, said("một"), trace, 1, SOON, NOW)
    row = inbox.find(session, reference)
    assert row is not None
    assert "0912345678" not in row.error
    assert "AAHabc" not in row.error


def test_what_waits_behind_another_chat_hides_nothing_that_is_due(session):
    fail(session, said("một"), retry_at=SOON + timedelta(hours=1))
    for n in range(5):
        inbox.wait_behind(session, said(f"sau {n}"), NOW)
    fail(session, said("một", "minh"))
    assert [row.chat for row in inbox.due_retries(session, SOON, most=1)] == ["minh"]


def test_whether_anything_is_due_can_be_asked_without_writing(session):
    fail(session, said("một"))
    assert [inbox.any_due(session, at) for at in (NOW, SOON)] == [False, True]


def test_a_message_is_new_but_once(session):
    keys = [("web", "web", "a"), ("telegram", "web", "a")]
    assert inbox.note_seen(session, keys[:1], NOW) == set(keys[:1])
    assert inbox.note_seen(session, keys, NOW) == set(keys[1:])


# -- pictures that are still with the platform ---------------------------------------------------


def picture(session, name, album=""):
    """A message with a picture to be fetched; its row."""
    message = Incoming("telegram", "b", name, "lan", Said(remote=(name,)), album=album)
    inbox.wait_for_pictures(session, message, NOW)
    return session.scalars(select(Inbox).where(Inbox.key == name)).one()


def here(session, row):
    said = Said(row.key if row.key == "a" else "", photos=(f"hash-{row.key}",))
    inbox.fetched(session, row, said, NOW)


def test_pieces_of_an_album_become_one_message_when_all_are_here(session):
    a, b, c = (picture(session, name, "album") for name in "abc")
    for row in (c, a):
        here(session, row)
    assert inbox.due_retries(session, NOW) == []
    here(session, b)
    [whole] = inbox.due_retries(session, NOW)
    said = inbox.incoming(whole).said
    assert (said.text, said.photos) == ("a", ("hash-a", "hash-b", "hash-c"))


def test_a_piece_that_is_slow_does_not_keep_the_others(session):
    a, b = (picture(session, name, "album") for name in "ab")
    here(session, a)
    inbox.not_fetched(session, b, NOW, slow=True)
    assert [row.key for row in inbox.due_retries(session, NOW)] == ["a"]


def test_pictures_sent_one_by_one_stay_apart(session):
    a, _ = picture(session, "a"), picture(session, "b")
    here(session, a)
    assert [row.key for row in inbox.due_retries(session, NOW)] == ["a"]
