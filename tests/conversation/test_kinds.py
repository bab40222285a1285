"""How questions for choices and texts read what people say: taken, asked about, or explained."""

import pytest

from bot.conversation.form import Answers, Choice, Json, Kind
from tests.conversation.chat import asked, options

FIELDS = options("Kinh tế", "Văn hoá, xã hội", "An ninh - quốc phòng")


# -- choice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["1", "(1)", "một", "mot", "số 1", "Kinh tế", "KINH TE", "kinh tế ạ"]
)
def test_a_choice_by_number_or_words(said: str) -> None:
    chat = asked(Kind.CHOICE, options=FIELDS)
    chat.say(said)
    assert chat.value("cau") == "kinh tế"


@pytest.mark.parametrize("said", ["4", "0", "du lịch", "", "\u200b", "kinh " * 2000, "-1"])
def test_another_word_is_explained_and_the_choices_stand_there_again(said: str) -> None:
    chat = asked(Kind.CHOICE, options=FIELDS)
    assert "chưa rõ ý bà" in chat.say(said)
    assert chat.value("cau") is None
    assert len(chat.labels) == 3


def test_a_word_that_fits_two_choices_is_asked_about() -> None:
    chat = asked(Kind.CHOICE, options=options("Hội Nông dân", "Hội Phụ nữ"))
    assert "mục nào" in chat.say("hội")
    chat.say("2")
    assert chat.value("cau") == "hội phụ nữ"


def test_a_choice_may_be_answered_in_own_words_when_it_is_free() -> None:
    chat = asked(Kind.CHOICE, options=FIELDS, free=True, most=500)
    chat.say("cần thêm giống lúa mới")
    assert chat.value("cau") == "cần thêm giống lúa mới"


def test_own_words_are_offered_where_several_choices_fit() -> None:
    chat = asked(Kind.CHOICE, options=options("Vay vốn", "Vốn khác"), free=True, most=500)
    chat.say("vốn", "3")
    assert chat.value("cau") == "vốn"


def test_what_a_choice_has_to_say_is_said_once() -> None:
    chat = asked(Kind.CHOICE, options=(Choice("anqp", "An ninh", note="Xin giữ kín, {ac}."),))
    assert chat.say("1").startswith("Xin giữ kín, bà.")
    assert "Xin giữ kín" not in chat.say("quay lại")


# -- several choices -------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["1, 3", "1 3", "1 và 3", "kinh te; an ninh", "3,1", "1\n3\n1"])
def test_several_choices_in_one_message(said: str) -> None:
    chat = asked(Kind.MANY, options=FIELDS)
    chat.say(said)
    assert sorted(chat.value("cau")) == ["an ninh - quốc phòng", "kinh tế"]


@pytest.mark.parametrize("said", ["1, 9", "du lịch", "", "1, du lịch"])
def test_several_choices_of_which_one_is_none_are_explained(said: str) -> None:
    chat = asked(Kind.MANY, options=FIELDS)
    assert "1, 3" in chat.say(said)
    assert chat.value("cau") is None


def test_several_choices_are_tapped_on_and_off_until_done() -> None:
    chat = asked(Kind.MANY, options=FIELDS)
    chat.tap("Kinh tế")
    chat.tap("An ninh - quốc phòng")
    chat.tap("✓ Kinh tế")
    assert chat.value("cau") == ["an ninh - quốc phòng"]
    chat.say("xong")
    assert chat.draft.at == "sau"


def test_none_of_several_is_no_answer_where_one_is_needed() -> None:
    chat = asked(Kind.MANY, options=FIELDS)
    chat.tap("Kinh tế")
    chat.tap("✓ Kinh tế")
    assert "cần có" in chat.say("xong")


def test_a_tap_is_checked_like_a_typed_answer() -> None:
    def one_only(value: Json, answers: Answers, today: object) -> str:
        return "Chỉ chọn một thôi ạ." if len(value) > 1 else ""

    chat = asked(Kind.MANY, options=FIELDS, check=one_only)
    chat.tap("Kinh tế")
    assert "Chỉ chọn một" in chat.tap("An ninh - quốc phòng")
    assert chat.value("cau") == ["kinh tế"]


