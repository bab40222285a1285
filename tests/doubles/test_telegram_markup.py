"""Keyboards that Telegram takes, and those it refuses."""

import pytest
from telegram import Bot, CopyTextButton, KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Rows
from telegram.error import BadRequest

from tests.doubles.conftest import refusal
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram


def data(length: int) -> Button:
    return Button("x", callback_data="x" * length)


GOOD = [
    [data(64)],
    [Button("x", copy_text=CopyTextButton("x" * 256))],
    [Button("x", callback_data="x", style="success")],
    [Button("x", url="https://t.me/DanVanKheoThuBot?start=a")],
    [data(1)] * 8,
]
BAD = {
    "Button_data_invalid": [[data(65)], [Button("x", callback_data="đ" * 33)]],
    "Text buttons are unallowed": [[Button("x")], [data(0)]],
    "text must be non-empty": [[Button("", callback_data="x")]],
    "Button_copy_text_invalid": [
        [Button("x", copy_text=CopyTextButton("x" * 257))],
        [Button("x", copy_text=CopyTextButton(""))],
    ],
    "Wrong http url": [[Button("x", url="khong")]],
    "Unsupported url protocol": [[Button("x", url="ftp://a.vn")]],
    "style": [[Button("x", callback_data="x", style="xanh")]],
    "Reply markup is too long": [[data(1)] * 9],
    "exactly one action": [[Button("x", callback_data="x", url="https://a.vn")]],
}


@pytest.mark.parametrize("row", GOOD)
async def test_good_buttons_are_taken(bot: Bot, ha: User, row: list[Button]) -> None:
    await bot.send_message(ha.id, "x", reply_markup=Rows([row]))
    assert ha.last.buttons == ["x"] * len(row)


@pytest.mark.parametrize(("why", "row"), [(why, row) for why in BAD for row in BAD[why]])
async def test_bad_buttons_are_refused(bot: Bot, ha: User, why: str, row: list[Button]) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await bot.send_message(ha.id, "x", reply_markup=Rows([row]))
    assert not ha.chat.replies


async def test_a_hundred_buttons_are_the_most(bot: Bot, ha: User) -> None:
    await bot.send_message(ha.id, "x", reply_markup=Rows([[data(1)] * 4] * 25))
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(ha.id, "x", reply_markup=Rows([[data(1)] * 4] * 25 + [[data(1)]]))


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("không phải JSON", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [[{"callback_data": "x"}]]},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"keyboard": [["x"]], "one_time_keyboard": "có"},
            'field "one_time_keyboard" must be of type Boolean',
        ),
    ],
)
async def test_what_is_no_keyboard_is_refused(
    double: Telegram, ha: User, markup: object, why: str
) -> None:
    sent = {"chat_id": ha.id, "text": "x", "reply_markup": markup}
    assert await refusal(double, "sendMessage", **sent) == f"Bad Request: {why}"


def asking() -> ReplyKeyboardMarkup:
    keys = [
        [KeyboardButton("Gửi số", request_contact=True)],
        [KeyboardButton("Gửi chỗ", request_location=True), KeyboardButton("Thôi")],
    ]
    return ReplyKeyboardMarkup(keys, one_time_keyboard=True)


async def test_keys_send_what_they_ask_for(bot: Bot, ha: User) -> None:
    for label in ("Gửi số", "Gửi chỗ", "Thôi"):
        await bot.send_message(ha.id, "Mời bác", reply_markup=asking())
        ha.tap_key(label)
        assert ha.keyboard == []
    contact, place, text = (update.message for update in (await bot.get_updates())[1:])
    assert contact
    assert contact.contact
    assert (contact.contact.user_id, contact.contact.phone_number) == (ha.id, ha.phone)
    assert place
    assert place.location
    assert text
    assert text.text == "Thôi"


async def test_numbers_and_places_are_asked_for_in_private_alone(
    bot: Bot, double: Telegram
) -> None:
    group = double.group("Chi hội", double.user())
    with pytest.raises(BadRequest, match="Phone number can be requested in private chats only"):
        await bot.send_message(group.id, "x", reply_markup=asking())
    keys = [[KeyboardButton("x", request_location=True)]]
    with pytest.raises(BadRequest, match="Location can be requested in private chats only"):
        await bot.send_message(group.id, "x", reply_markup=ReplyKeyboardMarkup(keys))


async def test_the_reply_keyboard_can_be_taken_away(bot: Bot, ha: User) -> None:
    await bot.send_message(ha.id, "x", reply_markup=ReplyKeyboardMarkup([["Một", "Hai"]]))
    await bot.send_message(ha.id, "x")
    assert ha.keyboard == [["Một", "Hai"]]
    await bot.send_message(ha.id, "x", reply_markup=ReplyKeyboardRemove())
    assert ha.keyboard == []


async def test_a_copy_button_copies(bot: Bot, ha: User) -> None:
    button = Button("Chép mã", copy_text=CopyTextButton("DVK-2026-0042"))
    await bot.send_message(ha.id, "Đã nhận", reply_markup=Rows([[button]]))
    ha.tap("Chép mã")
    assert ha.clipboard == "DVK-2026-0042"
    assert len(await bot.get_updates()) == 1


async def test_a_missing_button_shows_the_chat(bot: Bot, ha: User) -> None:
    await bot.send_message(ha.id, "Mời bác chọn", reply_markup=Rows([[data(1)]]))
    with pytest.raises(AssertionError, match=r"no button “Gửi” in\n(.|\n)*Mời bác chọn\n    x"):
        ha.tap("Gửi")
