"""One batch of waiting messages in one transaction: each undone alone, rows written last."""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.messages import Incoming, Reply, Said
from bot.delivery.dispatch import dispatch
from bot.delivery.filling import Drafts
from bot.delivery.people import NOBODY, People, person_of
from bot.domain.wording import DEFAULT_ADDRESS, say
from bot.handlers.registry import Letter, Organisation, Talk
from storage import accounts, inbox, photos
from storage.accounts import Chat, Known, Overtaken
from storage.locks import lock_chats
from storage.outbox import NEW_MAIL, Post, put_many
from storage.tables.delivery import Inbox

log = logging.getLogger(__name__)
T = TypeVar("T")
KEPT_IN_CHAT = frozenset({"web"})
"""Platforms whose mailbox row is the delivery itself."""
SORRY = (
    "Trợ lý xin lỗi {ac}: tin vừa rồi chưa xử lý được, nhưng đã được giữ lại nguyên vẹn. "
    "Người quản trị sẽ xem; mã để hỏi: {reference}. {Ac} nhắn “menu” để làm việc khác ạ."
)
ATTEMPTS = 3
PAUSE = timedelta(seconds=1.5)


@dataclass(slots=True)
class Place:
    """What every turn knows of its surroundings; keep stores a document for a chat."""

    organisation: Callable[[Session], Organisation]
    zone: ZoneInfo
    now: Callable[[], datetime]
    keep: Callable[[bytes], str] | None = None


@dataclass(slots=True)
class Batch:
    """touched: accounts with new mail; late: keys of rows whose text is evaluated after commit."""

    session: Session
    place: Place
    now: datetime
    people: People = field(init=False)
    drafts: Drafts = field(init=False)
    posts: list[Post] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    late: list[str] = field(default_factory=list)
    failed: int = 0

    def __post_init__(self) -> None:
        self.people = People(self.session, self.now)
        self.drafts = Drafts(self.people.write)

    def run(self, messages: Sequence[Incoming]) -> None:
        fresh = self._fresh(messages)
        if not fresh:
            return
        self.people.load(chat_of(m) for m in fresh)
        self.drafts.load(self.session, self.people.draft_ids())
        held = inbox.waiting_chats(self.session)
        for message in fresh:
            self._hear(message)
            if chat_of(message) in held:
                inbox.wait_behind(self.session, message, self.now)
            elif not self.handle(message):
                held.add(chat_of(message))
        accounts.note_seen(self.session, [key_of(m) for m in fresh], self.now)

    def finish(self) -> None:
        """Write what was collected. Messages first: they lock their accounts in ascending order."""
        put_many(self.session, self.posts, self.now)
        self.people.write()
        self.drafts.flush(self.session, self.now)
        self.touched |= self.session.info.get(NEW_MAIL, set())
        self.late += [p.key for p in self.posts if p.late]

    def _fresh(self, messages: Sequence[Incoming]) -> list[Incoming]:
        """Each message once, and none whose effects have committed before."""
        done = accounts.seen(self.session, [key_of(m) for m in messages]) if messages else set()
        fresh: dict[tuple[str, str, str], Incoming] = {}
        for message in messages:
            if key_of(message) not in done:
                fresh.setdefault(key_of(message), message)
        return list(fresh.values())

    def _hear(self, message: Incoming) -> None:
        """What stays even if the answer fails: the words in the chat, the pictures."""
        account_id = self.people.get(chat_of(message)).account_id
        if message.echo:
            key = f"in:{'/'.join(key_of(message))}"
            self.posts.append(Post(key, account_id, message.said, own=True))
        for name in message.said.photos:
            photos.note_upload(self.session, name, account_id, self.now)

    def handle(self, message: Incoming, attempt: int = 1) -> bool:
        """Run one message; a fault undoes it alone, and it is tried again later."""
        known = self.people.get(chat_of(message))
        talk = make_talk(self.session, self.place, self.now, known, message.said)
        talk.key = "/".join(key_of(message))
        try:
            replies = dispatch(talk, self.drafts)
        except Overtaken:
            raise
        except Exception:
            self.set_aside(message, traceback.format_exc(), attempt)
            return False
        if talk.acted and accounts.platform_of(self.session, known.account_id) is None:
            self._forget(known)
            return True
        self.people.keep(known, talk.person, acted=talk.acted)
        for number, reply in enumerate(replies):
            self._post(f"re:{talk.key}:{number}", known.account_id, known.chat[0], reply)
        self._send(talk.letters)
        return True

    def _forget(self, known: Known) -> None:
        """Who has had their own data erased is told nothing any more."""
        self.posts = [post for post in self.posts if post.account_id != known.account_id]
        self.people.forget(known.chat)

    def again(self, row_id: int) -> None:
        """A message that raised before, unless its chat is busy in another process."""
        row = self.session.get(Inbox, row_id)
        if row is None or not lock_chats(self.session, [(row.platform, row.bot, row.chat)]):
            return
        self.session.refresh(row)
        if row.state == inbox.RETRY and (row.retry_at is None or row.retry_at <= self.now):
            inbox.run_again(self.session, row, self)

    def not_again(self, row_id: int, trace: str) -> None:
        """It could not even be committed."""
        row = self.session.get_one(Inbox, row_id)
        self.set_aside(inbox.incoming(row), trace, row.attempts + 1)

    def keep(self, message: Incoming, trace: str) -> None:
        """A new message that could not even be committed."""
        self.set_aside(message, trace, 1)
        accounts.note_seen(self.session, [key_of(message)], self.now)

    def system(self, work: Callable[[Talk], T]) -> T:
        """Run something nobody asked for, such as what the tick finds due."""
        talk = make_talk(self.session, self.place, self.now, NOBODY, Said())
        result = work(talk)
        self._send(talk.letters)
        return result

    def _send(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            platform = accounts.platform_of(self.session, letter.account_id)
            if platform is None:
                continue
            self._post(letter.key, letter.account_id, platform, letter.reply, letter.lane)
            if letter.reply.options:
                self.people.offer(letter.account_id, letter.reply.options)

    def _post(
        self, key: str, account_id: int, platform: str, reply: Reply, lane: str = "reply"
    ) -> None:
        sent, late = platform in KEPT_IN_CHAT, bool(reply.late)
        self.posts.append(Post(key, account_id, reply, lane, late=late, sent=sent))

    def set_aside(self, message: Incoming, trace: str, attempt: int) -> None:
        """Keep a message that raised, to be tried again; after the last attempt, apologise."""
        self.failed += 1
        last = attempt >= ATTEMPTS
        retry_at = None if last else self.now + PAUSE
        reference = inbox.failed(self.session, message, trace, attempt, retry_at, self.now)
        log.error("message %s failed (attempt %d): %s", reference, attempt, trace)
        if last:
            known = self.people.get(chat_of(message))
            text = say(SORRY, known.address or DEFAULT_ADDRESS, reference=reference)
            self._post(f"sorry:{reference}", known.account_id, known.chat[0], Reply(text))


def chat_of(message: Incoming) -> Chat:
    return (message.platform, message.bot, message.chat)


def key_of(message: Incoming) -> tuple[str, str, str]:
    return (message.platform, message.bot, message.key)


def make_talk(session: Session, place: Place, now: datetime, known: Known, said: Said) -> Talk:
    today = now.astimezone(place.zone).date()
    organisation = place.organisation(session)
    talk = Talk(session, now, today, organisation, person_of(known), said, place.zone)
    talk.keep = place.keep
    return talk
