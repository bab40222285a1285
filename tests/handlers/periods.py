"""A commune that reports on a period to those above it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import period_reports
from storage.tables.people import Account, Member
from storage.tables.reminders import PeriodReport, ReviewPeriod
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.make import make_account, make_member, make_period

TODAY = LATER.date()
LED = "Ban hành kế hoạch và giao chỉ tiêu cho 7 thôn"
NEXT = "Hoàn thành ba mô hình còn lại"


@dataclass
class Commune:
    """minh reports for xa, somebody else for other; tuan is above both, account is his."""

    session: Session
    chat: Open
    root: Unit
    xa: Unit
    other: Unit
    period: ReviewPeriod
    minh: Member
    tuan: Member
    account: Account

    def talk(self, member: Member) -> Chat:
        return self.chat(member)

    def about(self) -> str:
        return f"{self.period.id}:{self.xa.id}"

    def sent(self) -> PeriodReport:
        """By its focal person, with a chat of their own."""
        write(self.talk(self.minh), self)
        return self.report()

    def report(self) -> PeriodReport:
        found = period_reports.find(self.session, self.period.id, self.xa.id)
        assert found
        return found

    def colleague(self) -> Member:
        return make_member(self.session, "Lê Văn Hai", self.xa, Role.FOCAL, address="anh")


def make_commune(session: Session, root: Unit, chat: Open) -> Commune:
    xa, other = unit(session), unit(session, "Xã Thạch Khê")
    minh = make_member(session, "Trần Văn Minh", xa, Role.FOCAL, address="anh")
    make_member(session, "Đặng Thị Thu", other, Role.FOCAL)
    tuan = make_member(session, "Phan Quốc Tuấn", root, Role.APPROVER, address="ông")
    period, account = make_period(session, root), make_account(session, tuan)
    return Commune(session, chat, root, xa, other, period, minh, tuan, account)


def write(one: Chat, commune: Commune, *more: str) -> str:
    """The shortest report: what has to be said, and nothing else."""
    one.tap(f"bk_ghi:{commune.about()}")
    return one.say("1", LED, NEXT, *more, "gửi")


def told(one: Chat, account: Account) -> list[str]:
    return [x.reply.text for x in one.letters if x.account_id == account.id]


def labels(one: Chat, text: str = "", button: str = "") -> list[str]:
    return [o.label for reply in one.hear(text, button) for o in reply.options]
