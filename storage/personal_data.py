"""What is stored about a member: shown to them, taken along, ended, erased."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.consent import ERASE_DAYS, WITHDRAW_DAYS
from storage import forgetting, guesses, members, search_index, tasks
from storage.tables.base import Base
from storage.tables.delivery import Inbox, Job, Notice, Outbox
from storage.tables.helping import Commendation, Publicity, SupportRequest
from storage.tables.lifecycle import Move, TargetChange
from storage.tables.people import (
    Account,
    Audit,
    Draft,
    Guess,
    Invitation,
    Member,
    MemberBody,
    Task,
    WebSession,
)
from storage.tables.people import Role as RoleRow
from storage.tables.records import (
    CoReporter,
    Enrolment,
    Initiative,
    Photo,
    Report,
    ReportVersion,
)
from storage.tables.reminders import (
    Briefing,
    Bundle,
    Conclusion,
    Extension,
    Guidance,
    PeriodReport,
    Preference,
    Reminder,
    Response,
)
from storage.tables.units import Unit

ERASED_NAME = "Người đã xóa hồ sơ"
SECRET = frozenset({"token_hash", "code_hash", "secret_hash", "csrf", "offered", "held", "folded"})
"""Columns that are ours alone: secrets, and what only serves the machine."""


# -- shown --------------------------------------------------------------------------------


def export_my_data(session: Session, member_id: int) -> dict[str, Any]:
    """All that is stored about a member, as JSON."""
    accounts = _accounts(session, member_id)
    mine: dict[str, Any] = {"member": _plain(session.get_one(Member, member_id))}
    mine["member"]["unit"] = members.unit_name(session, mine["member"]["unit_id"])
    mine["bodies"] = [unit.name for unit in bodies_of(session, member_id)]
    for name, table, column, values in (
        ("roles", RoleRow, RoleRow.member_id, [member_id]),
        ("accounts", Account, Account.id, accounts),
        ("sign_ins", WebSession, WebSession.account_id, accounts),
        ("drafts", Draft, Draft.account_id, accounts),
        ("photos", Photo, Photo.account_id, accounts),
        ("tasks", Task, Task.member_id, [member_id]),
        ("invitations", Invitation, Invitation.created_by, [member_id]),
        ("messages", Outbox, Outbox.account_id, accounts),
        ("reports_with_others", CoReporter, CoReporter.member_id, [member_id]),
        ("requests_for_support", SupportRequest, SupportRequest.report_id, _own(member_id)),
        ("requests_taken", SupportRequest, SupportRequest.taken_by, [member_id]),
        ("moves", Move, Move.author_id, [member_id]),
        ("targets", TargetChange, TargetChange.author_id, [member_id]),
        ("publicity", Publicity, Publicity.author_id, [member_id]),
        ("commendations", Commendation, Commendation.author_id, [member_id]),
        ("reminder_hours", Preference, Preference.member_id, [member_id]),
        ("reminders", Reminder, Reminder.member_id, [member_id]),
        ("answers_to_reminders", Response, Response.member_id, [member_id]),
        ("asked_for_more_time", Extension, Extension.member_id, [member_id]),
        ("period_reports", PeriodReport, PeriodReport.author_id, [member_id]),
        ("briefings", Briefing, Briefing.author_id, [member_id]),
        ("conclusions", Conclusion, Conclusion.author_id, [member_id]),
        ("guidance", Guidance, Guidance.author_id, [member_id]),
        ("log", Audit, Audit.member_id, [member_id]),
    ):
        rows = session.scalars(select(table).where(column.in_(values)))
        mine[name] = [_plain(row) for row in rows]
    for role in mine["roles"]:
        role["unit"] = members.unit_name(session, role["unit_id"])
    mine["reports"] = _reports(session, member_id)
    return mine


def _own(member_id: int) -> Select[int]:
    return select(Report.id).where(Report.author_id == member_id)


def _plain(row: Base) -> dict[str, Any]:
    columns = [c.key for c in row.__table__.columns if c.key not in SECRET]
    return {name: _value(getattr(row, name)) for name in columns}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _reports(session: Session, member_id: int) -> list[dict[str, Any]]:
    statement = (
        select(Report, Initiative)
        .join(Initiative, Initiative.id == Report.initiative_id)
        .where(Report.author_id == member_id)
        .order_by(Report.id)
    )
    return [
        {"code": initiative.code, **_plain(report), "versions": _versions(session, report.id)}
        for report, initiative in session.execute(statement)
    ]


def _versions(session: Session, report_id: int) -> list[dict[str, Any]]:
    mine = select(ReportVersion).where(ReportVersion.report_id == report_id)
    return [_plain(row) for row in session.scalars(mine.order_by(ReportVersion.version))]


def bodies_of(session: Session, member_id: int) -> list[Unit]:
    joined = MemberBody.member_id == member_id
    statement = select(Unit).join(MemberBody, MemberBody.unit_id == Unit.id).where(joined)
    return list(session.scalars(statement.order_by(Unit.folded)))


def _accounts(session: Session, member_id: int) -> list[int]:
    """Ids of all accounts, whether they may be written to or not."""
    return list(session.scalars(select(Account.id).where(Account.member_id == member_id)))


# -- ended --------------------------------------------------------------------------------


def withdraw(session: Session, member: Member, root_id: int, now: datetime, today: date) -> Task:
    """Consent taken back: no role, no letter from now on. Coming back by /start is possible."""
    member.state = "withdrawn"
    members.end_roles(session, member.id, now)
    tasks.close(session, member.id, "join", "withdrawn", now)
    _forget_reminders(session, member.id)
    accounts = _accounts(session, member.id)
    session.execute(delete(Outbox).where(Outbox.account_id.in_(accounts), *_unsent()))
    session.execute(update(Account).where(Account.id.in_(accounts)).values(draft_id=None))
    return _task(session, "withdraw", member, root_id, now, today + timedelta(WITHDRAW_DAYS))


def _unsent() -> tuple[Any, ...]:
    return (Outbox.state.in_(["late", "ready"]), Outbox.lane != "reply")


def ask_to_erase(
    session: Session, member: Member, root_id: int, now: datetime, today: date
) -> Task:
    """Asked twice it stays one task with the first due date."""
    return _task(session, "erase", member, root_id, now, today + timedelta(ERASE_DAYS))


def _task(
    session: Session, kind: str, member: Member, root_id: int, now: datetime, due: date
) -> Task:
    return tasks.open_task(session, kind, member.id) or tasks.add(
        session, kind, root_id, member.id, now, due
    )


# -- erased -------------------------------------------------------------------------------


def erase(session: Session, member_id: int, now: datetime) -> None:
    """Reports stay, as records of the movement, without their author's name and phone."""
    member = session.get_one(Member, member_id)
    members.end_roles(session, member_id, now)
    _forget_phone(session, member)
    _forget_photos(session, member_id)
    for kind in ("join", "withdraw", "erase"):
        tasks.close(session, member_id, kind, "erased", now)
    session.execute(update(Task).where(Task.member_id == member_id).values(details={}))
    session.execute(delete(MemberBody).where(MemberBody.member_id == member_id))
    session.execute(delete(Notice).where(Notice.member_id == member_id))
    session.execute(delete(Draft).where(Draft.member_id == member_id))
    _forget_reminders(session, member_id)
    _forget_words(session, member_id)
    _forget_accounts(session, member_id)
    members.rename(member, ERASED_NAME)
    member.address, member.phone, member.unit_id, member.state = "", "", None, "erased"
    forgetting.soon(session)
    session.flush()


