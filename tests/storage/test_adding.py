"""Rows written by one INSERT are as much the session's as flushed ones."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.adding import add
from storage.tables.records import Initiative
from tests.make import NOW, the_root


def new(session: Session, name: str = "Đường hoa") -> Initiative:
    row = Initiative(
        root_id=the_root(session).id, code_year=2022, code_number=1, name=name,
        folded=name, created_at=NOW,
    )  # fmt: skip
    return add(session, row)


def stored(session: Session, row: Initiative) -> str | None:
    return session.scalar(select(Initiative.name).where(Initiative.id == row.id))


def test_a_row_is_written_and_known(session: Session) -> None:
    row = new(session)
    assert stored(session, row) == "Đường hoa"
    assert session.get(Initiative, row.id) is row


def test_what_was_not_said_is_as_in_the_table(session: Session) -> None:
    assert new(session).illustration is False


def test_a_change_is_flushed_like_any_other(session: Session) -> None:
    row = new(session)
    row.name = "Đường hoa mới"
    session.flush()
    assert stored(session, row) == "Đường hoa mới"


def test_a_number_that_was_undone_may_be_given_again(session: Session) -> None:
    the_root(session)
    savepoint = session.begin_nested()
    new(session)
    savepoint.rollback()
    again = new(session, "Vườn mẫu")
    assert session.get(Initiative, again.id) is again
    assert stored(session, again) == "Vườn mẫu"
