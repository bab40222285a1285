"""Who may do what: every role with every act, and who may bring in whom."""

import pytest

from bot.domain.roles import MAY_INVITE, Act, Grant, Role, can, may_give, roles_to_give, units_for

# m f i l a q: member, focal, inspector, leader, approver, admin (quản trị)
MATRIX = {
    Act.REPORT: "m f i l a q",
    Act.SEE_REPORTS: "f i l a q",
    Act.SEE_NARROWED: "f l a",
    Act.REVIEW: "f q",
    Act.INSPECT: "i",
    Act.STATISTICS: "f l a q",
    Act.APPROVE_MEMBERS: "f q",
    Act.INVITE: "f q",
    Act.MANAGE_UNITS: "q",
    Act.PERSONAL_DATA: "q",
    Act.PROPOSE: "f a",
    Act.STOP: "f a",
    Act.RECOGNISE: "a",
    Act.PLAN_INSPECTIONS: "f a",
    Act.FOLLOW_UP: "f i a",
    Act.GUIDE: "f a",
    Act.SUPPORT: "f l a",
    Act.SHARE: "f a",
    Act.SET_TARGETS: "f a q",
    Act.APPROVE_TARGETS: "a",
    Act.HAND_OVER: "f q",
    Act.AUDIT: "q",
    Act.CALL: "f l a q",
    Act.CARRY_OUT: "f",
    Act.GUIDE_UNITS: "f l a q",
    Act.REPORT_PERIOD: "f",
    Act.READ_PERIODS: "f l a q",
    Act.RECEIVE_PERIODS: "f a",
    Act.ACCEPT_PERIODS: "f a q",
    Act.TELL_GROUPS: "l q",
}
LETTERS = dict(zip(Role, "mfilaq", strict=True))
CELLS = [(role, act) for role in Role for act in Act]


@pytest.mark.parametrize(("role", "act"), CELLS)
def test_each_role_with_each_act(role: Role, act: Act) -> None:
    assert can(act, [Grant(role, 1)]) == (LETTERS[role] in MATRIX[act].split())


def test_somebody_without_roles_may_nothing() -> None:
    assert not any(can(act, []) for act in Act)


def test_a_right_holds_over_the_units_of_its_own_roles() -> None:
    grants = [Grant(Role.FOCAL, 1), Grant(Role.LEADER, 2), Grant(Role.ADMIN, 3)]
    assert units_for(Act.REVIEW, grants) == (1, 3)


@pytest.mark.parametrize("role", Role)
def test_nobody_brings_in_somebody_above_themself(role: Role) -> None:
    given = {Role.FOCAL: "mf", Role.ADMIN: "mfilaq"}.get(role, "")
    assert "".join(LETTERS[r] for r in roles_to_give([Grant(role, 1)])) == given
    assert "".join(LETTERS[r] for r in Role if r in MAY_INVITE.get(role, ())) == given


def test_a_role_is_given_only_where_the_giver_holds_the_right_one() -> None:
    grants = [Grant(Role.FOCAL, 1), Grant(Role.ADMIN, 2), Grant(Role.MEMBER, 3)]
    assert may_give(Role.LEADER, grants) == (2,)
    assert may_give(Role.MEMBER, grants) == (1, 2)
