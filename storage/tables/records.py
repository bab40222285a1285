"""What the movement records: initiatives, enrolments, decisions, sites, reports, photos, tally."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.codes import code
from storage.tables.base import Base, BigId, Id, MemberRef, UnitRef


class Initiative(Base):
    """A mô hình, for life. Its code (`DVK-2026-0042`) is year and number of its first report.

    origin_id: the one it was copied from. merged_id: the one it turned out to be; its reports moved
    there. programme: the đề án or chương trình it belongs to."""

    __tablename__ = "initiative"
    __table_args__ = (
        UniqueConstraint("root_id", "code_year", "code_number"),
        Index("ix_initiative_folded", "folded"),
        Index("ix_initiative_origin_id", "origin_id"),
        Index(
            "ix_initiative_programme",
            "programme",
            sqlite_where=text("programme <> ''"),
            postgresql_where=text("programme <> ''"),
        ),
    )

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    code_year: Mapped[int]
    code_number: Mapped[int]
    name: Mapped[str]
    folded: Mapped[str]
    illustration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    origin_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("initiative.id"))
    merged_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("initiative.id"))
    programme: Mapped[str] = mapped_column(default="")

    @property
    def code(self) -> str:
        return code(self.code_year, self.code_number)


class Enrolment(Base):
    """An initiative in one year. Totals count these.

    origin: planned, continued, unplanned. kind: collective, individual. state: waiting (report not
    accepted yet), accepted, withdrawn. built_on is the day its year's results were confirmed.

    Where it is in its life (`bot.domain.lifecycle`; `Move` says how it came there): stage
    (registered, building, proposed, appraising, recognised, consolidating), activity (active,
    paused, stopped), exemplary, the level of its recognition ("", commune, province, central) and
    the decision. inspected_on: the first inspection of the year. follower_id: the body that was
    asked to follow and help it.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("initiative_id", "year"),
        Index("ix_enrolment_place_id", "place_id", "year"),
        Index("ix_enrolment_registrant_id", "registrant_id", "year"),
        Index("ix_enrolment_stage", "stage", "year"),
        Index("ix_enrolment_decision_id", "decision_id"),
    )

    id: Mapped[Id]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    year: Mapped[int]
    origin: Mapped[str]
    kind: Mapped[str]
    owner: Mapped[str]
    registrant_id: Mapped[UnitRef]
    place_id: Mapped[UnitRef]
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"))
    narrowed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    accepted_on: Mapped[date | None]
    built_on: Mapped[date | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stage: Mapped[str] = mapped_column(default="registered")
    activity: Mapped[str] = mapped_column(default="active")
    exemplary: Mapped[bool] = mapped_column(default=False)
    level: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("decision.id"))
    inspected_on: Mapped[date | None]
    follower_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"))


class Decision(Base):
    """A signed decision, entered once. kind: recognition, commendation. body is who issued it;
    folded is number and body folded, for comparing. scan is the hash of its picture."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("root_id", "kind", "folded", "day"),)

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    kind: Mapped[str]
    number: Mapped[str]
    body: Mapped[str]
    folded: Mapped[str]
    day: Mapped[date]
    level: Mapped[str] = mapped_column(default="")
    scan: Mapped[str] = mapped_column(default="")
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]


class Site(Base):
    """Where an enrolment is carried out: one or more; the first is the enrolment's own place."""

    __tablename__ = "site"

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    unit_id: Mapped[UnitRef]
    hamlet: Mapped[str] = mapped_column(default="")
    position: Mapped[int]


class Report(Base):
    """What a member sent. key is the draft's own id, so that a repeated send is one report.

    kind: register, update, inspect. state: sent, accepted, returned, rejected, withdrawn.
    marks: the answers that a returned one has to be asked again for, {step: why}; they stay until
    the next decision. returned: the version that last came back to its author. waits_from: when it
    was sent, later by the time it lay with its author since. confirmed: the year's results were,
    with its acceptance.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_report_author_id", "author_id", "sent_at"),
        Index("ix_report_state", "state", "sent_at"),
        Index("ix_report_initiative_id", "initiative_id"),
        Index("ix_report_enrolment_id", "enrolment_id"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    kind: Mapped[str]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    author_id: Mapped[MemberRef]
    state: Mapped[str]
    version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    has_results: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(default="")
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    returned: Mapped[int] = mapped_column(default=0)
    waits_from: Mapped[datetime | None]
    confirmed: Mapped[bool] = mapped_column(default=False)


class CoReporter(Base):
    """Somebody else who reports the same initiative ("cùng báo cáo"), since a merge or a report."""

    __tablename__ = "co_reporter"

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("member.id"), primary_key=True)
    at: Mapped[datetime]


class ReportVersion(Base):
    """Every state the answers of a report were ever in; nothing is overwritten."""

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("report_id", "version"),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    author_id: Mapped[MemberRef]
    at: Mapped[datetime]


class Photo(Base):
    """A stored picture. hash names the bytes as they came, clean the re-encoded ones without EXIF
    (what everybody is shown). state: raw, ready, bad."""

    __tablename__ = "photo"

    hash: Mapped[str] = mapped_column(primary_key=True)
    clean: Mapped[str | None] = mapped_column(index=True)
    small: Mapped[str | None]
    state: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    created_at: Mapped[datetime]


class Tally(Base):
    """Append-only: what became known on a day about the counts, +1 or -1.

    measure: planned (accepted planned or continued enrolment), built, unplanned (built, not
    planned), their places of work beyond the first (…_more), inspected, recognised, exemplary,
    stopped. root_id is the initiative's organisation.
    folded rows are also contained in `tally_total`.
    """

    __tablename__ = "tally"
    __table_args__ = (
        Index(
            "ix_tally_unfolded",
            "id",
            sqlite_where=text("folded = 0"),
            postgresql_where=text("NOT folded"),
        ),
        Index("ix_tally_enrolment_id", "enrolment_id"),
        Index("ix_tally_year", "year", "day"),
    )

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    day: Mapped[date]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    year: Mapped[int]
    place_id: Mapped[UnitRef]
    registrant_id: Mapped[UnitRef]
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"))
    kind: Mapped[str]
    narrowed: Mapped[bool]
    measure: Mapped[str]
    change: Mapped[int]
    folded: Mapped[bool] = mapped_column(default=False)


class TallyTotal(Base):
    """The folded part of the tally, summed. by: place, registrant, or root (the organisation:
    thousands of communes in a dozen rows, since a joined sum of 33,000 took 28 ms)."""

    __tablename__ = "tally_total"
    # clustered on SQLite: the sums lie beside their key
    __table_args__ = ({"sqlite_with_rowid": False},)

    year: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), primary_key=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    narrowed: Mapped[bool] = mapped_column(primary_key=True)
    planned: Mapped[int] = mapped_column(default=0)
    built: Mapped[int] = mapped_column(default=0)
    unplanned: Mapped[int] = mapped_column(default=0)
    planned_more: Mapped[int] = mapped_column(default=0)
    built_more: Mapped[int] = mapped_column(default=0)
    unplanned_more: Mapped[int] = mapped_column(default=0)
    inspected: Mapped[int] = mapped_column(default=0)
    recognised: Mapped[int] = mapped_column(default=0)
    exemplary: Mapped[int] = mapped_column(default=0)
    stopped: Mapped[int] = mapped_column(default=0)
