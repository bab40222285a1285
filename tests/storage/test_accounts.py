"""Who is talking, and where they stand: read and written for a whole batch at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.messages import Incoming, Reply, Said
from storage import accounts, inbox
from storage.accounts import Overtaken
from storage.outbox import Post, put_many
from storage.tables.delivery import Outbox
from storage.tables.people import Account
from tests.make import NOW, make_account, make_member, make_role, make_unit

LAN, MINH = ("web", "web", "lan"), ("telegram", "bot", "minh")


@pytest.fixture
def minh(session):
    member = make_member(session, name="Minh", unit=make_unit(session), role="focal", address="anh")
    make_account(session, member, "telegram", "minh", "bot")
    return member


def known(session, *chats):
    return accounts.known(session, chats, NOW)


def test_a_chat_never_heard_of_gets_its_account(session):
    first, again = known(session, LAN)[LAN], known(session, LAN)[LAN]
    assert (first.account_id, first.member_id, first.offered) == (again.account_id, None, [])
    assert session.scalar(select(Account.mail)) == 0


def test_all_that_a_turn_needs_comes_along(session, minh):
    found = known(session, LAN, MINH)[MINH]
    assert (found.name, found.address, found.unit_id) == ("Minh", "anh", minh.unit_id)
    assert found.grants == [("focal", minh.unit_id)]


def test_a_batch_of_people_is_read_at_once(session):
    unit = make_unit(session)
    names = {("web", "web", f"c{n}"): f"Lan {n}" for n in range(20)}
    for (_, _, chat), name in names.items():
        make_account(session, make_member(session, name, unit), chat=chat)
    session.flush()
    assert {chat: one.name for chat, one in known(session, *names).items()} == names


@pytest.mark.parametrize("state", ["pending", "withdrawn", "erased"])
def test_who_is_not_active_has_no_rights(session, minh, state):
    minh.state = state
    session.flush()
    assert known(session, MINH)[MINH].grants == []


def test_only_roles_in_force_count(session, minh):
    for n, until in enumerate((NOW, NOW + timedelta(days=1)), 1):
        make_role(session, minh, "leader", make_unit(session, f"Xã {n}"), until=until)
    roles = [role for role, _ in known(session, MINH)[MINH].grants]
    assert sorted(roles) == ["focal", "leader"]


def test_every_account_of_a_person_has_their_rights(session, minh):
    make_account(session, minh, chat="lan")
    found = known(session, LAN, MINH)
    assert found[LAN].grants == found[MINH].grants != []


def test_a_platform_is_known_by_the_account(session, minh):
    account = known(session, MINH)[MINH].account_id
    assert accounts.platform_of(session, account) == "telegram"
    assert accounts.platform_of(session, account + 100) is None
    assert accounts.known_account(session, account + 100, NOW) is None


def test_mail_that_somebody_else_has_put_in_is_not_counted_over(session, minh):
    person = known(session, MINH)[MINH]
    put_many(session, [Post("a", person.account_id, Reply("a"))], NOW)
    with pytest.raises(Overtaken):
        accounts.save_states(session, [person], {person.account_id: 1})


def test_a_chat_waits_behind_a_message_that_is_tried_again(session, minh):
    message = Incoming(*MINH[:2], "1", MINH[2], Said("a"))
    inbox.failed(session, message, "trace", 1, NOW, NOW)
    found = known(session, MINH, LAN)
    assert (found[MINH].waits, found[LAN].waits) == (True, False)


def test_where_an_account_stands_is_kept_and_who_writes_can_be_written_to(session, minh):
    person = known(session, MINH)[MINH]
    session.get_one(Account, person.account_id).reachable = False
    session.flush()
    person.draft_id, person.offered, person.held = 7, [["Có", "x:1", ""]], {"text": "a"}
    accounts.save_states(session, [person], {})
    after = known(session, MINH)[MINH]
    assert (after.draft_id, after.offered, after.held) == (7, [["Có", "x:1", ""]], {"text": "a"})
    assert after.reachable


# -- choices --------------------------------------------------------------------------------


def test_choices_of_a_letter_are_offered_unless_a_form_is_being_filled_in(session, minh):
    free, busy = known(session, MINH)[MINH], known(session, LAN)[LAN]
    busy.draft_id = 7
    accounts.save_states(session, [busy], {})
    accounts.offer(session, {p.account_id: [["Xem", "x", ""]] for p in (free, busy)})
    assert known(session, MINH)[MINH].offered == [["Xem", "x", ""]]
    assert known(session, LAN)[LAN].offered == []


@pytest.mark.parametrize(("own", "offered"), [(True, [["1", "x", ""]]), (False, [])])
def test_late_choices_count_unless_something_was_shown_since(session, own, offered):
    account = known(session, LAN)[LAN].account_id
    later = Post("sau", account, Reply("sau"), own=own)
    put_many(session, [Post("muộn", account, Reply("…"), late=True), later], NOW)
    row = session.scalars(select(Outbox.id).where(Outbox.key == "muộn")).one()
    accounts.offer_late(session, row, account, [["1", "x", ""]])
    assert known(session, LAN)[LAN].offered == offered


# -- drafts ---------------------------------------------------------------------------------


def begun(session):
    account = known(session, LAN)[LAN].account_id
    return accounts.add_draft(session, account, None, "dk", {"revision": 0}, NOW)


def test_drafts_are_read_and_written_together(session):
    ids = [begun(session), begun(session)]
    kept = accounts.drafts(session, [*ids, 99])
    assert set(kept) == set(ids)
    new = {i: k._replace(body={"revision": 1, "at": "ten"}) for i, k in kept.items()}
    accounts.save_drafts(session, new, NOW)
    assert {k.revision for k in accounts.drafts(session, ids).values()} == {1}


def test_a_draft_somebody_else_has_written_or_thrown_away_is_not_written_over(session):
    here, there = begun(session), begun(session)
    kept = accounts.drafts(session, [here, there])
    new = {i: k._replace(body={"revision": 1}) for i, k in kept.items()}
    accounts.save_drafts(session, {there: new[there]}, NOW)
    with pytest.raises(Overtaken):
        accounts.save_drafts(session, new, NOW)


def test_an_id_of_a_draft_is_never_given_again(session):
    from storage.tables.people import Draft

    first = begun(session)
    session.delete(session.get_one(Draft, first))
    session.flush()
    assert begun(session) > first
