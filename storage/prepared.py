"""Statements of every message: compiled once, then handed to the driver. `Connection.execute` takes
several times as long as such a statement itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import CompilerElement

from storage.tables.base import Moment

T = TypeVar("T")
Values = Mapping[str, Any]


Make = Callable[[Any], Any] | None
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Compiled:
    """fixed: values that stand in the statement itself; binds: each parameter, in order, and what
    makes of its value one for the driver; reads: the columns that the driver does not give as they
    are meant, and what makes them so."""

    sql: str
    positional: bool
    fixed: Values
    binds: tuple[tuple[str, Make], ...]
    reads: tuple[tuple[int, Callable[[Any], Any]], ...]

    def parameters(self, values: Values) -> Any:
        known = {**self.fixed, **values} if self.fixed else values
        if self.positional:
            return [make(known[name]) if make else known[name] for name, make in self.binds]
        return {name: make(known[name]) if make else known[name] for name, make in self.binds}

    def rows(self, found: Rows) -> Rows:
        return [self._row(list(row)) for row in found] if self.reads else found

    def _row(self, row: list[Any]) -> tuple[Any, ...]:
        for place, make in self.reads:
            row[place] = make(row[place])
        return tuple(row)


class Prepared:
    """A Core statement; lists that it asks with (`IN`) are its own. columns: those that an INSERT
    is given."""

    def __init__(self, statement: CompilerElement, *columns: str) -> None:
        self.statement, self._columns = statement, columns
        self._compiled: dict[str, Compiled] = {}

    def rows(self, session: Session, values: Values) -> Rows:
        def run(cursor: Any, made: Compiled) -> Rows:
            cursor.execute(made.sql, made.parameters(values))
            return made.rows(cursor.fetchall())

        return self._run(session, run)

    def value(self, session: Session, values: Values) -> Any:
        """The first of the first row; None: there is no row."""
        rows = self.rows(session, values)
        return rows[0][0] if rows else None

    def rows_of_all(self, session: Session, each: Iterable[Values]) -> Rows:
        """Once for each: what they return together."""

        def run(cursor: Any, made: Compiled) -> Rows:
            return made.rows(_each(cursor, made.sql, [made.parameters(one) for one in each]))

        return self._run(session, run)

    def do(self, session: Session, values: Values) -> None:
        self.do_all(session, (values,))

    def do_all(self, session: Session, rows: Iterable[Values]) -> int:
        """Once for each; how many rows were written."""

        def run(cursor: Any, made: Compiled) -> int:
            cursor.executemany(made.sql, [made.parameters(row) for row in rows])
            written: int = cursor.rowcount
            return written

        return self._run(session, run)

    def _run(self, session: Session, run: Callable[[Any, Compiled], T]) -> T:
        connection = session.connection()
        dialect, cursor = connection.dialect, connection.connection.cursor()
        made = self._compiled.get(dialect.name) or self._compile(dialect)
        try:
            return run(cursor, made)
        except dialect.loaded_dbapi.Error as problem:
            raise DBAPIError.instance(
                made.sql, None, problem, dialect.loaded_dbapi.Error, hide_parameters=True
            ) from problem
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> Compiled:
        compiled: Any = self.statement.compile(dialect=dialect, column_keys=self._columns or None)
        makes = {name: _make(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        asked = {n: None for b, n in compiled.bind_names.items() if b.required or b.value is None}
        spelt = compiled.construct_expanded_state(asked)
        makes |= spelt.processors
        made = Compiled(
            spelt.statement,
            compiled.positional,
            {name: value for name, value in spelt.parameters.items() if name not in asked},
            tuple((n, makes.get(n)) for n in spelt.positiontup or spelt.parameters),
            tuple(_reads(self.statement, dialect)),
        )
        self._compiled[dialect.name] = made
        return made


def _each(cursor: Any, sql: str, parameters: list[Any]) -> Rows:
    found: Rows = []
    if len(parameters) < 2 or isinstance(parameters[0], list):  # SQLite
        for one in parameters:
            cursor.execute(sql, one)
            found += cursor.fetchall()
        return found
    cursor.executemany(sql, parameters, returning=True)
    found += cursor.fetchall()
    while cursor.nextset():
        found += cursor.fetchall()
    return found


_moments: dict[str, Make] = {}
"""By dialect. All of a batch is written at one moment."""


def _make(kind: Any, dialect: Dialect) -> Make:
    make: Make = kind.dialect_impl(dialect).bind_processor(dialect)
    if make and isinstance(kind, Moment):
        return _moments.setdefault(dialect.name, lru_cache(100)(make))
    return make


def _reads(statement: Any, dialect: Dialect) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    for place, column in enumerate(getattr(statement, "exported_columns", ())):
        if make := column.type.dialect_impl(dialect).result_processor(dialect, None):
            yield place, make
