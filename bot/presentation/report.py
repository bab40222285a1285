"""A report as text."""

from collections.abc import Iterable, Mapping
from typing import Any

STATES = {
    "sent": "chờ xem",
    "accepted": "đã được chấp nhận",
    "returned": "cần bổ sung",
    "rejected": "không được chấp nhận",
    "withdrawn": "đã rút lại",
}
PRIVATE = frozenset({"lien_he", "vi_tri"})
"""Answers that only the author and those who follow the initiative see."""


def state_in_words(kind: str, state: str) -> str:
    """An inspection waits for the head of its team alone."""
    inspected = {"sent": "chờ trưởng đoàn xác nhận", "accepted": "đã ghi"}
    return inspected.get(state, STATES[state]) if kind == "inspect" else STATES[state]


def lines(labels: Iterable[tuple[str, str]], answers: Mapping[str, Any], private: bool) -> str:
    """The answers under their labels, in the order of the form; (key, label) pairs."""
    shown = [
        f"{label}: {_words(answers[key])}"
        for key, label in labels
        if key in answers and answers[key]["t"] and (private or key not in PRIVATE)
    ]
    return "\n".join(shown)


def _words(answer: Mapping[str, Any]) -> str:
    """A position as numbers that any map understands."""
    value = answer["v"]
    at = isinstance(value, dict) and "lat" in value
    return f"{value['lat']}, {value['lon']}" if at else str(answer["t"])
