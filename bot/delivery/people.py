"""The people of one batch: read once, and what changed about where they stand written once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.messages import Option
from bot.domain.roles import Grant, Role
from bot.domain.wording import DEFAULT_ADDRESS
from bot.handlers.registry import Person
from storage import accounts
from storage.accounts import Chat, Kept, Known
from storage.outbox import Box

NOBODY = Known(0, ("", "", ""), None, "", "", None, "", None, [], None)


@dataclass(slots=True)
class People:
    """moved are those whose state is still to be written; old those who are to be read again
    before they are used; offers are choices shown by letters."""

    session: Session
    now: datetime
    rows: dict[Chat, Known] = field(default_factory=dict)
    moved: set[Chat] = field(default_factory=set)
    old: set[Chat] = field(default_factory=set)
    offers: dict[int, list[list[str]]] = field(default_factory=dict)

    def load(self, chats: Iterable[Chat]) -> dict[int, Kept]:
        """Returns the drafts that those read now are filling in."""
        wanted = [chat for chat in chats if chat not in self.rows or chat in self.old]
        if not wanted:
            return {}
        self.write()
        read = accounts.known(self.session, wanted, self.now)
        self.rows |= read
        self.old.difference_update(wanted)
        return {k.draft_id: k.draft for k in read.values() if k.draft and k.draft_id is not None}

    def get(self, chat: Chat) -> Known:
        self.load([chat])
        return self.rows[chat]

    def forget(self, chat: Chat) -> None:
        self.rows.pop(chat, None)
        self.moved.discard(chat)

    def keep(self, known: Known, person: Person, *, others: bool) -> None:
        """Where a turn has left the person is where their next turn begins; others: it may have
        changed who anybody is, or what they may."""
        before = _state(known)
        known.draft_id, known.held = person.draft_id, person.held
        known.offered, known.reachable = _plain(person.offered), True
        if _state(known) != before:
            self.moved.add(known.chat)
        if others:
            self.old = set(self.rows)

    def note_menu(self, chat: Chat, names: str) -> None:
        self.rows[chat].menu = names
        self.moved.add(chat)

    def offer(self, account_id: int, options: Iterable[Option]) -> None:
        """A letter shows choices: a number means them, unless a form is being filled in."""
        self.offers[account_id] = _plain(options)
        self.old |= {c for c, known in self.rows.items() if known.account_id == account_id}

    def write(self, more: Mapping[int, int] | None = None) -> None:
        """more: messages by account that their mailboxes have got."""
        more = more or {}
        moved = [
            known
            for chat, known in self.rows.items()
            if chat in self.moved or known.account_id in more
        ]
        accounts.save_states(self.session, moved, more)
        accounts.offer(self.session, self.offers)
        self.moved, self.offers = set(), {}

    def boxes(self) -> dict[int, Box]:
        """How many messages each of them has had, and where."""
        return {k.account_id: Box(k.mail, k.chat[0]) for k in self.rows.values()}


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


def _state(known: Known) -> tuple[object, ...]:
    return known.draft_id, known.offered, known.held, known.reachable


def _plain(options: Iterable[Option]) -> list[list[str]]:
    return [[o.label, o.data, o.style] for o in options]
