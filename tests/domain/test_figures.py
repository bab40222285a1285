"""How shares are worked out."""

from decimal import Decimal

import pytest

from bot.domain.figures import percent


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        *((138, 135, "102.2"), (34, 138, "24.6"), (19, 138, "13.8"), (135, 135, "100.0")),
        *((1, 2000, "0.1"), (0, 5, "0.0"), (50, 1, "5000.0")),
    ],
)
def test_percents_are_rounded_half_up(part: int, whole: int, share: str) -> None:
    assert percent(part, whole) == Decimal(share)


def test_of_nothing_there_is_no_share() -> None:
    assert percent(5, 0) is None
