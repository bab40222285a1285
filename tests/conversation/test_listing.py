"""A long list to tick in: its pages, numbers of the page shown, and all of it at once."""

import pytest

from bot.conversation.form import Kind
from tests.conversation.chat import Chat, asked, options

VILLAGES = options("Xóm Đông", "Xóm Tây", "Xóm Nam", "Xóm Bắc", "Xóm Giữa")
ALL = [c.value for c in VILLAGES]


def ticking() -> Chat:
    return asked(Kind.MANY, options=VILLAGES, page=2)


def test_a_page_at_a_time_and_how_many_there_are() -> None:
    chat = ticking()
    assert chat.labels == ["Xóm Đông", "Xóm Tây", "Xem tiếp", "Chọn tất cả"]
    assert "Có 5, đã chọn 0." in chat.reply.text


@pytest.mark.parametrize("said", ["3", "tiếp", "xem tiep", "Xem tiếp"])
def test_turning_the_page(said: str) -> None:
    chat = ticking()
    chat.say(said)
    assert chat.labels[:2] == ["Xóm Nam", "Xóm Bắc"]


def test_after_the_last_page_comes_the_first() -> None:
    chat = ticking()
    for _ in range(3):
        chat.tap("Xem tiếp")
    assert chat.labels[0] == "Xóm Đông"


def test_numbers_are_those_of_the_page_and_other_ticks_stay() -> None:
    chat = ticking()
    chat.tap("Xóm Tây")
    chat.tap("Xem tiếp")
    assert "đã chọn 3" in chat.say("1, 2")
    chat.say("xong")
    assert chat.value("cau") == ALL[1:4]


def test_a_name_of_another_page_is_found() -> None:
    chat = ticking()
    chat.say("xom giua", "xong")
    assert chat.value("cau") == ALL[4:]


@pytest.mark.parametrize("said", ["tất cả", "Tat ca", "chọn tất cả", "4"])
def test_all_of_it(said: str) -> None:
    chat = ticking()
    chat.say(said)
    assert chat.value("cau") == ALL
    assert chat.draft.at == "sau"


@pytest.mark.parametrize("said", ["tất cả trừ 1", "tat ca tru so 1", "tất cả trừ Xóm Đông"])
def test_all_but_some(said: str) -> None:
    chat = ticking()
    chat.say(said)
    assert chat.value("cau") == ALL[1:]


@pytest.mark.parametrize("said", ["tất cả trừ 9", "1, 5", "xóm"])
def test_what_is_on_no_page_is_explained(said: str) -> None:
    chat = ticking()
    assert "chưa rõ ý" in chat.say(said)
    assert chat.value("cau") is None


def test_a_short_list_has_one_page_and_ends_with_the_answer() -> None:
    chat = asked(Kind.MANY, options=VILLAGES, page=8)
    assert len(chat.labels) == len(ALL)
    chat.say("1, 3")
    assert chat.value("cau") == [ALL[0], ALL[2]]
    assert chat.draft.at == "sau"


def test_of_very_many_only_the_first_are_named() -> None:
    chat = asked(Kind.MANY, options=options(*(f"Xóm {n}" for n in range(100, 130))), page=8)
    chat.say("tất cả", "quay lại")
    assert "và 10 mục nữa" in chat.draft.answers["cau"]["t"]
