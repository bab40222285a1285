"""People: members, accounts, roles, invitations, tasks, web sessions, drafts; the audit log."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_AGAIN, AccountRef, Base, BigId, Id, MemberRef, UnitRef


class Member(Base):
    """A person: one place (unit_id) and any number of bodies.

    state: pending (waits for approval), active, withdrawn (consent taken back), erased.
    """

    __tablename__ = "member"
    __table_args__ = (Index("ix_member_unit_id", "unit_id", "state"),)

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    name: Mapped[str]
    folded: Mapped[str]
    address: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"))
    phone: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    consent_version: Mapped[str]
    consent_at: Mapped[datetime]
    created_at: Mapped[datetime]


class MemberBody(Base):
    """A body (party cell, association, agency) a member belongs to."""

    __tablename__ = "member_body"

    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("member.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), primary_key=True)


class Role(Base):
    """A right over a unit and everything below it, while it lasts (until is null)."""

    __tablename__ = "role"
    __table_args__ = (
        Index("ix_role_unit_id", "unit_id", "role"),
        Index("ix_role_member_id", "member_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[MemberRef]
    role: Mapped[str]
    unit_id: Mapped[UnitRef]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    granted_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))


class Account(Base):
    """One way to reach a person: (platform, bot, id). draft_id is the form being filled in here;
    offered are the numbered choices last shown, as [label, data]; mail counts the mailbox rows;
    invitation_id is the way in that was used here and has not made a member yet; menu says whose
    menu of commands the chat has; checks how often in a row the platform did not find the chat."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("platform", "bot", "external_id"), NEVER_AGAIN)

    id: Mapped[Id]
    platform: Mapped[str]
    bot: Mapped[str]
    external_id: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(BigId)
    offered: Mapped[list[Any]] = mapped_column(default=list)
    held: Mapped[dict[str, Any] | None]
    invitation_id: Mapped[int | None] = mapped_column(BigId)
    mail: Mapped[int] = mapped_column(default=0)
    menu: Mapped[str] = mapped_column(default="")
    checks: Mapped[int] = mapped_column(default=0)
    reachable: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Draft(Base):
    """A form being filled in: the answers are JSON, see `bot.conversation.form.Draft`."""

    __tablename__ = "draft"
    __table_args__ = NEVER_AGAIN

    id: Mapped[Id]
    account_id: Mapped[AccountRef] = mapped_column(index=True)
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"), index=True)
    form: Mapped[str]
    body: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Invitation(Base):
    """A way in. Only hashes of the link token and of the typed short code are kept.

    A reusable one (for a meeting) lets people in who then wait for approval; member_id is set on a
    code that gives somebody back their access.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_invitation_code_hash", "code_hash"),
        NEVER_AGAIN,
    )

    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    role: Mapped[str]
    token_hash: Mapped[str]
    code_hash: Mapped[str]
    reusable: Mapped[bool] = mapped_column(default=False)
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class Guess(Base):
    """A wrong code somebody typed: many of them from one account or address are slowed down."""

    __tablename__ = "guess"
    __table_args__ = (Index("ix_guess_source", "source", "at"),)

    id: Mapped[Id]
    source: Mapped[str]
    at: Mapped[datetime]


class Task(Base):
    """Something a person with a role over unit_id must do: approve a joiner, erase data, listen to
    a voice message. kind: join, erase, withdraw, voice."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_unit_id", "unit_id", "done_at"),)

    id: Mapped[Id]
    kind: Mapped[str]
    unit_id: Mapped[UnitRef]
    member_id: Mapped[MemberRef]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    outcome: Mapped[str] = mapped_column(default="")


class WebSession(Base):
    """A signed-in browser; the cookie's secret is kept as a hash."""

    __tablename__ = "web_session"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[AccountRef] = mapped_column(index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Audit(Base):
    """Append-only: who did what to what, when, from which platform. kind and subject_id name a row
    of ours; details hold further ids, and nothing personal."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "kind", "subject_id"),
        Index("ix_audit_member_id", "member_id", "at"),
        Index("ix_audit_at", "at"),
    )

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    at: Mapped[datetime]
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    platform: Mapped[str]
    action: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
