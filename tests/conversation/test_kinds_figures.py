"""How questions for sizes, dates and telephone numbers read what people say."""

import pytest

from bot.conversation.form import Kind
from bot.conversation.messages import Place, Said
from tests.conversation.chat import asked

# -- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("4.200 m2", "4.200 m²"),
        ("45 ho", "45 hộ"),
        ("khoảng năm trăm triệu", "500 triệu đồng"),
        ("4.200 m²; 45 hộ; 500 triệu", "4.200 m²; 45 hộ; 500 triệu đồng"),
        ("4.200 m2\n45 hộ", "4.200 m²; 45 hộ"),
    ],
)
def test_a_size_in_figures_or_words(said: str, words: str) -> None:
    chat = asked(Kind.QUANTITY)
    chat.say(said)
    assert chat.draft.answers["cau"]["t"] == words


def test_4200_with_a_comma_is_asked_about() -> None:
    chat = asked(Kind.QUANTITY)
    chat.say("4,200 m2")
    assert chat.labels == ["4.200 m²", "4,2 m²", "Không phải, để ghi lại"]
    chat.say("1")
    assert chat.value("cau") == [{"n": "4200", "u": "m2", "raw": "4,200 m2"}]


def test_a_size_asked_about_keeps_the_others_of_the_message() -> None:
    chat = asked(Kind.QUANTITY)
    chat.say("45 hộ; 4,200 m2", "2")
    assert chat.draft.answers["cau"]["t"] == "45 hộ; 4,2 m²"


def test_two_unclear_sizes_are_asked_about_together() -> None:
    chat = asked(Kind.QUANTITY)
    chat.say("4,200 m2; 3,500 kg")
    assert chat.labels[0] == "4.200 m²; 3.500 kg"
    chat.say("4")
    assert chat.draft.answers["cau"]["t"] == "4,2 m²; 3,5 kg"


def test_more_unclear_sizes_than_can_be_asked_about_are_explained() -> None:
    assert "ghi từng số" in asked(Kind.QUANTITY).say("3 sào; 4 sào; 5 sào")


@pytest.mark.parametrize("said", ["nhiều", "", "-5 hộ", "3 triệu mỗi tháng", "45 hộ " * 500])
def test_what_is_no_size_is_explained(said: str) -> None:
    chat = asked(Kind.QUANTITY)
    assert "ghi số kèm đơn vị" in chat.say(said)
    assert chat.value("cau") is None


# -- dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("15/3/2026", "2026-03-15"),
        ("hom qua", "2026-11-23"),
        ("tháng 3/2026", "2026-03"),
        ("quý I năm 2026", "2026-Q1"),
        ("6 thang dau nam 2026", "2026-H1"),
        ("2022", "2022"),
    ],
)
def test_a_date_of_any_precision(said: str, value: str) -> None:
    chat = asked(Kind.DATE)
    chat.say(said)
    assert chat.value("cau") == value


@pytest.mark.parametrize("yes", ["1", "đúng", "dung roi a", "ok"])
def test_a_guessed_date_is_confirmed(yes: str) -> None:
    chat = asked(Kind.DATE)
    assert "hiểu là tháng 3/2026, đúng không" in chat.say("tháng 3")
    chat.say(yes)
    assert chat.value("cau") == "2026-03"


def test_a_guess_that_is_wrong_is_asked_anew() -> None:
    chat = asked(Kind.DATE)
    chat.say("tháng 3", "không", "tháng 3/2025")
    assert chat.value("cau") == "2025-03"


def test_the_answer_to_a_guess_may_be_the_right_date_at_once() -> None:
    chat = asked(Kind.DATE)
    chat.say("tháng 3", "tháng 3/2025")
    assert chat.value("cau") == "2025-03"


@pytest.mark.parametrize("said", ["hôm nào đó", "31/2/2026", "mùng 3 Tết", "", "1" * 300])
def test_what_is_no_date_is_explained(said: str) -> None:
    assert "chưa hiểu thời gian này. Ví dụ:" in asked(Kind.DATE).say(said)


def test_a_check_comes_before_the_question_about_a_guess() -> None:
    chat = asked(Kind.DATE, check=lambda value, answers, today: "Xa quá ạ.")
    assert "Xa quá ạ." in chat.say("tháng 3")
    assert chat.draft.asking is None


# -- phone, photos, place --------------------------------------------------------------------


@pytest.mark.parametrize("said", ["0912 345 678", "+84 912.345.678", "0912345678 (anh Hà)"])
def test_a_phone_number(said: str) -> None:
    chat = asked(Kind.PHONE)
    chat.say(said)
    assert chat.draft.answers["cau"] == {"v": "+84912345678", "t": "0912 345 678"}


def test_a_shared_contact_is_a_phone_number() -> None:
    chat = asked(Kind.PHONE)
    chat.hear(Said(phone="+84912345678"))
    assert chat.value("cau") == "+84912345678"


@pytest.mark.parametrize("said", ["0123 456 7890", "012", "số của tôi", "", "0912345678" * 30])
def test_what_is_no_phone_number_is_explained(said: str) -> None:
    assert "di động có 10 chữ số" in asked(Kind.PHONE).say(said)


def test_photos_arrive_in_pieces_and_the_same_one_twice_is_one() -> None:
    chat = asked(Kind.PHOTOS, most=5)
    chat.hear(Said(photos=("a", "b")))
    assert "Đang ghi: 3 ảnh" in chat.hear(Said(photos=("b", "c", "c")))
    chat.say("xong")
    assert (chat.value("cau"), chat.draft.at) == (["a", "b", "c"], "sau")


def test_photos_beyond_the_most_are_said_not_to_be_kept() -> None:
    chat = asked(Kind.PHOTOS, most=3)
    chat.hear(Said(photos=("a", "b")))
    assert "chỉ giữ 3 ảnh; 2 ảnh sau không lưu" in chat.hear(Said(photos=("c", "d", "e")))
    assert chat.value("cau") == ["a", "b", "c"]


def test_words_beside_photos_are_said_not_to_be_kept_except_done() -> None:
    chat = asked(Kind.PHOTOS, most=3)
    assert "chưa ghi lời kèm ảnh" in chat.hear(Said(photos=("a",), text="đường hoa"))
    chat.hear(Said(photos=("b",), text="xong ạ"))
    assert chat.draft.at == "sau"


def test_a_word_is_no_photo() -> None:
    assert "gửi ảnh giúp" in asked(Kind.PHOTOS).say("ảnh đây")


def test_a_place_is_shared_or_described() -> None:
    shared, typed = asked(Kind.PLACE), asked(Kind.PLACE)
    shared.hear(Said(place=Place(18.3456789, 105.9)))
    typed.say("sau nhà văn hóa thôn")
    assert shared.value("cau") == {"lat": 18.345679, "lon": 105.9}
    assert typed.value("cau") == {"text": "sau nhà văn hóa thôn"}


@pytest.mark.parametrize("place", [Place(float("nan"), 105.9), Place(180.0, 105.9)])
def test_a_place_that_is_none_is_explained(place: Place) -> None:
    chat = asked(Kind.PLACE)
    assert "chia sẻ vị trí" in chat.hear(Said(place=place))
    assert chat.value("cau") is None


def test_a_description_of_a_place_is_not_cut_without_asking() -> None:
    chat = asked(Kind.PLACE)
    chat.say("đường liên thôn " * 40, "1")
    assert 100 < len(chat.value("cau")["text"]) <= 200
