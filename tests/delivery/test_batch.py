"""A batch: many messages, one transaction; a fault costs its own message only."""

import pytest
from sqlalchemy import func, select, update

from bot.delivery.batch import Batch
from bot.handlers.report import FORM
from storage import inbox, personal_data
from storage.accounts import Overtaken
from storage.tables.delivery import Inbox, Job, Outbox
from storage.tables.people import Account, Draft, Member, Role
from storage.tables.records import Photo
from tests.delivery.desks import (
    account,
    drafts,
    effects,
    incoming,
    keys,
    mail,
    people,
    place,
    retry,
    run,
    texts,
)
from tests.make import NOW, make_account, make_member, make_role, make_unit

PHOTO = "a" * 64


# -- each message once --------------------------------------------------------------------------


def test_a_repeated_key_does_nothing_in_the_same_batch(database, lan, thu):
    run(database, incoming("lan", "/thu một", "k1"), incoming("lan", "/thu một", "k1"))
    assert effects(database) == {"một": 1}
    assert texts(database, "lan") == ["Đã ghi một"]


def test_a_repeated_key_does_nothing_in_a_later_batch(database, lan, thu):
    for _ in range(3):
        run(database, incoming("lan", "/thu một", "k1"))
    assert effects(database) == {"một": 1}
    assert keys(database) == {"k1"}


def test_a_repeat_does_not_change_the_order(database, lan, thu):
    again = incoming("lan", "/thu một", "k1")
    run(database, again, incoming("lan", "/thu hai", "k2"), again)
    assert thu.handled == ["một", "hai"]


def test_fifty_messages_of_many_chats_keep_the_order_of_each(database, thu):
    people(database, *(f"chat{n}" for n in range(5)))
    run(database, *(incoming(f"chat{n % 5}", f"/thu {n:02}") for n in range(50)))
    for chat in range(5):
        wanted = [f"Đã ghi {n:02}" for n in range(chat, 50, 5)]
        assert texts(database, f"chat{chat}") == wanted


