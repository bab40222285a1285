"""Times of day as people type them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import parse_hour, say_hour


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("8 giờ 30", time(8, 30)),
        ("8 gio 30 phut", time(8, 30)),
        ("8h30", time(8, 30)),
        ("08:30", time(8, 30)),
        ("8 giờ rưỡi sáng", time(8, 30)),
        ("lúc 9 giờ kém 15", time(8, 45)),
        ("14h", time(14, 0)),
        ("2 giờ chiều", time(14, 0)),
        ("2 giờ 15 phút chiều ạ", time(14, 15)),
        ("bảy giờ tối", time(19, 0)),
        ("mười một giờ trưa", time(11, 0)),
        ("1 giờ trưa", time(13, 0)),
        ("5 giờ sáng", time(5, 0)),
        ("7", time(7, 0)),
        ("14g30", time(14, 30)),
    ],
)
def test_what_people_type(typed: str, at: time) -> None:
    assert parse_hour(typed) == at


@pytest.mark.parametrize(
    "typed", ["", "2 giờ", "3", "25h", "8h75", "sáng mai", "8 giờ kém 75", "0 giờ", "ngày 8", "h"]
)
def test_what_is_none_or_may_be_of_the_night(typed: str) -> None:
    assert parse_hour(typed) is None


@given(st.times())
def test_what_is_said_by_day_is_understood_again(at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    assert parse_hour(say_hour(at)) == (at if at.hour >= 6 else None)


@given(st.text(max_size=60))
def test_anything_may_be_typed(typed: str) -> None:
    parse_hour(typed)
