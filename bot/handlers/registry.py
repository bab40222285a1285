"""How a handler file registers what it can do, and what it has in hand when it does it."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.form import Answers, Form, Found, Lookup
from bot.conversation.messages import Option, Reply, Said
from bot.domain.inspecting import Inspecting
from bot.domain.lifecycle import LABELS
from bot.domain.roles import Act, Grant, can
from bot.domain.timing import Hours
from bot.domain.wording import DEFAULT_ADDRESS, say
from bot.errors import Refused
from storage import audit
from storage.scope import Scope

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Organisation:
    """The facts of the settings that handlers speak of; telegram is the name of the bot there,
    labels are what stages, levels and kinds are called; points: places of work are counted, not
    initiatives."""

    root_id: int
    name: str
    contact: str = ""
    public_url: str = ""
    telegram: str = ""
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
    inspecting: Inspecting = field(default_factory=Inspecting)
    points: bool = False
    hours: Hours = field(default_factory=Hours)


@dataclass(slots=True)
class Person:
    """Who is talking. member_id is None before consent; grants are read in this transaction."""

    account_id: int
    platform: str
    chat: str
    member_id: int | None = None
    name: str = ""
    address: str = DEFAULT_ADDRESS
    unit_id: int | None = None
    state: str = ""
    grants: tuple[Grant, ...] = ()
    draft_id: int | None = None
    offered: tuple[Option, ...] = ()
    held: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to somebody else; key makes it unique for ever."""

    key: str
    account_id: int
    reply: Reply
    lane: str = "notice"


@dataclass(slots=True)
class Talk:
    """What a handler has in hand: the transaction, the clock's reading, who speaks, what was said.

    letters go to others with the same commit. opening: set by a handler to open a form.
    keep stores the bytes of a document durably and returns their name for `Reply.file`."""

    session: Session
    now: datetime
    today: date
    organisation: Organisation
    person: Person
    said: Said
    zone: ZoneInfo = VIETNAM
    key: str = ""
    acted: bool = False
    letters: list[Letter] = field(default_factory=list)
    opening: tuple[Form, dict[str, Any], dict[str, str]] | None = None
    resuming: int | None = None
    keep: Callable[[bytes], str] | None = None

    @property
    def member_id(self) -> int:
        """Who speaks; only for handlers of people who have joined."""
        if self.person.member_id is None:
            raise Refused(self.say("{Ac} nhắn “bắt đầu” để làm quen với Trợ lý trước ạ."))
        return self.person.member_id

    @property
    def scope(self) -> Scope:
        return Scope.of(self.person.member_id, self.person.grants)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def can(self, act: Act) -> bool:
        return can(act, self.person.grants)

    def say(self, template: str, **values: object) -> str:
        return say(template, self.person.address, **values)

    def reply(self, template: str, *options: Option, **values: object) -> Reply:
        return Reply(self.say(template, **values), options=options)

    def did(self, action: str, kind: str, subject_id: int, **ids: Any) -> None:
        """Into the log of who did what to what; ids are further ids, never anything personal."""
        audit.note(
            self.session, root_id=self.organisation.root_id, at=self.now,
            member_id=self.person.member_id, platform=self.person.platform, action=action,
            kind=kind, subject_id=subject_id, details=ids,
        )  # fmt: skip

    def open(
        self,
        form: Form,
        answers: Mapping[str, Any] | None = None,
        only: Mapping[str, str] | None = None,
    ) -> None:
        """Open a form with some answers already in; its first question follows the replies. only:
        what is asked again, and why, when all other answers stay as they are."""
        self.opening = (form, dict(answers or {}), dict(only or {}))

    def resume(self, draft_id: int) -> None:
        """Make this draft the one being filled in; where it stands follows the replies."""
        self.resuming = draft_id


Replies = Reply | Sequence[Reply] | None
CommandRun = Callable[[Talk, str], Replies]
ActionRun = Callable[..., Replies]


