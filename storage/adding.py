"""New rows by one plain INSERT, which the session then knows as if it had flushed them."""

from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from storage.prepared import Prepared
from storage.tables.records import Enrolment, Initiative, Report

Row = TypeVar("Row", Initiative, Enrolment, Report)


def add(session: Session, row: Row) -> Row:
    """A row with a number of its own, at a fifth of what a flush costs; held by the session, so
    that what has just been written is not read again."""
    given, defaults = vars(row), _defaults(type(row))
    for name in defaults.keys() - given.keys():  # else they are read when somebody asks for them
        setattr(row, name, _value(defaults[name]))
    values = {name: given[name] for name in defaults if given[name] is not None}
    row.id = _insert(type(row), *values).value(session, values)
    make_transient_to_detached(row)
    if undone := session.identity_map.get(identity_key(instance=row)):
        session.expunge(undone)  # of a savepoint that was rolled back: its number is free again
    session.add(row)
    session.info.setdefault("added", []).append(row)
    return row


@cache
def _insert(kind: type[Row], *columns: str) -> Prepared:
    return Prepared(insert(cast(Table, kind.__table__)).returning(kind.id), *columns)


@cache
def _defaults(kind: type[Row]) -> dict[str, Any]:
    columns = cast(Table, kind.__table__).columns
    return {c.name: c.default for c in columns if not c.primary_key}


def _value(default: Any) -> Any:
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
