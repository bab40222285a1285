"""How questions for units and models read what people say."""

import pytest

from bot.conversation.form import Choice, Form, Found, Kind, Lookup
from tests.conversation.chat import Chat, asked, found, step

COMMUNES = ("Xã Thạch Hải", "Xã Thạch Hà", "Xã Thạch Đài")


def units(offered: Found, typed: Found, **rest: object) -> Chat:
    """A question for a unit: what is offered, and what is found for anything typed."""
    finds = {"places": lambda asked: typed if asked.text else offered}
    form = Form("mot", "Một câu", (step("cau", Kind.UNIT, offer="places", **rest), step("sau")))
    return Chat(form, finds)


# -- units -----------------------------------------------------------------------------------


def test_a_unit_by_its_number_among_those_offered() -> None:
    chat = units(found(*COMMUNES), Found())
    chat.say("2")
    assert chat.value("cau") == 2


@pytest.mark.parametrize("said", ["Xã Thạch Hà", "xa thach ha", "xã thạch hà ạ"])
def test_a_unit_by_the_name_that_is_offered(said: str) -> None:
    chat = units(found(*COMMUNES), Found())
    chat.say(said)
    assert chat.value("cau") == 2


def test_a_unit_that_is_not_offered_by_its_exact_name() -> None:
    chat = units(found(*COMMUNES), Found((Choice(9, "Xã Tượng Sơn"),), sure=True))
    chat.say("tuong son")
    assert chat.value("cau") == 9


def test_a_name_that_several_units_have_is_asked_about() -> None:
    four = ("Huyện Thạch Hà", "Xã Thạch Hà", "Thị trấn Thạch Hà", "Đảng bộ Thạch Hà")
    chat = units(Found(), found(*four, sure=True))
    assert "Có mấy nơi" in chat.say("thach ha")
    chat.say("3")
    assert chat.value("cau") == 3


def test_a_near_name_is_suggested_and_never_taken() -> None:
    chat = units(Found(), found("Xã Thạch Hải"))
    assert "Chưa thấy đúng tên" in chat.say("thach hay")
    assert chat.value("cau") is None
    chat.say("đúng")
    assert chat.value("cau") == 1


def test_part_of_the_name_of_an_offered_unit_is_not_taken_either() -> None:
    chat = units(found("Xã Thạch Lạc"), Found())
    chat.say("thạch")
    assert chat.value("cau") is None
    assert "Xã Thạch Lạc" in chat.labels


def test_an_offered_unit_and_a_found_one_of_the_same_name_are_asked_about() -> None:
    chat = units(found("Thạch Hà"), Found((Choice(9, "Thị trấn Thạch Hà"),), sure=True))
    chat.say("thạch hà")
    assert chat.labels[:2] == ["Thạch Hà", "Thị trấn Thạch Hà"]


def test_a_number_in_words_may_also_be_a_name() -> None:
    chat = units(found(*COMMUNES), Found((Choice(9, "Thôn Ba"),), sure=True))
    chat.say("ba")
    assert chat.labels[:2] == ["Xã Thạch Đài", "Thôn Ba"]


@pytest.mark.parametrize("sure", [True, False])
def test_a_name_nobody_knows_is_explained(sure: bool) -> None:
    chat = units(Found(), Found(sure=sure))
    assert "chưa tìm thấy tên này" in chat.say("Xã Không Đâu")


def test_a_free_name_is_kept_as_it_was_typed() -> None:
    chat = units(Found(), Found(), free=True)
    chat.say("Xóm Bãi Giữa")
    assert chat.value("cau") == "Xóm Bãi Giữa"


def test_a_free_name_stands_beside_the_suggestions() -> None:
    chat = units(Found(), found("Thôn Bãi Giữ"), free=True)
    chat.say("Thôn Bãi Giữa", "2")
    assert chat.value("cau") == "Thôn Bãi Giữa"


def test_a_free_name_that_is_too_long_is_not_cut_without_asking() -> None:
    chat = units(Found(), Found(), free=True)
    assert "phiếu ghi được 200" in chat.say("xóm bãi " * 100)


def test_several_units_are_collected_until_done() -> None:
    chat = units(found(*COMMUNES), Found(), several=True)
    chat.say("1")
    assert "Đang ghi: Xã Thạch Hải; Xã Thạch Đài" in chat.say("3")
    assert "đã ghi nơi này rồi" in chat.say("1")
    chat.say("xong")
    assert (chat.value("cau"), chat.draft.at) == ([1, 3], "sau")


def test_one_unit_more_than_the_most_is_said_not_to_be_kept() -> None:
    chat = units(found(*COMMUNES), Found(), several=True, most=2)
    assert "ghi được 2 nơi" in chat.say("1", "2", "3")
    assert chat.value("cau") == [1, 2]


def test_a_suggested_unit_joins_those_collected() -> None:
    chat = units(found(*COMMUNES), found("Xã Thạch Hải"), several=True)
    chat.say("3", "thach hay", "1", "xong")
    assert chat.value("cau") == [3, 1]


# -- initiatives -----------------------------------------------------------------------------


def test_an_initiative_brings_answers_along() -> None:
    one = Choice(7, "Nhà sạch (2025)", ("DVK-2025-0007",), {"sau": {"v": "A", "t": "A"}})
    chat = asked(Kind.INITIATIVE, Found((one,)))
    chat.say("dvk-2025-0007")
    assert (chat.value("cau"), chat.value("sau"), chat.draft.at) == (7, "A", "xem")


def test_initiatives_of_one_name_are_asked_about() -> None:
    chat = asked(Kind.INITIATIVE, found("Nhà sạch (A)", "Nhà sạch (B)", sure=True))
    assert "Có mấy mô hình" in chat.say("nhà sạch")


def test_values_of_any_kind_may_be_asked_about_in_a_lookup() -> None:
    value = [{"n": "45", "u": "ho"}]
    cau = step("b", Kind.UNIT, offer="x", about=("a",))
    assert hash(cau.lookup({"a": {"v": value, "t": ""}})) is not None
    assert cau.lookup({}) == Lookup("x", "", (None,))
