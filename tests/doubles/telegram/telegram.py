"""Telegram itself: people, chats, the one bot, and what happened between them."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles.telegram.chats import WITHIN, Chat, Standing
from tests.doubles.telegram.faults import Disorder, Faults
from tests.doubles.telegram.files import Files
from tests.doubles.telegram.groups import Group, member
from tests.doubles.telegram.ledger import Ledger, Update
from tests.doubles.telegram.limits import Flood
from tests.doubles.telegram.people import User
from tests.doubles.telegram.profile import Profile
from tests.doubles.telegram.signals import Signal
from tests.doubles.telegram.taps import Tap
from tests.doubles.telegram.updates import Entry, Queue
from tests.doubles.telegram.webhook import Webhook
from tests.doubles.telegram.wire import Json

TOKEN = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(eq=False, repr=False)
class Telegram:
    """Made by `telegram()`; port is 0 until it is served."""

    token: str = TOKEN
    seed: int = 0
    username: str = "DanVanKheoThuBot"
    port: int = 0
    flood: Flood | None = None
    """Set Flood() for Telegram's own limits."""
    now: Callable[[], float] = time.time
    privacy: bool = True
    """In groups the bot gets commands, mentions and replies to it alone."""
    query_lifetime: float = 30
    """Seconds in which a tap can be answered."""
    disorder: Disorder = field(default_factory=Disorder)
    allowed: frozenset[str] = frozenset()
    """Kinds of updates the bot asked for; none: the usual."""
    idle: Callable[[], bool] = lambda: True
    """For `settled`: whether a bot in this process has nothing left to do."""
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    queries: dict[str, Tap] = field(default_factory=dict)
    inline_answers: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.faults = Faults(random.Random(self.seed + 1))
        self.ledger, self.queue, self.files = Ledger(), Queue(), Files()
        self.profile, self.webhook = Profile(), Webhook(self)
        self.changed, self.polling = Signal(), Signal()
        self.under_way = 0
        self.broken: list[Exception] = []
        """Mistakes of the double itself."""
        self.offset = 0
        self.next_update = self.random.randrange(100_000_000, 900_000_000)
        self.next_user, self.next_group = 5_000_001, 4_000_001
        self.me = {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": "Dân vận khéo",
            "username": self.username,
        }

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    # -- people and places ------------------------------------------------------------------
    def user(
        self, name: str = "Hồ Văn Hà", *, language_code: str = "vi", phone: str = "", id: int = 0
    ) -> User:
        """Somebody with a phone, who has not opened the bot yet."""
        number = id or self.next_user
        self.next_user = max(self.next_user, number) + 1
        first, _, last = name.rpartition(" ")
        names = {"first_name": first, "last_name": last} if first else {"first_name": last}
        raw = {"id": number, "is_bot": False, **names, "language_code": language_code}
        chat = Chat(self, {"id": number, "type": "private", **names})
        user = User(self, raw, chat, phone or f"84{number + 900_000_000}")
        self.users[number], self.chats[number] = user, chat
        return user

    def group(
        self, title: str, *members: User, supergroup: bool = False, channel: bool = False
    ) -> Group:
        """Its first member has just added the bot; in a channel the bot is administrator."""
        number, self.next_group = self.next_group, self.next_group + 1
        far = supergroup or channel
        kind = "channel" if channel else "supergroup" if supergroup else "group"
        raw = {"id": -(1_000_000_000_000 + number) if far else -number, "type": kind}
        group = Group(self, {**raw, "title": title})
        group.members, group.admins = list(members), list(members[:1])
        self.chats[group.id] = group
        group.add_bot()
        return group

    def channel(self, title: str, owner: User) -> Group:
        return self.group(title, owner, channel=True)

    def bot_as(self, standing: Standing) -> Json:
        return member(self.me, "left" if standing == "none" else standing)

    # -- updates ----------------------------------------------------------------------------
    def push(self, kind: str, body: Json, chat: int | None) -> Update | None:
        """None when the bot did not ask for this kind."""
        if kind not in self.allowed if self.allowed else kind in UNASKED:
            return None
        number, self.next_update = self.next_update, self.next_update + 1
        update = Update(number, kind, {"update_id": number, kind: body}, chat, self.now())
        self.ledger.updates.append(update)
        # After ids began anew they may be below the offset: Telegram does not drop these.
        self.line_up(Entry(update, out_of_turn=number < self.offset))
        return update

    def line_up(self, entry: Entry) -> None:
        disorder, chance = self.disorder, self.random.random
        if disorder.any():
            after = self.random.randint(1, disorder.window)
            if chance() < disorder.duplicated:
                entry.update.copies += 1
                self.queue.hold(Entry(entry.update), after, disorder.patience)
            if chance() < disorder.delayed:
                return self.queue.hold(entry, 1 << 60, disorder.seconds)
            if chance() < disorder.reordered:
                return self.queue.hold(entry, after, disorder.patience)
        return self.queue.put(entry)

    def restart_ids(self, start: int | None = None) -> None:
        """As Telegram may after a quiet week: any number comes next."""
        self.next_update = start or self.random.randrange(1, 900_000_000)

    # -- waiting ----------------------------------------------------------------------------
    async def settled(self, quiet: float = 0.05, within: float = WITHIN) -> None:
        """Every update acknowledged, no call under way, nothing moved for `quiet` s, `idle()`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            await self.changed.until(
                lambda: not len(self.queue) and not self.under_way,
                max(0.001, deadline - loop.time()),
                lambda: f"{len(self.queue)} updates waiting, {self.under_way} calls under way",
            )
            if not await self.changed.rung(quiet) and self.idle():
                return

    async def polled(self, within: float = WITHIN) -> None:
        """The bot is there: a poll is waiting, or a webhook is set."""
        await self.polling.until(
            lambda: self.queue.poller or self.webhook.url, within, lambda: "nobody polls"
        )

    async def gone(self, within: float = WITHIN) -> None:
        """Nobody polls any more."""
        await self.polling.until(lambda: not self.queue.poller, within, lambda: "one still polls")
