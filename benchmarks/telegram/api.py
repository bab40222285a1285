"""A lean Bot API over bare HTTP: what it costs must not count as the bot's."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol
from urllib.parse import parse_qsl

import orjson

TOKEN = "123456789:AAHbenchmark"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
MOST_UPDATES, LONGEST, MOST_MESSAGES = 100, 50, 20_000
TRUE = {
    "answerCallbackQuery", "close", "deleteMessage", "deleteMyCommands", "deleteWebhook", "logOut",
    "sendChatAction", "setChatMenuButton", "setMyCommands", "setMyDescription", "setMyName",
    "setMyShortDescription", "setWebhook",
}  # fmt: skip
GIVEN: dict[str, Any] = {
    "getMe": BOT | {"can_join_groups": True, "can_read_all_group_messages": False,
                    "supports_inline_queries": False},
    "getMyDescription": {"description": ""},
    "getMyName": {"name": "Bench"},
    "getMyShortDescription": {"short_description": ""},
    "getChatMenuButton": {"type": "commands"},
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}  # fmt: skip
FORM_PART = re.compile(rb'name="?(\w+)"?\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
_updates, _messages = count(1), count(1)
"""They go on from run to run: a bot that knows an update already does nothing."""

Given = dict[str, Any]


class Answer(Protocol):
    def __call__(self, result: Any, delay: float = 0) -> None: ...


class Chat(Protocol):
    """Whoever reads what the bot writes to this chat."""

    def shown(self, message: Given) -> None: ...


@dataclass(slots=True)
class Api:
    """delay: seconds that every answer takes on its way back, but those of getUpdates: these wait
    for something to tell anyway. calls: all but getUpdates."""

    delay: float = 0.0
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[int, Given] = field(default_factory=dict)
    calls: int = 0
    waiting: list[Given] = field(default_factory=list)
    polling: Callable[[], None] | None = None
    due: bool = False

    def call(self, method: str, given: Given, answer: Answer) -> None:
        if method == "getUpdates":
            self.poll(given, answer)
            return
        self.calls += 1
        if method in TRUE:
            answer(True, self.delay)
        else:
            answer(GIVEN.get(method) or self.write(method, given), self.delay)

    def write(self, method: str, given: Given) -> Given | None:
        """None: there is no such method here."""
        if method not in ("sendMessage", "editMessageText", "editMessageReplyMarkup"):
            return None
        edited = method != "sendMessage"
        chat = int(given["chat_id"])
        number = int(given["message_id"]) if edited else next(_messages)
        message = self.messages.get(number) or self.message(number, chat)
        if "text" in given:
            message["text"] = given["text"]
        message.pop("reply_markup", None)
        keyboard = given.get("reply_markup") or {}
        keyboard = orjson.loads(keyboard) if isinstance(keyboard, str) else keyboard
        if keyboard.get("inline_keyboard"):
            message["reply_markup"] = keyboard
        self.messages[number] = message
        if len(self.messages) > MOST_MESSAGES:
            del self.messages[next(iter(self.messages))]
        if method != "editMessageReplyMarkup" and chat in self.chats:
            self.chats[chat].shown(message)
        return message

    def message(self, number: int, chat: int) -> Given:
        whose = {"id": chat, "type": "private", "first_name": "Lan"}
        now = int(time.time())
        return {"message_id": number, "from": BOT, "chat": whose, "date": now, "text": ""}

    def say(self, chat: int, text: str) -> None:
        sender = {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
        message = self.message(next(_messages), chat) | {"from": sender, "text": text}
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        self.push({"message": message})

    def tap(self, chat: int, message: Given, data: str) -> None:
        sender = {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
        number = next(_updates)
        query = {"id": str(number), "from": sender, "message": message, "data": data}
        self.push({"callback_query": query | {"chat_instance": str(chat)}}, number)

    def push(self, update: Given, number: int | None = None) -> None:
        self.waiting.append({"update_id": number or next(_updates), **update})
        if self.polling and not self.due:
            self.due = True
            asyncio.get_running_loop().call_soon(self.deliver)

    def deliver(self) -> None:
        self.due = False
        if self.polling:
            self.polling()

    def poll(self, given: Given, answer: Answer) -> None:
        """As Telegram does: what is below the offset is forgotten, and an empty queue waits."""
        self.deliver()  # a second poll ends the first
        offset = int(given.get("offset") or 0)
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        limit = min(int(given.get("limit") or MOST_UPDATES), MOST_UPDATES)
        patience = min(float(given.get("timeout") or 0), LONGEST)
        if self.waiting or not patience:
            answer(self.waiting[:limit])
            return

        def end() -> None:
            self.polling = None
            timer.cancel()
            answer(self.waiting[:limit])

        self.polling = end
        timer = asyncio.get_running_loop().call_later(patience, self.deliver)


class Line(asyncio.Protocol):
    """A connection of the bot: one request after the other."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        self.transport: asyncio.Transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return
        lower = head.lower()
        length = lower.partition(b"\ncontent-length:")[2].partition(b"\r")[0]
        if b"\ntransfer-encoding:" in lower:
            raise NotImplementedError("a request in chunks")
        if len(body) < int(length or 0):
            return
        self.buffer = b""
        path, _, query = head.split(b" ", 2)[1].decode().partition("?")
        given = dict(parse_qsl(query)) | content(lower, body)
        self.api.call(path.rpartition("/")[2], given, self.answer)

    def answer(self, result: Any, delay: float = 0) -> None:
        body = made(result)
        if delay:
            asyncio.get_running_loop().call_later(delay, self.send, body)
        else:
            self.send(body)

    def send(self, answer: bytes) -> None:
        with suppress(RuntimeError):  # the bot has hung up meanwhile
            self.transport.write(answer)


def made(result: Any) -> bytes:
    if result is None:
        return response(b"404 Not Found", {"ok": False, "error_code": 404, "description": "?"})
    return response(b"200 OK", {"ok": True, "result": result})


def content(head: bytes, body: bytes) -> Given:
    """What a request says, in any of the three ways Telegram takes it."""
    if not body:
        return {}
    if b"application/json" in head:
        found: Given = orjson.loads(body)
        return found
    if b"multipart/" in head:
        return {name.decode(): value.decode() for name, value in FORM_PART.findall(body)}
    return dict(parse_qsl(body.decode()))


def response(status: bytes, answer: Given) -> bytes:
    body = orjson.dumps(answer)
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(body),
        body,
    )