# -- text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  Nhà sạch,\u00a0vườn  đẹp ", "Nhà sạch, vườn đẹp"),
        ("Nha\u0300 sa\u0323ch", "Nhà sạch"),
        ("Nhà\u200b sạch\u202e", "Nhà sạch"),
        ("Nhà sạch\nvườn đẹp", "Nhà sạch vườn đẹp"),
        ("A < B & {ac} %s", "A < B & {ac} %s"),
    ],
)
def test_a_text_is_tidied_and_otherwise_left_alone(said: str, kept: str) -> None:
    chat = asked(Kind.TEXT, least=5, most=150)
    chat.say(said)
    assert chat.value("cau") == kept


def test_a_long_text_keeps_its_lines() -> None:
    chat = asked(Kind.TEXT, most=1500)
    chat.say("Dọn đường.\nTrồng hoa.")
    assert chat.value("cau") == "Dọn đường.\nTrồng hoa."


@pytest.mark.parametrize("said", ["", "abc", "\u200b\u200c\u2060", "  \n "])
def test_a_text_that_is_too_short_is_explained_with_the_example(said: str) -> None:
    chat = asked(Kind.TEXT, least=5, most=150, help="Ví dụ: Nhà sạch")
    assert "ghi thêm một chút ạ. Ví dụ: Nhà sạch" in chat.say(said)


def test_a_text_that_is_too_long_is_not_cut_without_asking() -> None:
    chat = asked(Kind.TEXT, most=1500)
    assert "dài 10.000 chữ cái, phiếu ghi được 1.500" in chat.say("trồng hoa " * 999 + "trồng hoa.")
    chat.say("1")
    assert 1400 < len(chat.value("cau")) <= 1500
    assert chat.value("cau").endswith(("trồng", "hoa"))


def test_a_text_that_is_too_long_may_be_written_again() -> None:
    chat = asked(Kind.TEXT, most=1500)
    chat.say("trồng hoa " * 1000, "không", "Trồng hoa hai bên đường")
    assert chat.value("cau") == "Trồng hoa hai bên đường"


def test_one_endless_word_loses_no_more_than_it_must() -> None:
    chat = asked(Kind.TEXT, most=150)
    chat.say("a " + "x" * 10_000, "1")
    assert len(chat.value("cau")) >= 75


@pytest.mark.parametrize("said", ["Huy", "huy", "huy ạ", "thoi"])
def test_a_name_that_could_mean_cancel_is_asked_about(said: str) -> None:
    chat = asked(Kind.TEXT, personal=True, least=2)
    assert f"muốn ghi tên {said} hay hủy phiếu?" in chat.say(said)
    chat.say("1")
    assert chat.value("cau") == said


def test_the_second_time_huy_is_asked_about_again_and_huy_with_its_accent_cancels() -> None:
    chat = asked(Kind.TEXT, personal=True, least=2)
    assert "hay hủy phiếu?" in chat.say("Huy", "Huy")
    chat.say("hủy")
    assert chat.draft.state == "cancelled"


@pytest.mark.parametrize("said", ["hủy", "huỷ", "Hủy bỏ", "cancel"])
def test_cancel_with_its_accents_is_no_name(said: str) -> None:
    chat = asked(Kind.TEXT, personal=True, least=2)
    chat.say(said)
    assert chat.draft.state == "cancelled"


def test_huy_is_no_name_where_no_person_is_asked_for() -> None:
    chat = asked(Kind.TEXT)
    chat.say("huy")
    assert chat.draft.state == "cancelled"


@pytest.mark.parametrize("said", ["ok", "không", "thêm", "có ạ"])
def test_a_word_that_was_hardly_meant_as_a_text_is_asked_about(said: str) -> None:
    chat = asked(Kind.TEXT, least=2)
    assert "ghi như thế này" in chat.say(said)
    assert chat.value("cau") is None
    chat.say("1")
    assert chat.value("cau") == said
