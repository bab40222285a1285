"""Things sent at another time, stale buttons, a redeploy, a form opened with something in it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.form import PREVIEW, Form, Kind, State, Step
from bot.conversation.messages import Place, Said
from bot.conversation.turn import refit
from bot.conversation.walk import kept_answers
from tests.conversation.chat import Chat, step
from tests.conversation.sample import (
    CHU,
    FORM,
    NAM,
    NGANH,
    STEPS,
    TEN,
    YEARS,
    alike,
    sectors,
)

# -- things sent while something else is asked -----------------------------------------------


def test_a_photo_is_kept_for_its_own_question(chat: Chat) -> None:
    chat.say("mới")
    assert "đã giữ 1 ảnh cho phiếu này" in chat.hear(Said(photos=("a",)))
    assert (chat.value("anh"), chat.draft.at, chat.draft.misses) == (["a"], "ten", 0)


def test_the_words_beside_a_photo_are_the_answer(chat: Chat) -> None:
    chat.say("mới")
    assert "đã giữ 1 ảnh" in chat.hear(Said(photos=("a",), text="Vườn đẹp"))
    assert (chat.value("anh"), chat.value("ten")) == (["a"], "Vườn đẹp")


def test_a_late_piece_of_an_album_takes_no_question_back(chat: Chat) -> None:
    chat.say("mới", "hủy")
    assert "muốn hủy phiếu này" in chat.hear(Said(photos=("a",)))
    chat.say("không")
    assert (chat.value("anh"), chat.draft.at) == (["a"], "ten")


def test_a_place_is_kept_for_its_own_question(preview: Chat) -> None:
    assert "đã giữ vị trí" in preview.hear(Said(place=Place(18.3, 105.9)))
    assert "5. Vị trí: đã chia sẻ vị trí" in preview.reply.text


def test_a_form_without_a_question_for_it_says_so(chat: Chat) -> None:
    assert "không có chỗ để số điện thoại" in chat.hear(Said(phone="0912345678"))
    assert (chat.draft.answers, chat.draft.misses) == ({}, 0)


def test_what_the_platform_could_not_take_is_said(chat: Chat) -> None:
    assert chat.hear(Said(problem="Ảnh lớn quá ạ.")).startswith("Ảnh lớn quá ạ.\n\nBước 1/4")
    assert chat.draft.misses == 0


# -- buttons ---------------------------------------------------------------------------------


def test_a_button_pressed_twice_counts_once(chat: Chat) -> None:
    button = chat.button("Mới")
    chat.press(button)
    assert "không đổi gì" in chat.press(button)
    assert chat.draft.at == "ten"


def test_a_button_of_an_earlier_question_changes_nothing_and_shows_where_one_is(chat: Chat) -> None:
    old = [option.data for option in chat.buttons]
    chat.say("mới", "Nhà sạch")
    before = chat.draft.answers
    for data in old:
        assert "Bước 3/4" in chat.press(data)
        assert chat.draft.answers == before


@pytest.mark.parametrize(
    "button",
    [
        *("", ":", "x", "::::", "nam:0", "nam:0:0", "nam:0:gui", "nam:0:them", "nam:0:xong"),
        *("nam:0:bo", "nam:1:huy", "nam:-0:huy", "xem:0:gui"),
    ],
)
def test_a_made_up_button_changes_nothing(chat: Chat, button: str) -> None:
    chat.hear(Said(button=button))
    assert (chat.draft.answers, chat.draft.at, chat.draft.state) == ({}, "nam", State.OPEN)


def test_while_something_is_asked_only_its_own_buttons_count(preview: Chat) -> None:
    send = preview.button("Gửi")
    preview.say("hủy")
    preview.press(send)
    preview.press(f"xem:{preview.draft.revision}:gui")
    assert preview.draft.state == "open"
    preview.tap("Hủy phiếu này")
    assert preview.draft.state == "cancelled"


# -- a redeploy ------------------------------------------------------------------------------


def test_a_redeploy_with_a_new_question_asks_it_in_its_turn(chat: Chat) -> None:
    chat.say("mới", "Nhà sạch")
    chat.redeploy(step("moi"), *STEPS)
    assert (chat.draft.at, chat.value("ten")) == ("nganh", "Nhà sạch")
    chat.say("1")
    assert chat.draft.at == "moi"


def test_a_redeploy_without_the_question_one_is_at_asks_the_next_open_one(chat: Chat) -> None:
    chat.say("mới", "Nhà sạch")
    chat.redeploy(NAM, TEN, CHU)
    assert (chat.draft.at, chat.value("ten")) == ("chu", "Nhà sạch")


def test_a_redeploy_that_makes_a_question_another_kind_asks_it_again(preview: Chat) -> None:
    preview.redeploy(NAM, step("ten", Kind.DATE), NGANH, CHU)
    assert (preview.draft.at, preview.value("ten"), preview.value("chu")) == (
        "ten",
        None,
        "Hồ Văn Hà",
    )


def test_a_redeploy_leaves_one_at_the_preview_when_nothing_is_missing(preview: Chat) -> None:
    preview.redeploy(*STEPS, step("them_nua", later=True, required=False))
    assert preview.draft.at == PREVIEW


@pytest.mark.parametrize("change", [{"hidden": True}, {"when": lambda answers: False}])
def test_a_redeploy_that_no_longer_asks_the_question_one_is_at(
    chat: Chat, change: dict[str, Any]
) -> None:
    chat.redeploy(Step("nam", Kind.CHOICE, "Năm", "nam?", options=YEARS, **change), *STEPS[1:])
    assert chat.draft.at == "ten"


def test_a_redeploy_drops_a_question_about_an_answer(chat: Chat) -> None:
    chat.say("mới", "hủy")
    chat.redeploy(*STEPS, step("moi"))
    assert (chat.draft.asking, chat.draft.at) == (None, "ten")


def test_a_redeploy_that_hides_the_line_one_was_about_to_edit(preview: Chat) -> None:
    preview.say("4")
    preview.redeploy(*STEPS[:-4], replace(CHU, hidden=True), *STEPS[-3:])
    preview.tap("Sửa dòng 4 (Chủ thể)")
    assert preview.draft.at == PREVIEW


def test_a_form_that_has_not_changed_leaves_a_draft_alone(preview: Chat) -> None:
    assert refit(FORM, preview.draft) == preview.draft


# -- opened with something in it -------------------------------------------------------------


def test_a_form_opens_with_the_answers_it_is_given() -> None:
    given = {"ten": {"v": "Nhà sạch", "t": "Nhà sạch"}, "anh": {"v": ["a"], "t": "1 ảnh"}}
    chat = Chat(FORM, {"sectors": sectors, "alike": alike}, given)
    chat.say("mới")
    assert chat.draft.at == "nganh"


def test_hidden_answers_are_sent_and_never_shown() -> None:
    form = Form("tl", "Trả lại", (step("phieu", Kind.CHOICE, hidden=True), CHU))
    chat = Chat(form, answers={"phieu": {"v": 7, "t": "kín"}})
    assert "kín" not in chat.say("Hồ Văn Hà")
    assert kept_answers(form, chat.draft)["phieu"]["v"] == 7


@pytest.mark.parametrize("keys", [("a", "a"), ("gui",), ("xong",), ("a:b",), ("Ten",), ("a" * 21,)])
def test_a_form_with_keys_that_buttons_cannot_carry_is_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="step key"):
        Form("f", "F", tuple(step(key) for key in keys))
