"""bot.conversation.host.Host in memory, with a bot whose answers the test chooses."""

import asyncio
import hashlib
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation.host import InvitationView, Mail, PublicCard, Session, StoredFile
from bot.conversation.messages import Incoming, Reply, Said
from bot.errors import Refused

Answer = Callable[[Said], Sequence[Reply]]
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
UNKNOWN = "Lời mời này không còn dùng được. Xin hỏi cán bộ đầu mối để nhận lời mời mới ạ."


def repeat(said: Said) -> list[Reply]:
    return [Reply(f"Đã nhận: {said.text or said.button or len(said.photos)}")]


@dataclass
class FakeHost:
    """down: nothing can be stored, as when the database is away."""

    folder: Path
    answer: Answer = repeat
    down: bool = False
    received: list[Incoming] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    moves: set[tuple[str, str]] = field(default_factory=set)
    invitations: dict[str, InvitationView] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    mail: dict[str, list[Mail]] = field(default_factory=lambda: defaultdict(list))
    listening: dict[str, set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))

    # -- for the test ----------------------------------------------------------------
    def invite(self, token: str, unit: str = "Xã Thạch Đài", role: str = "hội viên") -> None:
        self.invitations[token] = InvitationView(unit, role, usable=True)

    def let_in(self, chat: str = "w1", name: str = "Bác Hồ Văn Hà") -> str:
        secret = secrets.token_urlsafe(16)
        self.sessions[secret] = Session(chat, name, csrf=secrets.token_urlsafe(16))
        return secret

    def put(self, chat: str, *replies: Reply, at: datetime | None = None) -> None:
        for reply in replies:
            self._add(chat, own=False, key=secrets.token_hex(8), body=reply.to_json(), at=at)

    def said(self) -> list[str]:
        return [i.said.text or i.said.button for i in self.received]

    def _add(
        self, chat: str, *, own: bool, key: str, body: dict[str, object], at: datetime | None = None
    ) -> None:
        rows = self.mail[chat]
        rows.append(Mail(len(rows) + 1, own, key, body, at or datetime.now(UTC)))
        for event in self.listening[chat]:
            event.set()

    # -- Host ------------------------------------------------------------------------
    def known_as(self, platform: str, name: str) -> None:
        self.names.append(name)

    async def moved(self, platform: str, bot: str, old: str, new: str) -> None:
        self.moves.add((old, new))

    async def cards(self, platform: str, bot: str, chat: str, text: str) -> list[PublicCard] | None:
        return None

    async def receive(self, incoming: Incoming) -> None:
        if self.down:
            raise OSError("database is away")
        if any((i.chat, i.key) == (incoming.chat, incoming.key) for i in self.received):
            return
        self.received.append(incoming)
        if incoming.echo:
            self._add(incoming.chat, own=True, key=incoming.key, body=incoming.said.to_json())
        self.put(incoming.chat, *self.answer(incoming.said))

    async def mailbox(self, chat: str, after: int, most: int = 200) -> list[Mail]:
        return [m for m in self.mail[chat] if m.number > after][:most]

    async def history(self, chat: str, before: int, most: int = 50) -> list[Mail]:
        return [m for m in self.mail[chat] if not before or m.number < before][-most:]

    async def new_mail(self, chat: str) -> AsyncIterator[None]:
        event = asyncio.Event()
        self.listening[chat].add(event)
        try:
            while True:
                await event.wait()
                event.clear()
                yield
        finally:
            self.listening[chat].discard(event)

    async def look_at_invitation(self, token: str) -> InvitationView:
        return self.invitations.get(token) or InvitationView("", "", usable=False, why_not=UNKNOWN)

    async def redeem(self, token: str, chat: str | None) -> tuple[str, Session]:
        if token not in self.invitations:
            raise Refused(UNKNOWN)
        del self.invitations[token]
        secret = self.let_in(chat or f"w{len(self.sessions) + 1}")
        return secret, self.sessions[secret]

    async def session(self, secret: str) -> Session | None:
        return self.sessions.get(secret)

    async def sign_out(self, secret: str) -> None:
        self.sessions.pop(secret, None)

    async def keep_upload(self, data: bytes) -> str:
        if not any(data.startswith(start) for start in PICTURES):
            raise Refused("Tệp này không phải ảnh. Xin chọn ảnh chụp (JPEG, PNG) ạ.")
        name = hashlib.sha256(data).hexdigest()
        (self.folder / name).write_bytes(data)
        return name

    async def keep_list(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        (self.folder / name).write_bytes(data)
        return name

    async def open_file(self, chat: str, hash: str, *, small: bool = False) -> StoredFile | None:
        path = self.folder / hash
        if not path.exists():
            return None
        data = path.read_bytes()
        mime = next((m for start, m in PICTURES.items() if data.startswith(start)), "text/plain")
        return StoredFile(str(path), mime, "ảnh.jpg")
