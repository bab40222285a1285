"""What initiatives are found by: their words, who may see them, and all words there are."""

from typing import Any

from sqlalchemy import Connection, ForeignKey, Table, Text, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId

OWN = ("search_index", "ix_search_row_words")
"""What is made by statements of its own: how the names of such tables and indexes begin."""


class SearchRow(Base):
    """One enrolment as folded words, apart by spaces; those that begin with "_" are marks, which
    nobody can type (`storage.search_index.mark`).

    id is the year and the enrolment, so that a higher one is newer: the order of what is found."""

    __tablename__ = "search_row"
    __table_args__ = (UniqueConstraint("enrolment_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), index=True)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


class SearchWord(Base):
    """A word that is in some row, or was: what a mistyped one may have meant."""

    __tablename__ = "search_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(primary_key=True)


# ascii: no letter beyond it divides a word; detail none, columnsize 0: nothing is ranked or quoted;
# pgsz: who goes from one of few rows to the next reads small pages (half the time of usual ones)
SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "words, content='search_row', content_rowid='id', tokenize=\"ascii tokenchars '_'\", "
    "detail='none', columnsize=0)",
    "CREATE TRIGGER search_row_new AFTER INSERT ON search_row BEGIN "
    "INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_row_gone AFTER DELETE ON search_row BEGIN "
    "INSERT INTO search_index (search_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_row_changed AFTER UPDATE ON search_row BEGIN "
    "INSERT INTO search_index (search_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END",
    "INSERT INTO search_index (search_index, rank) VALUES ('pgsz', 500)",
)
# without fastupdate: its list of what is not yet in the index is read by every search
POSTGRES = (
    "CREATE INDEX ix_search_row_words ON search_row USING gin (words) WITH (fastupdate = off)",
)
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRES}


@event.listens_for(SearchRow.__table__, "after_create")
def _make_along(_table: Table, connection: Connection, **_: Any) -> None:
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


@event.listens_for(SearchRow.__table__, "before_drop")
def _drop_along(_table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_index")
