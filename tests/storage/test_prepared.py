"""A prepared statement does what the same statement does through SQLAlchemy, on both databases."""

from datetime import UTC, datetime
from typing import cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.prepared import Prepared
from storage.tables.delivery import Counter, Seen
from storage.tables.people import Account
from tests.make import make_account, make_member

ADD = Prepared(insert(cast(Table, Counter.__table__)), "name", "value")
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


def test_once_for_each_and_all_that_they_return(session: Session) -> None:
    ADD.do_all(session, [{"name": n, "value": ord(n)} for n in "abc"])
    asked = [{"name": n} for n in ("c", "nobody", "a")]
    assert VALUE.rows_of_all(session, asked) == [(99,), (97,)]
    assert VALUE.rows_of_all(session, []) == []


def test_lists_of_its_own_and_what_drivers_give_otherwise(session: Session) -> None:
    account = make_account(session, make_member(session))
    account.offered = [["Có", "co", ""]]
    session.flush()
    one = select(Account.__table__.c.offered, Account.__table__.c.reachable).where(
        Account.__table__.c.platform.in_(("web", "zalo")), Account.id == bindparam("id")
    )
    found = Prepared(one).rows(session, {"id": account.id})
    assert found == [([["Có", "co", ""]], True)]
    assert found[0][1] is True


def test_what_the_driver_refuses_is_sqlalchemys_own_exception(session: Session) -> None:
    ADD.do(session, {"name": "a", "value": 1})
    with pytest.raises(IntegrityError), session.begin_nested():
        ADD.do(session, {"name": "a", "value": 2})
    assert VALUE.value(session, {"name": "a"}) == 1
