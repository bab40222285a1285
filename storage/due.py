"""What falls due: one query each, over our own tables. To remind of something more, add its query
here and how it reads with `@reads` in `bot/handlers`."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, extract, func, or_, select
from sqlalchemy.orm import aliased

from bot.domain.roles import Role as RoleName
from bot.domain.schedules import add_months
from storage.due_parts import (
    NOBODY,
    Rows,
    Span,
    alive,
    among,
    answered,
    columns,
    heard_since,
    holders_below,
    holds,
    looked_after,
    owner,
    periods,
    under,
    what,
)
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.people import Draft, Member, Role
from storage.tables.records import Enrolment, Report
from storage.tables.reminders import (
    Briefing,
    Conclusion,
    Guidance,
    PeriodReport,
    Response,
    ReviewPeriod,
    Schedule,
)
from storage.tables.units import Target, Unit, UnitBelow

# -- units ------------------------------------------------------------------------------------


@what("periodic_report", "Báo cáo kỳ", calendar=True)
def periodic_report(schedule: Schedule, span: Span) -> Rows:
    """A unit's report on a period, until it has been sent; returned, it is due again."""
    sent = exists().where(
        PeriodReport.period_id == ReviewPeriod.id,
        PeriodReport.unit_id == Unit.id,
        PeriodReport.state != "returned",
    )
    return (
        select(*columns(ReviewPeriod.id, Unit.id, ReviewPeriod.due_on, NOBODY))
        .join_from(ReviewPeriod, Unit, looked_after(schedule, span))
        .where(periods(schedule, span), ~sent)
    )


@what("target_missing", "Đăng ký chỉ tiêu", calendar=True)
def target_missing(schedule: Schedule, span: Span) -> Rows:
    registered = exists().where(
        Target.unit_id == Unit.id, Target.year == extract("year", ReviewPeriod.first)
    )
    return (
        select(*columns(ReviewPeriod.id, Unit.id, ReviewPeriod.due_on, NOBODY))
        .join_from(ReviewPeriod, Unit, looked_after(schedule, span))
        .where(periods(schedule, span), ~registered)
    )


# -- initiatives ------------------------------------------------------------------------------


@what("initiative_review", "Rà soát mô hình", calendar=True)
def initiative_review(schedule: Schedule, span: Span) -> Rows:
    """A model in a period in which nothing was heard of it yet."""
    at_work = alive(schedule, extract("year", ReviewPeriod.first), ReviewPeriod.due_on)
    return (
        select(*columns(Enrolment.id, Enrolment.registrant_id, ReviewPeriod.due_on, owner()))
        .join_from(ReviewPeriod, Enrolment, at_work)
        .where(periods(schedule, span), ~heard_since(ReviewPeriod.first, ReviewPeriod.first))
    )


@what("stale", "Lâu chưa cập nhật", calendar=True)
def stale(schedule: Schedule, span: Span) -> Rows:
    """A model of which nothing was heard, and which nobody inspected, for so many months."""
    since = add_months(span.today, -schedule.number)
    inspected = exists().where(Inspection.enrolment_id == Enrolment.id, Inspection.day >= since)
    at_work = alive(schedule, extract("year", ReviewPeriod.first), ReviewPeriod.due_on)
    return (
        select(*columns(Enrolment.id, Enrolment.registrant_id, ReviewPeriod.due_on, owner()))
        .join_from(ReviewPeriod, Enrolment, at_work)
        .where(periods(schedule, span), Enrolment.accepted_on < since)
        .where(~heard_since(since, span.at(since)), ~inspected)
    )


@what("not_inspected", "Chưa kiểm tra", calendar=True)
def not_inspected(schedule: Schedule, span: Span) -> Rows:
    """For each inspector one row, however many models wait below their unit."""
    waits = exists(
        select(Enrolment.id)
        .join(UnitBelow, UnitBelow.unit_id == Enrolment.registrant_id)
        .where(
            UnitBelow.ancestor_id == Role.unit_id, UnitBelow.since <= ReviewPeriod.due_on,
            UnitBelow.until > ReviewPeriod.due_on, Enrolment.activity == "active",
            Enrolment.year == extract("year", ReviewPeriod.first), Enrolment.state == "accepted",
            Enrolment.inspected_on.is_(None),
        )
        .correlate(Role, ReviewPeriod)
    )  # fmt: skip
    return (
        select(*columns(ReviewPeriod.id, Role.unit_id, ReviewPeriod.due_on, Role.member_id))
        .join_from(ReviewPeriod, Role, holds(schedule, span))
        .where(periods(schedule, span), waits)
    )


@what("recommendation", "Kiến nghị đến hạn")
def recommendation(schedule: Schedule, span: Span) -> Rows:
    one = Recommendation
    return (
        select(*columns(one.id, Enrolment.registrant_id, one.due_on, owner()))
        .join(Enrolment, Enrolment.id == one.enrolment_id)
        .where(one.state == "open", span.days(one.due_on))
        .where(under(schedule.unit_id, Enrolment.registrant_id, span.today))
    )


