"""Playing by hand: the JSON API of people."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from telegram import Bot
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Rows

from tests.doubles.telegram.console import act
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture


@pytest.fixture
async def hand(double: Telegram) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://127.0.0.1:{double.port}") as session:
        yield session


async def chat(hand: ClientSession) -> Any:
    async with hand.get("/sim/chat", params={"user": "Hồ Hà"}) as answer:
        return await answer.json()


async def post(hand: ClientSession, act: str, **body: object) -> tuple[int, Any]:
    async with hand.post(f"/sim/{act}", json={"user": "Hồ Hà", **body}) as answer:
        return answer.status, await answer.json()


async def test_saying_tapping_and_looking(hand: ClientSession, bot: Bot) -> None:
    _, seen = await post(hand, "say", text="chào")
    await bot.send_message(
        seen["user"], "Chào bác", reply_markup=Rows([[Button("Đăng ký", callback_data="d")]])
    )
    await post(hand, "tap", label="Đăng ký")
    said, tapped = await bot.get_updates()
    assert said.message
    assert said.message.text == "chào"
    assert tapped.callback_query
    assert tapped.callback_query.data == "d"
    assert [m["text"] for m in (await chat(hand))["messages"]] == ["chào", "Chào bác"]


async def test_what_cannot_be_tapped_is_said(hand: ClientSession) -> None:
    status, answer = await post(hand, "tap", label="Gửi")
    assert (status, answer["error"]) == (400, "no button “Gửi” in\n(nothing)")
    assert (await post(hand, "bay"))[0] == 404


async def test_a_photo_is_uploaded(hand: ClientSession, bot: Bot) -> None:
    form = FormData({"user": "Hồ Hà", "caption": "ảnh"})
    form.add_field("photo", picture(9), filename="a.jpg")
    async with hand.post("/sim/photo", data=form) as answer:
        assert (await answer.json())["messages"][0]["photo"]
    [update] = await bot.get_updates()
    assert update.message
    file = await update.message.photo[-1].get_file()
    assert await file.download_as_bytearray() == picture(9)


async def test_lines_of_the_console(double: Telegram) -> None:
    ha = double.user("Hồ Hà")
    assert act(double, ha, "chào") is ha
    act(double, ha, "+ ảnh")
    act(double, ha, "! Không có")
    be = act(double, ha, "@Lê Bé")
    assert [message.text for message in ha.messages] == ["chào", "ảnh"]
    assert be.raw["last_name"] == "Bé"
