"""What is on its way: messages seen, set aside and to be sent, and work for the worker process."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_AGAIN, AccountRef, Base, BigId, Id


class Seen(Base):
    """A message whose effects have committed: a redelivery does nothing. Purged after days."""

    __tablename__ = "seen"

    platform: Mapped[str] = mapped_column(primary_key=True)
    bot: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Inbox(Base):
    """A message that could not be handled at once. state: retry, fetch (its pictures are still with
    the platform), slow (so for long: nobody waits for it any more), aside (set aside), done,
    dropped.

    reference is what the apology names; later messages of the chat wait while it is in retry or
    fetch.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "bot", "key"),
        Index("ix_inbox_state", "state", "chat"),
        NEVER_AGAIN,
    )

    id: Mapped[Id]
    platform: Mapped[str]
    bot: Mapped[str]
    key: Mapped[str]
    chat: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int]
    reference: Mapped[str]
    error: Mapped[str]
    at: Mapped[datetime]
    retry_at: Mapped[datetime | None]


class Outbox(Base):
    """A message to one account, and for the web the mailbox row itself.

    number grows by one per account. state: late (its text is still to be evaluated), ready, sent,
    failed. own marks what the member said themself. lane: reply before notice. message_id is the
    platform's; open: the buttons of that message still work.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("account_id", "number"),
        Index(
            "ix_outbox_waiting",
            "account_id",
            "number",
            sqlite_where=text("state IN ('late', 'ready')"),
            postgresql_where=text("state IN ('late', 'ready')"),
        ),
        Index(
            "ix_outbox_failed",
            "at",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index(
            "ix_outbox_open", "account_id", sqlite_where=text("open"), postgresql_where=text("open")
        ),
    )

    id: Mapped[Id]
    key: Mapped[str]
    account_id: Mapped[AccountRef]
    number: Mapped[int]
    lane: Mapped[str] = mapped_column(default="reply")
    own: Mapped[bool] = mapped_column(default=False)
    body: Mapped[dict[str, Any]]
    state: Mapped[str]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str | None]
    open: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str] = mapped_column(default="")


class Job(Base):
    """Work for the worker process. state: waiting, running, done, failed. attempts tells claims
    apart; crashes are those that ended the worker process, not the whole program."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("key"), Index("ix_job_state", "state"))

    id: Mapped[Id]
    key: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class Notice(Base):
    """News for a focal person, bundled: arrivals after the first wait for the hour."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_sent_at", "sent_at", "member_id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("member.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Counter(Base):
    """Numbers that must not repeat: report codes per organisation and year."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class RemoteFile(Base):
    """What a platform calls a file that it has already: showing it there again costs nothing."""

    __tablename__ = "remote_file"

    platform: Mapped[str] = mapped_column(primary_key=True)
    bot: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    at: Mapped[datetime]