# -- reports and drafts -------------------------------------------------------------------------


@what("report_waiting", "Phiếu chờ xem")
def report_waiting(schedule: Schedule, span: Span) -> Rows:
    since = func.coalesce(Report.waits_from, Report.sent_at, type_=Report.sent_at.type)
    return (
        select(*columns(Report.id, Enrolment.registrant_id, since, NOBODY))
        .join(Enrolment, Enrolment.id == Report.enrolment_id)
        .where(Report.state == "sent", Report.kind != "inspect", span.moments(since))
        .where(under(schedule.unit_id, Enrolment.registrant_id, span.today))
    )


@what("draft_left", "Phiếu đang làm dở")
def draft_left(schedule: Schedule, span: Span) -> Rows:
    unit = func.coalesce(Member.unit_id, Member.root_id)
    return (
        select(*columns(Draft.id, unit, Draft.updated_at, Draft.member_id))
        .join(Member, Member.id == Draft.member_id)
        .where(Member.root_id == schedule.root_id, span.moments(Draft.updated_at))
        .where(under(schedule.unit_id, unit, span.today))
    )


# -- meetings, guidance, digests ----------------------------------------------------------------

INVITED = (RoleName.FOCAL.value, RoleName.LEADER.value)
"""Who is asked to a briefing: they answer for a unit of the cluster."""


@what("briefing", "Giao ban, tham quan", sure=True, earlier=True)
def briefing(schedule: Schedule, span: Span) -> Rows:
    """Everybody asked hears of it again, and who called it; not who has declined for that day."""
    held = holders_below(Briefing.unit_id, Briefing.day, Role.role.in_(INVITED))
    asked = exists().where(Role.member_id == Member.id, held).correlate(Briefing, Member)
    theirs = and_(
        Member.root_id == Briefing.root_id, Member.state == "active",
        or_(Member.id == Briefing.author_id, asked),
    )  # fmt: skip
    return (
        select(*columns(Briefing.id, Briefing.unit_id, Briefing.day, Member.id))
        .join_from(Briefing, Member, theirs)
        .where(Briefing.root_id == schedule.root_id, Briefing.state == "planned")
        .where(span.days(Briefing.day), Briefing.day >= span.today, ~_declined())
    )


def _declined() -> ColumnElement[bool]:
    """The last answer for the day it is on."""
    said, later = aliased(Response), aliased(Response)

    def about(one: Any) -> ColumnElement[bool]:
        return and_(
            one.what == "briefing", one.subject_id == Briefing.id, one.member_id == Member.id,
            one.day == Briefing.day,
        )  # fmt: skip

    after = exists().where(about(later), later.id > said.id).correlate(Briefing, Member, said)
    no = exists().where(about(said), said.answer == "not_coming", ~after)
    return no.correlate(Briefing, Member)


@what("conclusion", "Kết luận giao ban", sure=True)
def conclusion(schedule: Schedule, span: Span) -> Rows:
    return (
        select(*columns(Conclusion.id, Conclusion.unit_id, Conclusion.due_on, NOBODY))
        .join(Briefing, Briefing.id == Conclusion.briefing_id)
        .where(Briefing.root_id == schedule.root_id, Conclusion.state == "open")
        .where(span.days(Conclusion.due_on))
    )


@what("guidance", "Văn bản, chỉ đạo", sure=True)
def guidance(schedule: Schedule, span: Span) -> Rows:
    return _told(schedule, Guidance.send_on, "seen", "done").where(span.days(Guidance.send_on))


@what("guidance_done", "Triển khai chỉ đạo")
def guidance_done(schedule: Schedule, span: Span) -> Rows:
    rows = _told(schedule, Guidance.due_on, "done")
    return rows.where(Guidance.due_on.is_not(None), span.days(Guidance.due_on))


def _told(schedule: Schedule, day: Any, *answers: str) -> Rows:
    """Those whom a guidance is for and who have not answered so."""
    meant = holders_below(Guidance.unit_id, Guidance.send_on, among(Guidance.roles))
    return (
        select(*columns(Guidance.id, Guidance.unit_id, day, Role.member_id))
        .join_from(Guidance, Role, meant)
        .where(Guidance.root_id == schedule.root_id, Guidance.state != "withdrawn")
        .where(Role.member_id != Guidance.author_id)
        .where(~answered("guidance", Guidance.id, Role.member_id, *answers))
        .distinct()
    )


WEEK = timedelta(days=7)


@what("digest", "Tổng hợp cho lãnh đạo", calendar=True, sure=True)
def digest(schedule: Schedule, span: Span) -> Rows:
    """Until the next one comes."""
    return (
        select(*columns(ReviewPeriod.id, Role.unit_id, ReviewPeriod.due_on, Role.member_id))
        .join_from(ReviewPeriod, Role, holds(schedule, span))
        .where(periods(schedule, span), ReviewPeriod.due_on > span.today - WEEK)
    )
