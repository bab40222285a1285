"""Who may do what about hours and days off: every role, where it is held, every action."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage.tables.units import Unit
from storage.working_days import overrides, set_days
from tests.handlers.chatting import Chat, Open, unit
from tests.make import make_member, make_root

MONDAY = date(2022, 12, 26)
Does = Callable[[Session, Unit, Chat], bool]


def sees(session: Session, root: Unit, one: Chat) -> bool:
    return "Ngày nghỉ sắp tới" in one.tap("nl")


def is_offered(session: Session, root: Unit, one: Chat) -> bool:
    labels = [option.label for option in one.hear("/lichnhac")[-1].options]
    return "Ngày nghỉ, ngày làm bù" in labels


def adds(session: Session, root: Unit, one: Chat) -> bool:
    one.tap("nl_moi")
    one.say("nghỉ", "26/12/2022", "bỏ qua", "Nghỉ bù", "ghi")
    return bool(overrides(session, root.id))


def removes(session: Session, root: Unit, one: Chat) -> bool:
    set_days(session, root.id, [MONDAY], False, "Nghỉ bù")
    one.tap(f"nl_bo:{MONDAY}:{MONDAY}")
    return not overrides(session, root.id)


def sets_own_hour(session: Session, root: Unit, one: Chat) -> bool:
    return "Từ nay Trợ lý nhắc" in one.tap("ln:office")


ADMINS: dict[str, Does] = {"see": sees, "button": is_offered, "add": adds, "remove": removes}


@pytest.mark.parametrize("does", ADMINS.values(), ids=ADMINS)
@pytest.mark.parametrize("held", ["whole", "part", "other"])
@pytest.mark.parametrize("role", Role)
def test_days_off_are_for_the_administrator_of_the_whole(
    session: Session, root: Unit, chat: Open, role: Role, held: str, does: Does
) -> None:
    over = {"whole": root, "part": unit(session)}.get(held) or make_root(session, "Can Lộc")
    one = chat(make_member(session, unit=root, role=role, over=over))
    assert does(session, root, one) is (role is Role.ADMIN and held == "whole")


@pytest.mark.parametrize("role", Role)
def test_everybody_chooses_their_own_hour(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    assert sets_own_hour(session, root, chat(make_member(session, unit=root, role=role)))


def test_who_may_not_is_told_what_would_be_allowed(
    session: Session, root: Unit, chat: Open
) -> None:
    said = chat(make_member(session, unit=root, role=Role.FOCAL)).tap("nl")
    assert "do quản trị của toàn tổ chức ghi" in said
    assert "nhắn “lịch nhắc”" in said
