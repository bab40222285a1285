"""The whole program in this process, and people who talk with it through Telegram's double.

async with house(database, tmp_path) as at:
    ha = at.user("Hồ Văn Hà")
    ha.start()
    await at.rest()
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select

from bot.app import App
from bot.config import check
from bot.conversation.channels import TELEGRAM
from bot.conversation.messages import Reply
from bot.delivery.fetching import Patience
from bot.handlers.registry import Organisation
from bot.organisation import describe, ensure_root
from bot.platforms.telegram.keyboards import ASKING
from bot.scheduling.tick import utc_now
from bot.serving import telegram as platform_of
from storage.database import Database
from storage.tables.delivery import Inbox, Job, Outbox
from storage.tables.people import Account, Member
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.people import User
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import Telegram
from tests.make import make_account

Row = TypeVar("Row")
LOOK = 0.005
TO_SEND = Outbox.state.in_(("late", "ready")), Account.reachable, Account.platform == TELEGRAM
LEFT = select(
    *(
        count.scalar_subquery().label(what)
        for what, count in {
            "messages to send": select(func.count(Outbox.id)).join(Account).where(*TO_SEND),
            "messages held": select(func.count(Inbox.id)).where(
                Inbox.state.in_(("retry", "fetch"))
            ),
            "jobs": select(func.count(Job.id)).where(Job.state.in_(("waiting", "running"))),
        }.items()
    )
)
UNPACED = {"per_second": 1e9, "chat_seconds": 0, "group_per_minute": 0, "flood_burst": 1_000_000}


@dataclass
class House:
    """The running program. Who is known to it by `user(name, member)` has pressed Start before."""

    app: App
    double: Telegram

    @property
    def database(self) -> Database:
        return self.app.database

    def user(self, name: str = "Hồ Văn Hà", member: int | None = None) -> User:
        user = self.double.user(name)
        if member is not None:
            user.chat.standing = "member"
            with self.database.writing() as session:
                make_account(session, session.get_one(Member, member), TELEGRAM, str(user.id))
        return user

    # -- waiting --------------------------------------------------------------------------
    def left(self) -> str:
        """What is still to be done; "" when everything is."""
        double = self.double
        if len(double.queue) or double.under_way:
            return f"{len(double.queue)} updates waiting, {double.under_way} calls under way"
        with self.database.reading() as session:
            found = session.execute(LEFT).one()._asdict()
        return ", ".join(f"{count} {what}" for what, count in found.items() if count)

    async def rest(self, within: float = 5) -> None:
        """Until all that came in is answered, and all answers are out."""
        await self.until(self.left, within)

    async def until(self, wrong: Callable[[], str], within: float = 10) -> None:
        """Until there is nothing wrong any more."""
        deadline = asyncio.get_running_loop().time() + within
        while found := wrong():
            late = asyncio.get_running_loop().time() > deadline
            assert not late, f"after {within} s: {found}"
            await self.double.changed.rung(LOOK)

    async def says(self, user: User, *texts: str) -> str:
        """One after the other; the newest answer to the last."""
        for text in texts:
            user.say(text)
            await self.rest()
        return user.last.text

    async def taps(self, user: User, label: str) -> str:
        user.tap(label)
        await self.rest()
        return user.last.text


@asynccontextmanager
async def house(
    database: Database,
    folder: Path,
    double: Telegram | None = None,
    *,
    now: Callable[[], datetime] = utc_now,
    organisation: Organisation | None = None,
    fetching: Patience | None = None,
    **limits: Any,
) -> AsyncIterator[House]:
    """Without a double a new one. Nothing is paced, nobody floods, unless limits say so."""
    async with AsyncExitStack() as stack:
        there = await stack.enter_async_context(telegram()) if double is None else double
        where = {"base_url": there.base_url, "base_file_url": there.base_file_url}
        settings = check(
            {
                "storage": {"url": database.url, "files": str(folder / "files")},
                "limits": UNPACED | limits,
                "telegram": [{"token": there.token, **where}],
            }
        )
        with database.writing() as session:
            root = ensure_root(session, settings)
            session.flush()
            session.expunge_all()
        organisation = organisation or describe(settings, root, "https://dvk.example.vn")
        connect = [partial(platform_of, bot) for bot in settings.telegram]
        app = App(settings, database, organisation, now=now, connect=connect)
        app.fetcher.patience = fetching or app.fetcher.patience
        app.courier.patience = replace(app.courier.patience, end=0.5)
        made = House(app, there)
        there.idle = lambda: not made.left()
        async with app.started():
            await there.polled()
            yield made


def rows(at: House, table: type[Row], **named: object) -> Sequence[Row]:
    with at.database.reading() as session:
        found = session.scalars(select(table).filter_by(**named)).all()
        session.expunge_all()
    return found


def methods(at: House, user: User) -> list[str]:
    """The calls of the bot about this chat, in order."""
    return [call.method for call in at.double.ledger.calls if call.chat == user.id]


# -- what a person sees ------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A row of the outbox that was sent."""

    id: int
    lane: str
    message: int
    reply: Reply


