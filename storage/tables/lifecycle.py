"""What happens to an initiative beside its reports: moves, inspections, targets."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Id, MemberRef, UnitRef


class Move(Base):
    """Append-only: one move in the life of an enrolment (a key of `bot.domain.lifecycle.MOVES`).

    before and after: {stage, activity, exemplary, level, decision_id} as they were and became.
    undoes: the move that this one takes back."""

    __tablename__ = "move"
    __table_args__ = (Index("ix_move_enrolment_id", "enrolment_id"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    name: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    undoes: Mapped[int | None] = mapped_column(BigId, ForeignKey("move.id"))


class Inspection(Base):
    """What a report of kind inspect found, in columns. form: dinh_ky, dot_xuat, tham_dinh,
    phuc_tra (earlier_id: what it looks at again). working, verdict: values of the form's choices.
    head_id: the head of the team, where that is a member. state: open until the head has confirmed
    it, then confirmed."""

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("report_id"),
        Index("ix_inspection_enrolment_id", "enrolment_id", "day"),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    day: Mapped[date]
    form: Mapped[str]
    working: Mapped[str]
    verdict: Mapped[str]
    earlier_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("inspection.id"))
    team: Mapped[str] = mapped_column(default="")
    head_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(default="confirmed")


class Recommendation(Base):
    """What an inspection asks for until a day. state: open, claimed (the owner says it is done),
    done (an inspector agrees), dropped."""

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_state", "state", "due_on"),)

    id: Mapped[Id]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    text: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]


class PlannedInspection(Base):
    """What is to be inspected by a day, and by whom: one initiative, or (initiative_id null) a
    unit. state: planned, done, dropped."""

    __tablename__ = "planned_inspection"
    __table_args__ = (Index("ix_planned_inspection_unit_id", "unit_id", "state", "due_on"),)

    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    initiative_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("initiative.id"))
    due_on: Mapped[date]
    team: Mapped[str]
    inspector_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned")
    inspection_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("inspection.id"))


class PhotoUse(Base):
    """Which reports hold a photo, by the name of its bytes as they came: the same one twice is
    a sign of the same initiative reported twice."""

    __tablename__ = "photo_use"

    hash: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)


class TargetChange(Base):
    """Append-only: a target set or amended. before is null the first time. state: proposed (waits
    for an approver), in_force, refused, replaced. author_id is null for an import on the server."""

    __tablename__ = "target_change"
    __table_args__ = (Index("ix_target_change_unit_id", "unit_id", "year"),)

    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    year: Mapped[int]
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    kind: Mapped[str] = mapped_column(default="")
    before: Mapped[int | None]
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
