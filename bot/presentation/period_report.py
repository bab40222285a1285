"""A unit's report on a period as text: its figures, its answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.period_report import LABELS
from bot.presentation.chat import as_of, count

FIGURES = {
    "planned": "Đăng ký",
    "built": "Đã xây dựng",
    "inspected": "Đã kiểm tra",
    "recognised": "Được công nhận",
    "copied": "Nhân rộng",
    "stopped": "Đã dừng",
}
STATES = {
    "": "chưa nộp",
    "sent": "đã nộp, chờ xem",
    "returned": "cần bổ sung",
    "accepted": "đã được nhận",
    "paper": "đã báo cáo bằng văn bản",
}
Figures = Mapping[str, Any]


def figures_text(figures: Figures, whole_year: bool) -> str:
    """What the unit need not type. whole_year: the period is the year."""
    lines = [
        f"– {label}: {_both(figures['rows'][name], whole_year)}" for name, label in FIGURES.items()
    ]
    shares = (
        f"  · {label}: {_both(numbers, whole_year)}"
        for label, numbers in figures["sectors"].items()
        if numbers[1] or numbers[0]
    )
    lines[2:2] = shares
    lines.append(f"– Phiếu chờ xem: {count(figures['waiting'])}")
    silent, active = count(figures["silent"]), count(figures["active"])
    lines.append(f"– Chưa có tin trong kỳ: {silent}/{active} mô hình đang làm")
    lines += [as_of(datetime.fromisoformat(figures["as_of"])), figures["definition"]]
    return "\n".join(lines)


def _both(numbers: list[int], whole_year: bool) -> str:
    period, year = map(count, numbers)
    return year if whole_year else f"{period} trong kỳ; {year} từ đầu năm"


def brief(figures: Figures) -> str:
    rows = figures["rows"]
    return f"đăng ký {count(rows['planned'][1])}, đã xây dựng {count(rows['built'][1])}"


def differences(then: Figures, now: Figures) -> list[str]:
    """What is otherwise in the records than when it was sent."""
    if not then:
        return []
    return [
        f"– {label} ({span}): {count(old)} → {count(new)}"
        for name, label in FIGURES.items()
        for span, old, new in zip(
            ("trong kỳ", "từ đầu năm"), then["rows"][name], now["rows"][name], strict=True
        )
        if old != new
    ]


def answers_text(answers: Mapping[str, Any]) -> str:
    shown = ((label, answers.get(key, {"t": ""})["t"]) for key, label in LABELS.items())
    return "\n".join(f"{label}: {text}" for label, text in shown if text)
