"""What a draft looks like: progress, the words one can say, the preview."""

import pytest

from bot.conversation.form import Form, Kind
from bot.conversation.messages import Wanted, as_text
from tests.conversation.chat import Chat, options, step

ONE, TWO = step("mot", label="Một"), step("hai", label="Hai")
MORE = step("ba", label="Ba", later=True, required=False)
PHOTOS = step("anh", Kind.PHOTOS, label="Ảnh", most=5, required=False, later=True)
FORM = Form("f", "Phiếu thử", (ONE, TWO, MORE, PHOTOS))


def at_preview() -> Chat:
    chat = Chat(FORM)
    chat.say("thứ nhất", "thứ nhì")
    return chat


def test_the_first_question_as_a_whole() -> None:
    kind = step("loai", Kind.CHOICE, options=options("Tập thể", "Cá nhân"))
    assert as_text(Chat(Form("f", "F", (kind, ONE))).reply).splitlines() == [
        "Bước 1/2",
        "loai?",
        "1. Tập thể",
        "2. Cá nhân",
        "Hoặc nhắn: để sau · hủy",
    ]


def test_the_count_follows_the_questions_that_apply() -> None:
    extra = [step(k, when=lambda a: a.get("mot", {}).get("v") == "có thêm") for k in ("x", "y")]
    chat = Chat(Form("f", "F", (ONE, *extra, TWO)))
    assert "Bước 1/2" in chat.reply.text
    assert "Bước 2/4" in chat.say("có thêm")


def test_a_form_of_one_question_counts_nothing() -> None:
    assert Chat(Form("f", "F", (ONE,))).reply.text == "mot?"


def test_the_address_is_filled_in() -> None:
    ask = Chat(Form("f", "F", (step("ten", label="Tên"),)), address="đồng chí")
    assert "đồng chí nhắn “để sau”" in ask.say("bỏ qua")


def test_what_a_member_writes_is_no_template() -> None:
    chat = at_preview()
    assert "1. Một: {ac} và {Ac}" in chat.say("sửa 1", "{ac} và {Ac}")
    assert "Đang ghi: {ac} và {Ac}" in chat.say("sửa 1")


def test_the_preview_as_a_whole() -> None:
    assert as_text(at_preview().reply).splitlines() == [
        "XEM LẠI: PHIẾU THỬ (chưa gửi)",
        "1. Một: thứ nhất",
        "2. Hai: thứ nhì",
        "Đúng hết: nhắn “gửi”. Muốn sửa: nhắn “sửa 2”.",
        "Muốn ghi thêm (ba; ảnh): nhắn “thêm”.",
        "Hoặc nhắn: gửi · thêm · sửa · để sau · hủy",
    ]


def test_a_line_of_the_preview_has_the_number_that_edits_it() -> None:
    chat = at_preview()
    chat.say("thêm ba", "thứ ba")
    for number, key in ((1, "một"), (2, "hai"), (3, "ba")):
        assert f"{number}. {key.capitalize()}: " in chat.reply.text
        chat.say(f"sửa {number}")
        assert chat.reply.text.startswith(f"Sửa: {key.capitalize()}")
        chat.say("quay lại")


@pytest.mark.parametrize("way", ["sửa 1", "thêm ba", "thêm ảnh", "xem lại"])
def test_the_words_that_are_shown_do_what_the_buttons_do(way: str) -> None:
    shown = at_preview()
    shown.say(way)
    for word in shown.words:
        typed, tapped = at_preview(), at_preview()
        typed.say(way, word.lower())
        tapped.say(way)
        tapped.tap(word)
        assert typed.draft == tapped.draft


def test_the_words_at_each_kind_of_question() -> None:
    chat = at_preview()
    assert Chat(FORM).words == ["Để sau", "Hủy"]
    chat.say("sửa 1")
    assert chat.words == ["Giữ nguyên", "Quay lại", "Để sau", "Hủy"]
    chat.say("quay lại", "thêm ba")
    assert chat.words == ["Bỏ qua", "Quay lại", "Để sau", "Hủy"]
    chat.say("quay lại", "thêm ảnh")
    assert chat.words == ["Xong", "Bỏ qua", "Quay lại", "Để sau", "Hủy"]


def test_send_stands_out_and_cancel_warns() -> None:
    styles = {o.label: o.style for o in at_preview().reply.actions}
    assert (styles["Gửi"], styles["Hủy"], styles["Sửa"]) == ("primary", "danger", "")


def test_a_question_about_an_answer_hides_the_rest() -> None:
    chat = at_preview()
    chat.say("hủy")
    assert (chat.labels, chat.words) == (["Hủy phiếu này", "Làm tiếp", "Cất lại, để sau"], [])


def test_what_would_help_is_told_to_the_platform() -> None:
    chat = at_preview()
    chat.say("thêm ảnh")
    assert chat.reply.wanted is Wanted.PHOTOS
    assert at_preview().reply.wanted is Wanted.TEXT


def test_an_answer_without_words_is_a_line_all_the_same() -> None:
    given = {"mot": {"v": 1, "t": ""}, "hai": {"v": 2, "t": "hai"}}
    chat = Chat(FORM, answers=given)
    assert "1. Một: đã ghi\n2. Hai: hai" in chat.reply.text
