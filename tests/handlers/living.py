"""Initiatives that are being built, who looks after them, and what is said about them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import lifecycle, reports
from storage.decisions import enter
from storage.tables.people import Account, Member
from storage.tables.records import Decision, Enrolment, Initiative
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.make import make_account, make_enrolment, make_initiative, make_member

DAY = date(2022, 12, 20)


@dataclass
class Village:
    """xa: where they are; focal looks after them; lan has reported them; approver is above."""

    session: Session
    chat: Open
    root: Unit
    xa: Unit
    focal: Member
    approver: Member
    lan: Member
    account: Account

    def built(self, name: str = "Tuyến đường hoa", stage: str = "building") -> Enrolment:
        """One of Lan's, whose results have been confirmed."""
        initiative = make_initiative(self.session, name, self.root)
        one = make_enrolment(self.session, place=self.xa, built_on=DAY, initiative=initiative)
        one.stage = stage
        reports.add(
            self.session, key=f"{one.id}", kind="register", enrolment=one, author_id=self.lan.id,
            answers={"ten": {"v": name, "t": name}}, has_results=True, now=LATER, state="accepted",
        )  # fmt: skip
        return one

    def decision(self, number: str = "15-QĐ/BCĐ", level: str = "commune") -> Decision:
        return enter(
            self.session, root_id=self.root.id, kind="recognition", number=number,
            body="Ban Chỉ đạo huyện", day=DAY, level=level, author_id=self.approver.id, now=LATER,
        )  # fmt: skip

    def talk(self, member: Member) -> Chat:
        return self.chat(member)

    def code(self, enrolment: Enrolment) -> str:
        return self.session.get_one(Initiative, enrolment.initiative_id).code


def make_village(session: Session, root: Unit, chat: Open) -> Village:
    xa = unit(session)
    lan = make_member(session, unit=xa, address="bà")
    return Village(
        session,
        chat,
        root,
        xa,
        make_member(session, name="Trần Văn Minh", unit=xa, role=Role.FOCAL, address="anh"),
        make_member(session, name="Phan Quốc Tuấn", unit=root, role=Role.APPROVER, address="ông"),
        lan,
        make_account(session, lan),
    )


def told(one: Chat, village: Village) -> list[str]:
    """What this chat's doings have told Lan."""
    return [x.reply.text for x in one.letters if x.account_id == village.account.id]


def names(session: Session, enrolment: Enrolment) -> list[str]:
    """The log, oldest first."""
    return [move.name for move, _ in lifecycle.history(session, enrolment.id)][::-1]


def decisions(session: Session) -> list[Decision]:
    return list(session.scalars(select(Decision).order_by(Decision.id)))
