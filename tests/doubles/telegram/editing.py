"""Edits, deletions and reactions."""

from typing import Any

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.formatting import caption_of, text_of
from tests.doubles.telegram.markup import checked
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.sending import chat_of, medium, open_chat
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.wire import Json, Request, Upload, bad, of_type

DAYS_2 = 48 * 3600
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
CONTENT = ("text", "entities", "caption", "caption_entities", "photo", "document", "reply_markup")
CAPTIONED = {"photo", "document", "video", "voice", "audio", "animation"}
REACTIONS = set(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡"
    "🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
) | {"❤️", "✍️", "☃️", "👨‍💻", "🤷‍♂", "🤷", "🤷‍♀"}


def found(chat: Chat, request: Request, to: str) -> Message:
    """to: "edit", "delete" or "react"."""
    number = request.number("message_id")
    if not number:
        raise bad("message identifier is not specified")
    message = chat.every.get(number)
    if message is None or message.deleted:
        raise bad(f"message to {to} not found")
    return message


def editable(double: Telegram, request: Request) -> tuple[Chat, Message]:
    if request.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    chat = open_chat(double, request)
    message = found(chat, request, "edit")
    if message.mine or message.has_reply_keyboard:
        raise bad("message can't be edited")
    return chat, message


def edit(
    chat: Chat, message: Message, request: Request, new: Json, content: Upload | None = None
) -> Json:
    """new: what is there instead of all CONTENT but the buttons, which come with the request."""
    keyboard = request.json("reply_markup", "reply keyboard markup")
    markup = checked(keyboard, private=chat.private, inline_only=True)
    if markup:
        new = {**new, "reply_markup": markup}
    old = {key: message.raw[key] for key in CONTENT if key in message.raw}
    if new == old:
        raise bad(UNCHANGED)
    message.content = content or message.content
    head = {key: value for key, value in message.raw.items() if key not in CONTENT}
    chat.edited(message, {**head, **new})
    return message.raw


def kept(message: Message, *names: str) -> Json:
    return {name: message.raw[name] for name in names if name in message.raw}


def edit_message_text(double: Telegram, request: Request) -> Json:
    body = text_of(request)
    chat, message = editable(double, request)
    if "text" not in message.raw:
        raise bad("there is no text in the message to edit")
    return edit(chat, message, request, body)


def edit_message_caption(double: Telegram, request: Request) -> Json:
    body = caption_of(request)
    chat, message = editable(double, request)
    if not CAPTIONED & message.raw.keys():
        raise bad("there is no caption in the message to edit")
    return edit(chat, message, request, {**kept(message, *CAPTIONED), **body})


def edit_message_reply_markup(double: Telegram, request: Request) -> Json:
    chat, message = editable(double, request)
    return edit(chat, message, request, kept(message, *CONTENT[:-1]))


def edit_message_media(double: Telegram, request: Request) -> Json:
    chat, message = editable(double, request)
    media = of_type(request.json("media", "media"), dict, "media")
    body, content = medium(double, request, media)
    return edit(chat, message, request, body, content)


def deletable(double: Telegram, chat: Chat, message: Message) -> None:
    if double.now() - message.raw["date"] > DAYS_2:
        raise bad("message can't be deleted for everyone")
    if message.mine and not chat.private and chat.standing != "administrator":
        raise bad("message can't be deleted")


def delete_message(double: Telegram, request: Request) -> bool:
    chat = open_chat(double, request)
    message = found(chat, request, "delete")
    deletable(double, chat, message)
    message.deleted = True
    chat.ring()
    return True


def delete_messages(double: Telegram, request: Request) -> bool:
    """What is not there is skipped."""
    chat = open_chat(double, request)
    ids = of_type(request.json("message_ids"), list, "message_ids")
    if not 1 <= len(ids) <= 100:
        raise bad("too many message identifiers specified")
    for number in ids:
        if message := chat.every.get(int(number)):
            deletable(double, chat, message)
            message.deleted = True
    chat.ring()
    return True


def set_message_reaction(double: Telegram, request: Request) -> bool:
    chat = chat_of(double, request)
    message = found(chat, request, "react")
    wanted: list[Any] = request.json("reaction") or []
    emoji = [str(each.get("emoji")) for each in wanted if each.get("type") == "emoji"]
    if len(emoji) != len(wanted) or not set(emoji) <= REACTIONS:
        raise bad("REACTION_INVALID")
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    message.reactions = emoji
    chat.ring()
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
}
