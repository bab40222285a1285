"""Parts of replies evaluated after the commit: their own scope, order, faults."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.conversation.messages import Option, Reply
from bot.delivery import late
from bot.delivery.batch import Batch
from bot.errors import Refused
from bot.handlers.registry import COMMANDS, LATE, Command
from storage.database import Database
from storage.tables.people import Member, Role
from tests.delivery.desks import (
    account,
    effect,
    incoming,
    mail,
    people,
    place,
    registered,
    run,
    texts,
)
from tests.make import NOW

CHOICES = (Option("Xem", "cmd:menu"), Option("Thôi", "cmd:huy"))


@pytest.fixture
def count():
    """`/dem x` is answered late; x decides how."""

    def evaluate(talk, what):
        if what == "từ chối":
            raise Refused("Ngoài phạm vi ạ.")
        if what == "hỏng":
            raise RuntimeError
        if what == "ghi":
            effect(talk, "ghi")
            talk.session.flush()
        return Reply(f"{what}: {talk.person.name} {len(talk.person.grants)}", options=CHOICES)

    ask = Command("dem", "Đếm", lambda talk, x: Reply("", late={"kind": "dem", "what": x}))
    with registered(LATE, "dem", evaluate), registered(COMMANDS, "dem", ask):
        yield


pytestmark = pytest.mark.usefixtures("count", "lan")


def fill(database, keys=None):
    surroundings = place(database)
    found = late.evaluate(database, surroundings, keys)
    with database.writing() as session:
        batch = Batch(session, surroundings, NOW)
        late.fill(batch, found)
        batch.finish()
    return batch


def test_the_answer_comes_after_the_commit_and_is_news(database):
    asked = run(database, incoming("lan", "/dem một"))
    assert [row.state for row in mail(database, "lan")] == ["late"]
    batch = fill(database, asked.late)
    assert texts(database, "lan") == ["một: lan 1"]
    assert batch.touched == {account(database, "lan").id}


def test_only_the_rows_asked_for_are_evaluated_and_none_twice(database):
    people(database, "minh")
    one = run(database, incoming("lan", "/dem một"))
    run(database, incoming("minh", "/dem hai"))
    fill(database, one.late)
    assert (texts(database, "lan"), texts(database, "minh")) == (["một: lan 1"], [""])
    surroundings = place(database)
    both = [late.evaluate(database, surroundings, None) for _ in range(2)]
    for found in both:
        with database.writing() as session:
            late.fill(Batch(session, surroundings, NOW), found)
    assert texts(database, "minh") == ["hai: minh 1"]


def test_rights_are_those_of_the_moment_it_is_evaluated(database):
    run(database, incoming("lan", "/dem một"))
    with database.writing() as session:
        session.execute(update(Role).values(until=NOW))
    fill(database)
    assert texts(database, "lan") == ["một: lan 0"]


@pytest.mark.parametrize(
    ("what", "said"),
    [("từ chối", "Ngoài phạm vi ạ."), ("hỏng", "chưa tính được"), ("ghi", "chưa tính được")],
)
def test_what_cannot_be_answered_is_a_courteous_sentence(database, what, said):
    with database.writing() as session:
        session.execute(update(Member).values(address="bác"))
    run(database, incoming("lan", f"/dem {what}"))
    fill(database)
    assert said in texts(database, "lan")[0]
    assert "{" not in texts(database, "lan")[0]


def test_a_part_nobody_knows_any_more_is_one_too(database):
    run(database, incoming("lan", "/dem một"))
    LATE["khác"] = LATE.pop("dem")
    try:
        fill(database)
    finally:
        LATE["dem"] = LATE.pop("khác")
    assert "chưa tính được" in texts(database, "lan")[0]


def test_while_the_database_is_away_the_row_stays_late(database):
    run(database, incoming("lan", "/dem một"))
    leaving = Leaving(database)
    with pytest.raises(OperationalError):
        late.evaluate(cast(Database, leaving), place(database), None)
    assert [row.state for row in mail(database, "lan")] == ["late"]


@dataclass
class Leaving:
    """A database that answers once more, and then no longer."""

    inner: Database
    left: int = 1

    @contextmanager
    def reading(self):
        if not self.left:
            raise OperationalError("BEGIN", {}, ConnectionError("gone"))
        self.left -= 1
        with self.inner.reading() as session:
            yield session


# -- what a number means ----------------------------------------------------------------------


def test_a_number_means_the_choices_that_came_late(database):
    run(database, incoming("lan", "/dem một"))
    fill(database)
    assert account(database, "lan").offered[0] == ["Xem", "cmd:menu", ""]
    run(database, incoming("lan", "1"))
    assert "việc gì" in texts(database, "lan")[-1]


def test_unless_something_else_was_asked_meanwhile(database):
    run(database, incoming("lan", "/dem một"))
    run(database, incoming("lan", "menu"))
    shown = account(database, "lan").offered
    fill(database)
    assert account(database, "lan").offered == shown


def test_in_a_form_numbers_stay_the_form_s(database):
    run(database, incoming("lan", "/dem một"), incoming("lan", "/dangky"))
    fill(database)
    assert account(database, "lan").offered == []
