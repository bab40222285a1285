"""One batch of waiting messages in one transaction: each undone alone, rows written last."""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
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
from storage.outbox import NEW_MAIL, Post, lock, put_counted, put_many
from storage.tables.delivery import Inbox

log = logging.getLogger(__name__)
T = TypeVar("T")
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
        self.drafts.know(self.people.load(chat_of(m) for m in fresh))
        held = {chat for chat, known in self.people.rows.items() if known.waits}
        for message in fresh:
            self._hear(message)
            if chat_of(message) in held:
                inbox.wait_behind(self.session, message, self.now)
            elif not self.handle(message):
                held.add(chat_of(message))

    def finish(self) -> None:
        """Write what was collected."""
        self.session.flush()
        if all(post.fresh for post in self.posts):
            boxes = self.people.boxes()
            self.people.write(Counter(post.account_id for post in self.posts))
            put_counted(self.session, self.posts, boxes, self.now)
        else:
            # Everybody locks accounts in ascending order, all at once: no deadlocks.
            lock(self.session, {post.account_id for post in self.posts})
            self.people.write()
            put_many(self.session, self.posts, self.now)
        self.drafts.flush(self.session, self.now)
        self.touched |= self.session.info.get(NEW_MAIL, set())
        self.late += [post.key for post in self.posts if post.late]

    def _fresh(self, messages: Sequence[Incoming]) -> list[Incoming]:
        """Each message once, and none whose effects have committed before."""
        each: dict[inbox.Key, Incoming] = {}
        for message in messages:
            each.setdefault(key_of(message), message)
        new = inbox.note_seen(self.session, each, self.now)
        return [message for key, message in each.items() if key in new]

    def _hear(self, message: Incoming) -> None:
        """What stays even if the answer fails: the words in the chat, the pictures."""
        known = self.people.get(chat_of(message))
        if message.echo:
            key = f"in:{'/'.join(key_of(message))}"
            self._answer(Post(key, known.account_id, message.said, own=True))
        for name in message.said.photos:
            photos.note_upload(self.session, name, known.account_id, self.now)

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
            # The moment belongs to the key: a platform's numbers may begin anew some day.
            key = f"re:{talk.key}@{self.now:%y%m%d%H%M%S}:{number}"
            self._answer(Post(key, known.account_id, reply, late=bool(reply.late)))
        self._send(talk.letters)
        return True

    def _answer(self, post: Post) -> None:
        """To who has written: its key is that of a message that was never seen before."""
        self.posts.append(replace(post, fresh=True))

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
        inbox.note_seen(self.session, [key_of(message)], self.now)

    def system(self, work: Callable[[Talk], T]) -> T:
        """Run something nobody asked for, such as what the tick finds due."""
        talk = make_talk(self.session, self.place, self.now, NOBODY, Said())
        result = work(talk)
        self._send(talk.letters)
        return result

    def _send(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            reply = letter.reply
            late = bool(reply.late)
            self.posts.append(Post(letter.key, letter.account_id, reply, letter.lane, late=late))
            if reply.options:
                self.people.offer(letter.account_id, reply.options)

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
            self._answer(Post(f"sorry:{reference}", known.account_id, Reply(text)))


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
