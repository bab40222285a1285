"""Roles: who may do what. A role is held over a unit and everything below it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    MEMBER = "member"
    FOCAL = "focal"
    INSPECTOR = "inspector"
    LEADER = "leader"
    APPROVER = "approver"
    ADMIN = "admin"


ROLE_LABELS = {
    Role.MEMBER: "hội viên",
    Role.FOCAL: "đầu mối",
    Role.INSPECTOR: "cán bộ kiểm tra",
    Role.LEADER: "lãnh đạo",
    Role.APPROVER: "người thẩm định",
    Role.ADMIN: "quản trị",
}


class Act(StrEnum):
    """Things that need a right; `ALLOWED` says which roles have it, over their own unit."""

    REPORT = "report"
    SEE_REPORTS = "see_reports"
    SEE_NARROWED = "see_narrowed"
    REVIEW = "review"
    INSPECT = "inspect"
    STATISTICS = "statistics"
    APPROVE_MEMBERS = "approve_members"
    INVITE = "invite"
    MANAGE_UNITS = "manage_units"
    PERSONAL_DATA = "personal_data"
    PROPOSE = "propose"
    STOP = "stop"
    RECOGNISE = "recognise"
    PLAN_INSPECTIONS = "plan_inspections"
    FOLLOW_UP = "follow_up"
    GUIDE = "guide"
    SUPPORT = "support"
    SHARE = "share"
    SET_TARGETS = "set_targets"
    APPROVE_TARGETS = "approve_targets"
    HAND_OVER = "hand_over"
    AUDIT = "audit"
    REPORT_PERIOD = "report_period"
    READ_PERIODS = "read_periods"
    RECEIVE_PERIODS = "receive_periods"
    ACCEPT_PERIODS = "accept_periods"
    CALL = "call"
    CARRY_OUT = "carry_out"
    GUIDE_UNITS = "guide_units"
    TELL_GROUPS = "tell_groups"


ALLOWED: dict[Act, frozenset[Role]] = {
    Act.REPORT: frozenset(Role),
    Act.SEE_REPORTS: frozenset(
        {Role.FOCAL, Role.INSPECTOR, Role.LEADER, Role.APPROVER, Role.ADMIN}
    ),
    # an ninh–quốc phòng: who must act on it, and the leaders; an administrator keeps the machine
    Act.SEE_NARROWED: frozenset({Role.FOCAL, Role.LEADER, Role.APPROVER}),
    Act.REVIEW: frozenset({Role.FOCAL, Role.ADMIN}),
    Act.INSPECT: frozenset({Role.INSPECTOR}),
    Act.STATISTICS: frozenset({Role.LEADER, Role.APPROVER, Role.FOCAL, Role.ADMIN}),
    Act.APPROVE_MEMBERS: frozenset({Role.FOCAL, Role.ADMIN}),
    Act.INVITE: frozenset({Role.FOCAL, Role.ADMIN}),
    Act.MANAGE_UNITS: frozenset({Role.ADMIN}),
    # erasing and withdrawing: one answerable person, whatever the unit's own people wish
    Act.PERSONAL_DATA: frozenset({Role.ADMIN}),
    # proposing for recognition or commendation; pausing, stopping, taking up again
    Act.PROPOSE: frozenset({Role.FOCAL, Role.APPROVER}),
    Act.STOP: frozenset({Role.FOCAL, Role.APPROVER}),
    Act.RECOGNISE: frozenset({Role.APPROVER}),
    Act.PLAN_INSPECTIONS: frozenset({Role.FOCAL, Role.APPROVER}),
    # what inspections have recommended
    Act.FOLLOW_UP: frozenset({Role.FOCAL, Role.INSPECTOR, Role.APPROVER}),
    # who helps an initiative, its programme, policies and publicity
    Act.GUIDE: frozenset({Role.FOCAL, Role.APPROVER}),
    Act.SUPPORT: frozenset({Role.FOCAL, Role.LEADER, Role.APPROVER}),
    Act.SHARE: frozenset({Role.FOCAL, Role.APPROVER}),
    Act.SET_TARGETS: frozenset({Role.FOCAL, Role.APPROVER, Role.ADMIN}),
    Act.APPROVE_TARGETS: frozenset({Role.APPROVER}),
    Act.HAND_OVER: frozenset({Role.FOCAL, Role.ADMIN}),
    Act.AUDIT: frozenset({Role.ADMIN}),
    # a unit's report on a period: sent by its own focal person; received by those above it, by an
    # administrator where there is nobody else
    Act.REPORT_PERIOD: frozenset({Role.FOCAL}),
    Act.READ_PERIODS: frozenset({Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN}),
    Act.RECEIVE_PERIODS: frozenset({Role.FOCAL, Role.APPROVER}),
    Act.ACCEPT_PERIODS: frozenset({Role.FOCAL, Role.APPROVER, Role.ADMIN}),
    # briefings, visits and what they conclude; doing that; messages to all below a unit
    Act.CALL: frozenset({Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN}),
    Act.CARRY_OUT: frozenset({Role.FOCAL}),
    Act.GUIDE_UNITS: frozenset({Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN}),
    # the week's numbers into a group's chat
    Act.TELL_GROUPS: frozenset({Role.LEADER, Role.ADMIN}),
}

# a focal person brings in members and colleagues, never somebody above themself
MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.FOCAL: frozenset({Role.MEMBER, Role.FOCAL}),
    Role.ADMIN: frozenset(Role),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one unit."""

    role: Role
    unit_id: int


def units_for(act: Act, grants: Iterable[Grant]) -> tuple[int, ...]:
    """The units over which these grants allow an act; empty: not allowed anywhere."""
    return tuple(dict.fromkeys(g.unit_id for g in grants if g.role in ALLOWED[act]))


def can(act: Act, grants: Iterable[Grant]) -> bool:
    return bool(units_for(act, grants))


def may_give(role: Role, grants: Iterable[Grant]) -> tuple[int, ...]:
    """The units over which these grants allow to give (or take back) a role."""
    units = (g.unit_id for g in grants if role in MAY_INVITE.get(g.role, frozenset()))
    return tuple(dict.fromkeys(units))


def roles_to_give(grants: Iterable[Grant]) -> tuple[Role, ...]:
    """In the order they are offered."""
    own = tuple(grants)
    return tuple(role for role in Role if may_give(role, own))
