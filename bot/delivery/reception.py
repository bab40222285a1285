"""What the platforms are handed: receiving, the web chat's mailbox and sign-in, files."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.conversation.channels import WEB
from bot.conversation.documents import GONE
from bot.conversation.host import InvitationView, Mail, PublicCard, StoredFile
from bot.conversation.host import Session as WebChat
from bot.conversation.messages import Incoming, Said
from bot.delivery.batch import Batch, make_talk
from bot.delivery.desk import Committed, Desk
from bot.delivery.flood import Flood, Verdict
from bot.domain.roles import ROLE_LABELS, Role
from bot.errors import Refused
from bot.handlers import sharing
from storage import accounts, inbox, invitations, outbox, photos, sending, shown, websessions
from storage.files import Files
from storage.sending import Letter
from storage.tables.people import Account

BACK = "lấy lại quyền vào"
BELIEVED = timedelta(seconds=5)
MOST_SESSIONS = 10_000
T = TypeVar("T")
_ACCOUNT = select(Account.__table__.c.id).where(
    Account.__table__.c.platform == WEB,
    Account.__table__.c.bot == WEB,
    Account.__table__.c.external_id == bindparam("chat"),
)


@dataclass(slots=True)
class Reception:
    """Implements `bot.conversation.host.Host`. names: what the bots are called, by platform."""

    desk: Desk
    files: Files
    documents: Files
    lasts: timedelta
    flood: Flood = field(default_factory=Flood)
    clock: Callable[[], float] = time.monotonic
    count: Callable[[str], None] = lambda _: None
    names: dict[str, str] = field(default_factory=dict)
    bells: dict[int, set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))
    _mail: dict[int, int] = field(default_factory=dict)
    _fresh: dict[int, list[Mail]] = field(default_factory=dict)
    _listening: dict[str, int] = field(default_factory=dict)
    _sessions: dict[str, tuple[WebChat, datetime]] = field(default_factory=dict)

    async def receive(self, incoming: Incoming) -> None:
        """Only pictures and lists that are here count: a name alone is none."""
        self.count("received")
        where = f"{incoming.platform}/{incoming.bot}/{incoming.chat}"
        match self.flood.take(where, self.clock()):
            case Verdict.WARN:
                await self.desk.run(lambda batch: batch.slow_down(incoming))
                return
            case Verdict.IGNORE:
                self.count("ignored")
                return
        if named := incoming.said.photos:
            photos = tuple(name for name in named if self.files.has(name))
            incoming = replace(incoming, said=replace(incoming.said, photos=photos))
        listed = incoming.said.document
        if listed and listed.hash and not self.documents.has(listed.hash):
            incoming = replace(incoming, said=replace(incoming.said, problem=GONE))
        await self.desk.receive(incoming)

    def known_as(self, platform: str, name: str) -> None:
        self.names[platform] = name

    async def moved(self, platform: str, bot: str, old: str, new: str) -> None:
        await self.desk.write(lambda session: sending.move(session, (platform, bot), old, new))

    async def cards(self, platform: str, bot: str, chat: str, text: str) -> list[PublicCard] | None:
        def read(session: Session) -> list[PublicCard] | None:
            place, now = self.desk.place, self.desk.place.now()
            known = accounts.known_chat(session, (platform, bot, chat), now)
            if known is None or known.member_id is None or known.state != "active":
                return None
            return sharing.offered(make_talk(session, place, now, known, Said()), text)

        return await self._read(read)

    # -- mailbox ----------------------------------------------------------------------

    async def mailbox(self, chat: str, after: int, most: int = 200) -> list[Mail]:
        def read(session: Session) -> tuple[int, list[Mail]]:
            account_id = _account(session, chat)
            return account_id, outbox.mailbox(session, account_id, after, most)

        if rows := self._just_come(chat, after):
            return rows
        account_id, rows = await self._read(read)
        if rows and account_id in self._mail:  # told already: `look` need not ring for it
            self._mail[account_id] = max(self._mail[account_id], rows[-1].number)
        return [_named_by_sender(row) for row in rows]

    def _just_come(self, chat: str, after: int) -> list[Mail]:
        """What a commit has just brought, if it is what follows."""
        account_id = self._listening.get(chat, 0)
        rows = self._fresh.pop(account_id, [])
        if not rows or rows[0].number != after + 1 or len(self.bells[account_id]) > 1:
            return []
        self._mail[account_id] = rows[-1].number
        return [_named_by_sender(row) for row in rows]

    async def history(self, chat: str, before: int, most: int = 50) -> list[Mail]:
        rows = await self._read(lambda s: outbox.history(s, _account(s, chat), before, most))
        return [_named_by_sender(row) for row in rows]

    async def new_mail(self, chat: str) -> AsyncIterator[None]:
        account_id = await self._read(lambda s: _account(s, chat))
        bell = asyncio.Event()
        self.bells[account_id].add(bell)
        self._listening[chat] = account_id
        try:
            while True:
                yield
                await bell.wait()
                bell.clear()
        finally:
            self.bells[account_id].discard(bell)
            if not self.bells[account_id]:
                del self.bells[account_id]
                self._listening.pop(chat, None)
                self._fresh.pop(account_id, None)

    def committed(self, committed: Committed) -> None:
        """Mail has come; and a session may belong to somebody else now, or to nobody."""
        if committed.people_changed:
            self._sessions.clear()
        for account_id in committed.touched & self.bells.keys():
            came = committed.mail.get(account_id, [])
            # What is not taken yet goes first; without all of it nothing may be handed on.
            before = self._fresh.pop(account_id, [])
            if came and (not before or before[-1].number + 1 == came[0].number):
                self._fresh[account_id] = [*before, *came]
        self.ring(committed.touched)

    def ring(self, account_ids: Iterable[int]) -> None:
        """New mail was committed for these accounts."""
        for account_id in account_ids:
            for bell in self.bells.get(account_id, ()):
                bell.set()

    async def look(self) -> bool:
        """Ring for what other processes have put in; whether messages are to be tried again."""
        listening, now = list(self.bells), self.desk.place.now()
        mail, due = await self._read(lambda s: (outbox.counts(s, listening), inbox.any_due(s, now)))
        self.ring(a for a, count in mail.items() if count != self._mail.get(a, count))
        self._mail = mail
        return due

    # -- coming in ----------------------------------------------------------------------

    async def look_at_invitation(self, token: str) -> InvitationView:
        """A wrong code typed on the sign-in page is counted by the page, by address."""
        now = self.desk.place.now()
        seen = await self._read(lambda s: invitations.look(s, token, "", now))
        role = ROLE_LABELS[Role(seen.role)] if seen.role else BACK
        return InvitationView(seen.unit, role, seen.usable, seen.why_not)

    async def redeem(self, token: str, chat: str | None) -> tuple[str, WebChat]:
        """Give the browser a chat of its own, in which the invitation is then used like anywhere
        else: by `/start <token>`."""
        view = await self.look_at_invitation(token)
        if not view.usable:
            raise Refused(view.why_not)
        secret = await self.sign_in(chat or secrets.token_urlsafe(12))
        session = await self.session(secret)
        if session is None:
            raise Refused("Trợ lý chưa mở được trò chuyện. Xin bấm lại ạ.")
        said = Said(text=f"/start {token}")
        await self.receive(Incoming(WEB, WEB, str(uuid4()), session.chat, said))
        return secret, session

    async def sign_in(self, chat: str) -> str:
        """A new session for this chat; its account is made when there is none."""

        def work(batch: Batch) -> str:
            place = (WEB, WEB, chat)
            known = accounts.known(batch.session, [place], batch.now)[place]
            return websessions.create(batch.session, known.account_id, batch.now, self.lasts)

        return await self.desk.run(work)

    async def session(self, secret: str) -> WebChat | None:
        """Asked with each request, so what was read is believed for seconds: until then another
        process may have ended it, this one cannot."""
        now = self.desk.place.now()
        if (known := self._sessions.get(secret)) and now - known[1] < BELIEVED:
            return known[0]
        chat = await self._session(secret, now)
        if chat is None:
            self._sessions.pop(secret, None)
            return None
        if len(self._sessions) >= MOST_SESSIONS:
            self._sessions.clear()
        self._sessions[secret] = (chat, now)
        return chat

    async def _session(self, secret: str, now: datetime) -> WebChat | None:
        found = await self._read(lambda s: websessions.find(s, secret, now))
        if found is None:
            return None
        if found.expires_at - now < self.lasts / 2:
            await self.desk.write(lambda s: websessions.renew(s, secret, now + self.lasts))
        return WebChat(found.chat, found.name, found.csrf)

    async def sign_out(self, secret: str) -> None:
        self._sessions.pop(secret, None)
        await self.desk.write(lambda s: websessions.end(s, secret))
        self._sessions.pop(secret, None)

    # -- files --------------------------------------------------------------------------

    async def keep_upload(self, data: bytes) -> str:
        def keep() -> str:
            from storage.images import check_upload  # Pillow: not before there is a picture

            check_upload(data)
            return self.files.keep(data)

        return await asyncio.to_thread(keep)

    async def keep_list(self, data: bytes) -> str:
        return await asyncio.to_thread(self.documents.keep, data)

    async def open_file(self, chat: str, hash: str, *, small: bool = False) -> StoredFile | None:
        return await self._read(lambda s: self._open(s, _account(s, chat), hash, small))

    def files_of(self, session: Session, letter: Letter) -> dict[str, StoredFile]:
        """What a reply hands over, by hash: a handler has decided that this chat may have it."""
        found: dict[str, StoredFile] = {}
        for name, clean in photos.clean_names(session, letter.reply.photos).items():
            found[name] = StoredFile(str(self.files.path(clean)), "image/jpeg", f"{clean[:12]}.jpg")
        if file := letter.reply.file:
            path = str(self.documents.path(file.hash))
            found[file.hash] = StoredFile(path, file.mime, file.name)
        return found

    def _open(self, session: Session, account_id: int, name: str, small: bool) -> StoredFile | None:
        """What was shown to a chat may be opened from it: a handler decided so then."""
        if document := shown.document(session, account_id, name):
            return StoredFile(str(self.documents.path(name)), document.mime, document.name)
        clean = photos.shown(
            session, account_id, name, lambda s, _: shown.mentions(s, account_id, name),
            small=small,
        )  # fmt: skip
        if clean is None:
            return None
        return StoredFile(str(self.files.path(clean)), "image/jpeg", f"{clean[:12]}.jpg")

    async def _read(self, work: Callable[[Session], T]) -> T:
        """Short reads off the event loop: it never waits for a disk."""

        def run() -> T:
            with self.desk.database.reading() as session:
                return work(session)

        return await asyncio.to_thread(run)


def _named_by_sender(mail: Mail) -> Mail:
    """What somebody said bears the key their page gave it, so that the page knows it arrived."""
    return replace(mail, key=mail.key.rpartition("/")[2]) if mail.own else mail


def _account(session: Session, chat: str) -> int:
    return session.connection().scalar(_ACCOUNT, {"chat": chat}) or 0
