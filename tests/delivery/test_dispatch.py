"""Whose message it is; what is pressed twice, refused, made up or out of date."""

import pytest
from sqlalchemy import update

from bot.conversation.messages import Option, Other, Reply
from bot.errors import Refused
from bot.handlers.registry import ACTIONS, Letter
from bot.handlers.report import FORM
from storage.tables.people import Draft
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

# -- twice in the same instant ------------------------------------------------------------------


def test_a_button_pressed_twice_at_once_acts_once_and_both_are_answered(database, lan):
    run(database, incoming("lan", "/dangky"))
    button = shown(database, "lan").options[0].data
    run(database, incoming("lan", button=button), incoming("lan", button=button))
    assert "Bước 2/8" in texts(database, "lan")[-2]
    assert "không đổi gì" in texts(database, "lan")[-1]
    assert drafts(database)[0].body["at"] == "ten"


def test_a_form_opened_twice_at_once_is_one_draft(database, lan):
    run(database, incoming("lan", button="cmd:capnhat"), incoming("lan", button="cmd:capnhat"))
    assert len(drafts(database)) == 1
    assert texts(database, "lan")[0] == texts(database, "lan")[1]


def test_two_messages_in_one_instant_are_two_answers_in_order(database, lan):
    run(database, incoming("lan", "/dangky"))
    run(database, incoming("lan", "1"), incoming("lan", "Đường hoa thôn Vĩnh Thịnh"))
    assert drafts(database)[0].body["at"] == "linh_vuc"


def test_an_album_in_pieces_outside_a_form_is_gathered(database, lan):
    run(database, *(incoming("lan", photos=(f"{n:064x}",)) for n in range(3)))
    held = account(database, "lan").held
    assert held is not None
    assert len(held["photos"]) == 3
    run(database, incoming("lan", photos=("f" * 64,)), incoming("lan", "1"))
    assert len(drafts(database)[0].body["answers"]["anh"]["v"]) == 4
    assert account(database, "lan").held is None


# -- refusals, buttons, letters -----------------------------------------------------------------


def test_a_refusal_undoes_what_was_begun_and_says_why(database, lan, thu):
    thu.bad["một"] = Refused("Chưa được ạ.")
    batch = run(database, incoming("lan", "/thu một"))
    assert (effects(database), texts(database, "lan")) == ({}, ["Chưa được ạ."])
    assert batch.failed == 0


def test_a_refusal_takes_letters_and_opened_forms_back(database, thu):
    accounts = people(database, "lan", "minh")

    def begin(talk):
        talk.letters.append(Letter("thư:1", accounts["minh"], Reply("Chào")))
        talk.open(FORM)

    thu.spoil["một"], thu.bad["một"] = begin, Refused("Chưa được ạ.")
    run(database, incoming("lan", "/thu một"))
    assert (texts(database, "lan"), texts(database, "minh")) == (["Chưa được ạ."], [])
    assert drafts(database) == []


@pytest.mark.parametrize("data", ["thu_nut:x", "thu_nut", "thu_nut:1:2:3", "thu_nut:9" + "9" * 30])
def test_a_made_up_button_is_an_old_one_and_undoes_what_it_began(database, lan, data):
    with registered(ACTIONS, "thu_nut", press):
        batch = run(database, incoming("lan", button=data))
    assert "Nút này đã cũ" in texts(database, "lan")[-1]
    assert (effects(database), batch.failed) == ({}, 0)


def test_a_button_that_was_really_shown_and_fails_is_a_fault(database, lan, thu):
    thu.options = (Option("Bấm", "thu_nut:x"),)
    with registered(ACTIONS, "thu_nut", press):
        run(database, incoming("lan", "/thu một"))
        assert run(database, incoming("lan", button="thu_nut:x")).failed == 1


def press(talk, number):
    effect(talk, "bấm")
    return Reply(str(int(number)))


def test_a_letter_reaches_somebody_of_the_same_batch(database, thu):
    accounts = people(database, "lan", "minh")
    letter = Letter(
        "thư:1", accounts["minh"], Reply("Có việc", options=(Option("Xem", "cmd:menu"),))
    )
    thu.spoil["một"] = lambda talk: talk.letters.append(letter)
    run(
        database,
        incoming("minh", "/thu không"),
        incoming("lan", "/thu một"),
        incoming("minh", "1"),
    )
    said = texts(database, "minh")
    assert said[:2] == ["Đã ghi không", "Có việc"]
    assert "việc gì" in said[2]  # the number means the letter's choice


def test_a_letter_with_the_same_key_is_sent_once(database, thu):
    accounts = people(database, "lan", "minh")
    letter = Letter("thư:1", accounts["minh"], Reply("Có việc"))
    thu.spoil = {t: lambda talk: talk.letters.append(letter) for t in ("một", "hai")}
    run(database, incoming("lan", "/thu một"), incoming("lan", "/thu hai"))
    assert texts(database, "minh") == ["Có việc"]


def test_an_edited_message_is_no_command_and_no_choice(database, lan, thu):
    run(database, incoming("lan", "/thu một", other=Other.EDITED))
    run(database, incoming("lan", "menu"), incoming("lan", "1", other=Other.EDITED))
    assert (effects(database), drafts(database)) == ({}, [])


def test_a_form_that_a_redeploy_took_away_breaks_neither_typing_nor_the_list(database, lan):
    run(database, incoming("lan", "/dangky"), incoming("lan", "1"))
    with database.writing() as session:
        session.execute(update(Draft).values(form="xưa"))
    run(database, incoming("lan", "Đường hoa"))
    assert "không còn dùng nữa" in texts(database, "lan")[-1]
    run(database, incoming("lan", "/lamtiep"), incoming("lan", "menu"))
    assert "không có phiếu nào đang làm dở" in texts(database, "lan")[-2]
