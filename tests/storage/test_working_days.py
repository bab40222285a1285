"""Which days are worked: weekends, holidays, Tết, and what an organisation decides instead."""

import csv
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from storage import holidays_table
from storage.tables.units import Unit
from storage.working_days import (
    TABLE,
    clear_days,
    coming,
    days_of,
    overrides,
    set_days,
    working_days,
)
from tests.make import make_root


@pytest.fixture
def root(session: Session) -> Unit:
    return make_root(session)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 4, 30), False),
        (date(2026, 4, 27), False),  # for Giỗ Tổ, which is a Sunday
        (date(2026, 8, 31), False),
        (date(2026, 8, 22), True),  # the Saturday worked for it
        (date(2026, 2, 13), True),  # 26 tháng Chạp
        (date(2026, 2, 23), True),  # mùng 7
        (date(2031, 1, 20), False),  # 27 tháng Chạp
        (date(2033, 1, 26), True),  # 26 of a tháng Chạp with 30 days
        (date(2033, 1, 27), False),
    ],
)
def test_days_of_vietnam(session: Session, root: Unit, day: date, worked: bool) -> None:
    assert working_days(session, root.id)(day) is worked


@pytest.mark.parametrize(
    "tet",
    [
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 2),  # in China a day later
    ],
)
def test_nobody_works_from_27_thang_chap_to_mung_6(session: Session, root: Unit, tet: date) -> None:
    worked = working_days(session, root.id)
    assert not any(worked(tet + timedelta(n)) for n in range(-3, 6))


def test_the_table_is_what_the_library_says() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        stored = list(csv.reader(file))
    now = [[str(day), kind, name] for day, kind, name in holidays_table.rows()]
    assert stored == now, "write it again: python -m storage.holidays_table"


def test_holidays_have_their_names() -> None:
    found = coming(date(2026, 8, 1), date(2026, 9, 30))
    assert [(one.day.day, one.working, one.name) for one in found] == [
        (22, True, "Làm bù"),
        (31, False, "Ngày nghỉ (thay cho ngày 22/08/2026)"),
        (1, False, "Quốc khánh"),
        (2, False, "Quốc khánh"),
    ]


def test_what_the_organisation_decides_counts(session: Session, root: Unit) -> None:
    saturday, monday = date(2026, 12, 5), date(2026, 12, 7)
    set_days(session, root.id, [monday], False, "Nghỉ bù")
    set_days(session, root.id, [saturday], True, "Làm bù")
    worked = working_days(session, root.id)
    assert (worked(saturday), worked(monday)) == (True, False)


def test_another_organisation_has_its_own_days(session: Session, root: Unit) -> None:
    monday, other = date(2026, 12, 7), make_root(session, "Huyện Can Lộc")
    set_days(session, root.id, [monday], False, "Nghỉ bù")
    assert working_days(session, other.id)(monday)


def test_the_last_word_counts(session: Session, root: Unit) -> None:
    monday = date(2026, 12, 7)
    set_days(session, root.id, [monday], False, "Nghỉ bù")
    set_days(session, root.id, [monday], True, "Vẫn làm")
    assert [(one.working, one.name) for one in overrides(session, root.id)] == [(True, "Vẫn làm")]


def test_cleared_days_are_as_before(session: Session, root: Unit) -> None:
    first, last = date(2026, 12, 7), date(2026, 12, 9)
    set_days(session, root.id, days_of(first, last), False, "Nghỉ")
    assert clear_days(session, root.id, first, date(2026, 12, 8)) == 2
    worked = working_days(session, root.id)
    assert [worked(day) for day in days_of(first, last)] == [True, True, False]