def sent_to(database: Database, user: User) -> list[Sent]:
    """All that ever was, menus of commands left out."""
    rows = (
        select(Outbox.id, Outbox.lane, Outbox.message_id, Outbox.body)
        .join(Account)
        .where(Account.platform == TELEGRAM, Account.external_id == str(user.id))
        .where(Outbox.state == "sent")
        .order_by(Outbox.number)
    )
    with database.reading() as session:
        found = [
            Sent(id, lane, int(message or 0), Reply.from_json(body))
            for id, lane, message, body in session.execute(rows)
        ]
    return [sent for sent in found if not sent.reply.commands]


def disagreement(user: User, every: list[Sent], new: list[Sent]) -> str:
    """What the chat shows otherwise than these messages say; new are those of the last turn."""
    answers = [sent for sent in every if sent.lane == "reply"]
    screen = answers[-1] if answers else None
    found = [problem for sent in new for problem in _unlike(user, sent, sent is screen)]
    found += list(_not_closed(user, every, screen))
    return "; ".join(found) and f"{'; '.join(found)} in\n{user.chat}"


def _unlike(user: User, sent: Sent, is_screen: bool) -> Iterator[str]:
    message, reply = user.chat.every.get(sent.message), sent.reply
    if message is None or message.deleted:
        yield f"{reply.text[:40]!r} is not there"
        return
    shown = "".join(m.text for m in user.chat.replies if m.id <= message.id)
    if "".join(reply.text.split()) not in "".join(shown.split()):
        yield f"{reply.text[:40]!r} is not whole"
    if is_screen or sent.lane == "notice":
        yield from _cannot_choose(user, message, reply)
    if reply.file and not (_name_of(message) == reply.file.name or message.photo):
        yield f"{reply.file.name} is not there"
    pictures = [m for m in user.chat.replies if m.photo and m.id <= message.id]
    if len(pictures) < len(reply.photos):
        yield f"{len(reply.photos) - len(pictures)} pictures are not there"


def _cannot_choose(user: User, message: Message, reply: Reply) -> Iterator[str]:
    if reply.wanted in ASKING:
        keys = [key for row in user.keyboard for key in row]
        yield from (f"no key {o.label}" for o in reply.actions if o.label not in keys)
        return
    there = {b["callback_data"]: b["text"] for b in pressable(message)}
    for number, option in enumerate(reply.options, 1):
        label = there.get(option.data)
        listed = f"{number}. {option.label}" in message.text
        if label != option.label and not (listed and label in (str(number), _both(number, option))):
            yield f"no button for {option.label} ({option.data}), but {label}"
    for action in reply.actions:
        if there.get(action.data) != action.label:
            yield f"no button {action.label} ({action.data})"


def _both(number: int, option: Any) -> str:
    return f"{number}. {option.label}"


def _not_closed(user: User, every: list[Sent], screen: Sent | None) -> Iterator[str]:
    """Only the last answer has buttons; notices and reminders keep theirs."""
    notices = {sent.message for sent in every if sent.lane in ("notice", "reminder")}
    answers = {sent.message for sent in every if sent.lane == "reply"}
    now = {screen.message} if screen else set()
    for message in user.chat.replies:
        if pressable(message) and message.id not in (notices - answers) | now:
            yield f"message {message.id} still has its buttons"


def pressable(message: Message) -> list[dict[str, Any]]:
    return [button for row in message.keyboard for button in row if "callback_data" in button]


def _name_of(message: Message) -> str:
    return str((message.raw.get("document") or {}).get("file_name", ""))
