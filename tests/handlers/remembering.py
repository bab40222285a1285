"""A village in which things are due, and the reminders of them."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, Said, offered
from bot.handlers.registry import LATE, Organisation, Talk
from storage import reports, schedules
from storage.tables.people import Draft, Member
from storage.tables.records import Enrolment
from storage.tables.reminders import Bundle, Reminder, ReviewPeriod, Schedule
from tests.handlers.chatting import LATER, Chat
from tests.handlers.living import Village
from tests.make import NOW, make_enrolment, make_initiative

SPRING = date(2022, 3, 1)
SOON = LATER.date() + timedelta(2)


def make_schedules(session: Session, root_id: int) -> None:
    """The usual ones, and their periods."""
    schedules.ensure_schedules(session, root_id, LATER)
    schedules.ensure_periods(session, root_id, LATER.date())


def schedule(session: Session, what: str) -> Schedule:
    return session.scalars(select(Schedule).where(Schedule.what == what)).first()  # type: ignore[return-value]


def period_of(session: Session, what: str) -> ReviewPeriod:
    """The last that has fallen due."""
    its = select(ReviewPeriod).where(ReviewPeriod.schedule_id == schedule(session, what).id)
    return max((p for p in session.scalars(its) if p.due_on <= SOON), key=lambda p: p.due_on)


def made_in_spring(village: Village, name: str = "Tuyến đường hoa", author=None) -> Enrolment:
    """Lan's; nothing was heard of it since."""
    session = village.session
    one = make_enrolment(
        session, place=village.xa, accepted_on=SPRING,
        initiative=make_initiative(session, name, village.root),
    )  # fmt: skip
    one.stage = "building"
    reports.add(
        session, key=f"{one.id}", kind="register", enrolment=one, state="accepted",
        author_id=(author or village.lan).id, answers={"ten": {"v": name, "t": name}},
        has_results=False, now=datetime(2022, 3, 1, 3, tzinfo=LATER.tzinfo),
    )  # fmt: skip
    return one


def remind(
    session: Session,
    what: str,
    subject_id: int,
    unit_id: int,
    member: Member,
    due_on: date | None = None,
    rung: str = "person",
    **more,
) -> Reminder:
    by = schedule(session, what)
    one = Reminder(
        schedule_id=by.id, what=what, subject_id=subject_id, unit_id=unit_id,
        due_on=due_on or period_of(session, what).due_on, stage=more.pop("stage", -1), rung=rung,
        member_id=member.id, state=more.pop("state", "sent"), send_from=LATER, at=LATER, **more,
    )  # fmt: skip
    session.add(one)
    session.flush()
    return one


def review_of(village: Village, name: str = "Tuyến đường hoa", member=None, **more) -> Reminder:
    one = made_in_spring(village, name)
    who = member or village.lan
    return remind(village.session, "initiative_review", one.id, village.xa.id, who, **more)


def bundled(chat: Chat, *rows: Reminder) -> Reply:
    """The daily message with these, as it is when it is sent; what it offers can be answered."""
    session = chat.session
    one = Bundle(member_id=chat.person.member_id, day=LATER.date(), window="evening",
                 account_id=chat.account.id, at=LATER)  # fmt: skip
    session.add(one)
    session.flush()
    for row in rows:
        row.bundle_id = one.id
    session.flush()
    organisation = Organisation(chat.root.id, chat.root.name)
    talk = Talk(session, LATER, LATER.date(), organisation, chat.person, Said())
    return shown(chat, LATE["bundle"](talk, bundle=one.id))


def shown(chat: Chat, reply: Reply) -> Reply:
    chat.person.offered = offered(reply)
    return reply


def labels(reply: Reply) -> list[str]:
    return [o.label for o in (*reply.options, *reply.actions)]


def due_on(session: Session, what: str, day: date) -> None:
    """Its period falls due on another day."""
    period_of(session, what).due_on = day
    session.flush()


def make_draft(session, chat, form="cn"):
    body = {"answers": {"moi": {"v": "Thêm 5 hộ", "t": "Thêm 5 hộ"}}}
    draft = Draft(
        account_id=chat.account.id, member_id=chat.person.member_id, form=form, body=body,
        revision=1, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def of_draft(session, village, lan):
    """A form that Lan has left yesterday."""
    draft = make_draft(session, lan)
    day = NOW.astimezone().date()
    return remind(session, "draft_left", draft.id, village.xa.id, village.lan, day, stage=1)
