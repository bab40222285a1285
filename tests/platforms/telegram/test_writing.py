"""A reply becomes the messages that Telegram takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import File, Option, Reply, Wanted
from bot.platforms.telegram.cutting import utf16_len
from bot.platforms.telegram.writing import CAPTION, TEXT, Message, compose, simpler
from tests.doubles.telegram.entities import parse_html

PHOTO, OTHER = "a" * 64, "b" * 64
SHEET = File("c" * 64, "thống kê.xlsx")


def one(reply: Reply, *, private: bool = True) -> Message:
    [message] = compose(reply, private=private)
    return message


def test_whatever_is_written_stays_text() -> None:
    assert one(Reply("A < B & <b>C</b>")).html == "A &lt; B &amp; &lt;b&gt;C&lt;/b&gt;"


@given(st.text(alphabet=st.sampled_from("ab <>&;\n🌾ữ"), max_size=60).filter(str.strip))
def test_telegram_reads_the_text_back(text: str) -> None:
    moments = {"ab": 1_790_000_000}
    message = one(Reply(text, moments=moments, code="🌾"))
    assert parse_html(message.html)[0] == message.plain == text


def test_a_moment_is_shown_in_the_reader_s_own_way() -> None:
    when = {"17:00 30/11/2026": 1_795_000_000}
    assert one(Reply("Hạn: 17:00 30/11/2026.", moments=when)).html == (
        'Hạn: <tg-time unix="1795000000" format="dt">17:00 30/11/2026</tg-time>.'
    )


def test_a_moment_shows_no_more_than_its_words() -> None:
    html = one(Reply("ngày 30/11/2026", moments={"30/11/2026": 1})).html
    assert 'format="d"' in html


def test_a_moment_that_stands_nowhere_or_is_none_marks_nothing() -> None:
    assert one(Reply("Hạn mai", moments={"30/11": 1, "": 2, "mai": -5})).html == "Hạn mai"


def test_the_code_can_be_copied_by_a_tap_on_it() -> None:
    assert "<code>DVK-2026-0042</code>" in one(Reply("Mã DVK-2026-0042", code="DVK-2026-0042")).html


@given(st.text(alphabet=st.sampled_from("a \n.🌾"), min_size=1, max_size=9000).filter(str.strip))
def test_long_text_is_several_messages(text: str) -> None:
    messages = compose(Reply(text, options=(Option("Có", "x"),)), private=True)
    assert all(0 < utf16_len(m.plain) <= TEXT and m.plain.strip() for m in messages)
    assert "".join("".join(m.plain for m in messages).split()) == "".join(text.split())
    assert [m.buttons for m in messages] == [False] * (len(messages) - 1) + [True]


def test_marks_of_a_later_piece_are_in_it() -> None:
    text = "x" * (TEXT - 2) + " DVK-2026-0042"
    first, last = compose(Reply(text, code="DVK-2026-0042"), private=True)
    assert "<code>" not in first.html
    assert last.html.strip() == "<code>DVK-2026-0042</code>"


def test_buttons_without_a_text_have_something_to_hang_on() -> None:
    assert one(Reply("", options=(Option("Có", "x"),))).plain == "…"


# -- pictures and files ----------------------------------------------------------------------


def test_a_picture_bears_text_and_buttons() -> None:
    message = one(Reply("Ngõ hoa", photos=(PHOTO,), options=(Option("Xem", "x"),)))
    assert (message.photos, message.plain, message.buttons) == ((PHOTO,), "Ngõ hoa", True)
    assert not message.editable


def test_a_caption_that_is_too_long_becomes_a_message() -> None:
    photo, text = compose(Reply("x" * (CAPTION + 1), photos=(PHOTO,)), private=True)
    assert (photo.photos, photo.plain, text.photos) == ((PHOTO,), "", ())


def test_several_pictures_are_an_album_before_the_text() -> None:
    photos = tuple(str(number) for number in range(13))
    ten, three, text = compose(Reply("Ảnh", photos=photos), private=True)
    assert (len(ten.photos), len(three.photos), text.plain) == (10, 3, "Ảnh")


def test_pictures_alone() -> None:
    assert compose(Reply("", photos=(PHOTO, OTHER)), private=True) == [
        Message(photos=(PHOTO, OTHER))
    ]


def test_a_document_comes_last_with_the_text() -> None:
    album, file = compose(Reply("Đây ạ", photos=(PHOTO, OTHER), file=SHEET), private=True)
    assert (album.photos, file.file, file.plain) == ((PHOTO, OTHER), SHEET, "Đây ạ")


def test_a_qr_is_shown_as_a_picture() -> None:
    assert one(Reply("Mã", file=File(PHOTO, "ma-qr.png", "image/png"))).photos == (PHOTO,)


# -- links -----------------------------------------------------------------------------------


def test_a_public_link_is_a_button() -> None:
    markup = one(Reply("Thẻ", link="https://danvan.example.vn/the/x")).markup
    assert markup
    assert markup["inline_keyboard"][0][0]["url"] == "https://danvan.example.vn/the/x"


def test_a_link_that_telegram_takes_for_no_button_is_a_line() -> None:
    message = one(Reply("Thẻ", link="http://localhost:8080/the/x"))
    assert (message.plain, message.markup) == ("Thẻ\nhttp://localhost:8080/the/x", None)


# -- the member's own keyboard ---------------------------------------------------------------


def test_the_phone_number_is_asked_for_with_a_button_and_words_beside_it() -> None:
    back = Option("Quay lại", "f:1:p:1:lui")
    markup = one(Reply("Số?", wanted=Wanted.PHONE, actions=(back,))).markup
    assert markup
    assert markup["keyboard"][0][0]["request_contact"]
    assert [button["text"] for button in markup["keyboard"][1]] == ["Quay lại"]


def test_the_place_likewise() -> None:
    markup = one(Reply("Ở đâu?", wanted=Wanted.PLACE)).markup
    assert markup
    assert markup["keyboard"][0][0]["request_location"]


def test_in_a_group_nobody_is_asked_for_it() -> None:
    reply = Reply("Số?", wanted=Wanted.PHONE, actions=(Option("Hủy", "x"),))
    assert one(reply, private=False).buttons


# -- when Telegram refuses -------------------------------------------------------------------

FULL = Message("a", "<b>a</b>", (PHOTO,), None, {"inline_keyboard": []})


@pytest.mark.parametrize(
    ("refusal", "left"),
    [
        ("can't parse entities: x", Message("a", "", (PHOTO,), None, FULL.markup)),
        ("wrong file identifier", Message("a", "<b>a</b>", (PHOTO,), None, FULL.markup, True)),
        ("BUTTON_DATA_INVALID", Message("a", "<b>a</b>", (PHOTO,))),
        ("PHOTO_INVALID_DIMENSIONS", Message("a", "<b>a</b>", (PHOTO,), None, FULL.markup, True)),
    ],
)
def test_what_is_left_after_a_refusal(refusal: str, left: Message) -> None:
    assert simpler(FULL, refusal) == left


@given(st.sampled_from(["can't parse entities", "file", "button", "?"]))
def test_it_ends(refusal: str) -> None:
    message: Message | None = FULL
    for _ in range(10):
        message = message and simpler(message, refusal)
    assert message is None