def _forget_phone(session: Session, member: Member) -> None:
    """Where the author gave their own number as the contact, it goes from the reports as well."""
    if not member.phone:
        return
    mine = Report.author_id == member.id
    reported = Enrolment.id.in_(select(Report.enrolment_id).where(mine))
    versions = session.scalars(select(ReportVersion).where(ReportVersion.author_id == member.id))
    for row in (*session.scalars(select(Report).where(mine)), *versions):
        row.answers = _without(row.answers, member.phone)
    for enrolment in session.scalars(select(Enrolment).where(reported)):
        enrolment.details = _without(enrolment.details, member.phone)
        search_index.index(session, enrolment)


def _without(answers: dict[str, Any], phone: str) -> dict[str, Any]:
    return {k: a for k, a in answers.items() if not (isinstance(a, dict) and a.get("v") == phone)}


def _forget_reminders(session: Session, member_id: int) -> None:
    for table in (Reminder, Bundle, Preference):
        session.execute(delete(table).where(table.member_id == member_id))


def _forget_words(session: Session, member_id: int) -> None:
    """What they answered to reminders still counts, without what they wrote."""
    answers = update(Response).where(Response.member_id == member_id)
    session.execute(answers.values(note="", photo=""))
    asked = update(Extension).where(Extension.member_id == member_id)
    session.execute(asked.values(reason=""))


def _forget_photos(session: Session, member_id: int) -> None:
    """Pictures in no report go; their files are swept later, as files without a row."""
    accounts = _accounts(session, member_id)
    mine = Photo.account_id.in_(accounts)
    for name in list(session.scalars(select(Photo.hash).where(mine))):
        if not _in_a_report(session, name):
            session.execute(delete(Photo).where(Photo.hash == name))
    session.execute(update(Photo).where(mine).values(account_id=None))


def _in_a_report(session: Session, name: str) -> bool:
    holds = cast(ReportVersion.answers, String).contains(name)
    return session.scalar(select(ReportVersion.id).where(holds).limit(1)) is not None


def _forget_accounts(session: Session, member_id: int) -> None:
    accounts = list(session.scalars(select(Account).where(Account.member_id == member_id)))
    ids = [account.id for account in accounts]
    for account in accounts:
        chat = (Inbox.platform == account.platform, Inbox.chat == account.external_id)
        session.execute(delete(Inbox).where(*chat))
    session.execute(delete(Guess).where(Guess.source.in_(map(guesses.by_account, ids))))
    session.execute(delete(Job).where(Job.account_id.in_(ids)))
    for table in (Outbox, WebSession, Draft):
        session.execute(delete(table).where(table.account_id.in_(ids)))
    session.execute(update(Invitation).where(Invitation.used_by.in_(ids)).values(used_by=None))
    given = or_(Invitation.member_id == member_id, Invitation.created_by == member_id)
    session.execute(delete(Invitation).where(given, Invitation.used_at.is_(None)))
    session.execute(delete(Account).where(Account.id.in_(ids)))
