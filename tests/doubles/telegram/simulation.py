"""The side of people as a small JSON API, for playing by hand."""

from aiohttp import web

from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture
from tests.doubles.telegram.wire import Json, Upload, answer, read


def person(double: Telegram, name: str) -> User:
    """By number or by name; a new name is a new person."""
    for user in double.users.values():
        if name in {str(user.id), full_name(user)}:
            return user
    return double.user(name or "Hồ Văn Hà")


def full_name(user: User) -> str:
    return f"{user.raw['first_name']} {user.raw.get('last_name', '')}".strip()


def shown(message: Message) -> Json:
    return {
        "id": message.id,
        "from": "me" if message.mine else "bot",
        "text": message.text,
        "html": message.html,
        "buttons": message.rows,
        "photo": "photo" in message.raw,
        "document": (message.raw.get("document") or {}).get("file_name"),
        "edits": message.edits,
    }


def view(user: User) -> Json:
    return {
        "user": user.id,
        "name": full_name(user),
        "messages": [shown(message) for message in user.messages],
        "keyboard": user.keyboard,
        "toasts": user.toasts,
        "commands": user.commands,
    }


def numbered(user: User, number: int) -> Message | None:
    return user.chat.every.get(number)


def first(files: dict[str, Upload]) -> bytes:
    return next((file.data for file in files.values()), picture())


async def simulated(double: Telegram, http: web.BaseRequest) -> web.Response:
    """POST /sim/say|start|tap|key|contact|location|photo|block|unblock, GET /sim/chat."""
    request = await read(http, http.path.removeprefix("/sim/"))
    user, text = person(double, request.text("user")), request.text("text")
    acts = {
        "chat": lambda: None,
        "say": lambda: user.say(text),
        "start": lambda: user.start(request.text("payload")),
        "tap": lambda: user.tap(request.text("label"), numbered(user, request.number("message"))),
        "key": lambda: user.tap_key(request.text("label")),
        "contact": user.share_contact,
        "location": user.share_location,
        "photo": lambda: user.send_photo(first(request.files), request.text("caption")),
        "block": user.block,
        "unblock": user.unblock,
    }
    if request.method not in acts:
        return answer({"error": f"one of {', '.join(acts)}"}, 404)
    try:
        acts[request.method]()
    except (AssertionError, ValueError) as problem:
        return answer({"error": str(problem)}, 400)
    if request.method != "chat":
        await user.quiet(0.3)
    return answer(view(user))
