"""Reports and what they change: initiatives, enrolments, sites, versions, and the decisions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from bot.domain.registration import Registration
from bot.domain.text import fold
from bot.errors import Refused
from storage.codes import next_code
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report, ReportVersion, Site
from storage.tables.units import Sector
from storage.tally import sync

OPEN_STATES = ("sent", "returned")


def by_key(session: Session, key: str) -> Report | None:
    return session.scalar(select(Report).where(Report.key == key))


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
        author_id=author_id, state=state, version=0, answers={}, has_results=has_results,
        sent_at=now,
    )  # fmt: skip
    session.add(report)
    session.flush()
    _version(session, report, answers, author_id, now)
    return report


def _version(
    session: Session, report: Report, answers: Mapping[str, Any], author_id: int, now: datetime
) -> None:
    report.version += 1
    report.answers = dict(answers)
    session.add(
        ReportVersion(
            report_id=report.id, version=report.version, answers=dict(answers),
            author_id=author_id, at=now,
        )
    )  # fmt: skip
    session.flush()


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
    report.has_results = has_results
    report.state, report.reason, report.sent_at = "sent", "", now
    report.decided_at = report.decided_by = None
    _version(session, report, answers, author_id, now)


def enrol(session: Session, root_id: int, given: Registration, now: datetime) -> Enrolment:
    """The enrolment of a new report: of a new initiative, or of one there was before.

    Raises Refused when that initiative already has an enrolment in the year.
    """
    initiative = session.get(Initiative, given.same_as) if given.same_as else None
    if initiative is None:
        initiative = _new_initiative(session, root_id, given, now)
    elif existing := enrolment_of(session, initiative.id, given.year):
        if existing.state != "withdrawn":
            raise Refused(_there_already(initiative, given.year))
        return change(session, existing, given, now.date())
    enrolment = Enrolment(initiative_id=initiative.id, year=given.year, state="waiting")
    _describe(session, enrolment, given)
    session.add(enrolment)
    session.flush()
    _set_sites(session, enrolment, given)
    return enrolment


def _there_already(initiative: Initiative, year: int) -> str:
    return (
        f"Mô hình này đã có phiếu năm {year}, mã {initiative.code} ạ. "
        "Muốn báo kết quả, xin nhắn “để sau”, rồi nhắn “cập nhật”."
    )


def change(session: Session, enrolment: Enrolment, given: Registration, day: date) -> Enrolment:
    """A corrected report changes what its enrolment says, and the totals if it is counted."""
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    other = enrolment_of(session, initiative.id, given.year)
    if other is not None and other.id != enrolment.id:
        raise Refused(_there_already(initiative, given.year))
    if enrolment.state == "withdrawn":
        enrolment.state = "waiting"
    enrolment.year = given.year
    _describe(session, enrolment, given)
    initiative.name, initiative.folded = given.name, fold(given.name)
    _set_sites(session, enrolment, given)
    sync(session, enrolment, day)
    return enrolment


def _new_initiative(
    session: Session, root_id: int, given: Registration, now: datetime
) -> Initiative:
    number = next_code(session, root_id, given.year)
    initiative = Initiative(
        root_id=root_id, code_year=given.year, code_number=number, name=given.name,
        folded=fold(given.name), created_at=now,
    )  # fmt: skip
    session.add(initiative)
    session.flush()
    return initiative


def _describe(session: Session, enrolment: Enrolment, given: Registration) -> None:
    enrolment.origin, enrolment.kind, enrolment.owner = given.origin, given.kind, given.owner
    enrolment.registrant_id, enrolment.place_id = given.registrant_id, given.place_id
    enrolment.sector_id = given.sector_id
    enrolment.narrowed = session.get_one(Sector, given.sector_id).narrowed
    enrolment.details = given.details


def _set_sites(session: Session, enrolment: Enrolment, given: Registration) -> None:
    session.execute(delete(Site).where(Site.enrolment_id == enrolment.id))
    spots = [(s.unit_id or given.place_id, s.hamlet) for s in given.spots]
    for position, (unit_id, hamlet) in enumerate(spots or [(given.place_id, "")], 1):
        session.add(
            Site(enrolment_id=enrolment.id, unit_id=unit_id, hamlet=hamlet, position=position)
        )
    session.flush()


def enrolment_of(session: Session, initiative_id: int, year: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(Enrolment.initiative_id == initiative_id, Enrolment.year == year)
    )


def latest_enrolment(session: Session, initiative_id: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment)
        .where(Enrolment.initiative_id == initiative_id, Enrolment.state != "withdrawn")
        .order_by(Enrolment.year.desc())
        .limit(1)
    )


def decide(
    session: Session,
    report: Report,
    version: int,
    state: str,
    *,
    by: int | None,
    now: datetime,
    reason: str = "",
) -> bool:
    """Accept, return or withdraw the version that was seen; False: somebody was faster, or the
    author has changed it since."""
    done = session.execute(
        update(Report)
        .where(Report.id == report.id, Report.version == version, Report.state.in_(OPEN_STATES))
        .values(state=state, decided_by=by, decided_at=now, reason=reason)
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(report)
    return done is not None


def accept(session: Session, report: Report, day: date, results: bool) -> None:
    """What an acceptance means for the totals; results: the year's results are confirmed."""
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    enrolment.state = "accepted"
    enrolment.accepted_on = enrolment.accepted_on or day
    if results:
        enrolment.built_on = enrolment.built_on or day
    session.flush()
    sync(session, enrolment, day)


