"""A message edited after it was sent: it replaces the last answer if its sender says so."""

import pytest

from bot.conversation.form import PREVIEW, Kind
from bot.conversation.messages import Other, Said
from tests.conversation.chat import Chat, asked, found
from tests.conversation.sample import fresh

AS_NEW = "gõ câu trả lời thành tin mới"


def edit(chat: Chat, text: str) -> str:
    return chat.hear(Said(text=text, other=Other.EDITED))


def at_preview() -> Chat:
    chat = fresh()
    chat.say("mới", "Đường làng", "kinh tế", "Chi hội")
    assert chat.draft.at == PREVIEW
    return chat


def test_it_is_asked_and_nothing_changes_before_the_answer(chat: Chat) -> None:
    chat.say("mới", "Đường lang")
    assert "Thay câu trả lời “Đường lang” (Bước 2/4) bằng “Đường làng” ạ?" in edit(
        chat, "Đường làng"
    )
    assert chat.labels == ["Thay", "Giữ nguyên"]
    assert (chat.value("ten"), chat.draft.at) == ("Đường lang", "nganh")


@pytest.mark.parametrize("yes", ["thay", "1", "vâng", "Thay ạ"])
def test_yes_replaces_it_and_the_question_stands_again(chat: Chat, yes: str) -> None:
    chat.say("mới", "Đường lang")
    edit(chat, "Đường làng")
    assert "Đã thay bằng “Đường làng”" in chat.say(yes)
    assert (chat.value("ten"), chat.draft.at) == ("Đường làng", "nganh")


@pytest.mark.parametrize("no", ["giữ nguyên", "2", "không", "quay lại"])
def test_no_keeps_what_there_is(chat: Chat, no: str) -> None:
    chat.say("mới", "Đường lang")
    edit(chat, "Đường làng")
    chat.say(no)
    assert (chat.value("ten"), chat.draft.at) == ("Đường lang", "nganh")


def test_a_tap_does_it_too(chat: Chat) -> None:
    chat.say("mới", "Đường lang")
    edit(chat, "Đường làng")
    chat.tap("Thay")
    assert chat.value("ten") == "Đường làng"


def test_the_answer_to_the_question_may_be_given_all_the_same(chat: Chat) -> None:
    chat.say("mới", "Đường lang")
    edit(chat, "Đường làng")
    chat.say("văn hóa")
    assert (chat.value("ten"), chat.value("nganh")) == ("Đường lang", 2)


def test_edited_twice_the_last_words_count(chat: Chat) -> None:
    chat.say("mới", "Đường lang")
    edit(chat, "Đường làn")
    edit(chat, "Đường làng")
    chat.say("thay")
    assert chat.value("ten") == "Đường làng"


def test_a_tap_since_then_is_not_what_was_edited(chat: Chat) -> None:
    chat.say("mới", "Đường lang")
    chat.tap("Kinh tế")
    edit(chat, "Đường làng")
    chat.say("thay")
    assert (chat.value("ten"), chat.value("nganh")) == ("Đường làng", 1)


def test_at_the_preview_as_well() -> None:
    chat = at_preview()
    edit(chat, "Chi hội Vĩnh Thịnh")
    chat.say("thay")
    assert (chat.value("chu"), chat.draft.at) == ("Chi hội Vĩnh Thịnh", PREVIEW)


def test_what_depends_on_the_answer_is_asked_again(chat: Chat) -> None:
    """As if it had been edited at the preview."""
    chat.say("mới", "Đường làng")
    chat.tap("Kinh tế")
    edit(chat, "Đường hoa")
    chat.say("thay")
    assert chat.draft.at == "trung"


def test_words_that_are_no_answer_there_change_nothing_and_the_way_is_told(chat: Chat) -> None:
    chat.say("mới", "Đường làng", "kinh tế")
    text = edit(chat, "du lịch")
    assert "“du lịch” chưa thay được cho câu “Ngành”" in text
    assert "nhắn “xem lại” rồi “sửa 3”" in text
    assert chat.value("nganh") == 1


def test_at_the_preview_the_way_is_shorter() -> None:
    assert "bà nhắn “sửa 4”" in edit(at_preview(), "gửi")


@pytest.mark.parametrize("text", ["/huy", "Nhà sạch"])
def test_before_any_answer_it_is_to_be_typed_anew(chat: Chat, text: str) -> None:
    assert AS_NEW in edit(chat, text)
    assert (chat.draft.answers, chat.draft.misses) == ({}, 0)


def test_a_command_is_no_answer(chat: Chat) -> None:
    chat.say("mới", "Đường làng")
    assert AS_NEW in edit(chat, "/thongke")


def test_what_was_not_understood_is_to_be_typed_anew(chat: Chat) -> None:
    """It was an answer to the present question, not to the one before."""
    chat.say("mới", "Đường làng", "du lịch")
    assert AS_NEW in edit(chat, "kinh tế")


def test_what_was_asked_back_is_to_be_typed_anew() -> None:
    chat = asked(Kind.UNIT, found("Thạch Hà", "Thạch Hải"))
    chat.say("thạch")
    assert AS_NEW in edit(chat, "Thạch Hải")


def test_an_edit_that_changes_nothing(chat: Chat) -> None:
    chat.say("mới", "Đường làng")
    assert "Câu trả lời vẫn là “Đường làng”" in edit(chat, " Đường  làng ")


def test_an_answer_cleared_since_then_can_be_given_again_so() -> None:
    chat = asked(Kind.TEXT, required=False)
    chat.say("Bà con cùng làm", "quay lại", "xóa")
    assert "“chưa ghi”" in edit(chat, "Bà con cùng làm")
    chat.say("thay")
    assert (chat.value("cau"), chat.draft.at) == ("Bà con cùng làm", "sau")


def test_long_texts_that_begin_alike_are_not_quoted() -> None:
    chat = asked(Kind.TEXT)
    chat.say("hoa " * 100)
    assert "bằng tin bà vừa sửa" in edit(chat, "hoa " * 100 + "nở")
    chat.say("thay")
    assert chat.value("cau").endswith("nở")


def test_several_places_are_collected_not_replaced() -> None:
    chat = asked(Kind.UNIT, found("Thạch Hà", "Thạch Lạc", sure=True), several=True)
    chat.say("1")
    assert "chưa thay được" in edit(chat, "2")
    assert chat.value("cau") == [1]


def test_a_choice_that_is_found_by_typing_can_be_replaced() -> None:
    chat = asked(Kind.UNIT, found("Thạch Hà", "Thạch Lạc", sure=True))
    chat.say("1")
    edit(chat, "2")
    chat.say("thay")
    assert chat.value("cau") == 2
