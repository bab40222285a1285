"""New rows by one plain INSERT, which the session then knows as if it had flushed them."""

from functools import cache
from typing import TypeVar, cast

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from storage.tables.base import Base
from storage.tables.records import Enrolment, Initiative, Report

Row = TypeVar("Row", Initiative, Enrolment, Report)


def add(session: Session, row: Row) -> Row:
    """A row with a number of its own, at half of what a flush costs; held by the session, so that
    what has just been written is not read again."""
    values = {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}
    done = session.connection().execute(_insert(type(row)), values)
    (row.id,) = cast(tuple[int], done.inserted_primary_key)
    make_transient_to_detached(row)
    if undone := session.identity_map.get(identity_key(instance=row)):
        session.expunge(undone)  # of a savepoint that was rolled back: its number is free again
    session.add(row)
    session.info.setdefault("added", []).append(row)
    return row


@cache
def _insert(kind: type[Base]) -> Insert:
    return insert(cast(Table, kind.__table__))
