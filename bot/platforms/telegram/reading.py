"""What somebody did in Telegram, as what was said. Pure."""

from dataclasses import dataclass, replace

from telegram import CallbackQuery, Contact, Document, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.conversation import documents, messages
from bot.conversation.messages import LISTED, ONCE, Incoming, Other, Place, Said
from bot.platforms.telegram.slimming import TAPPED

PLATFORM = "telegram"
MOST_BYTES = 20_000_000
"""The Bot API hands out no larger file."""
GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
THERE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
TELEGRAM_ITSELF = 777000
"""Passes on what a channel says to the group beside it."""
TOO_LARGE = "Ảnh này lớn quá 20 MB nên Trợ lý không tải được ạ. Xin gửi ảnh nhỏ hơn."
NOT_OWN = (
    "Đây là danh thiếp của người khác ạ. Xin bấm nút gửi số điện thoại của mình, "
    "hoặc gõ số điện thoại."
)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot: its name in our settings, and who it is in Telegram."""

    bot: str
    id: int = 0
    username: str = ""


def read(update: Update, me: Me) -> Incoming | None:
    """None: nothing to be answered."""
    if tap := update.callback_query:
        return _tapped(update, tap, me)
    if message := update.message or update.edited_message:
        return _message(update, message, me)
    if change := update.my_chat_member:
        before, after = change.old_chat_member.status, change.new_chat_member.status
        if after in THERE and before not in THERE and change.chat.type in GROUPS:
            return _incoming(update, me, change.from_user, Said("/start"), str(change.chat.id))
    return None


def moved(update: Update) -> tuple[str, str] | None:
    """The old and the new name of a group that became a supergroup, told in both of them."""
    if not (message := update.message):
        return None
    here = message.chat.id
    if new := message.migrate_to_chat_id:
        return str(here), str(new)
    if old := message.migrate_from_chat_id:
        return str(old), str(here)
    return None


def clean(text: str) -> str:
    """Without what a database cannot hold: NUL, and halves of a cut emoji."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _tapped(update: Update, tap: CallbackQuery, me: Me) -> Incoming | None:
    message = tap.api_kwargs.get(TAPPED) or {}
    said, tapped = Said(button=clean(tap.data or "")), str(message.get("message_id", ""))
    where = message.get("chat") or {}
    group = str(where["id"]) if where.get("type") in GROUPS else ""
    if not said.button or where.get("type") == ChatType.CHANNEL:
        return None
    return _incoming(update, me, tap.from_user, said, group, tapped)


def _incoming(
    update: Update, me: Me, who: User, said: Said, group: str = "", tapped: str = ""
) -> Incoming:
    key = str(update.update_id)
    return Incoming(PLATFORM, me.bot, key, str(who.id), said, tapped=tapped, group=group)


def _message(update: Update, message: Message, me: Me) -> Incoming | None:
    who = message.from_user
    if who is None or who.is_bot or who.id == TELEGRAM_ITSELF:
        return None
    edited = update.message is None
    if message.chat.type in GROUPS:
        text = None if edited else addressed(message, me)
        group = str(message.chat.id)
        return _incoming(update, me, who, Said(clean(text)), group) if text is not None else None
    said = _edited(message) if edited else _said(message, who, me)
    if said is None:
        return None
    incoming = _incoming(update, me, who, said)
    if said.document or not message.media_group_id:  # each list is a matter of its own
        return incoming
    return replace(incoming, album=message.media_group_id)


def _edited(message: Message) -> Said | None:
    """A live location is edited whenever its sender moves."""
    if message.location:
        return None
    return Said(clean(message.text or message.caption or ""), other=Other.EDITED)


def _said(message: Message, who: User, me: Me) -> Said | None:
    forwarded = message.forward_origin is not None
    if message.text is not None:
        return Said(clean(_for_us(message.text, me) or message.text), forwarded=forwarded)
    text = clean(message.caption or "")
    if message.photo:
        fits = [photo for photo in message.photo if (photo.file_size or 0) <= MOST_BYTES]
        if not fits:
            return Said(text, problem=TOO_LARGE, forwarded=forwarded)
        largest = max(fits, key=lambda photo: photo.width * photo.height)
        return Said(text, remote=(largest.file_id,), forwarded=forwarded)
    if message.document and not message.animation:
        return _document(message.document, text, forwarded)
    if message.contact:
        return _contact(message.contact, who)
    if message.location:
        place = Place(message.location.latitude, message.location.longitude)
        return Said(place=place, forwarded=forwarded)
    other = _other(message)
    return Said(text, other=other, forwarded=forwarded) if other else None


def _document(document: Document, text: str, forwarded: bool) -> Said:
    kind = document.mime_type or ""
    if documents.is_list(document.file_name or "", kind):
        return _list(document, text, forwarded)
    if not kind.startswith("image/") or kind == "image/svg+xml":
        return Said(text, other=Other.FILE, forwarded=forwarded)
    if (document.file_size or 0) > MOST_BYTES:
        return Said(text, problem=TOO_LARGE, forwarded=forwarded)
    return Said(text, remote=(ONCE + document.file_id,), forwarded=forwarded)


def _list(document: Document, text: str, forwarded: bool) -> Said:
    named = messages.Document(documents.short(clean(document.file_name or "")))
    said = Said(text, other=Other.FILE, forwarded=forwarded, document=named)
    if (document.file_size or 0) > documents.MOST_BYTES:
        return replace(said, problem=documents.TOO_LARGE)
    return replace(said, remote=(LISTED + document.file_id,))


def _contact(contact: Contact, who: User) -> Said:
    """Only Telegram says whose number it is; a forwarded one may be anybody's."""
    own = contact.user_id == who.id
    return Said(phone=contact.phone_number) if own else Said(problem=NOT_OWN)


def _other(message: Message) -> Other | None:
    """None: news of the chat itself, such as a pinned message."""
    if message.voice or message.audio or message.video_note:
        return Other.VOICE
    if message.sticker or message.dice:
        return Other.STICKER
    unread = message.effective_attachment or message.story or message.checklist
    return Other.FILE if unread else None


# -- groups ----------------------------------------------------------------------------------


def addressed(message: Message, me: Me) -> str | None:
    """What is said to the bot in a group: a command, an answer to it, or with its name."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        return _for_us(text, me)
    if (without := _without_name(message, text, me)) is not None:
        return without
    answered = message.reply_to_message
    ours = answered and answered.from_user and answered.from_user.id == me.id
    return text if ours and text else None


def _for_us(text: str, me: Me) -> str | None:
    """`/thongke@our_bot 2026` → `/thongke 2026`; None: a command for another bot."""
    head, space, rest = text.partition(" ")
    name, at, bot = head.partition("@")
    if not (at and text.startswith("/")):
        return text
    return f"{name}{space}{rest}" if bot.lower() == me.username.lower() else None


def _without_name(message: Message, text: str, me: Me) -> str | None:
    kinds = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    entities = message.entities if message.text else message.caption_entities
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        if entity.type not in kinds:
            continue
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        name = units[start:end].decode("utf-16-le", "replace")
        ours = entity.user.id == me.id if entity.user else name.lower() == f"@{me.username.lower()}"
        if ours:
            left = units[:start] + units[end:]
            return " ".join(left.decode("utf-16-le", "replace").split())
    return None
