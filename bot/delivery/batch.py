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

from bot.conversation.channels import channel
from bot.conversation.host import Mail
from bot.conversation.messages import ONCE, Incoming, Reply, Said
from bot.delivery.dispatch import dispatch
from bot.delivery.filling import Drafts
from bot.delivery.people import NOBODY, People, person_of
from bot.domain.wording import DEFAULT_ADDRESS, say
from bot.handlers import groups, menu
from bot.handlers.registry import Letter, Organisation, Talk
from storage import accounts, inbox, photos, sending
from storage.accounts import Chat, Known, Overtaken
from storage.database import people_written
from storage.locks import lock_chats
from storage.outbox import MENU, NEW_MAIL, Post, Ready, as_mail, lock, put_counted, put_rows, ready
from storage.tables.delivery import Inbox

log = logging.getLogger(__name__)
T = TypeVar("T")
SORRY = (
    "Trợ lý xin lỗi {ac}: tin vừa rồi chưa xử lý được, nhưng đã được giữ lại nguyên vẹn. "
    "Người quản trị sẽ xem; mã để hỏi: {reference}. {Ac} nhắn “menu” để làm việc khác ạ."
)
SLOW = (
    "Ảnh {ac} gửi chưa tải về được do mạng chậm. Trợ lý sẽ thử tiếp và báo khi có ảnh; "
    "{ac} cứ làm việc khác ạ."
)
TOO_FAST = (
    "{Ac} nhắn nhanh quá nên Trợ lý chưa ghi kịp tin vừa rồi. Xin {ac} chờ một phút rồi nhắn lại ạ."
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
    """touched: accounts with new mail, mail: what it is, where that is simple to say, ready: for
    couriers; late: keys of rows whose text is evaluated after the commit."""

    session: Session
    place: Place
    now: datetime
    people: People = field(init=False)
    drafts: Drafts = field(init=False)
    stamp: str = field(init=False)
    posts: list[Post] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    late: list[str] = field(default_factory=list)
    failed: int = 0
    fetching: bool = False
    people_changed: bool = False
    mail: dict[int, list[Mail]] = field(default_factory=dict)
    ready: dict[int, list[Ready]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = People(self.session, self.now)
        self.drafts = Drafts(self.people.write)
        self.stamp = f"{self.now:%y%m%d%H%M%S}"

    def run(self, messages: Sequence[Incoming]) -> None:
        fresh = self._fresh(messages)
        if not fresh:
            return
        self.drafts.know(self.people.load(chat_of(m) for m in fresh))
        held = {chat for chat, known in self.people.rows.items() if known.waits}
        for message in fresh:
            self._hear(message)
            if self._to_fetch(message):
                inbox.wait_for_pictures(self.session, message, self.now)
                self.fetching = True
                held.add(chat_of(message))
            elif chat_of(message) in held:
                inbox.wait_behind(self.session, message, self.now)
            elif not self.handle(message):
                held.add(chat_of(message))

    def finish(self) -> None:
        """Write what was collected."""
        self.session.flush()
        if all(post.fresh for post in self.posts):
            boxes = self.people.boxes()
            self.people.write(Counter(post.account_id for post in self.posts))
            rows = put_counted(self.session, self.posts, boxes, self.now)
        else:
            # Everybody locks accounts in ascending order, all at once: no deadlocks.
            lock(self.session, {post.account_id for post in self.posts})
            self.people.write()
            rows = put_rows(self.session, self.posts, self.now)
        self.mail, self.ready = as_mail(rows), ready(self.posts, rows)
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

    def _to_fetch(self, message: Incoming) -> bool:
        """Pictures of strangers are left where they are."""
        return bool(message.said.remote) and self.people.get(chat_of(message)).member_id is not None

    def fetched(self, row_id: int, photos: Sequence[str], problem: str = "") -> None:
        """The pictures of a message are here, or never will be: it is handled as soon as those
        before it have been."""
        row = self.session.get(Inbox, row_id)
        if row is None or row.state not in (inbox.FETCH, inbox.SLOW):
            return
        message = inbox.incoming(row)
        said = replace(message.said, remote=(), photos=tuple(photos), problem=problem)
        self._note_photos(replace(message, said=said))
        for remote, name in zip(message.said.remote, photos, strict=False):
            if not remote.startswith(ONCE):
                sending.note_remote(self.session, (row.platform, row.bot), name, remote, self.now)
        inbox.fetched(self.session, row, said, self.now)

    def not_fetched(self, row_id: int, retry_at: datetime, *, slow: bool) -> None:
        """Its pictures may come later. When that becomes slow, its sender is told and goes on."""
        row = self.session.get(Inbox, row_id)
        if row is None or row.state not in (inbox.FETCH, inbox.SLOW):
            return
        if slow and row.state == inbox.FETCH:
            known = self.people.get((row.platform, row.bot, row.chat))
            text = say(SLOW, known.address or DEFAULT_ADDRESS)
            self.posts.append(Post(f"slow:{row.id}", known.account_id, Reply(text)))
        inbox.not_fetched(self.session, row, retry_at, slow=slow)

    def _hear(self, message: Incoming) -> None:
        """What stays even if the answer fails: the words in the chat, the pictures."""
        known = self.people.get(chat_of(message))
        if message.echo:
            key = f"in:{'/'.join(key_of(message))}"
            self._answer(Post(key, known.account_id, message.said, own=True))
        self._note_photos(message)

    def _note_photos(self, message: Incoming) -> None:
        for name in message.said.photos:
            account_id = self.people.get(chat_of(message)).account_id
            photos.note_upload(self.session, name, account_id, self.now)

    def handle(self, message: Incoming, attempt: int = 1) -> bool:
        """Run one message; a fault undoes it alone, and it is tried again later."""
        known = self.people.get(chat_of(message))
        if message.group:
            return self._in_group(message, known)
        talk = make_talk(self.session, self.place, self.now, known, message.said)
        talk.key = "/".join(key_of(message))
        try:
            replies = dispatch(talk, self.drafts)
        except Overtaken:
            raise
        except Exception:
            self.set_aside(message, traceback.format_exc(), attempt)
            return False
        if message.tapped and replies:
            replies[0] = replace(replies[0], edits=message.tapped)
        changed = talk.acted and people_written(self.session)
        self.people_changed |= changed
        if changed and accounts.platform_of(self.session, known.account_id) is None:
            self._forget(known)
            return True
        self.people.keep(known, talk.person, others=changed)
        for number, reply in enumerate(replies):
            # The moment belongs to the key: a platform's numbers may begin anew some day.
            key = f"re:{talk.key}@{self.stamp}:{number}"
            self._answer(Post(key, known.account_id, reply, late=bool(reply.late)))
        self._send(talk.letters)
        if channel(message.platform).menus:
            self._set_menu(talk, known.chat)
        return True

    def _set_menu(self, talk: Talk, chat: Chat) -> None:
        """The chat's list of commands is what this person may use, as it is after this turn."""
        known, commands = self.people.get(chat), menu.commands(talk.person)
        names = " ".join(name for name, _ in commands)
        if known.menu != names:
            self.people.note_menu(chat, names)
            key = f"menu:{talk.key}@{self.stamp}"
            self._answer(Post(key, known.account_id, Reply("", commands=commands), MENU))

    def _in_group(self, message: Incoming, known: Known) -> bool:
        """What somebody says in a group changes nothing; the answer is for all who are there."""
        group = self.people.get((message.platform, message.bot, message.group))
        talk = make_talk(self.session, self.place, self.now, known, message.said)
        for number, reply in enumerate(groups.answer(talk, group.account_id)):
            key = f"re:{'/'.join(key_of(message))}@{self.stamp}:{number}"
            self._answer(Post(key, group.account_id, reply, late=bool(reply.late)))
        return True

    def _answer(self, post: Post) -> None:
        """To who has written: its key is that of a message that was never seen before."""
        post.fresh = True
        self.posts.append(post)

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
        """It could not even be committed, or read: an earlier program may have kept it."""
        row = self.session.get_one(Inbox, row_id)
        try:
            message = inbox.incoming(row)
        except (LookupError, TypeError, ValueError):
            log.error("message %s cannot be read: %s", row.reference, trace)
            inbox.unreadable(row, trace)
        else:
            self.set_aside(message, trace, row.attempts + 1)

    def slow_down(self, message: Incoming) -> None:
        """The one polite answer to a flood; nothing else of it is done."""
        if inbox.note_seen(self.session, [key_of(message)], self.now):
            known = self.people.get(chat_of(message))
            text = say(TOO_FAST, known.address or DEFAULT_ADDRESS)
            self.posts.append(
                Post(f"flood:{'/'.join(key_of(message))}", known.account_id, Reply(text))
            )

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
