"""What a courier sends without reading the outbox, and when it has to read."""

from dataclasses import replace

from bot.conversation.host import Sent
from bot.conversation.messages import Reply
from bot.delivery.waiting import Waiting
from storage.outbox import Ready
from storage.sending import Delivered, Letter
from tests.make import NOW

BOT = ("telegram", "telegram")
FOUND = Letter(7, 4, BOT, "77", "reply", 0, NOW, Reply("a"), open="m1", mail=4)


def come(*numbers, lane="reply"):
    return [Ready(7, number, lane, NOW, Reply(str(number))) for number in numbers]


def waiting(letter=FOUND, *, certain=True):
    made = Waiting()
    made.found(letter, certain=certain)
    return made


def next_ones(made):
    """Everything that waits for the one account, as it would be sent."""
    found = []
    while heads := made.heads(()):
        found.append(made.take(heads[0]).number)
    return found


def sent(made, letter, message, *, buttons=True):
    return made.sent(Delivered(letter, Sent(message, buttons), NOW))


def test_what_follows_what_is_known_goes_on_at_once():
    made = waiting()
    assert made.handed(7, come(5, 6))
    assert made.handed(7, come(7))
    assert next_ones(made) == [4, 5, 6, 7]


def test_it_has_the_address_of_the_chat():
    made = waiting()
    made.handed(7, come(5))
    made.take(FOUND)
    assert made.heads(()) == [
        Letter(7, 5, BOT, "77", "reply", 0, NOW, Reply("5"), FOUND.open),
    ]


def test_where_something_is_missing_everything_is_read():
    for found, numbers in (
        (FOUND, (6,)),
        (FOUND, ()),
        (replace(FOUND, mail=0), (5,)),
    ):
        made = waiting(found)
        assert not made.handed(7, come(*numbers))
        assert next_ones(made) == []
        assert not made.handed(7, come(7))


def test_what_came_while_it_was_read_may_be_missing():
    made = waiting(certain=False)
    assert not made.handed(7, come(5))


def test_nobody_is_known_before_something_was_read():
    assert not Waiting().handed(7, come(1))


def test_replies_go_before_notices():
    made = waiting(replace(FOUND, lane="notice"))
    made.handed(7, come(5, lane="notice"))
    made.handed(7, come(6))
    assert next_ones(made) == [6, 4, 5]


def test_a_busy_chat_has_no_turn():
    made = waiting()
    made.found(replace(FOUND, account_id=8), certain=True)
    assert [letter.account_id for letter in made.heads({7})] == [8]


def test_what_was_sent_tells_the_next_one_what_is_open():
    made = waiting()
    made.handed(7, come(5, 6, 7))
    first = made.take(FOUND)
    assert sent(made, first, "m2")
    second = made.take(made.heads(())[0])
    assert sent(made, second, "m3", buttons=False)
    third = made.take(made.heads(())[0])
    assert [first.open, second.open, third.open] == ["m1", "m2", ""]


def test_a_notice_leaves_the_open_question_alone():
    made = waiting()
    made.handed(7, come(5, lane="notice"))
    made.handed(7, come(6))
    sent(made, made.take(FOUND), "m2")
    made.handed(7, come(7, lane="notice"))
    sent(made, made.take(made.heads(())[0]), "m3")
    notice = made.take(made.heads(())[0])
    sent(made, notice, "m4")
    assert made.boxes[7].open == "m3"


def test_after_a_failure_everything_is_read():
    made = waiting()
    made.handed(7, come(5))
    letter = made.take(FOUND)
    made.forget(7)
    assert not made.handed(7, come(6))
    assert not sent(made, letter, "m2")
