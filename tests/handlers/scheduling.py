"""Schedules in a chat: parts that are evaluated late are read at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, Said
from bot.domain.schedules import Attention
from bot.domain.timing import Hours
from bot.handlers.registry import LATE, VIETNAM, Organisation, Talk
from storage import schedules
from storage.bundles import Rules
from storage.tables.reminders import Schedule
from storage.tables.units import Unit
from storage.working_days import working_days
from tests.handlers.chatting import LATER, Chat


def make_schedules(session: Session, root: Unit) -> None:
    schedules.ensure_schedules(session, root.id, LATER)
    schedules.ensure_periods(session, root.id, LATER.date())


def schedule(session: Session, code: str = "bao-cao-quy") -> Schedule:
    session.expire_all()
    return session.scalars(select(Schedule).where(Schedule.code == code)).one()


def late(one: Chat, button: str) -> Reply:
    """What a button brings, with what is read after the commit."""
    (reply,) = one.hear(button=button)
    if not reply.late:
        return reply
    spec = dict(reply.late)
    organisation = Organisation(one.root.id, one.root.name, "Văn phòng")
    talk = Talk(one.session, LATER, LATER.date(), organisation, one.person, Said())
    return LATE[spec.pop("kind")](talk, **spec)


def labels(reply: Reply) -> list[str]:
    return [option.label for option in reply.options]


def rules_of(session: Session, one: Chat) -> Rules:
    return Rules(VIETNAM, Hours(), working_days(session, one.root.id), Attention())
