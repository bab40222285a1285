"""Forms in a chat: what is written when, what a refusal leaves, what a redeploy does."""

import pytest
from sqlalchemy import event, update

from bot.conversation.form import Form, Kind, Step
from bot.conversation.messages import Reply
from bot.errors import Refused
from bot.handlers.registry import COMMANDS, FORMS, Command, FormHandler
from storage.tables.people import Account, Draft
from tests.delivery.desks import (
    account,
    drafts,
    effect,
    effects,
    incoming,
    people,
    registered,
    run,
    shown,
    texts,
)

FORM = Form(
    "thu",
    "Phiếu thử",
    (
        Step("ten", Kind.TEXT, "Tên", "Tên gì ạ?", least=2),
        Step("so", Kind.TEXT, "Số", "Số mấy ạ?"),
    ),
)
SHORTER = Form("thu", "Phiếu thử", (Step("so", Kind.TEXT, "Số", "Số mấy ạ?"),))


@pytest.fixture
def sent():
    """What was sent; the second answer "chín" is refused."""
    answers = []

    def submit(talk, given, key):
        effect(talk, "gửi")
        if given["so"]["v"] == "chín":
            raise Refused("Số ấy chưa được ạ.")
        answers.append((key, {k: a["v"] for k, a in given.items()}))
        return Reply("Đã gửi")

    begin = Command("thu", "Thử", lambda talk, _: talk.open(FORM))
    with registered(FORMS, "thu", FormHandler(FORM, submit)), registered(COMMANDS, "thu", begin):
        yield answers


def say(database, *said, chat="lan"):
    for text in said:
        run(database, incoming(chat, text))
    return texts(database, chat)[-1]


def test_what_is_sent_goes_with_a_key_of_its_own(database, lan, sent):
    assert say(database, "/thu", "Hoa", "một", "gửi") == "Đã gửi"
    assert say(database, "/thu", "Lúa", "hai", "gửi") == "Đã gửi"
    assert [answers for _, answers in sent] == [
        {"ten": "Hoa", "so": "một"},
        {"ten": "Lúa", "so": "hai"},
    ]
    assert len({key for key, _ in sent}) == 2
    assert (drafts(database), account(database, "lan").draft_id) == ([], None)


def test_a_refusal_leaves_the_draft_says_why_and_undoes_what_was_begun(database, lan, sent):
    why = say(database, "/thu", "Hoa", "chín", "gửi")
    assert why.startswith("Số ấy chưa được ạ.")
    assert "XEM LẠI" in why
    assert effects(database) == {}
    assert say(database, "sửa 2", "hai", "gửi") == "Đã gửi"
    assert effects(database) == {"gửi": 1}


def test_two_answers_and_the_sending_in_one_batch(database, lan, sent):
    run(database, *(incoming("lan", text) for text in ("/thu", "Hoa", "một", "gửi")))
    assert texts(database, "lan")[-1] == "Đã gửi"
    assert drafts(database) == []


def test_a_batch_of_answers_is_one_statement_each(database, sent):
    """What the desk needs for forty people is asked and written as for one."""
    chats = [f"chat{n}" for n in range(40)]
    people(database, *chats)
    for chat in chats:
        run(database, incoming(chat, "/thu"))
    said = []
    event.listen(database.writer, "before_cursor_execute", lambda *a: said.append(a[2]))
    run(database, *(incoming(chat, "Hoa") for chat in chats))
    assert len([s for s in said if not s.startswith(("BEGIN", "SELECT unit"))]) <= 16
    assert {d.body["at"] for d in drafts(database)} == {"so"}


def test_a_press_of_another_draft_changes_nothing(database, lan, sent):
    say(database, "/thu", "Hoa", "một")
    send = shown(database, "lan").actions[0].data
    assert "không đổi gì" in "".join(press(database, send.replace("f:", "f:9")))
    assert effects(database) == {}
    assert press(database, send)[-1] == "Đã gửi"
    assert "đã gửi" in press(database, send)[-1]
    assert effects(database) == {"gửi": 1}


def press(database, data):
    run(database, incoming("lan", button=data))
    return texts(database, "lan")


def test_after_a_redeploy_the_answers_that_still_fit_are_there(database, lan, sent):
    say(database, "/thu", "Hoa", "một")
    FORMS["thu"] = FormHandler(SHORTER, FORMS["thu"].submit)
    assert "1. Số: một" in say(database, "xem lại")
    assert say(database, "gửi") == "Đã gửi"
    assert [answers for _, answers in sent] == [{"so": "một"}]


def test_a_draft_that_is_gone_is_said_once_and_then_forgotten(database, lan, sent):
    say(database, "/thu", "Hoa")
    with database.writing() as session:
        session.query(Draft).delete()
    assert "làm tiếp" in say(database, "một")
    assert account(database, "lan").draft_id is None


def test_a_draft_can_be_gone_on_with_from_another_account(database, lan, sent):
    say(database, "/thu", "Hoa")
    with database.writing() as session:
        owner = session.get_one(Account, lan).member_id
        session.add(
            Account(
                platform="web", bot="web", external_id="máy khác", member_id=owner,
                held=None, created_at=session.get_one(Account, lan).created_at,
            )
        )  # fmt: skip
    assert "Số mấy" in say(database, "/lamtiep", chat="máy khác")
    assert say(database, "một", "gửi", chat="máy khác") == "Đã gửi"
    assert "làm tiếp" in say(database, "hai")
    assert effects(database) == {"gửi": 1}


def test_what_is_put_aside_waits_and_an_empty_form_opened_again_is_the_same(database, lan, sent):
    say(database, "/thu", "/thu")
    assert len(drafts(database)) == 1
    assert "cất lại" in say(database, "Hoa", "/thu")
    assert len(drafts(database)) == 2


def test_an_unknown_draft_of_somebody_else_cannot_be_gone_on_with(database, sent):
    people(database, "lan", "minh")
    say(database, "/thu", "Hoa")
    draft = drafts(database)[0].id
    run(database, incoming("minh", button=f"tiep:{draft}"))
    assert account(database, "minh").draft_id is None
    with database.writing() as session:
        session.execute(update(Account).values(draft_id=None))
    assert "không còn nữa" in texts(database, "minh")[-1]
