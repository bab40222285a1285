"""One batch of waiting messages in one transaction: each in a savepoint, rows written last."""

import logging
import traceback
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.messages import Incoming, Option, Reply, Said
from bot.delivery.dispatch import dispatch
from bot.delivery.filling import Drafts
from bot.domain.roles import Grant, Role
from bot.domain.wording import DEFAULT_ADDRESS, say
from bot.handlers.registry import Organisation, Person, Talk
from storage import accounts, inbox, photos
from storage.accounts import Chat, Known
from storage.outbox import NEW_MAIL, Post, put_many

log = logging.getLogger(__name__)
KEPT_IN_CHAT = frozenset({"web"})
"""Platforms whose mailbox row is the delivery itself."""
SORRY = (
    "Trợ lý xin lỗi {ac}: tin vừa rồi chưa xử lý được, nhưng đã được giữ lại nguyên vẹn. "
    "Người quản trị sẽ xem; mã để hỏi: {reference}. {Ac} nhắn “menu” để làm việc khác ạ."
)
ATTEMPTS = 3
NOBODY = Known(0, ("", "", ""), None, "", "", None, "", None, [], None)
T = TypeVar("T")
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
    people: dict[Chat, Known] = field(default_factory=dict)
    drafts: Drafts = field(default_factory=Drafts)
    posts: list[Post] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    late: list[str] = field(default_factory=list)
    failed: int = 0

    def run(self, messages: Sequence[Incoming]) -> None:
        fresh = self._fresh(messages)
        if not fresh:
            return
        self.people |= accounts.known(self.session, [chat_of(m) for m in fresh], self.now)
        held = inbox.waiting_chats(self.session)
        wanted = (p.draft_id for p in self.people.values())
        self.drafts.load(self.session, [d for d in wanted if d is not None])
        for message in fresh:
            if chat_of(message) in held:
                inbox.wait_behind(self.session, message, self.now)
            elif not self.handle(message):
                held.add(chat_of(message))
        accounts.note_seen(self.session, [key_of(m) for m in fresh], self.now)

    def finish(self) -> None:
        """Write what was collected: drafts, where accounts stand, messages."""
        self.drafts.flush(self.session, self.now)
        accounts.save_states(self.session, self.people.values())
        put_many(self.session, self.posts, self.now)
        self.touched |= self.session.info.get(NEW_MAIL, set())
        self.late += [p.key for p in self.posts if p.late]

    def _fresh(self, messages: Sequence[Incoming]) -> list[Incoming]:
        """Each message once, and none whose effects have committed before."""
        done = accounts.seen(self.session, [key_of(m) for m in messages])
        fresh = {key_of(m): m for m in reversed(messages) if key_of(m) not in done}
        return list(fresh.values())[::-1]

    def handle(self, message: Incoming, attempt: int = 1) -> bool:
        """Run one message; a fault undoes it alone, and it is tried again later."""
        known = self.people[chat_of(message)]
        before, had = deepcopy(known), len(self.posts)
        savepoint = self.session.begin_nested()
        try:
            self._answer(message, known)
            self.session.flush()
            savepoint.commit()
        except Exception:
            savepoint.rollback()
            self.drafts.forget(known.draft_id)
            self.drafts.forget(before.draft_id)
            self.people[chat_of(message)] = before
            del self.posts[had:]
            self._set_aside(message, before, attempt)
            return False
        return True

    def _answer(self, message: Incoming, known: Known) -> None:
        talk = make_talk(self.session, self.place, self.now, known, message.said)
        talk.key = "/".join(key_of(message))
        if message.echo:
            self.posts.append(Post(f"in:{talk.key}", known.account_id, message.said, own=True))
        for name in message.said.photos:
            photos.note_upload(self.session, name, known.account_id, self.now)
        self.drafts.flush(self.session, self.now, besides=known.draft_id)
        replies = dispatch(talk, self.drafts)
        keep(known, talk.person)
        if talk.acted:
            self._read_again()
        for number, reply in enumerate(replies):
            self._reply(f"re:{talk.key}:{number}", known, reply)
        for letter in talk.letters:
            self.letter(letter.key, letter.account_id, letter.reply, letter.lane)

    def _read_again(self) -> None:
        """A handler may have changed who somebody is, or what they may."""
        accounts.save_states(self.session, self.people.values())
        self.people = accounts.known(self.session, list(self.people), self.now)

    def _reply(self, key: str, known: Known, reply: Reply) -> None:
        sent = known.chat[0] in KEPT_IN_CHAT
        self.posts.append(Post(key, known.account_id, reply, late=bool(reply.late), sent=sent))

    def system(self, work: Callable[[Talk], T]) -> T:
        """Run something nobody asked for, such as what the tick finds due."""
        talk = make_talk(self.session, self.place, self.now, NOBODY, Said())
        result = work(talk)
        for letter in talk.letters:
            self.letter(letter.key, letter.account_id, letter.reply, letter.lane)
        return result

    def letter(self, key: str, account_id: int, reply: Reply, lane: str = "notice") -> None:
        known = next((k for k in self.people.values() if k.account_id == account_id), None)
        known = known or accounts.known_account(self.session, account_id)
        if known is not None:
            sent = known.chat[0] in KEPT_IN_CHAT
            late = bool(reply.late)
            self.posts.append(Post(key, account_id, reply, lane, late=late, sent=sent))

    def _set_aside(self, message: Incoming, known: Known, attempt: int) -> None:
        trace = traceback.format_exc()
        self.failed += 1
        last = attempt >= ATTEMPTS
        retry_at = None if last else self.now + PAUSE
        reference = inbox.failed(self.session, message, trace, attempt, retry_at, self.now)
        log.error("message %s failed (attempt %d): %s", reference, attempt, trace)
        if last:
            text = say(SORRY, known.address or DEFAULT_ADDRESS, reference=reference)
            self._reply(f"sorry:{reference}", known, Reply(text))


def chat_of(message: Incoming) -> Chat:
    return (message.platform, message.bot, message.chat)


def key_of(message: Incoming) -> tuple[str, str, str]:
    return (message.platform, message.bot, message.key)


def person_of(known: Known) -> Person:
    return Person(
        known.account_id,
        known.chat[0],
        known.chat[2],
        known.member_id,
        known.name,
        known.address or DEFAULT_ADDRESS,
        known.unit_id,
        known.state,
        tuple(Grant(Role(role), unit) for role, unit in known.grants),
        known.draft_id,
        tuple(Option(*o) for o in known.offered),
        known.held,
    )


def keep(known: Known, person: Person) -> None:
    """What a turn may have changed of the person is what the next turn of the batch sees."""
    known.member_id, known.name = person.member_id, person.name
    known.address, known.unit_id, known.state = person.address, person.unit_id, person.state
    known.draft_id, known.held = person.draft_id, person.held
    known.offered = [[o.label, o.data, o.style] for o in person.offered]
    known.grants = [(g.role.value, g.unit_id) for g in person.grants]


def make_talk(session: Session, place: Place, now: datetime, known: Known, said: Said) -> Talk:
    today = now.astimezone(place.zone).date()
    organisation = place.organisation(session)
    talk = Talk(session, now, today, organisation, person_of(known), said, place.zone)
    talk.keep = place.keep
    return talk
