"""A leader and the focal person of a commune, for tests of briefings and guidance."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, Said
from bot.domain.roles import Role
from bot.handlers.registry import Organisation, Talk
from storage import briefings
from storage.tables.reminders import Briefing
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.make import make_member


def the_leader(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(
        make_member(session, name="Nguyễn Đình Thành", unit=root, role=Role.LEADER, address="ông")
    )


def a_focal(
    session: Session, chat: Open, name: str = "Trần Văn Minh", xa: str = "Thạch Lạc"
) -> Chat:
    where = unit(session, f"Xã {xa}")
    return chat(make_member(session, name=name, unit=where, role=Role.FOCAL, address="anh"))


def told(one: Chat, other: Chat) -> list[Reply]:
    """What the doings of one have told the other."""
    return [x.reply for x in one.letters if x.account_id == other.account.id]


def talk_of(one: Chat, days: int = 0) -> Talk:
    """What a reminder or a late part is made with, so many days on."""
    now = LATER + timedelta(days)
    organisation = Organisation(one.root.id, one.root.name)
    return Talk(one.session, now, now.date(), organisation, one.person, Said())


def briefing(session: Session, at: Unit, author_id: int | None, hours: int = 24) -> Briefing:
    """One that begins in so many hours, or began so many hours ago."""
    when = LATER + timedelta(hours=hours)
    return briefings.add(
        session, root_id=at.root_id, unit_id=at.id, kind="briefing", topic="Sơ kết quý IV",
        place="Hội trường", day=when.date(), at=when, author_id=author_id,
        created_at=LATER - timedelta(days=3),
    )  # fmt: skip
