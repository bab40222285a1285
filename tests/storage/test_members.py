"""Members: scope of their roles, who decides about joiners, and that the first decision counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Act, Role
from storage import deciding, joining, members, tasks
from storage.tables.people import Member, Task
from storage.tables.units import Unit
from storage.units import rebuild_below, set_parent
from tests.make import NOW, make_account, make_member, make_role, make_root, make_unit

TODAY = NOW.date()
LATER = NOW + timedelta(hours=1)


def allowed(session: Session, member: Member, unit: Unit, today: date = TODAY) -> bool:
    return members.allows(session, member.id, Act.APPROVE_MEMBERS, unit.id, LATER, today)


def join(session: Session, unit: Unit, name: str = "Hồ Văn Hà") -> tuple[Member, Task]:
    member = make_member(session, name=name, state="pending", unit=unit)
    return member, joining.ask(session, member, unit.id, NOW)


# -- scope ----------------------------------------------------------------------------------


def test_a_role_reaches_down_but_neither_up_nor_aside(session: Session) -> None:
    root = make_root(session)
    commune = make_unit(session, parent=root)
    hamlet = make_unit(session, "Thôn Vĩnh Thịnh", "thon", commune)
    aside = make_unit(session, "Xã Thạch Khê", parent=root)
    focal = make_member(session, unit=commune, role=Role.FOCAL)
    reach = [allowed(session, focal, unit) for unit in (root, commune, hamlet, aside)]
    assert reach == [False, True, True, False]


def test_a_role_over_a_closed_unit_still_reaches_what_it_reached(session: Session) -> None:
    root = make_root(session)
    old = make_unit(session, parent=root, valid_to=date(2025, 7, 1))
    focal = make_member(session, unit=old, role=Role.FOCAL)
    assert allowed(session, focal, old, date(2026, 11, 24))


def test_a_role_that_has_ended_allows_nothing(session: Session) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    members.end_roles(session, focal.id, NOW)
    assert not allowed(session, focal, unit)


@pytest.mark.parametrize("state", ["pending", "withdrawn", "erased"])
def test_who_is_no_active_member_has_no_rights(session: Session, state: str) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    focal.state = state
    session.flush()
    assert not allowed(session, focal, unit)


def test_a_role_given_twice_is_held_once(session: Session) -> None:
    member = make_member(session)
    for _ in range(2):
        members.give_role(session, member.id, Role.FOCAL, member.unit_id or 0, NOW)
    assert len(members.roles_of(session, member.id, NOW)) == 2  # member, focal


# -- who decides ------------------------------------------------------------------------------


def test_the_units_own_focal_persons_decide(session: Session) -> None:
    unit = make_unit(session)
    two = [make_member(session, unit=unit, role=Role.FOCAL).id for _ in range(2)]
    make_member(session, role=Role.FOCAL)  # of the huyện
    assert deciding.approvers_for(session, unit.id, LATER) == two


def test_else_those_of_the_nearest_unit_above(session: Session) -> None:
    root = make_root(session)
    commune = make_unit(session, parent=root)
    hamlet = make_unit(session, "Thôn Vĩnh Thịnh", "thon", commune)
    near = make_member(session, unit=commune, role=Role.FOCAL)
    make_member(session, unit=root, role=Role.FOCAL)
    assert deciding.approvers_for(session, hamlet.id, LATER) == [near.id]


def test_a_bodys_own_tree_comes_before_the_place_where_it_stands(session: Session) -> None:
    root = make_root(session)
    above = make_unit(session, "Hội LHPN tỉnh", "hoi_phu_nu", root)
    body = make_unit(session, "Hội LHPN xã", "hoi_phu_nu", above)
    commune = make_unit(session, parent=root)
    set_parent(session, body, commune, "hanh_chinh")
    rebuild_below(session)
    make_member(session, unit=commune, role=Role.FOCAL)
    own = make_member(session, unit=above, role=Role.FOCAL)
    assert deciding.approvers_for(session, body.id, LATER) == [own.id]


def test_at_last_the_administrators(session: Session) -> None:
    root = make_root(session)
    admin = make_member(session, unit=root, role=Role.ADMIN)
    unit = make_unit(session, parent=root)
    assert deciding.approvers_for(session, unit.id, LATER) == [admin.id]


def test_nobody_decides_about_themself(session: Session) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    task = joining.ask(session, focal, unit.id, NOW)
    assert deciding.approvers_for(session, unit.id, LATER, focal.id) == []
    decision = joining.decide(session, task.id, focal.id, True, LATER, TODAY)
    assert decision is not None
    assert not decision.allowed


# -- deciding ---------------------------------------------------------------------------------


def test_yes_makes_a_member_of_the_unit(session: Session) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    member, task = join(session, unit)
    joining.decide(session, task.id, focal.id, True, LATER, TODAY)
    assert (member.state, member.unit_id) == ("active", unit.id)
    assert [r.role for r in members.roles_of(session, member.id, LATER)] == ["member"]


def test_no_leaves_the_person_waiting_without_a_unit(session: Session) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    member, task = join(session, unit)
    joining.decide(session, task.id, focal.id, False, LATER, TODAY)
    assert (member.state, member.unit_id) == ("pending", None)


def test_the_second_tap_changes_nothing_and_learns_what_the_first_did(session: Session) -> None:
    unit = make_unit(session)
    one, two = (make_member(session, unit=unit, role=Role.FOCAL) for _ in range(2))
    member, task = join(session, unit)
    joining.decide(session, task.id, one.id, True, LATER, TODAY)
    second = joining.decide(session, task.id, two.id, False, LATER, TODAY)
    assert second is not None
    assert (second.first, second.task.outcome, second.task.done_by) == (False, "accepted", one.id)
    assert member.state == "active"


def test_a_role_revoked_between_tap_and_commit_wins(session: Session) -> None:
    unit = make_unit(session)
    focal = make_member(session, unit=unit, role=Role.FOCAL)
    member, task = join(session, unit)
    members.end_roles(session, focal.id, NOW)
    decision = joining.decide(session, task.id, focal.id, True, LATER, TODAY)
    assert decision is not None
    assert not decision.allowed
    assert member.state == "pending"


def test_a_new_wish_replaces_the_one_before(session: Session) -> None:
    here, there = make_unit(session), make_unit(session, "Xã Thạch Khê")
    member, first = join(session, here)
    joining.ask(session, member, there.id, LATER)
    session.refresh(first)
    assert (first.outcome, member.unit_id) == ("replaced", there.id)


def test_who_moves_keeps_the_old_unit_until_the_new_one_agrees(session: Session) -> None:
    here, there = make_unit(session), make_unit(session, "Xã Thạch Khê")
    member = make_member(session, unit=here)
    focal = make_member(session, unit=there, role=Role.FOCAL)
    task = joining.ask(session, member, there.id, NOW)
    assert member.unit_id == here.id
    joining.decide(session, task.id, focal.id, True, LATER, TODAY)
    assert member.unit_id == there.id
    assert [r.unit_id for r in members.roles_of(session, member.id, LATER)] == [there.id]


# -- lists ------------------------------------------------------------------------------------


def test_lists_show_only_people_and_tasks_of_the_own_scope(session: Session) -> None:
    here, there = make_unit(session), make_unit(session, "Xã Thạch Khê")
    mine, task = join(session, here, "Lê Thị Lan")
    join(session, there, "Trần Thị Lan")
    assert members.people_below(session, [here.id], TODAY, "lan") == [mine]
    assert tasks.waiting(session, "join", (here.id,), TODAY) == [task]
    assert members.people_below(session, [], TODAY) == []


def test_a_long_list_is_turned_over(session: Session) -> None:
    here = make_unit(session)
    join(session, here, "Lê Thị Lan")
    second, _ = join(session, here, "Trần Thị Lan")
    assert members.people_below(session, [here.id], TODAY, most=1, skip=1) == [second]


def test_names_are_found_without_accents_and_signs_are_only_signs(session: Session) -> None:
    member = make_member(session, name="Nguyễn Thị Đào")
    root = member.root_id
    assert members.people_below(session, [root], TODAY, "dao") == [member]
    assert members.people_below(session, [root], TODAY, "%") == []


def test_letters_go_to_all_accounts_that_can_be_reached(session: Session) -> None:
    member = make_member(session)
    two = [make_account(session, member, platform).id for platform in ("web", "telegram")]
    make_account(session, member, "zalo").reachable = False
    session.flush()
    assert members.accounts_of(session, member.id) == two


def test_an_unlinked_account_leaves_its_drafts_to_the_other(session: Session) -> None:
    member = make_member(session)
    lost, kept = make_account(session, member), make_account(session, member)
    members.unlink(session, lost, kept.id)
    assert members.accounts_of(session, member.id) == [kept.id]


def test_the_last_administrator_is_known(session: Session) -> None:
    root = make_root(session)
    admin = make_member(session, unit=root, role=Role.ADMIN)
    (role,) = members.roles_of(session, admin.id, LATER)
    assert members.is_last_admin(session, role, LATER)
    make_role(session, make_member(session, unit=root), Role.ADMIN, root)
    assert not members.is_last_admin(session, role, LATER)