@dataclass(frozen=True, slots=True)
class Command:
    """name is ASCII (`/name`); label is accented; words are other phrases (folded) that begin it.

    acts: rights of which it needs one, none for everybody; menu: its line in the main menu (0: not
    there); before_joining: also for people who have not consented."""

    name: str
    label: str
    run: CommandRun
    acts: tuple[Act, ...] = ()
    words: tuple[str, ...] = ()
    menu: int = 0
    before_joining: bool = False

    def usable(self, grants: Sequence[Grant]) -> bool:
        return not self.acts or any(can(act, grants) for act in self.acts)


@dataclass(frozen=True, slots=True)
class FormHandler:
    """submit saves the answers in the transaction of the turn."""

    form: Form
    submit: Callable[[Talk, Answers, str], Replies]


LookupRun = Callable[[Talk, Lookup], Found]

COMMANDS: dict[str, Command] = {}
ACTIONS: dict[str, ActionRun] = {}
FORMS: dict[str, FormHandler] = {}
LOOKUPS: dict[str, LookupRun] = {}
LATE: dict[str, Callable[..., Reply]] = {}
CATCHERS: list["Catcher"] = []


def command(
    name: str,
    label: str,
    *,
    act: Act | tuple[Act, ...] = (),
    words: tuple[str, ...] = (),
    menu: int = 0,
    before_joining: bool = False,
) -> Callable[[F], F]:
    acts = (act,) if isinstance(act, Act) else act

    def register(run: F) -> F:
        COMMANDS[name] = Command(name, label, run, acts, words, menu, before_joining)
        return run

    return register


def action(name: str) -> Callable[[F], F]:
    """What a button `name:arg:arg` does: the function takes (talk, *args as text)."""

    def register(run: F) -> F:
        ACTIONS[name] = run
        return run

    return register


def submits(form: Form) -> Callable[[F], F]:
    """The function takes (talk, answers that apply, a key unique to the draft)."""

    def register(run: F) -> F:
        FORMS[form.name] = FormHandler(form, run)
        return run

    return register


def lookup(kind: str) -> Callable[[F], F]:
    def register(run: F) -> F:
        LOOKUPS[kind] = run
        return run

    return register


def late(kind: str) -> Callable[[F], F]:
    """A part of a reply evaluated after the commit on a read-only connection:
    the function takes (talk, **Reply.late without "kind") and must check the scope itself."""

    def register(run: F) -> F:
        LATE[kind] = run
        return run

    return register


@dataclass(frozen=True, slots=True)
class Catcher:
    """Looks at a message that is no command and no answer to a form."""

    order: int
    run: Callable[[Talk], Replies]
    before_joining: bool


def catches(order: int, *, before_joining: bool = False) -> Callable[[F], F]:
    """Catchers are asked in ascending order until one answers (None: not mine)."""

    def register(run: F) -> F:
        CATCHERS.append(Catcher(order, run, before_joining))
        CATCHERS.sort(key=lambda c: c.order)
        return run

    return register


@dataclass(frozen=True, slots=True)
class Part:
    """What a handler adds to a page that several make together: lines of text, and buttons."""

    lines: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()


PAGES: dict[str, list[tuple[int, Callable[..., Part | None]]]] = {}


def adds_to(page: str, order: int) -> Callable[[F], F]:
    """Pages, and what the function takes: "card" (talk, enrolment: one initiative in a year),
    "review" (talk, report: one that waits for a decision), "manage" (talk; the order says in which
    group, see `bot.handlers.manage.GROUPS`), "tasks" (talk), "person" (talk, member: somebody whom
    the speaker looks after), "reminding" (talk: the page of /lichnhac)."""

    def register(run: F) -> F:
        PAGES.setdefault(page, []).append((order, run))
        PAGES[page].sort(key=lambda part: part[0])
        return run

    return register


def parts(page: str, talk: Talk, *about: Any) -> list[Part]:
    """What the handlers add to a page, in order."""
    return [part for _, part in placed(page, talk, *about)]


def placed(page: str, talk: Talk, *about: Any) -> list[tuple[int, Part]]:
    """The same, each with its order."""
    found = ((order, run(talk, *about)) for order, run in PAGES.get(page, ()))
    return [(order, part) for order, part in found if part]


def load_handlers() -> Iterator[str]:
    """Import every file of `bot.handlers`, so that each registers itself."""
    package = importlib.import_module("bot.handlers")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"bot.handlers.{module.name}")
        yield module.name
