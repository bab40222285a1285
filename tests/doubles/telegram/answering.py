"""Answers to taps and inline queries, and what the bot may ask about chats and files."""

from tests.doubles.telegram.entities import utf16
from tests.doubles.telegram.files import DOWNLOAD
from tests.doubles.telegram.groups import Group, member
from tests.doubles.telegram.markup import checked
from tests.doubles.telegram.sending import chat_of, open_chat
from tests.doubles.telegram.taps import Tap
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.wire import Json, Request, bad, forbidden, of_type

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
GIFTS = dict.fromkeys(
    (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ),
    True,
)


def asked(double: Telegram, request: Request, kind: str) -> Tap:
    tap = double.queries.get(request.text(f"{kind}_id"))
    if tap is None or tap.kind != kind or tap.answer is not None:
        raise bad(TOO_OLD)
    if double.now() - tap.at > double.query_lifetime:
        raise bad(TOO_OLD)
    return tap


def settle(double: Telegram, tap: Tap, answer: Json) -> bool:
    tap.answer, tap.answered_at = answer, double.now()
    tap.changed.ring()
    double.changed.ring()
    return True


def answer_callback_query(double: Telegram, request: Request) -> bool:
    text = request.text("text")
    if utf16(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if request.text("url"):
        raise bad("URL_INVALID")
    tap = asked(double, request, "callback_query")
    if text:
        tap.user.toasts.append(text)
    return settle(double, tap, {"text": text, "show_alert": request.flag("show_alert")})


def answer_inline_query(double: Telegram, request: Request) -> bool:
    results = of_type(request.json("results") or [], list, "results")
    if len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    ids = [str(each.get("id", "")) for each in results]
    if any(not 1 <= len(each.encode()) <= 64 for each in ids):
        raise bad("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    for each in results:
        checked(each.get("reply_markup"), private=True, inline_only=True)
    tap = asked(double, request, "inline_query")
    personal = request.flag("is_personal")
    return settle(double, tap, {"results": results, "is_personal": personal})


def get_file(double: Telegram, request: Request) -> Json:
    kept = double.files.by_id.get(request.text("file_id"))
    if kept is None:
        raise bad("invalid file_id")
    if kept.size > DOWNLOAD:
        raise bad("file is too big")
    names = ("file_id", "file_unique_id", "file_size")
    return {name: kept.body[name] for name in names} | {"file_path": kept.path}


def get_me(double: Telegram, request: Request) -> Json:
    about = {"can_join_groups": True, "can_read_all_group_messages": not double.privacy}
    more = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app")
    return {**double.me, **about, **dict.fromkeys(more, False), "supports_inline_queries": True}


def get_chat(double: Telegram, request: Request) -> Json:
    chat = chat_of(double, request)
    if not chat.private:
        open_chat(double, request)
    about = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    return {**chat.raw, **about}


def group_of(double: Telegram, request: Request) -> Group:
    chat = open_chat(double, request)
    if not isinstance(chat, Group):
        raise bad("there are no administrators in the private chat")
    return chat


def get_chat_member(double: Telegram, request: Request) -> Json:
    chat, number = open_chat(double, request), request.number("user_id")
    if number == double.me["id"]:
        return double.bot_as(chat.standing)
    user = double.users.get(number)
    if user is None:
        raise bad("user not found")
    if isinstance(chat, Group):
        return member(user.raw, chat.status(user))
    if user.chat is not chat:
        raise bad("member not found")
    return member(user.raw, "member")


def get_chat_administrators(double: Telegram, request: Request) -> list[Json]:
    chat = group_of(double, request)
    return [member(user.raw, chat.status(user)) for user in chat.admins]


def get_chat_member_count(double: Telegram, request: Request) -> int:
    chat = open_chat(double, request)
    return len(chat.members) + 1 if isinstance(chat, Group) else 2


def leave_chat(double: Telegram, request: Request) -> bool:
    chat = open_chat(double, request)
    if chat.private:
        raise forbidden("bot can't leave private chats")
    chat.standing = "left"
    chat.ring()
    return True


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getFile": get_file,
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
}
