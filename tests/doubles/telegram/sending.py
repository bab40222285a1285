"""sendMessage and its like."""

from typing import Any

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.files import Kept
from tests.doubles.telegram.formatting import caption_of, text_of
from tests.doubles.telegram.markup import checked
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.wire import Json, Request, Upload, bad, forbidden, of_type

ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
PLACES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


def chat_of(double: Telegram, request: Request) -> Chat:
    """Known to Telegram; whether the bot may write there is another question."""
    name = request.text("chat_id")
    if not name:
        raise bad("chat_id is empty")
    chat = double.chats.get(int(name)) if name.removeprefix("-").isdigit() else None
    if chat is None:
        raise bad("chat not found")
    return chat


def open_chat(double: Telegram, request: Request) -> Chat:
    """A chat that the bot may write to."""
    chat = chat_of(double, request)
    if chat.migrated_to:
        to = chat.migrated_to
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.private and chat.standing != "member":
        why = "bot was blocked by the user" if chat.standing == "kicked" else STRANGER
        raise forbidden(why)
    if chat.standing not in {"member", "administrator"}:
        was = (
            "bot was kicked from the" if chat.standing == "kicked" else "bot is not a member of the"
        )
        raise forbidden(f"{was} {PLACES[chat.raw['type']]}")
    return chat


STRANGER = "bot can't initiate conversation with a user"


def replied(chat: Chat, request: Request) -> Json:
    """The message that this one answers."""
    given = request.json("reply_parameters", "reply parameters")
    if not given and not request.params.get("reply_to_message_id"):
        return {}
    given = given or {"message_id": request.number("reply_to_message_id")}
    if "message_id" not in of_type(given, dict, "reply_parameters"):
        raise bad('can\'t find field "message_id"')
    found = chat.every.get(int(given["message_id"]))
    if found and not found.deleted:
        return {"reply_to_message": found.quoted}
    if given.get("allow_sending_without_reply") or request.flag("allow_sending_without_reply"):
        return {}
    raise bad("message to be replied not found")


def sender(double: Telegram, chat: Chat) -> Json:
    return {"sender_chat": chat.raw} if chat.raw["type"] == "channel" else {"from": double.me}


def deliver(
    double: Telegram, chat: Chat, request: Request, body: Json, content: Upload | None = None
) -> Message:
    keyboard = request.json("reply_markup", "reply keyboard markup")
    markup = checked(keyboard, private=chat.private)
    body = {**sender(double, chat), **body, **replied(chat, request)}
    if markup and "inline_keyboard" in markup:
        body["reply_markup"] = markup
    if request.flag("protect_content"):
        body["has_protected_content"] = True
    message = chat.add(body, mine=False, content=content)
    if markup and "inline_keyboard" not in markup:
        chat.reply_keyboard = markup if "keyboard" in markup else None
        message.has_reply_keyboard = True
    return message


def send_message(double: Telegram, request: Request) -> Json:
    body = text_of(request)
    return deliver(double, open_chat(double, request), request, body).raw


def send_location(double: Telegram, request: Request) -> Json:
    latitude, longitude = request.real("latitude"), request.real("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    place = {"latitude": latitude, "longitude": longitude}
    return deliver(double, open_chat(double, request), request, {"location": place}).raw


def photo_body(double: Telegram, given: Upload | Kept) -> tuple[Json, Upload]:
    if isinstance(given, Upload):
        kept, sizes = double.files.sent_photo(given)
        return {"photo": sizes}, kept.content
    if given.kind != "photo":
        raise bad(f"can't use file of type {given.kind.capitalize()} as Photo")
    return {"photo": [given.body]}, given.content


def document_body(double: Telegram, given: Upload | Kept) -> tuple[Json, Upload]:
    if isinstance(given, Kept):
        if given.kind == "photo":
            raise bad("can't use file of type Photo as Document")
        return {given.kind: given.body}, given.content
    about: Json = {"file_name": given.name, "mime_type": given.mime}
    return {"document": double.files.keep("document", given, **about).body}, given


MEDIA = {"photo": photo_body, "document": document_body}


def send_file(double: Telegram, request: Request, kind: str) -> Json:
    chat = open_chat(double, request)
    caption = caption_of(request)
    body, content = MEDIA[kind](double, double.files.given(request, kind))
    return deliver(double, chat, request, {**body, **caption}, content).raw


def send_photo(double: Telegram, request: Request) -> Json:
    return send_file(double, request, "photo")


def send_document(double: Telegram, request: Request) -> Json:
    return send_file(double, request, "document")


def send_media_group(double: Telegram, request: Request) -> list[Json]:
    chat = open_chat(double, request)
    media = of_type(request.json("media", "media"), list, "media")
    if len(media) > 10:
        raise bad("too much messages to send as an album")
    if len(media) < 2:
        raise bad("media must include 2-10 items")
    if len({each.get("type") for each in media}) > 1:
        raise bad("documents can't be mixed with other media types")
    name = str(double.random.randrange(1 << 50))
    ready = [medium(double, request, each) for each in media]
    return [
        deliver(double, chat, request, {**body, "media_group_id": name}, content).raw
        for body, content in ready
    ]


def medium(double: Telegram, request: Request, each: Any) -> tuple[Json, Upload]:
    """One InputMedia, with its caption."""
    kind = of_type(each, dict, "media").get("type")
    if kind not in MEDIA:
        raise bad("type must be one of photo, document (this double knows no others)")
    given = double.files.given(request, "media", of_type(each.get("media"), str, "media"))
    body, content = MEDIA[kind](double, given)
    return {**body, **caption_of(Request(request.method, each))}, content


def send_chat_action(double: Telegram, request: Request) -> bool:
    chat, action = open_chat(double, request), request.text("action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append((double.now(), action))
    chat.ring()
    return True


METHODS = {
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
