"""What the double refuses to send, as Telegram does."""

from typing import Any

import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest, Forbidden

from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture


async def test_somebody_sees_what_the_bot_sends(bot: Bot, ha: User) -> None:
    sent = await bot.send_message(ha.id, "Chào <b>bác</b>", parse_mode="HTML")
    seen = await ha.hears()
    assert (seen.id, seen.text, seen.html) == (sent.message_id, "Chào bác", "Chào <b>bác</b>")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("<b> </b> ", "Text must be non-empty"),
        ("😀" * 2049, "Message is too long"),
        ("<b>", "Can't parse entities: can't find end tag"),
    ],
)
async def test_bad_texts_are_refused(bot: Bot, ha: User, text: str, why: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await bot.send_message(ha.id, text, parse_mode="HTML")


async def test_marks_do_not_count(bot: Bot, ha: User) -> None:
    await bot.send_message(ha.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await bot.send_photo(ha.id, picture(), caption="😀" * 512)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ha.id, picture(), caption="😀" * 513)


async def test_a_chat_must_exist_and_have_begun(bot: Bot, double: Telegram) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(99, "x")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(double.user().id, "x")


async def test_who_blocked_the_bot_or_is_gone_gets_nothing(bot: Bot, ha: User) -> None:
    ha.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ha.id, "x")
    ha.start()
    await bot.send_message(ha.id, "x")
    ha.deactivate()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_chat_action(ha.id, "typing")


async def test_a_reply_needs_its_message(bot: Bot, ha: User) -> None:
    sent = await bot.send_message(ha.id, "x", reply_parameters=ReplyParameters(1))
    assert sent.reply_to_message
    missing = ReplyParameters(77, allow_sending_without_reply=True)
    assert not (await bot.send_message(ha.id, "x", reply_parameters=missing)).reply_to_message
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ha.id, "x", reply_parameters=ReplyParameters(77))


async def test_photos_and_documents_arrive_byte_for_byte(bot: Bot, ha: User) -> None:
    await bot.send_photo(ha.id, picture(3), caption="ảnh")
    await bot.send_document(ha.id, b"PK..", filename="thống kê.xlsx")
    photo, file = await ha.hears(), await ha.hears()
    assert photo.photo == picture(3)
    assert file.document
    assert (file.document.name, file.document.data) == ("thống kê.xlsx", b"PK..")


async def test_a_known_photo_is_sent_again_by_its_id(bot: Bot, ha: User) -> None:
    sent = await bot.send_photo(ha.id, picture(3))
    assert sent.photo[-1].width == 640
    await bot.send_photo(ha.id, sent.photo[-1].file_id)
    assert ha.last.photo == picture(3)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(ha.id, "AgACkhong")
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(ha.id, sent.photo[-1].file_id)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"khong phai anh", "Image_process_failed"),
        (picture(0, 5000, 200), "Photo_invalid_dimensions"),
        (bytes(10 * 2**20 + 1), "is too big for a photo"),
        (b"", "File must be non-empty"),
    ],
)
async def test_bad_photos_are_refused(bot: Bot, ha: User, data: bytes, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.send_photo(ha.id, data)


async def test_an_album_has_two_to_ten_of_a_kind(bot: Bot, ha: User) -> None:
    photos = [InputMediaPhoto(picture(number)) for number in range(11)]
    sent = await bot.send_media_group(ha.id, photos[:3], caption="ba ảnh")
    assert len({message.media_group_id for message in sent}) == 1
    assert [m.photo for m in ha.chat.replies] == [picture(n) for n in range(3)]
    assert ha.chat.replies[0].text == "ba ảnh"
    mixed: Any = [photos[0], InputMediaDocument(b"x", filename="x")]
    for media in (photos[:1], photos, mixed):
        with pytest.raises(BadRequest, match=r"album|2-10|mixed"):
            await bot.send_media_group(ha.id, media)


async def test_files_of_people_can_be_fetched_up_to_20_mb(bot: Bot, ha: User) -> None:
    ha.send_photo(picture(5))
    ha.send_document(size=21 * 2**20)
    small, big = (await bot.get_updates())[1:]
    assert small.message
    assert big.message
    assert big.message.document
    file = await small.message.photo[-1].get_file()
    assert await file.download_as_bytearray() == picture(5)
    with pytest.raises(BadRequest, match="File is too big"):
        await big.message.document.get_file()
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("khong")


async def test_a_place_and_typing_are_shown(bot: Bot, ha: User) -> None:
    await bot.send_chat_action(ha.id, "typing")
    sent = await bot.send_location(ha.id, 18.4, 105.8)
    assert sent.location
    assert ha.chat.typing == ["typing"]
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(ha.id, "dancing")
