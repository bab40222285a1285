"""Units: a tree with dates, and what became of what. Sectors: data, not an enum."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, QueryContext, mapped_column

from storage.tables.base import FIRST_DAY, LAST_DAY, Base, BigId, Id, UnitRef


class Unit(Base):
    """An organisation, commune, thôn, party cell, association or cluster.

    root_id is the organisation: the root unit this one belongs to (its own id for a root).
    code is the official one where there is; codes are reused, so it is no key.
    """

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_folded", "folded"), Index("ix_unit_code", "code"))

    id: Mapped[Id]
    root_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"))
    kind: Mapped[str]
    name: Mapped[str]
    folded: Mapped[str]
    code: Mapped[str | None]
    valid_from: Mapped[date] = mapped_column(default=FIRST_DAY)
    valid_to: Mapped[date] = mapped_column(default=LAST_DAY)
    note: Mapped[str] = mapped_column(default="")


@event.listens_for(Unit, "load")
def _keep(unit: Unit, context: QueryContext) -> None:
    """A session forgets what nobody holds; units are asked for again within each message."""
    context.session.info.setdefault("units", []).append(unit)


class UnitAlias(Base):
    """Another thing people type for a unit, folded: its bare name, an abbreviation."""

    __tablename__ = "unit_alias"
    __table_args__ = (Index("ix_unit_alias_folded", "folded", "unit_id"),)

    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(primary_key=True)


class UnitParent(Base):
    """Who a unit stood under, in which tree, from when until when (half open)."""

    __tablename__ = "unit_parent"
    __table_args__ = (
        UniqueConstraint("unit_id", "tree", "valid_from"),
        Index("ix_unit_parent_parent_id", "parent_id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    parent_id: Mapped[UnitRef]
    tree: Mapped[str]
    valid_from: Mapped[date] = mapped_column(default=FIRST_DAY)
    valid_to: Mapped[date] = mapped_column(default=LAST_DAY)


class UnitSuccession(Base):
    """`old` was merged into, or split among, `new` on a day by a decision; share: full or part."""

    __tablename__ = "unit_succession"
    __table_args__ = (UniqueConstraint("old_id", "new_id"),)

    id: Mapped[Id]
    old_id: Mapped[UnitRef]
    new_id: Mapped[UnitRef]
    day: Mapped[date]
    decision: Mapped[str] = mapped_column(default="")
    share: Mapped[str]


class UnitBelow(Base):
    """Everything that counts as below a unit, itself included, and when; derived from the three
    tables above by `storage.units.rebuild_below` in the transaction that changes them.

    tree is the one the path runs in ("" for the unit itself). A fully merged predecessor counts
    as below its successor for its whole life.
    """

    __tablename__ = "unit_below"
    # all that looking upwards needs is in the index: a third of the time for 3,321 communes
    __table_args__ = (
        Index("ix_unit_below_unit_id", "unit_id", "ancestor_id", "depth", "since", "until"),
    )

    ancestor_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("unit.id"), primary_key=True)
    tree: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date]
    depth: Mapped[int]


class Sector(Base):
    """An area of the movement, per organisation; narrowed ones are shown to few.

    classic is the code among the classic four, for reports to the level above.
    """

    __tablename__ = "sector"
    __table_args__ = (UniqueConstraint("root_id", "code"),)

    id: Mapped[Id]
    root_id: Mapped[UnitRef]
    code: Mapped[str]
    label: Mapped[str]
    classic: Mapped[str]
    narrowed: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    aliases: Mapped[list[Any]] = mapped_column(default=list)
    year_from: Mapped[int] = mapped_column(default=1)
    year_to: Mapped[int] = mapped_column(default=9999)


class Target(Base):
    """How many a unit undertook to build in a year, by sector and kind ("" where not divided)."""

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "sector_id", "kind"),
        Index("ix_target_year", "year", "unit_id", "sector_id", "kind", "value"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    year: Mapped[int]
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    kind: Mapped[str] = mapped_column(default="")
    value: Mapped[int]
