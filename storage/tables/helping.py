"""Helping, showing and praising: policies, requests, publicity, public cards, commendations."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, Id, MemberRef, UnitRef


class Policy(Base):
    """A policy that initiatives could use. needs: values of the step "ho_tro" it answers; sectors:
    codes (empty: any)."""

    __tablename__ = "policy"

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    name: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    needs: Mapped[list[Any]] = mapped_column(default=list)
    sectors: Mapped[list[Any]] = mapped_column(default=list)
    until: Mapped[date | None]
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]


class SupportRequest(Base):
    """Help a report asked for. need: value of the step "ho_tro". state: open, taken, closed."""

    __tablename__ = "support_request"
    __table_args__ = (UniqueConstraint("report_id"), Index("ix_support_request_state", "state"))

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    need: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    taken_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    policy_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("policy.id"))
    closed_at: Mapped[datetime | None]


class PolicyUse(Base):
    """A policy an initiative could use, as somebody who follows it has noted."""

    __tablename__ = "policy_use"

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    policy_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy.id"), primary_key=True)
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]


class Publicity(Base):
    """An article, broadcast or other publication about an initiative. kind: article, broadcast,
    visit, other."""

    __tablename__ = "publicity"

    id: Mapped[Id]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    where: Mapped[str] = mapped_column("where_", default="")
    day: Mapped[date]
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]


class Card(Base):
    """A public card, once approved: /the/<token>. body is what was approved: {name, text, unit,
    sector, year, figures, photos}, without people. shared counts how often it was opened."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("token"), UniqueConstraint("initiative_id"))

    id: Mapped[Id]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    token: Mapped[str]
    body: Mapped[dict[str, Any]]
    approved_by: Mapped[MemberRef]
    approved_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    shared: Mapped[int] = mapped_column(default=0)


class Commendation(Base):
    """Praise for an enrolment. form: giay_khen, bang_khen, other. state: proposed, decided,
    refused."""

    __tablename__ = "commendation"
    __table_args__ = (Index("ix_commendation_state", "state"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    form: Mapped[str]
    merit: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="proposed")
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("decision.id"))
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
