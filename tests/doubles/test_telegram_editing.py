"""Edits, deletions and taps: what the double lets the bot change."""

import pytest
from telegram import Bot, InputMediaPhoto, Message, ReplyKeyboardMarkup
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Rows
from telegram.error import BadRequest

from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture

YES = Rows([[Button("Có", callback_data="c:1")], [Button("Không", callback_data="k:1")]])


@pytest.fixture
async def asked(bot: Bot, ha: User) -> Message:
    """Hà was asked, and has not seen it yet."""
    return await bot.send_message(ha.id, "Gửi nhé?", reply_markup=YES)


async def test_an_edit_takes_the_buttons_away(asked: Message, ha: User) -> None:
    await asked.edit_text("Đã gửi")
    assert await ha.hears() is await ha.hears()
    assert (ha.last.text, ha.last.rows, ha.last.edits) == ("Đã gửi", [], 1)


async def test_an_edit_that_changes_nothing_is_refused(asked: Message) -> None:
    with pytest.raises(BadRequest, match="Message is not modified"):
        await asked.edit_text("Gửi nhé?", reply_markup=YES)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await asked.edit_reply_markup(YES)
    await asked.edit_reply_markup(None)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await asked.edit_reply_markup(None)


async def test_the_text_stays_when_buttons_are_edited(asked: Message, ha: User) -> None:
    await asked.edit_reply_markup(Rows([[Button("Lại", callback_data="l")]]))
    assert (ha.last.text, ha.last.rows) == ("Gửi nhé?", [["Lại"]])


async def test_only_own_messages_that_are_there_can_be_edited(
    bot: Bot, asked: Message, ha: User
) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", ha.id, 99)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", ha.id, 1)
    await asked.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await asked.edit_text("x")
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await asked.delete()


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot, ha: User) -> None:
    sent = await bot.send_message(ha.id, "x", reply_markup=ReplyKeyboardMarkup([["Một"]]))
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await sent.edit_text("y")
    assert ha.keyboard == [["Một"]]


async def test_inline_buttons_alone_go_with_an_edit(bot: Bot, asked: Message) -> None:
    keyboard = ReplyKeyboardMarkup([["Một"]])
    with pytest.raises(BadRequest, match="Inline keyboard expected"):
        await bot.edit_message_text("y", asked.chat_id, asked.id, reply_markup=keyboard)  # type: ignore[arg-type]


async def test_captions_and_photos_are_edited_as_such(bot: Bot, ha: User) -> None:
    sent = await bot.send_photo(ha.id, picture(1), caption="một")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await sent.edit_text("hai")
    await sent.edit_caption("hai")
    assert (ha.last.text, ha.last.photo) == ("hai", picture(1))
    await sent.edit_media(InputMediaPhoto(picture(2), caption="ba"))
    assert (ha.last.text, ha.last.photo, ha.last.edits) == ("ba", picture(2), 2)


async def test_a_text_has_no_caption(asked: Message) -> None:
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await asked.edit_caption("x")


async def test_after_two_days_nothing_is_deleted(asked: Message, double: Telegram) -> None:
    then = double.now()
    double.now = lambda: then + 49 * 3600
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await asked.delete()


async def test_a_tap_is_answered_once(bot: Bot, asked: Message, ha: User) -> None:
    tap = ha.tap("Có")
    [_, update] = await bot.get_updates()
    assert update.callback_query
    assert update.callback_query.data == "c:1"
    assert update.callback_query.message == asked
    await update.callback_query.answer("Cảm ơn bác", show_alert=True)
    assert (await tap.answered())["show_alert"]
    assert ha.toasts == ["Cảm ơn bác"]
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer()


async def test_an_old_or_unknown_tap_cannot_be_answered(
    bot: Bot, asked: Message, ha: User, double: Telegram
) -> None:
    tap, then = ha.tap("Có"), double.now()
    with pytest.raises(BadRequest, match="query id is invalid"):
        await bot.answer_callback_query("77")
    double.now = lambda: then + 31
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(tap.id)


async def test_a_toast_takes_200_characters(bot: Bot, asked: Message, ha: User) -> None:
    tap = ha.tap("Có")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(tap.id, "x" * 201)


async def test_taps_can_be_forged_and_come_from_messages_out_of_sight(
    bot: Bot, asked: Message, ha: User
) -> None:
    ha.tap_data("x:đổi", ha.last)
    ha.tap_data("c:1", ha.last, inaccessible=True)
    forged, old = (await bot.get_updates())[1:]
    assert forged.callback_query
    assert forged.callback_query.data == "x:đổi"
    assert old.callback_query
    assert old.callback_query.message
    assert not old.callback_query.message.is_accessible


async def test_reactions_are_of_the_known_kind(bot: Bot, asked: Message, ha: User) -> None:
    await bot.set_message_reaction(ha.id, 1, "👍")
    assert ha.messages[0].reactions == ["👍"]
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(ha.id, 1, "🍜")