def withdraw(session: Session, report: Report) -> None:
    """The author takes a report back; an enrolment nothing else stands for goes with it."""
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    others = select(Report.id).where(
        Report.enrolment_id == enrolment.id, Report.id != report.id, Report.state != "withdrawn"
    )
    if enrolment.state == "waiting" and session.scalar(others.limit(1)) is None:
        enrolment.state = "withdrawn"
        session.flush()


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
    """Whether this member reported the model, and has not taken it back."""
    theirs = select(Report.id).where(
        Report.enrolment_id == enrolment_id, Report.author_id == member_id,
        Report.kind == "register", Report.state != "withdrawn",
    )  # fmt: skip
    return session.scalar(theirs.limit(1)) is not None


def inspections_of(session: Session, member_id: int, most: int) -> Sequence[Report]:
    """Inspections of what a member has registered, newest first."""
    mine = select(Report.enrolment_id).where(
        Report.author_id == member_id, Report.kind == "register", Report.state != "withdrawn"
    )
    found = select(Report).where(Report.kind == "inspect", Report.enrolment_id.in_(mine))
    return session.scalars(
        found.order_by(Report.sent_at.desc(), Report.id.desc()).limit(most)
    ).all()


def waiting() -> Select[Report, Enrolment, Initiative, Member]:
    """Reports that wait for a decision, oldest first, with what they are about and their author."""
    return (
        select(Report, Enrolment, Initiative, Member)
        .join(Enrolment, Enrolment.id == Report.enrolment_id)
        .join(Initiative, Initiative.id == Report.initiative_id)
        .join(Member, Member.id == Report.author_id)
        .where(Report.state == "sent", Report.kind != "inspect")
        .order_by(Report.sent_at, Report.id)
    )


def by_code(session: Session, year: int | None, number: int, root_id: int) -> list[Initiative]:
    """Initiatives of this number, of one year or of any: "42" may be several."""
    statement = select(Initiative).where(
        Initiative.root_id == root_id, Initiative.code_number == number
    )
    if year is not None:
        statement = statement.where(Initiative.code_year == year)
    return list(session.scalars(statement.order_by(Initiative.code_year.desc()).limit(8)))


def reports_on(session: Session, initiative_id: int) -> Sequence[Report]:
    return session.scalars(
        select(Report).where(Report.initiative_id == initiative_id).order_by(Report.id)
    ).all()
