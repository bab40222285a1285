"""Indexing what a database held before it had what finds words: bit by bit, in short transactions,
and from where it was left if that is interrupted."""

from collections.abc import Callable

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.domain.numbers import format_number
from storage.database import Database
from storage.search_index import MANY, write_some
from storage.tables.delivery import Counter
from storage.tables.records import Enrolment
from storage.tables.search import SearchRow

LAST = "search_fill"
"""Counts the enrolments up to which it has come, as long as it has not come to the end."""
LOCK = 0x64766C  # two processes that start together take turns
OFTEN = 10_000
BEGUN = "Đang lập chỉ mục tìm kiếm cho {many} mô hình đã có…"
SO_FAR = "… {done}/{many}"
DONE = "Đã lập xong chỉ mục tìm kiếm."


def lacking(session: Session) -> bool:
    """Whether there is something to be found, and either nothing indexed or not all of it yet."""
    if session.get(Counter, LAST):
        return True
    enrolled = select(Enrolment.id).where(Enrolment.state != "withdrawn").limit(1)
    indexed = session.scalar(select(SearchRow.id).limit(1))
    return indexed is None and session.scalar(enrolled) is not None


def fill(database: Database, say: Callable[[str], None]) -> None:
    with database.reading() as session:
        if not lacking(session):
            return
        many = format_number(session.scalar(select(func.count(Enrolment.id))) or 0)
    say(BEGUN.format(many=many))
    memo, done = dict[object, object](), 0
    while step(database, memo):
        done += MANY
        if done % OFTEN == 0:
            say(SO_FAR.format(done=format_number(done), many=many))
    say(DONE)


def step(database: Database, memo: dict[object, object]) -> bool:
    """Whether there may be more to do."""
    with database.writing() as session:
        if not database.is_sqlite:
            session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        if not lacking(session):
            return False
        counter = session.get(Counter, LAST) or Counter(name=LAST, value=0)
        last = write_some(session, counter.value, memo)
        if last is None:
            session.delete(counter)
            return False
        counter.value = last
        session.add(counter)
        return True
