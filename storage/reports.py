"""Reports: their versions, the decisions about them, and what those mean for the totals."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.errors import Refused
from storage import search_index
from storage.adding import add as add_row
from storage.enrolments import rename
from storage.prepared import Prepared
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report, ReportVersion
from storage.tally import sync

OPEN_STATES = ("sent", "returned")
GONE = ("withdrawn", "rejected")
"""What stands for nothing any more."""

# Built once, on tables instead of classes: each sending needs these.
_report, _version = cast(Table, Report.__table__), cast(Table, ReportVersion.__table__)
_BY_KEY = Prepared(select(_report.c.id).where(_report.c.key == bindparam("key")))
_KEEP = Prepared(insert(_version), "report_id", "version", "answers", "author_id", "at")


def by_key(session: Session, key: str) -> Report | None:
    found = _BY_KEY.value(session, {"key": key})
    return session.get_one(Report, found) if found else None


def add(
    session: Session,
    *,
    key: str,
    kind: str,
    enrolment: Enrolment,
    author_id: int,
    answers: Mapping[str, Any],
    has_results: bool,
    now: datetime,
    state: str = "sent",
) -> Report:
    report = Report(
        key=key, kind=kind, initiative_id=enrolment.initiative_id, enrolment_id=enrolment.id,
        author_id=author_id, state=state, version=1, answers=dict(answers), has_results=has_results,
        sent_at=now,
    )  # fmt: skip
    _keep_version(session, add_row(session, report), author_id, now)
    search_index.index(session, enrolment)
    return report


def _keep_version(session: Session, report: Report, author_id: int, now: datetime) -> None:
    values = {
        "report_id": report.id, "version": report.version, "answers": report.answers,
        "author_id": author_id, "at": now,
    }  # fmt: skip
    _KEEP.do(session, values)


def correct(
    session: Session,
    report: Report,
    answers: Mapping[str, Any],
    has_results: bool,
    author_id: int,
    now: datetime,
) -> None:
    """A new version of a report that has not been accepted; it waits for the reviewer again."""
    session.refresh(report, with_for_update=True)  # nobody may accept it meanwhile
    if report.state not in OPEN_STATES:
        raise Refused(
            "Phiếu này đã được xem xong nên không sửa được nữa ạ. "
            "Có gì mới, xin nhắn “để sau”, rồi nhắn “cập nhật”."
        )
    waits_from = report.waits_from or report.sent_at
    if report.state == "returned" and report.decided_at:
        waits_from += now - report.decided_at
    report.has_results, report.waits_from = has_results, waits_from
    report.state, report.reason, report.sent_at = "sent", "", now
    report.decided_at = report.decided_by = None
    report.version, report.answers = report.version + 1, dict(answers)
    session.flush()
    _keep_version(session, report, author_id, now)


def decide(
    session: Session,
    report: Report,
    version: int,
    state: str,
    *,
    by: int | None,
    now: datetime,
    reason: str = "",
    among: Sequence[str] = OPEN_STATES,
    **more: Any,
) -> bool:
    """Decide about the version that was seen, or withdraw it, if it is in one of these states;
    False: somebody was faster, or the author has changed it since."""
    done = session.execute(
        update(Report)
        .where(Report.id == report.id, Report.version == version, Report.state.in_(among))
        .values(state=state, decided_by=by, decided_at=now, reason=reason, **more)
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(report)
    return done is not None


def accept(session: Session, report: Report, day: date, results: bool) -> None:
    """What an acceptance means for the totals; results: the year's results are confirmed."""
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    if report.kind == "register":
        rename(session.get_one(Initiative, report.initiative_id), report.answers["ten"]["v"])
    enrolment.state = "accepted"
    enrolment.accepted_on = enrolment.accepted_on or day
    if results:
        enrolment.built_on = enrolment.built_on or day
    session.flush()
    sync(session, enrolment, day)
    search_index.index(session, enrolment)


def withdraw(session: Session, report: Report) -> None:
    """A report was taken back or rejected; an enrolment nothing else stands for goes with it."""
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    others = select(Report.id).where(
        Report.enrolment_id == enrolment.id, Report.id != report.id, Report.state.not_in(GONE)
    )
    if enrolment.state == "waiting" and session.scalar(others.limit(1)) is None:
        enrolment.state = "withdrawn"
        search_index.index(session, enrolment)


def of_author(session: Session, member_id: int, most: int, skip: int = 0) -> Sequence[Report]:
    """Newest first."""
    return session.scalars(
        select(Report)
        .where(Report.author_id == member_id)
        .order_by(Report.sent_at.desc(), Report.id.desc())
        .limit(most)
        .offset(skip)
    ).all()


def returned(session: Session, member_id: int, most: int) -> Sequence[Report]:
    """What came back to its author, oldest first."""
    mine = select(Report).where(Report.author_id == member_id, Report.state == "returned")
    return session.scalars(mine.order_by(Report.decided_at, Report.id).limit(most)).all()


def registered_by(session: Session, enrolment_id: int, member_id: int | None) -> bool:
    """Whether this member reported the initiative, and has not taken it back."""
    theirs = select(Report.id).where(
        Report.enrolment_id == enrolment_id, Report.author_id == member_id,
        Report.kind == "register", Report.state.not_in(GONE),
    )  # fmt: skip
    return session.scalar(theirs.limit(1)) is not None


def waiting() -> Select[Report, Enrolment, Initiative, Member]:
    """Reports that wait for a decision, those first that have waited longest, with what they are
    about and their author."""
    return (
        select(Report, Enrolment, Initiative, Member)
        .join(Enrolment, Enrolment.id == Report.enrolment_id)
        .join(Initiative, Initiative.id == Report.initiative_id)
        .join(Member, Member.id == Report.author_id)
        .where(Report.state == "sent", Report.kind != "inspect")
        .order_by(func.coalesce(Report.waits_from, Report.sent_at), Report.id)
    )


def by_code(session: Session, year: int | None, number: int, root_id: int) -> list[Initiative]:
    """Initiatives of this number, of one year or of any: "42" may be several."""
    statement = select(Initiative).where(
        Initiative.root_id == root_id, Initiative.code_number == number
    )
    if year is not None:
        statement = statement.where(Initiative.code_year == year)
    return list(session.scalars(statement.order_by(Initiative.code_year.desc()).limit(8)))


def last_said(session: Session, initiative_id: int, key: str) -> dict[str, Any] | None:
    """The newest answer to a question about an initiative that still stands."""
    newest = (
        select(Report.answers)
        .where(Report.initiative_id == initiative_id, Report.state.not_in(GONE))
        .order_by(Report.sent_at.desc(), Report.id.desc())
        .limit(20)
    )
    return next((a[key] for a in session.scalars(newest) if a.get(key, {}).get("v")), None)


def reports_on(session: Session, initiative_id: int) -> Sequence[Report]:
    return session.scalars(
        select(Report).where(Report.initiative_id == initiative_id).order_by(Report.id)
    ).all()
