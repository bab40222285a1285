"""A parcel to its chat: new messages, or the one there changed; what it makes obsolete closed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from telegram import InputFile, InputMediaPhoto
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from bot.conversation.host import Parcel, Sent
from bot.errors import SendError
from bot.platforms.telegram.keyboards import NO_KEYBOARD
from bot.platforms.telegram.lean import LeanBot
from bot.platforms.telegram.troubles import Floods, is_group, says, send_error
from bot.platforms.telegram.writing import Message, compose, simpler

log = logging.getLogger(__name__)

NO_PREVIEW = {"is_disabled": True}
THANKS = "Trợ lý đã nhận ạ."
LABEL = 256

Json = dict[str, Any]


@dataclass(slots=True)
class Progress:
    """Of a reply of several messages: those that are there need not be sent again."""

    parcel: Parcel
    left: list[Message]
    sent: Sent = field(default_factory=Sent)


@dataclass(slots=True)
class Sender:
    """spawn runs what nobody waits for."""

    bot: LeanBot
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    floods: Floods = field(default_factory=Floods)
    keyboards: set[str] = field(default_factory=set)
    """Chats where a keyboard of ours hides the member's letters."""
    _unfinished: dict[str, Progress] = field(default_factory=dict)

    async def send(self, parcel: Parcel) -> Sent:
        try:
            return await self._send(parcel)
        except TelegramError as problem:
            raise send_error(problem, parcel.chat, self.floods) from None
        except (KeyError, TypeError, ValueError) as problem:
            # Telegram took it, but answered something that python-telegram-bot cannot read.
            log.exception("chat %s: the answer cannot be read", parcel.chat)
            raise SendError(f"unreadable answer: {problem!r}", unsure=True) from None

    async def _send(self, parcel: Parcel) -> Sent:
        if parcel.reply.commands:
            return await self._set_commands(parcel)
        messages = compose(parcel.reply, private=not is_group(parcel.chat))
        sent = await self._edit(parcel, messages)
        if sent is None:
            sent = await self._post_all(parcel, messages)
        for old in {parcel.reply.edits, parcel.open} - {"", sent.message}:
            self.spawn(self._close(parcel, old))
        return sent

    async def _set_commands(self, parcel: Parcel) -> Sent:
        commands = [
            {"command": name, "description": label[:LABEL]} for name, label in parcel.reply.commands
        ]
        scope = {"type": "chat", "chat_id": parcel.chat}
        await self.bot.call("setMyCommands", commands=commands, scope=scope)
        return Sent(parcel.open, bool(parcel.open))  # what is open stays so

    # -- changing what is there ---------------------------------------------------------

    async def _edit(self, parcel: Parcel, messages: list[Message]) -> Sent | None:
        """None when it has to be a new message. Done twice it does no harm, so it is never
        unsure."""
        edits = parcel.reply.edits
        if not (edits and len(messages) == 1 and messages[0].editable):
            return None
        await self._give_letters_back(parcel.chat, [])
        message: Message | None = messages[0]
        while message:
            try:
                await self._change(parcel.chat, int(edits), message)
            except BadRequest as refusal:
                if says(refusal, "message is not modified"):
                    return Sent(edits, message.buttons)
                message = simpler(message, refusal.message)
            except TelegramError as problem:
                raise _harmless(send_error(problem, parcel.chat, self.floods)) from None
            else:
                return Sent(edits, message.buttons)
        return None

    async def _change(self, chat: str, message_id: int, message: Message) -> None:
        await self.bot.call(
            "editMessageText", chat_id=chat, message_id=message_id, **_text(message)
        )

    async def _close(self, parcel: Parcel, message: str) -> None:
        """Take the buttons off. Without a consequence if it fails: a stale button changes
        nothing."""
        chat = parcel.chat
        await parcel.turn()
        try:
            await self.bot.call("editMessageReplyMarkup", chat_id=chat, message_id=int(message))
        except (TelegramError, ValueError) as problem:
            log.debug("chat %s: message %s keeps its buttons: %s", chat, message, problem)

    # -- new messages ---------------------------------------------------------------------

    async def _post_all(self, parcel: Parcel, messages: list[Message]) -> Sent:
        under_way = self._unfinished.pop(parcel.chat, None)
        if under_way is None or under_way.parcel.reply != parcel.reply:
            under_way = Progress(parcel, await self._give_letters_back(parcel.chat, messages))
        self._unfinished[parcel.chat] = under_way
        while under_way.left:
            under_way.sent = await self._post(parcel, under_way.left[0], under_way.sent)
            del under_way.left[0]
            if under_way.left:
                await parcel.turn()
        del self._unfinished[parcel.chat]
        return under_way.sent

    async def _post(self, parcel: Parcel, message: Message, before: Sent) -> Sent:
        """As Telegram takes it, with less each time it refuses."""
        try:
            found, given = await self._give(parcel, message)
        except BadRequest as refusal:
            if (less := simpler(message, refusal.message)) is None:
                raise
            log.warning("chat %s: sent with less: %s", parcel.chat, refusal)
            return await self._post(parcel, less, before)
        if message.has_keyboard:
            self.keyboards.add(parcel.chat)
        remote = {**before.remote, **given}
        if not found:
            return replace(before, remote=remote)
        return Sent(str(found[-1]["message_id"]), message.buttons, remote)

    async def _give(self, parcel: Parcel, message: Message) -> tuple[list[Json], dict[str, str]]:
        """The messages there are now, and what Telegram calls the files it was given."""
        hashes = [message.file.hash] if message.file else list(message.photos)
        if not hashes:
            return await self._give_text(parcel.chat, message), {}
        media = {each: await self._media(parcel, message, each) for each in hashes}
        there = {each: one for each, one in media.items() if one is not None}
        if missing := media.keys() - there.keys():
            log.error("chat %s: files that are not there: %s", parcel.chat, ", ".join(missing))
        if any(isinstance(one, InputFile) for one in there.values()):
            self._show_upload(parcel.chat, message)
        found = await self._give_media(parcel.chat, message, there)
        new = [each for each, one in there.items() if isinstance(one, InputFile)]
        names = dict(zip(there, map(_name_of, found), strict=False))
        return found, {each: names[each] for each in new if names.get(each)}

    async def _give_text(self, chat: str, message: Message, **more: Any) -> list[Json]:
        if not message.plain:
            return []
        return [await self.bot.call("sendMessage", chat_id=chat, **_text(message), **more)]

    async def _give_media(
        self, chat: str, message: Message, media: dict[str, str | InputFile]
    ) -> list[Json]:
        if not media:
            return await self._give_text(chat, message)
        if len(media) > 1:
            album = [InputMediaPhoto(one) for one in media.values()]
            found: list[Json] = await self.bot.call("sendMediaGroup", chat_id=chat, media=album)
            return found
        [one] = media.values()
        method, name = ("sendDocument", "document") if message.file else ("sendPhoto", "photo")
        return [await self.bot.call(method, chat_id=chat, **{name: one}, **_caption(message))]

    async def _media(self, parcel: Parcel, message: Message, hash: str) -> str | InputFile | None:
        """What Telegram calls it, else its bytes; None when it is nowhere."""
        if (known := parcel.remote.get(hash)) and not message.anew:
            return known
        stored = parcel.files.get(hash)
        try:
            data = await asyncio.to_thread(Path(stored.path).read_bytes) if stored else b""
        except OSError as problem:
            log.error("file %s cannot be read: %s", hash, problem)
            data = b""
        if not (stored and data):
            return None
        name = message.file.name if message.file else stored.name
        return InputFile(data, filename=name, attach=len(message.photos) > 1)

    def _show_upload(self, chat: str, message: Message) -> None:
        action = ChatAction.UPLOAD_DOCUMENT if message.file else ChatAction.UPLOAD_PHOTO
        self.spawn(self.show(chat, action))

    async def show(self, chat: str, action: str = ChatAction.TYPING) -> None:
        """That something is being done. Not worth a second try."""
        await _quietly(self.bot.call("sendChatAction", chat_id=chat, action=action))

    # -- the member's own keyboard ----------------------------------------------------------

    async def _give_letters_back(self, chat: str, messages: list[Message]) -> list[Message]:
        """Take our keyboard away: with one of these messages, or with one that is gone at once,
        since a message with buttons of its own cannot do it."""
        if chat not in self.keyboards:
            return messages
        if any(message.has_keyboard for message in messages):
            return messages
        self.keyboards.discard(chat)
        for place, message in enumerate(messages):
            if message.markup is None and len(message.photos) < 2:
                there = replace(message, markup=NO_KEYBOARD)
                return [*messages[:place], there, *messages[place + 1 :]]
        self.spawn(_quietly(self._wipe(chat)))
        return messages

    async def _wipe(self, chat: str) -> None:
        words = Message(THANKS, markup=NO_KEYBOARD)
        [sent] = await self._give_text(chat, words, disable_notification=True)
        await self.bot.call("deleteMessage", chat_id=chat, message_id=sent["message_id"])


def _text(message: Message) -> Json:
    return {
        "text": message.html or message.plain,
        "parse_mode": "HTML" if message.html else None,
        "link_preview_options": NO_PREVIEW,
        "reply_markup": message.markup,
    }


def _caption(message: Message) -> Json:
    return {
        "caption": message.html or message.plain or None,
        "parse_mode": "HTML" if message.html else None,
        "reply_markup": message.markup,
    }


def _harmless(error: SendError) -> SendError:
    error.unsure = False
    return error


def _name_of(message: Json) -> str:
    """What Telegram calls the file of a message."""
    sizes = message.get("photo") or [message.get("document") or {}]
    return str(sizes[-1].get("file_id", ""))


async def _quietly(call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as problem:
        log.debug("left undone: %s", problem)
