"""aiogram with its FSM, whose storage writes every step through SQLAlchemy."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.telegram import usual
from benchmarks.telegram.usual import QUESTIONS, Draft, Sessions

STATES = [State(key, group_name="form") for key, _, _ in QUESTIONS]
LAST = len(QUESTIONS) - 1


class DatabaseStorage(BaseStorage):
    """One row per chat, written once per step: with the data, which is set after the state. Read
    from memory but for the first time: the kindest way to use this interface."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.known: dict[int, dict[str, Any]] = {}

    async def record(self, key: StorageKey) -> dict[str, Any]:
        if key.chat_id not in self.known:
            async with self.sessions() as session:
                row = await session.get(Draft, key.chat_id)
            self.known[key.chat_id] = dict(row.answers) if row else {"state": None, "data": {}}
        return self.known[key.chat_id]

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        (await self.record(key))["state"] = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        state: str | None = (await self.record(key))["state"]
        return state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        record = await self.record(key)
        record["data"] = dict(data)
        now = datetime.now(UTC)
        async with self.sessions.begin() as session:
            await session.merge(Draft(chat_id=key.chat_id, answers=dict(record), changed_at=now))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict((await self.record(key))["data"])

    async def close(self) -> None:
        """The engine ends with the process."""


def keyboard(number: int) -> InlineKeyboardMarkup | None:
    key, _, labels = QUESTIONS[number]
    rows = [[InlineKeyboardButton(text=t, callback_data=f"{key}:{t}")] for t in labels]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(STATES[0])
    await state.set_data({})
    await message.answer(usual.asked(0, {}), reply_markup=keyboard(0))


async def typed(message: Message, state: FSMContext, raw_state: str) -> None:
    key = raw_state.partition(":")[2]
    number = next(n for n, question in enumerate(QUESTIONS) if question[0] == key)
    await state.set_state(STATES[number + 1])
    answers = await state.update_data({key: message.text})
    text = usual.asked(number + 1, answers)
    await message.answer(text, reply_markup=keyboard(number + 1))


async def tapped(query: CallbackQuery, state: FSMContext, raw_state: str) -> None:
    await query.answer()
    key = raw_state.partition(":")[2]
    number = next(n for n, question in enumerate(QUESTIONS) if question[0] == key)
    await state.set_state(STATES[number + 1])
    answers = await state.update_data({key: (query.data or "").partition(":")[2]})
    assert isinstance(query.message, Message)
    text = usual.asked(number + 1, answers)
    await query.message.edit_text(text, reply_markup=keyboard(number + 1))


async def send(query: CallbackQuery, state: FSMContext, sessions: Sessions) -> None:
    """The draft's row goes with the report, in one transaction."""
    assert isinstance(query.message, Message)
    await query.answer()
    await usual.sent(sessions, query.message.chat.id)
    await state.set_state(None)
    await query.message.edit_text(usual.DONE)


async def main() -> None:
    token, api, database = usual.command_line()
    sessions = await usual.opened(database)
    dispatcher = Dispatcher(storage=DatabaseStorage(sessions), sessions=sessions)
    dispatcher.message.register(start, Command("dangky"))
    for state, (key, _, labels) in zip(STATES[:LAST], QUESTIONS, strict=False):
        if labels:
            dispatcher.callback_query.register(tapped, state, F.data.startswith(f"{key}:"))
        else:
            dispatcher.message.register(typed, state, F.text)
    dispatcher.callback_query.register(send, STATES[LAST], F.data == "gui:Gửi")
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    await dispatcher.start_polling(Bot(token, session=session))


if __name__ == "__main__":
    asyncio.run(main())
