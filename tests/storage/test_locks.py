"""A chat belongs to one process until its commit; on SQLite there is only one process."""

from storage.locks import lock_chats

CHATS = [("web", "web", name) for name in ("lan", "minh", "hoa")]


def test_alone_one_gets_all_that_were_asked_for(session):
    assert lock_chats(session, CHATS) == set(CHATS)
    assert lock_chats(session, []) == set()


def test_asking_again_in_the_same_transaction_is_harmless(session):
    lock_chats(session, CHATS)
    assert lock_chats(session, CHATS[:1]) == set(CHATS[:1])
