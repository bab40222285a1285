"""What falls due, who is reminded of it, and what they answered with a tap."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Id, MemberRef, UnitRef


class Schedule(Base):
    """What is pushed to whom and when, as data.

    what: a key of `storage.due_parts.WHATS`. rule: due days as cron writes them ("15 3,6,9,12 *":
    day, month, weekday), "" where records have their own day. period: what a calendar rule is about
    (week, month, quarter, half, year). stages: [[days after the due day, rung]], ascending; rung is
    person, focal or superior. roles: who is meant where it is not one person. number: how many
    months, where the query asks. text: said above the built-in words. window: office, evening,
    or own (as the person likes). state: active, paused, ended. revision grows with every change."""

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("root_id", "code"),)

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    unit_id: Mapped[UnitRef]
    code: Mapped[str]
    what: Mapped[str]
    label: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    period: Mapped[str] = mapped_column(default="")
    stages: Mapped[list[Any]]
    roles: Mapped[list[Any]] = mapped_column(default=list)
    number: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(default="")
    window: Mapped[str] = mapped_column(default="own")
    state: Mapped[str] = mapped_column(default="active")
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))


class ReviewPeriod(Base):
    """A kỳ: the time a calendar schedule is about (first to last day), and when it falls due."""

    __tablename__ = "review_period"
    __table_args__ = (
        UniqueConstraint("schedule_id", "first"),
        Index("ix_review_period_due_on", "due_on"),
    )

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    kind: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    due_on: Mapped[date]


class Reminder(Base):
    """One thing due for one person, once per stage of its schedule.

    subject_id and unit_id name the thing (its table depends on `what`). state: waiting (for its
    hour: send_from), sent (bundle_id says in which message), listed (too late to be pushed, or
    beyond what one person gets in a week: only shown when they look), done (it is no longer due),
    handed (to handed_to), replaced (by one of a later stage, or its schedule asks for it no more),
    paused (with its schedule). send_until: after that it is
    pointless. snoozes: how often it was put off."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint(
            "schedule_id", "subject_id", "unit_id", "due_on", "stage", "member_id",
            name="uq_reminder_once",
        ),
        Index("ix_reminder_state", "state", "send_from"),
        Index("ix_reminder_member_id", "member_id", "state"),
        Index("ix_reminder_subject", "what", "subject_id"),
        Index("ix_reminder_bundle_id", "bundle_id"),
    )  # fmt: skip

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    what: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    unit_id: Mapped[UnitRef]
    due_on: Mapped[date]
    stage: Mapped[int]
    rung: Mapped[str]
    member_id: Mapped[MemberRef]
    state: Mapped[str] = mapped_column(default="waiting")
    snoozes: Mapped[int] = mapped_column(default=0)
    send_from: Mapped[datetime]
    send_until: Mapped[datetime | None]
    bundle_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("bundle.id"))
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    handed_to: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))


class Bundle(Base):
    """What one person gets in one window of a day: one message, made when it is sent. account_id:
    where it went; another one where that could not be reached."""

    __tablename__ = "bundle"
    __table_args__ = (
        UniqueConstraint("member_id", "day", "window"),
        Index("ix_bundle_day", "day"),
    )

    id: Mapped[Id]
    member_id: Mapped[MemberRef]
    day: Mapped[date]
    window: Mapped[str]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    at: Mapped[datetime]


class Response(Base):
    """Append-only: what somebody answered about a thing with a tap or a few words, and when.

    what, subject_id, unit_id as in `Reminder`. answer, by what: of a model's review good, changed,
    stopped, not_mine; of a report on_paper; of a briefing coming, not_coming; of guidance seen,
    done. note: their words; photo: the hash of a picture that went with it."""

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_subject", "what", "subject_id", "at"),
        Index("ix_response_member_id", "member_id"),
    )

    id: Mapped[Id]
    what: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    unit_id: Mapped[UnitRef]
    member_id: Mapped[MemberRef]
    answer: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    photo: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    at: Mapped[datetime]


class Extension(Base):
    """More time for a thing that is due, which it is then. state: asked, granted, refused."""

    __tablename__ = "extension"
    __table_args__ = (Index("ix_extension_subject", "what", "subject_id", "state"),)

    id: Mapped[Id]
    what: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    unit_id: Mapped[UnitRef]
    member_id: Mapped[MemberRef]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="asked")
    at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]


class Preference(Base):
    """When somebody likes to be reminded: window office or evening; nothing before quiet_until."""

    __tablename__ = "preference"

    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("member.id"), primary_key=True)
    window: Mapped[str] = mapped_column(default="")
    quiet_until: Mapped[date | None]


class CalendarDay(Base):
    """A day that is otherwise than the library of holidays says: off, or worked as a substitute."""

    __tablename__ = "calendar_day"

    root_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(default="")


class PeriodReport(Base):
    """What a unit reports on a period. key: the draft's own, so that a repeated send is one.

    figures: those of the records as they were then. state: sent, returned, accepted, or paper (sent
    on paper, noted: reason). marks: the answers a returned one is asked for again, {step: why}."""

    __tablename__ = "period_report"
    __table_args__ = (
        UniqueConstraint("period_id", "unit_id"),
        Index("ix_period_report_unit_id", "unit_id", "state"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    period_id: Mapped[int] = mapped_column(ForeignKey("review_period.id"))
    unit_id: Mapped[UnitRef]
    author_id: Mapped[MemberRef]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    answers: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PeriodReportVersion(Base):
    """Every state the answers of a period's report were in."""

    __tablename__ = "period_report_version"
    __table_args__ = (UniqueConstraint("report_id", "version"),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("period_report.id"))
    version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]


class Briefing(Base):
    """A meeting of a cluster or unit (kind briefing), or a visit to an exemplary model (visit).

    state: planned, held, cancelled. agenda: what is on it."""

    __tablename__ = "briefing"
    __table_args__ = (Index("ix_briefing_unit_id", "unit_id", "state", "day"),)

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    unit_id: Mapped[UnitRef]
    kind: Mapped[str]
    topic: Mapped[str]
    agenda: Mapped[str] = mapped_column(default="")
    place: Mapped[str]
    day: Mapped[date]
    at: Mapped[datetime]
    initiative_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("initiative.id"))
    author_id: Mapped[MemberRef]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned")


class Conclusion(Base):
    """What a briefing asked a unit to do by a day. state: open, done, dropped."""

    __tablename__ = "conclusion"
    __table_args__ = (Index("ix_conclusion_unit_id", "unit_id", "state", "due_on"),)

    id: Mapped[Id]
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    unit_id: Mapped[UnitRef]
    text: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]
    done_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    done_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class Guidance(Base):
    """A message or document that a leader sends to everybody with these roles in a unit and below.

    send_on: from which day; due_on: by when it is to be carried out (null: only to be read). file:
    {hash, name, mime} or {}; photos: names of pictures. state: planned, sent, withdrawn."""

    __tablename__ = "guidance"
    __table_args__ = (Index("ix_guidance_send_on", "state", "send_on"),)

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    unit_id: Mapped[UnitRef]
    roles: Mapped[list[Any]]
    text: Mapped[str]
    file: Mapped[dict[str, Any]] = mapped_column(default=dict)
    photos: Mapped[list[Any]] = mapped_column(default=list)
    send_on: Mapped[date]
    due_on: Mapped[date | None]
    author_id: Mapped[MemberRef]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned")
