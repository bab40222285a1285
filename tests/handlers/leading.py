"""A district whose leader looks at who lags: Minh answers for Thạch Lạc, Thu for Thạch Khê."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, offered
from bot.domain.roles import Role
from storage.tables.people import Member
from storage.tables.reminders import Reminder
from storage.tables.units import Unit
from tests.handlers.chatting import Chat, Open, unit
from tests.handlers.looking import evaluated
from tests.handlers.remembering import make_schedules
from tests.make import make_account, make_enrolment, make_initiative, make_member, make_sector

SPRING = "2022-03-01"


@dataclass
class District:
    """thanh leads it; lan has registered what `model` makes, in xa."""

    session: Session
    chat: Open
    root: Unit
    xa: Unit
    other: Unit
    thanh: Member
    minh: Member
    thu: Member
    lan: Member

    def talk(self, member: Member | None = None) -> Chat:
        return self.chat(member or self.thanh)

    def model(self, name: str = "Tuyến đường hoa", sector: str = "kinh_te", where=None, **more):
        """Accepted in spring; nothing was heard of it since."""
        from datetime import date

        return make_enrolment(
            self.session, place=where or self.xa, accepted_on=date.fromisoformat(SPRING),
            initiative=make_initiative(self.session, name, self.root),
            sector=make_sector(self.session, sector, self.root), **more,
        )  # fmt: skip

    def nudged(self) -> list[Reminder]:
        """By hand: what no test has put in otherwise."""
        return list(self.session.scalars(select(Reminder).order_by(Reminder.id)))


def make_district(session: Session, root: Unit, chat: Open) -> District:
    xa, other = unit(session), unit(session, "Xã Thạch Khê")
    make_schedules(session, root.id)
    people = [
        make_member(session, "Nguyễn Đình Thành", root, Role.LEADER, address="đồng chí"),
        make_member(session, "Trần Văn Minh", xa, Role.FOCAL, address="anh"),
        make_member(session, "Đặng Thị Thu", other, Role.FOCAL),
        make_member(session, "Nguyễn Thị Lan", xa, address="bà"),
    ]
    for member in people[1:]:
        make_account(session, member)
    return District(session, chat, root, xa, other, *people)


def ask(one: Chat, text: str = "", button: str = "") -> Reply:
    """The answer as it is after the commit; what it offers can be answered."""
    reply = evaluated(one, one.hear(text, button))
    one.person.offered = offered(reply) or one.person.offered
    return reply


def press(one: Chat, reply: Reply, label: str) -> Reply:
    """The button that begins so."""
    return ask(one, button=next(o.data for o in reply.options if o.label.startswith(label)))


def labels(reply: Reply) -> list[str]:
    return [option.label for option in reply.options]