def test_each_mailbox_is_numbered_without_holes(database, thu):
    people(database, "lan", "minh")
    thu.bad["hai"] = RuntimeError()
    for texts_ in (("một", "hai"), ("ba", "bốn")):
        run(
            database,
            *(incoming(c, f"/thu {t}", echo=True) for t in texts_ for c in ("lan", "minh")),
        )
    for chat in ("lan", "minh"):
        numbers = [row.number for row in mail(database, chat)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert account(database, chat).mail == len(numbers)


# -- a fault ------------------------------------------------------------------------------------


def test_a_handler_that_raises_loses_only_its_own_effects(database, thu):
    people(database, "lan", "minh", "hoa")
    thu.bad["hai"] = RuntimeError("hỏng")
    batch = run(
        database,
        incoming("lan", "/thu một"),
        incoming("minh", "/thu hai"),
        incoming("hoa", "/thu ba"),
    )
    assert effects(database) == {"một": 1, "ba": 1}
    assert (texts(database, "lan"), texts(database, "minh")) == (["Đã ghi một"], [])
    assert batch.failed == 1


def test_it_is_acknowledged_and_kept_with_its_traceback(database, lan, thu):
    thu.bad["hai"] = RuntimeError("hỏng")
    run(database, incoming("lan", "/thu hai", "k1"))
    with database.reading() as session:
        row = session.scalars(select(Inbox)).one()
        assert (row.state, row.attempts, row.payload["said"]["text"]) == ("retry", 1, "/thu hai")
        assert "hỏng" in row.error
    assert keys(database) == {"k1"}


def test_later_messages_of_the_chat_wait_for_it(database, lan, thu):
    thu.bad["một"] = RuntimeError()
    run(database, incoming("lan", "/thu một"), incoming("lan", "/thu hai"))
    run(database, incoming("lan", "/thu ba"))
    assert (thu.handled, effects(database)) == (["một"], {})
    thu.bad.clear()
    retry(database)
    assert thu.handled == ["một", "một", "hai", "ba"]
    assert texts(database, "lan") == ["Đã ghi một", "Đã ghi hai", "Đã ghi ba"]


def test_after_the_third_attempt_its_author_hears_the_reference(database, lan, thu):
    thu.bad["một"] = RuntimeError()
    run(database, incoming("lan", "/thu một"), incoming("lan", "/thu hai"))
    retry(database)
    assert texts(database, "lan") == []
    retry(database)
    sorry, then = texts(database, "lan")
    assert "mã để hỏi: T1" in sorry
    assert "chị" in sorry
    assert then == "Đã ghi hai"


def test_what_was_set_aside_comes_back_when_an_administrator_says_so(database, lan, thu):
    thu.bad["một"] = RuntimeError()
    run(database, incoming("lan", "/thu một"))
    retry(database)
    retry(database)
    thu.bad.clear()
    with database.writing() as session:
        row = inbox.find(session, "T1")
        assert row is not None
        inbox.retry(session, row, NOW)
    retry(database)
    assert effects(database) == {"một": 1}
    assert texts(database, "lan")[-1] == "Đã ghi một"


def test_the_words_and_pictures_of_a_failed_message_stay(database, lan, thu):
    thu.bad["một"] = RuntimeError()
    run(database, incoming("lan", "/thu một", photos=(PHOTO,), echo=True))
    retry(database)
    assert [row.own for row in mail(database, "lan")] == [True]
    with database.reading() as session:
        assert session.get_one(Photo, PHOTO).account_id == lan
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_objects_do_not_remember_what_was_rolled_back(database, thu):
    people(database, "lan", "minh")
    with database.writing() as session:
        make_unit(session, name="Xã Thạch Khê")

    def rename(talk):
        row = talk.session.scalars(select(Account).where(Account.external_id == "minh")).one()
        talk.session.execute(update(Account).where(Account.id == row.id).values(mail=row.mail + 7))
        talk.session.refresh(row)

    thu.spoil["một"], thu.bad["một"] = rename, RuntimeError()
    run(database, incoming("lan", "/thu một"), incoming("minh", "/thu hai"))
    assert account(database, "minh").mail == 1


# -- memory and database say the same -----------------------------------------------------------


def test_an_answer_of_one_survives_the_fault_of_another(database, thu):
    """What was written for the second's sake must not be rolled back with it."""
    people(database, "lan", "minh")
    run(database, incoming("lan", "/dangky"))
    thu.bad["hai"] = RuntimeError()
    run(database, incoming("lan", "1"), incoming("minh", "/thu hai"), incoming("lan", "Đường hoa"))
    assert drafts(database)[0].body["answers"]["ten"]["v"] == "Đường hoa"
    assert texts(database, "lan")[-1].startswith("Bước 3/8")


def test_a_fault_in_a_form_leaves_the_draft_as_it_was(database, lan, thu):
    run(database, incoming("lan", "/dangky"), incoming("lan", "1"))
    before = drafts(database)[0].body
    thu.bad["hai"] = RuntimeError()
    run(database, incoming("lan", "/thu hai"))
    assert drafts(database)[0].body == before
    assert account(database, "lan").draft_id == drafts(database)[0].id


def test_a_draft_begun_by_a_message_that_failed_is_not_there(database, lan, thu):
    thu.spoil["một"] = lambda talk: talk.open(FORM)
    thu.bad["một"] = RuntimeError()
    run(database, incoming("lan", "/thu một"))
    assert (drafts(database), account(database, "lan").draft_id) == ([], None)


def test_a_draft_that_another_process_has_written_meanwhile_is_not_written_over(database, lan):
    run(database, incoming("lan", "/dangky"))
    surroundings = place(database)
    with database.writing() as session:
        batch = Batch(session, surroundings, NOW)
        batch.run([incoming("lan", "1")])
        session.execute(update(Draft).values(revision=Draft.revision + 1))
        with pytest.raises(Overtaken):
            batch.finish()
    assert drafts(database)[0].body["answers"] == {}


def test_what_a_handler_does_to_another_account_is_not_written_over(database, thu):
    accounts = people(database, "lan", "minh")
    run(database, incoming("minh", "/dangky"))

    def take_away(talk):
        change = update(Account).where(Account.id == accounts["minh"])
        talk.session.execute(change.values(draft_id=None))

    thu.spoil["một"] = take_away
    run(database, incoming("minh", "1"), incoming("lan", "/thu một"), incoming("minh", "/thu hai"))
    assert account(database, "minh").draft_id is None


def test_a_role_revoked_by_an_earlier_message_of_the_batch_counts_no_more(database, thu):
    accounts = people(database, "lan", "minh")
    with database.writing() as session:
        unit = make_unit(session, name="Xã Thạch Đài")
        leader = session.get_one(Account, accounts["minh"]).member_id
        role = make_role(session, session.get_one(Member, leader), "focal", unit).id

    def revoke(talk):
        row = talk.session.get_one(Role, role)
        row.until = talk.now

    thu.spoil["một"] = revoke
    run(database, incoming("lan", "/thu một"), incoming("minh", "/quanly"))
    assert "dành cho" in texts(database, "minh")[-1]


def test_two_accounts_of_one_person_in_one_batch_both_have_the_rights(database):
    with database.writing() as session:
        unit = make_unit(session)
        minh = make_member(session, name="Minh", unit=unit, role="focal")
        for chat in ("nhà", "điện thoại"):
            make_account(session, minh, chat=chat)
    run(database, incoming("nhà", "/quanly"), incoming("điện thoại", "/quanly"))
    assert texts(database, "nhà") == texts(database, "điện thoại")
    assert "quản lý việc gì" in texts(database, "nhà")[0]


def test_who_writes_in_can_be_written_to_again(database, lan, thu):
    with database.writing() as session:
        session.execute(update(Account).values(reachable=False))
    run(database, incoming("lan", "/thu một"))
    assert account(database, "lan").reachable


def test_who_erases_themselves_is_told_nothing_and_nothing_breaks(database, lan, thu):
    thu.spoil["một"] = lambda talk: personal_data.erase(talk.session, talk.member_id, talk.now)
    batch = run(database, incoming("lan", "/thu một", echo=True))
    assert batch.failed == 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0
