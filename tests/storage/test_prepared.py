"""A prepared statement does what the same statement does through SQLAlchemy, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.prepared import Prepared
from storage.tables.delivery import Counter, Seen

ADD = Prepared(insert(Counter.__table__), "name", "value")
VALUE = Prepared(select(Counter.value).where(Counter.name == bindparam("name")))
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_the_first_value_or_none(session: Session) -> None:
    ADD.do(session, {"name": "a", "value": 7})
    assert VALUE.value(session, {"name": "a"}) == 7
    assert VALUE.value(session, {"name": "b"}) is None


def test_many_are_written_and_counted(session: Session) -> None:
    assert ADD.do_all(session, [{"name": n, "value": 1} for n in "abc"]) == 3
    more = Prepared(text("UPDATE counter SET value = value + 1 WHERE name = :name"))
    assert more.do_all(session, [{"name": "a"}, {"name": "c"}, {"name": "nobody"}]) == 2
    assert VALUE.rows(session, {"name": "c"}) == [(2,)]


def test_values_of_the_statement_itself_and_moments(session: Session) -> None:
    add = Prepared(insert(Seen).values(platform="web", bot="b"), "platform", "bot", "key", "at")
    add.do(session, {"key": "k", "at": NOW})
    assert session.execute(select(Seen.platform, Seen.key, Seen.at)).one() == ("web", "k", NOW)
    forget = update(Seen).where(Seen.at == bindparam("now")).values(bot="c").returning(Seen.bot)
    assert Prepared(forget).value(session, {"now": NOW}) == "c"


def test_what_the_driver_refuses_is_sqlalchemys_own_exception(session: Session) -> None:
    ADD.do(session, {"name": "a", "value": 1})
    with pytest.raises(IntegrityError), session.begin_nested():
        ADD.do(session, {"name": "a", "value": 2})
    assert VALUE.value(session, {"name": "a"}) == 1
