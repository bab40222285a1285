"""The shell around the pure forms: load the draft, ask storage, advance, save, show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session, SessionTransaction

from bot.conversation.form import Draft, Form, Lookup, State, World
from bot.conversation.messages import Option, Reply, Said
from bot.conversation.show import show
from bot.conversation.turn import advance, needs, refit, settle, start
from bot.conversation.walk import kept_answers
from bot.errors import Refused
from bot.handlers.registry import FORMS, LOOKUPS, Person, Replies, Talk
from storage import accounts
from storage.accounts import Kept
from storage.database import people_written, watch_people

KEPT = "Phiếu đã cất, không mất gì ạ. Khi tiện, {ac} nhắn “làm tiếp” để ghi nốt."
PUT_ASIDE = "Phiếu đang làm dở đã được cất lại; {ac} nhắn “làm tiếp” khi cần."
GONE = (
    "Phiếu ấy đã gửi, đã hủy hoặc đang cất nên nút này không đổi gì ạ. {Ac} nhắn “làm tiếp” để xem "
    "phiếu đang cất, “đã gửi” để xem phiếu đã gửi."
)
NO_FORM = "Mẫu phiếu ấy không còn dùng nữa nên {ac} không phải ghi tiếp ạ."
CANCELLED = "Đã hủy phiếu theo ý {ac}. Cần gì, {ac} nhắn “menu” ạ."
ADDRESS_STEP = "xung_ho"
"""How somebody is to be addressed holds from the moment they said so."""
RESUME = Option("Làm tiếp", "cmd:lamtiep")
MENU = Option("Menu", "cmd:menu")
PARTS = Person.__match_args__
_parts = attrgetter(*PARTS)


@dataclass(slots=True)
class Before:
    """What a turn found, to go back to; person: the values of its parts."""

    person: tuple[Any, ...]
    letters: int
    rows: dict[int, Kept]
    changed: set[int]


@dataclass(slots=True)
class Drafts:
    """The drafts of one batch: read once, written once at the end; changed are those to write.

    Most turns of a form change nothing but its draft, here in memory. When a handler acts, what is
    in memory is written first (before_acting: what else there is), then a savepoint begins, so that
    the turn can be undone."""

    before_acting: Callable[[], None] = lambda: None
    rows: dict[int, Kept] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    _before: Before | None = None
    _savepoint: SessionTransaction | None = None

    def load(self, session: Session, ids: Iterable[int]) -> None:
        self.rows |= accounts.drafts(session, [i for i in ids if i not in self.rows])

    def know(self, read: Mapping[int, Kept]) -> None:
        """Drafts just read; what is in memory is newer."""
        self.rows = {**read, **self.rows}

    def get(self, session: Session, draft_id: int) -> Draft | None:
        """None: sent or thrown away, or of a form there is no more."""
        self.load(session, [draft_id])
        kept = self.rows.get(draft_id)
        return Draft.from_json(kept.body) if kept and kept.form in FORMS else None

    def put(self, draft_id: int, draft: Draft) -> None:
        kept, body = self.rows[draft_id], draft.to_json()
        if body != kept.body:
            self.rows[draft_id] = kept._replace(body=body)
            self.changed.add(draft_id)

    def add(self, talk: Talk, draft: Draft) -> int:
        self.act(talk)
        body, person = draft.to_json(), talk.person
        draft_id = accounts.add_draft(
            talk.session, person.account_id, person.member_id, draft.form, body, talk.now
        )
        self.rows[draft_id] = Kept(draft.form, body, draft.revision)
        return draft_id

    def drop(self, talk: Talk, draft_id: int) -> None:
        self.act(talk)
        accounts.drop_draft(talk.session, draft_id)
        self.rows.pop(draft_id, None)
        self.changed.discard(draft_id)

    def flush(self, session: Session, now: datetime) -> None:
        changed = {i: self.rows[i] for i in self.changed}
        accounts.save_drafts(session, changed, now)
        for draft_id, kept in changed.items():
            self.rows[draft_id] = kept._replace(revision=kept.body["revision"])
        self.changed = set()

    # -- one turn -------------------------------------------------------------------------

    def begin(self, talk: Talk) -> None:
        person = _parts(talk.person)
        self._before = Before(person, len(talk.letters), dict(self.rows), set(self.changed))

    def act(self, talk: Talk) -> None:
        """A handler is about to read and write on its own."""
        talk.acted = True
        if self._savepoint is None:
            self.before_acting()
            self.flush(talk.session, talk.now)
            if self._before:
                self._before.rows, self._before.changed = dict(self.rows), set()
            watch_people(talk.session)
            self._savepoint = talk.session.begin_nested()

    def end(self, talk: Talk) -> None:
        if self._savepoint is not None:
            talk.session.flush()
            self._savepoint.commit()
            self._savepoint = None
            if people_written(talk.session):  # whose forms may have gone with them
                self.rows = {}

    def undo(self, talk: Talk) -> None:
        """Nothing of this turn remains, neither in the database nor in memory."""
        before, savepoint, self._savepoint = self._before, self._savepoint, None
        if before:
            self.rows, self.changed = dict(before.rows), set(before.changed)
            del talk.letters[before.letters :]
            for name, value in zip(PARTS, before.person, strict=True):
                setattr(talk.person, name, value)
        talk.opening = talk.resuming = None
        if savepoint is not None:
            savepoint.rollback()
            talk.session.expire_all()  # else objects show what was rolled back


def as_list(replies: Replies) -> list[Reply]:
    if replies is None:
        return []
    return [replies] if isinstance(replies, Reply) else list(replies)


def _world(talk: Talk, draft: Draft, lookups: tuple[Lookup, ...]) -> World:
    found = {one: LOOKUPS[one.kind](talk, one) for one in lookups}
    chosen = draft.answers.get(ADDRESS_STEP, {}).get("v")
    return World(talk.today, chosen or talk.person.address, found)


def open_form(
    talk: Talk, drafts: Drafts, form: Form, answers: dict[str, Any], only: dict[str, str]
) -> list[Reply]:
    """Begin a form; one that was being filled in is put aside, and said so."""
    new, here = start(form, answers, only), _here(talk, drafts)
    if here is not None and _untouched(here, new):  # the button was pressed twice
        return show_again(talk, drafts)
    notes = (PUT_ASIDE,) if here is not None else ()
    talk.person.draft_id = drafts.add(talk, new)
    return [present(talk, drafts, form, replace(new, notes=(*notes, *new.notes)))]


def _here(talk: Talk, drafts: Drafts) -> Draft | None:
    """The draft being filled in."""
    draft_id = talk.person.draft_id
    return drafts.get(talk.session, draft_id) if draft_id is not None else None


def _untouched(here: Draft, new: Draft) -> bool:
    same = all(here.answers.get(key) == answer for key, answer in new.answers.items())
    return (here.form, here.revision) == (new.form, 0) and same


def present(talk: Talk, drafts: Drafts, form: Form, draft: Draft) -> Reply:
    """Show where the draft stands, after passing over steps that have nothing to ask."""
    world = _world(talk, draft, needs(form, draft, None))
    while (settled := settle(form, draft, world)) is not draft:
        draft = settled
        world = _world(talk, draft, needs(form, draft, None))
    draft_id = talk.person.draft_id
    if draft_id is not None:
        drafts.put(draft_id, replace(draft, notes=()) if draft.notes else draft)
    return show(form, draft, world, f"draft:{draft_id}", f"f:{draft_id}:")


def show_again(talk: Talk, drafts: Drafts, note: str = "") -> list[Reply]:
    """Where the member is in the form being filled in; nothing when there is none."""
    draft = _here(talk, drafts)
    if draft is None:
        talk.person.draft_id = None
        return []
    form = FORMS[draft.form].form
    draft = refit(form, draft)
    return [present(talk, drafts, form, replace(draft, notes=(note,) if note else ()))]


def resume(talk: Talk, drafts: Drafts, draft_id: int) -> list[Reply]:
    if drafts.get(talk.session, draft_id) is None:
        return [_gone(talk, drafts, draft_id)]
    talk.person.draft_id = draft_id
    return show_again(talk, drafts)


def _gone(talk: Talk, drafts: Drafts, draft_id: int | None) -> Reply:
    return talk.reply(NO_FORM if draft_id in drafts.rows else GONE, MENU)


def fill(talk: Talk, drafts: Drafts, said: Said) -> list[Reply]:
    """One turn of the form being filled in."""
    draft_id, draft = talk.person.draft_id, _here(talk, drafts)
    if draft is None or draft_id is None:
        talk.person.draft_id = None
        return [_gone(talk, drafts, draft_id)]
    form = FORMS[draft.form].form
    world = _world(talk, draft, needs(form, refit(form, draft), said))
    turned = advance(form, draft, said, world)
    if turned.state is State.OPEN:
        return [present(talk, drafts, form, turned)]
    if turned.state is State.SENT:
        return _submit(talk, drafts, form, turned, draft_id)
    talk.person.draft_id = None
    if turned.state is State.LEFT:
        drafts.put(draft_id, replace(turned, state=State.OPEN))
        return [Reply(talk.say(KEPT), options=(RESUME,))]
    drafts.drop(talk, draft_id)
    return [Reply(talk.say(CANCELLED))]


def _submit(talk: Talk, drafts: Drafts, form: Form, draft: Draft, draft_id: int) -> list[Reply]:
    """Hand the answers over; a refusal leaves the draft as it was and says why."""
    drafts.act(talk)
    answers = kept_answers(form, draft)
    try:
        replies = as_list(FORMS[form.name].submit(talk, answers, f"draft:{draft_id}"))
    except Refused as refused:
        drafts.undo(talk)
        drafts.load(talk.session, [draft_id])
        back = replace(draft, state=State.OPEN, notes=(str(refused),))
        return [present(talk, drafts, form, back)]
    drafts.drop(talk, draft_id)
    talk.person.draft_id = None
    return replies
