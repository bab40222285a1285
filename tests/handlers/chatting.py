"""A chat with the dispatcher in a small district, for tests of handlers about people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, Said
from bot.delivery.dispatch import dispatch
from bot.delivery.filling import Drafts
from bot.domain.roles import Role
from bot.handlers.registry import Letter, Organisation, Person, Talk
from storage.tables.people import Account, Member
from storage.tables.units import Unit
from tests.make import NOW, make_member

LATER = NOW + timedelta(hours=1)


@dataclass
class Chat:
    """One account's side of a conversation; letters are what others were sent."""

    session: Session
    account: Account
    root: Unit
    person: Person
    letters: list[Letter] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    drafts: Drafts = field(default_factory=Drafts)

    def hear(self, text: str = "", button: str = "") -> list[Reply]:
        return self.hear_said(Said(text=text, button=button))

    def hear_said(self, said: Said) -> list[Reply]:
        talk = Talk(
            self.session,
            LATER,
            LATER.date(),
            Organisation(self.root.id, self.root.name, "Văn phòng", "https://dvk.example.vn"),
            self.person,
            said,
            letters=self.letters,
            keep=self._keep,
        )
        replies = dispatch(talk, self.drafts)
        self.drafts.flush(self.session, LATER)
        self.session.flush()
        return replies

    def say(self, *texts: str) -> str:
        """All answers to the last of these messages."""
        return "\n".join(r.text for r in [self.hear(text) for text in texts][-1])

    def tap(self, button: str) -> str:
        return "\n".join(r.text for r in self.hear(button=button))

    def _keep(self, data: bytes) -> str:
        name = f"{len(self.files):064x}"
        self.files[name] = data
        return name


Open = Callable[..., Chat]


def managed(one: Chat) -> list[str]:
    """What "/quanly" offers, on its first page and in its groups."""
    first = one.hear("/quanly")[0].options
    pages = [one.hear(button=o.data)[0].options for o in first if o.data.startswith("qln:")]
    return [o.label for page in (first, *pages) for o in page]


def unit(session: Session, name: str = "Xã Thạch Lạc") -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()


def focal(session: Session, name: str = "Trần Văn Bình") -> Member:
    return make_member(session, name=name, unit=unit(session), role=Role.FOCAL, address="anh")


def admin(session: Session, root: Unit) -> Member:
    return make_member(session, name="Lê Quản Trị", unit=root, role=Role.ADMIN)
