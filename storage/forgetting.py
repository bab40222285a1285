"""What SQLite still holds of erased text: in parts of the search index that were superseded, and in
its log. `purging.purge` has both written anew, little by little."""

from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from storage.tables.delivery import Counter

NAME = "forget"
ASKED, BEGUN = 1, 2
PAGES = 200
"""Of the index, merged at once: some 20 ms."""
_MERGE = text("INSERT INTO search_index (search_index, rank) VALUES ('merge', :pages)")


def soon(session: Session) -> None:
    """After an erasure. PostgreSQL's autovacuum does it by itself."""
    if session.get_bind().dialect.name == "sqlite":
        session.merge(Counter(name=NAME, value=ASKED))


def some(session: Session) -> bool:
    """Whether there was something to do; the log is cleaned once there is no more."""
    asked = session.get(Counter, NAME)
    if asked is None:
        return False
    # a negative number begins: of all parts one shall be made
    pages = -PAGES if asked.value == ASKED else PAGES
    if _merged(session, pages):
        asked.value = BEGUN
    else:
        session.delete(asked)
        event.listen(session, "after_transaction_end", _clean_log)
    return True


def _merged(session: Session, pages: int) -> bool:
    """Whether there was anything to merge: its own row is one change, by SQLite's book."""
    driver: Any = session.connection().connection.dbapi_connection
    before = driver.total_changes
    session.execute(_MERGE, {"pages": pages})
    return bool(driver.total_changes - before >= 2)


def _clean_log(session: Session, ended: Any) -> None:
    """What is read just now may hinder it: then later writes overwrite the log."""
    bind = session.get_bind()
    if ended.parent is not None or not isinstance(bind, Engine):
        return
    connection = bind.raw_connection()
    try:
        (patience,) = connection.cursor().execute("PRAGMA busy_timeout").fetchone()
        connection.cursor().execute("PRAGMA busy_timeout=0")
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.cursor().execute(f"PRAGMA busy_timeout={patience}")
    finally:
        connection.close()
