"""What reviewers decide about reports: acceptance, return, rejection, and taking these back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import lifecycle, reports
from storage.tables.records import Enrolment, Report, ReportVersion
from storage.tally import sync

WAITS = ("sent",)
DECIDED = ("accepted", "rejected")

Change = tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]
"""A step, what was answered before and what is now."""


def accept(
    session: Session,
    report: Report,
    version: int,
    *,
    by: int,
    now: datetime,
    today: date,
    results: bool,
) -> bool:
    """results: the year's results are confirmed, with which the life of the enrolment begins."""
    done = reports.decide(
        session, report, version, "accepted", by=by, now=now, among=WAITS, marks={},
        confirmed=results,
    )  # fmt: skip
    if done:
        reports.accept(session, report, today, results)
    if done and results:
        enrolment = session.get_one(Enrolment, report.enrolment_id)
        lifecycle.begin(session, enrolment, by, now, today)
    return done


def send_back(
    session: Session,
    report: Report,
    version: int,
    *,
    by: int,
    now: datetime,
    reason: str,
    marks: Mapping[str, str],
) -> bool:
    """To its author, to be asked again for what is marked; without marks, for the whole."""
    return reports.decide(
        session, report, version, "returned", by=by, now=now, reason=reason, among=WAITS,
        marks=dict(marks), returned=version,
    )  # fmt: skip


def reject(
    session: Session, report: Report, version: int, *, by: int, now: datetime, reason: str
) -> bool:
    done = reports.decide(
        session, report, version, "rejected", by=by, now=now, reason=reason, among=WAITS, marks={}
    )
    if done:
        reports.withdraw(session, report)
    return done


def reopen(
    session: Session,
    report: Report,
    version: int,
    state: str,
    *,
    by: int,
    now: datetime,
    today: date,
    reason: str,
) -> bool:
    """What was accepted or rejected (state) waits again; the totals follow."""
    decided, confirmed = report.decided_at, report.confirmed
    since = (report.waits_from or report.sent_at) + (now - (decided or now))
    done = reports.decide(
        session, report, version, "sent", by=by, now=now, reason=reason, among=(state,),
        waits_from=since, confirmed=False,
    )  # fmt: skip
    if not done:
        return False
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    if state == "accepted":
        _without(session, enrolment, (decided or now).date(), confirmed)
    elif enrolment.state == "withdrawn":
        enrolment.state = "waiting"
    sync(session, enrolment, today)
    return True


def _without(session: Session, enrolment: Enrolment, decided: date, confirmed: bool) -> None:
    """Take from an enrolment what one acceptance gave it, unless another did so, too, or it had
    been so before."""
    others = select(Report.confirmed).where(
        Report.enrolment_id == enrolment.id, Report.state == "accepted", Report.kind != "inspect"
    )
    found = session.scalars(others).all()
    built, accepted = enrolment.built_on, enrolment.accepted_on
    if confirmed and not any(found) and built and built >= decided:
        enrolment.built_on = None
    if not found and accepted and accepted >= decided:
        enrolment.state, enrolment.accepted_on = "waiting", None


def waited(report: Report, now: datetime) -> timedelta:
    """How long it has waited for a decision, without the time it lay with its author."""
    return now - (report.waits_from or report.sent_at)


def waiting_versions(session: Session, ids: Sequence[int]) -> set[str]:
    """ "12:1" for each of these reports that waits for a decision, with its version."""
    waits = select(Report.id, Report.version).where(Report.id.in_(ids), Report.state.in_(WAITS))
    return {f"{report_id}:{version}" for report_id, version in session.execute(waits)}


def changes(session: Session, report: Report) -> list[Change]:
    """What has changed since it came back to its author, in the order of the answers."""
    if not 0 < report.returned < report.version:
        return []
    before = session.scalars(
        select(ReportVersion.answers).where(
            ReportVersion.report_id == report.id, ReportVersion.version == report.returned
        )
    ).one()
    both = ((key, before.get(key), report.answers.get(key)) for key in before | report.answers)
    return [(key, old, new) for key, old, new in both if _value(old) != _value(new)]


def _value(answer: Mapping[str, Any] | None) -> Any:
    return answer["v"] if answer else None
