"""What has been erased is not in the files of the database either."""

import pytest

from bot.conversation.messages import Reply
from storage import personal_data, search_index
from storage.outbox import Post, put_many
from storage.purging import purge
from storage.tables.records import Enrolment
from tests.make import NOW, make_account, make_enrolment, make_member, make_unit

NAME, PHONE, TOLD = "Zuyến Quắnh", "0912345678", "4711phrase"
"""The last is a word of an answer that was corrected before."""


@pytest.fixture
def sqlite(database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's autovacuum sees to it")
    return database


@pytest.fixture
def member_id(sqlite):
    with sqlite.writing() as session:
        member = make_member(session, name=NAME, unit=make_unit(session), phone=PHONE)
        account = make_account(session, member)
        put_many(session, [Post("k1", account.id, Reply(f"Chào chị {NAME}"))], NOW)
        make_enrolment(session, ket_qua={"v": TOLD, "t": TOLD})
        return member.id


def forget(database):
    with database.writing() as session:
        rounds = purge(session, NOW, 1)
    return rounds and forget(database)


def held(database):
    files = [database.path, *database.path.parent.glob("*-wal")]
    content = b"".join(file.read_bytes() for file in files)
    return [word for word in (NAME, PHONE, TOLD) if word.encode() in content]


def test_after_an_erasure_nothing_of_it_is_left_in_the_file(sqlite, member_id):
    assert held(sqlite) == [NAME, PHONE, TOLD]
    with sqlite.writing() as session:
        enrolment = session.query(Enrolment).one()
        enrolment.details = {}
        search_index.index(session, enrolment)
        personal_data.erase(session, member_id, NOW)
    assert TOLD in held(sqlite)
    forget(sqlite)
    assert held(sqlite) == []


def test_without_an_erasure_nothing_is_written_anew(sqlite, member_id):
    with sqlite.writing() as session:
        assert purge(session, NOW, 1) == 0
