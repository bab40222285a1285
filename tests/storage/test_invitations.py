"""Invitations: single use, expiring, revocable, hashed; looking uses nothing."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.invitations import GUESSES, grouped
from bot.domain.roles import Role
from storage import invitations, joining, members
from storage.database import Database
from storage.invitations import EXPIRED, SLOW_DOWN, USED, WITHDRAWN, WRONG, Entry, Fresh, Way
from storage.tables.people import Account, Guess, Invitation
from tests.make import NOW, make_account, make_member, make_role, make_root, make_unit

TODAY = NOW.date()
LATER = NOW + timedelta(hours=1, minutes=1)


def invite(session: Session, role: str = Role.FOCAL, **more: Any) -> Fresh:
    more.setdefault("unit_id", make_unit(session).id)
    return invitations.create(session, role=role, now=NOW, **more)


def redeem(session: Session, typed: str, account: Account, now: Any = NOW) -> Entry:
    return invitations.redeem(session, typed, account.id, f"account:{account.id}", now)


def test_only_hashes_are_in_the_database(session: Session) -> None:
    fresh = invite(session)
    row = session.get_one(Invitation, fresh.id)
    stored = " ".join(str(getattr(row, c.key)) for c in Invitation.__table__.columns)
    assert fresh.token not in stored
    assert fresh.code not in stored


def test_looking_says_what_it_is_for_and_uses_nothing(session: Session) -> None:
    fresh = invite(session)
    looks = [invitations.look(session, fresh.token, "203.0.113.7", NOW) for _ in range(50)]
    look = looks[-1]  # link previews
    assert (look.unit, look.role, look.usable) == ("Xã Thạch Lạc", "focal", True)
    assert session.get_one(Invitation, fresh.id).used_at is None


@pytest.mark.parametrize("how", ["token", "code", "link"])
def test_it_lets_in_by_link_token_or_typed_code(session: Session, how: str) -> None:
    fresh = invite(session)
    typed = {
        "token": fresh.token,
        "code": grouped(fresh.code).lower(),
        "link": f"https://dvk.vn/i/{fresh.token}",
    }[how]
    account = make_account(session)
    assert redeem(session, typed, account).way is Way.ASK
    assert account.invitation_id == fresh.id


def test_used_twice_is_refused_with_a_sentence(session: Session) -> None:
    fresh = invite(session)
    redeem(session, fresh.token, make_account(session))
    assert redeem(session, fresh.code, make_account(session)).refusal == USED
    assert invitations.look(session, fresh.token, "x", NOW).why_not == USED


def test_the_same_account_may_tap_twice(session: Session) -> None:
    fresh, account = invite(session), make_account(session)
    assert redeem(session, fresh.token, account).way is Way.ASK
    assert redeem(session, fresh.token, account).way is Way.ASK


def test_expired_and_revoked_ones_are_refused(session: Session) -> None:
    old, gone = invite(session), invite(session)
    invitations.revoke(session.get_one(Invitation, gone.id))
    account = make_account(session)
    assert redeem(session, old.token, account, NOW + timedelta(days=7)).refusal == EXPIRED
    assert redeem(session, gone.token, account).refusal == WITHDRAWN


def test_a_member_has_the_new_role_at_once(session: Session) -> None:
    fresh, member = invite(session), make_member(session)
    assert redeem(session, fresh.token, make_account(session, member)).way is Way.JOINED
    roles = [r.role for r in members.roles_of(session, member.id, NOW)]
    assert roles == ["member", "focal"]


def test_a_role_that_was_ended_does_not_return_by_the_used_link(session: Session) -> None:
    fresh, member = invite(session), make_member(session)
    account = make_account(session, member)
    redeem(session, fresh.token, account)
    members.end_roles(session, member.id, NOW, Role.FOCAL)
    assert redeem(session, fresh.token, account, LATER).way is Way.NOTHING
    assert [r.role for r in members.roles_of(session, member.id, LATER)] == ["member"]


def test_who_lost_the_right_to_invite_lost_it_for_letters_on_their_way(session: Session) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    fresh = invite(session, unit_id=unit.id, by=focal.id)
    members.end_roles(session, focal.id, NOW)
    assert redeem(session, fresh.token, make_account(session), LATER).refusal == WITHDRAWN


# -- meetings -----------------------------------------------------------------------------


def test_a_meeting_code_lets_many_ask(session: Session) -> None:
    fresh = invite(session, Role.MEMBER, reusable=True)
    accounts = [make_account(session) for _ in range(3)]
    assert {redeem(session, fresh.code, a).way for a in accounts} == {Way.ASK}


def test_whoever_comes_by_a_meeting_code_waits(session: Session) -> None:
    fresh = invite(session, Role.MEMBER, reusable=True)
    member = make_member(session, state="pending")
    account = make_account(session, member)
    redeem(session, fresh.code, account)
    wish = joining.open_wish(session, member.id)
    assert (member.state, wish.unit_id if wish else 0) == ("pending", fresh.unit_id)


def test_a_code_for_many_never_gives_a_role_of_weight(session: Session) -> None:
    with pytest.raises(ValueError, match="members only"):
        invite(session, Role.ADMIN, reusable=True)


# -- lost access ----------------------------------------------------------------------------


def test_an_access_code_links_the_account_to_its_member(session: Session) -> None:
    member, account = make_member(session), make_account(session)
    fresh = invite(session, Role.MEMBER, member_id=member.id)
    assert redeem(session, fresh.code, account).way is Way.LINKED
    assert account.member_id == member.id


def test_an_access_code_is_not_for_an_account_of_somebody_else(session: Session) -> None:
    member, other = make_member(session), make_account(session, make_member(session))
    fresh = invite(session, Role.MEMBER, member_id=member.id)
    assert redeem(session, fresh.code, other).way is Way.REFUSED
    assert redeem(session, fresh.code, make_account(session)).way is Way.LINKED


def test_an_access_code_dies_when_its_member_becomes_more_than_its_giver(session: Session) -> None:
    unit, root = make_unit(session), make_root(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    member = make_member(session, unit=unit)
    fresh = invite(session, Role.MEMBER, unit_id=unit.id, by=focal.id, member_id=member.id)
    make_role(session, member, Role.ADMIN, root)
    assert redeem(session, fresh.code, make_account(session)).refusal == WITHDRAWN


# -- guessing -------------------------------------------------------------------------------


def test_ten_wrong_codes_and_even_the_right_one_waits_an_hour(session: Session) -> None:
    fresh, account = invite(session), make_account(session)
    for _ in range(GUESSES):
        assert redeem(session, "2222-2222-2222", account).refusal == WRONG
    assert redeem(session, fresh.code, account).refusal == SLOW_DOWN
    assert redeem(session, fresh.code, account, LATER).way is Way.ASK


def test_looking_is_no_way_round_the_limit(session: Session) -> None:
    fresh = invite(session)
    for _ in range(GUESSES):
        invitations.look(session, "2222-2222-2222", "203.0.113.7", NOW)
    assert invitations.look(session, fresh.code, "203.0.113.7", NOW).why_not == SLOW_DOWN
    assert invitations.look(session, fresh.code, "203.0.113.8", NOW).usable


def test_a_link_works_where_codes_are_slowed_down(session: Session) -> None:
    fresh, account = invite(session), make_account(session)
    for _ in range(GUESSES):
        redeem(session, "2222-2222-2222", account)
    assert redeem(session, fresh.token, account).way is Way.ASK


def test_guesses_are_forgotten_after_a_day(session: Session) -> None:
    redeem(session, "2222-2222-2222", make_account(session))
    redeem(session, "2222-2222-2222", make_account(session), NOW + timedelta(days=2))
    assert session.scalar(select(func.count()).select_from(Guess)) == 1


# -- two at once ------------------------------------------------------------------------------


def test_of_two_who_redeem_at_once_one_comes_in(database: Database) -> None:
    with database.writing() as session:
        fresh = invite(session)
        accounts = [make_account(session).id for _ in range(2)]
    ways: list[Way] = []
    both_ready = threading.Barrier(2)

    def run(account_id: int) -> None:
        both_ready.wait()
        with database.writing() as session:
            entry = invitations.redeem(session, fresh.token, account_id, "", NOW)
            ways.append(entry.way)

    threads = [threading.Thread(target=run, args=(a,)) for a in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ways) == [Way.ASK, Way.REFUSED]
