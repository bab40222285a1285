"""The state of an initiative in a year, as a card says it."""

from collections.abc import Mapping

from bot.domain import lifecycle
from bot.domain.lifecycle import Life

BUILT = "Đã xây dựng"


def state_in_words(life: Life, built: bool, labels: Mapping[str, str]) -> str:
    """Once the results of the year are confirmed, it is no longer only registered."""
    early = ("registered", "building") if built else ()
    return lifecycle.in_words(life, {**labels, **dict.fromkeys(early, BUILT)})
