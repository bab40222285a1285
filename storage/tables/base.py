"""What all tables share: the metadata, UTC timestamps, JSON and dates that never end."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)
"""Periods are half open [since, until); one without an end has this day, so comparing is enough."""

NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For tables whose rows are deleted: SQLite else gives the id of the last row away again, and what
was said of the old row (a button, a key, a reference) would be true of the new one."""

BigId = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a moment without time zone: {value}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return moment


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Moment,
        date: Date,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: String,
    }


Id = Annotated[int, mapped_column(BigId, primary_key=True)]
UnitRef = Annotated[int, mapped_column(BigId, ForeignKey("unit.id"))]
MemberRef = Annotated[int, mapped_column(BigId, ForeignKey("member.id"))]
AccountRef = Annotated[int, mapped_column(BigId, ForeignKey("account.id"))]
