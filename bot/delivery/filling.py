"""The shell around the pure forms: load the draft, ask storage, advance, save, show."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.conversation.form import Draft, Form, Lookup, State, World
from bot.conversation.messages import Option, Reply, Said
from bot.conversation.show import show
from bot.conversation.turn import advance, needs, refit, settle, start
from bot.conversation.walk import kept_answers
from bot.errors import Refused
from bot.handlers.registry import FORMS, LOOKUPS, Replies, Talk
from storage import accounts
from storage.tables.people import Draft as DraftRow

KEPT = "Phiếu đã cất, không mất gì ạ. Khi tiện, {ac} nhắn “làm tiếp” để ghi nốt."
PUT_ASIDE = "Phiếu đang làm dở đã được cất lại; {ac} nhắn “làm tiếp” khi cần."
GONE = "Phiếu ấy không còn nữa (đã gửi hoặc đã hủy) ạ."
CANCELLED = "Đã hủy phiếu theo ý {ac}. Cần gì, {ac} nhắn “menu” ạ."
RESUME = Option("Làm tiếp", "cmd:lamtiep")


@dataclass(slots=True)
class Drafts:
    """The drafts of one batch: read once, written once at the end; changed are those to write."""

    rows: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)

    def load(self, session: Session, ids: list[int]) -> None:
        for row in accounts.drafts(session, [i for i in ids if i not in self.rows]).values():
            self.rows[row.id] = (row.form, row.body)

    def get(self, session: Session, draft_id: int) -> Draft | None:
        self.load(session, [draft_id])
        row = self.rows.get(draft_id)
        return Draft.from_json(row[1]) if row and row[0] in FORMS else None

    def put(self, draft_id: int, draft: Draft) -> None:
        self.rows[draft_id] = (draft.form, draft.to_json())
        self.changed.add(draft_id)

    def drop(self, session: Session, draft_id: int) -> None:
        session.execute(delete(DraftRow).where(DraftRow.id == draft_id))
        self.rows.pop(draft_id, None)
        self.changed.discard(draft_id)

    def forget(self, draft_id: int | None) -> None:
        """After a rolled back message: read again what was there before."""
        if draft_id is not None:
            self.rows.pop(draft_id, None)
            self.changed.discard(draft_id)

    def flush(self, session: Session, now: datetime, besides: int | None = None) -> None:
        """Write what changed; the draft being filled in (besides) can wait for the batch's end."""
        due = self.changed - {besides}
        accounts.save_drafts(session, {i: self.rows[i][1] for i in due if i in self.rows}, now)
        self.changed -= due


def as_list(replies: Replies) -> list[Reply]:
    if replies is None:
        return []
    return [replies] if isinstance(replies, Reply) else list(replies)


def _world(talk: Talk, lookups: tuple[Lookup, ...]) -> World:
    found = {one: LOOKUPS[one.kind](talk, one) for one in lookups}
    return World(talk.today, talk.person.address, found)


def open_form(talk: Talk, drafts: Drafts, form: Form, answers: dict[str, Any]) -> list[Reply]:
    """Begin a form; one that was being filled in is put aside, and said so."""
    aside = talk.person.draft_id is not None
    draft = start(form, answers)
    known = talk.person
    row = accounts.Known(
        known.account_id, ("", "", ""), known.member_id, "", "", None, "", None, [], None
    )
    known.draft_id = accounts.add_draft(talk.session, row, form.name, draft.to_json(), talk.now)
    drafts.put(known.draft_id, draft)
    notes = (PUT_ASIDE,) if aside else ()
    return [present(talk, drafts, form, replace(draft, notes=(*notes, *draft.notes)))]


def present(talk: Talk, drafts: Drafts, form: Form, draft: Draft) -> Reply:
    """Show where the draft stands, after passing over steps that have nothing to ask."""
    world = _world(talk, needs(form, draft, None))
    while (settled := settle(form, draft, world)) != draft:
        draft = settled
        world = _world(talk, needs(form, draft, None))
    draft_id = talk.person.draft_id
    if draft_id is not None:
        drafts.put(draft_id, replace(draft, notes=()))
    reply = show(form, draft, world)
    return replace(
        reply,
        options=tuple(_addressed(o, draft_id) for o in reply.options),
        actions=tuple(_addressed(o, draft_id) for o in reply.actions),
        screen=f"draft:{draft_id}",
    )


def _addressed(option: Option, draft_id: int | None) -> Option:
    return replace(option, data=f"f:{draft_id}:{option.data}")


def show_again(talk: Talk, drafts: Drafts, note: str = "") -> list[Reply]:
    """Where the member is in the form being filled in; nothing when there is none."""
    if talk.person.draft_id is None:
        return []
    draft = drafts.get(talk.session, talk.person.draft_id)
    if draft is None:
        talk.person.draft_id = None
        return []
    form = FORMS[draft.form].form
    draft = refit(form, draft)
    return [present(talk, drafts, form, replace(draft, notes=(note,) if note else ()))]


def resume(talk: Talk, drafts: Drafts, draft_id: int) -> list[Reply]:
    if drafts.get(talk.session, draft_id) is None:
        return [Reply(talk.say(GONE))]
    talk.person.draft_id = draft_id
    return show_again(talk, drafts)


def fill(talk: Talk, drafts: Drafts, said: Said) -> list[Reply]:
    """One turn of the form being filled in."""
    draft_id = talk.person.draft_id
    draft = drafts.get(talk.session, draft_id) if draft_id is not None else None
    if draft is None or draft_id is None:
        talk.person.draft_id = None
        return [Reply(talk.say(GONE))]
    form = FORMS[draft.form].form
    world = _world(talk, needs(form, refit(form, draft), said))
    turned = advance(form, draft, said, world)
    if turned.state is State.OPEN:
        return [present(talk, drafts, form, turned)]
    if turned.state is State.SENT:
        return _submit(talk, drafts, form, turned, draft_id)
    talk.person.draft_id = None
    if turned.state is State.LEFT:
        drafts.put(draft_id, replace(turned, state=State.OPEN))
        return [Reply(talk.say(KEPT), options=(RESUME,))]
    drafts.drop(talk.session, draft_id)
    return [Reply(talk.say(CANCELLED))]


def _submit(talk: Talk, drafts: Drafts, form: Form, draft: Draft, draft_id: int) -> list[Reply]:
    """Hand the answers over; a refusal leaves the draft as it was and says why."""
    talk.acted = True
    try:
        with talk.session.begin_nested():  # a refusal undoes what was begun
            answers = kept_answers(form, draft)
            replies = as_list(FORMS[form.name].submit(talk, answers, f"draft:{draft_id}"))
    except Refused as refused:
        back = replace(draft, state=State.OPEN, notes=(str(refused),))
        return [present(talk, drafts, form, back)]
    drafts.drop(talk.session, draft_id)
    talk.person.draft_id = None
    return replies
