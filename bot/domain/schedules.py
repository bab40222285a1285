"""Schedules of reminders: their stages, their due days, the periods they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from apscheduler.triggers.cron import CronTrigger

from bot.domain.roles import Role

GRACE = 30
"""Days after its last stage in which a thing is still taken up; what is older stays on lists."""


class Rung(StrEnum):
    """Who hears of it: whom it concerns, the focal person of their unit, the one above."""

    PERSON = "person"
    FOCAL = "focal"
    SUPERIOR = "superior"


RUNG_LABELS = {
    Rung.PERSON: "người phụ trách",
    Rung.FOCAL: "đầu mối của đơn vị",
    Rung.SUPERIOR: "cấp trên trực tiếp",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """So many days after the due day (before it: negative) somebody is told."""

    days: int
    rung: Rung

    @classmethod
    def read(cls, stored: Iterable[Sequence[object]]) -> tuple["Stage", ...]:
        return tuple(cls(int(str(days)), Rung(str(rung))) for days, rung in stored)


@dataclass(frozen=True, slots=True)
class Turn:
    """A stage that is on today, for what falls due between two days."""

    stage: Stage
    first: date
    last: date


def turns(stages: Sequence[Stage], today: date) -> list[Turn]:
    """Each due day has at most one stage on: the latest that has come. So a downtime costs one late
    notice, not one for every stage it slept through."""
    found, ends = [], [*(one.days for one in stages[1:]), stages[-1].days + GRACE]
    for stage, end in zip(stages, ends, strict=True):
        last = today - timedelta(stage.days)
        first = today - timedelta(end - 1)
        found.append(Turn(stage, first, last))
    return found


def due_days(rule: str, first: date, last: date) -> list[date]:
    """The days of a rule "day month weekday", written as cron writes them. ValueError: no rule."""
    day, month, weekday = rule.split()
    trigger = CronTrigger(day=day, month=month, day_of_week=weekday, hour=0, timezone=UTC)
    end = datetime(last.year, last.month, last.day, 1, tzinfo=UTC)
    at: datetime | None = datetime(first.year, first.month, first.day, tzinfo=UTC)
    found = []
    while at and (at := trigger.get_next_fire_time(None, at)) and at < end:
        found.append(at.date())
        at += timedelta(hours=1)
    return found


MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
PERIOD_LABELS = {
    "week": "tuần", "month": "tháng", "quarter": "quý", "half": "6 tháng", "year": "năm",
}  # fmt: skip


def period(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the period that a day lies in. A week is the one before the day: what
    is told on a Monday is about the last seven days."""
    if kind == "week":
        return day - timedelta(7), day - timedelta(1)
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(1)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(day.day - 1), after - timedelta(1))


def period_name(kind: str, first: date) -> str:
    """quý IV năm 2026; 6 tháng đầu năm 2026."""
    match kind:
        case "week":
            return f"tuần từ {first.day}/{first.month}/{first.year}"
        case "month":
            return f"tháng {first.month} năm {first.year}"
        case "quarter":
            return f"quý {('I', 'II', 'III', 'IV')[first.month // 3]} năm {first.year}"
        case "half":
            return f"6 tháng {'đầu' if first.month == 1 else 'cuối'} năm {first.year}"
    return f"năm {first.year}"


@dataclass(frozen=True, slots=True)
class Default:
    """A schedule that a new organisation begins with (domain.md 2.6: dates differ by place)."""

    code: str
    what: str
    label: str
    stages: tuple[tuple[int, str], ...]
    rule: str = ""
    period: str = ""
    roles: tuple[Role, ...] = ()
    number: int = 0
    window: str = "own"
    active: bool = True


REPORTING = ((-5, "person"), (-1, "person"), (1, "person"), (3, "superior"))
DEFAULTS = (
    Default(
        "dang-ky", "target_missing", "Đăng ký chỉ tiêu năm",
        ((-10, "person"), (-2, "person"), (1, "person"), (3, "superior")),
        rule="31 3 *", period="year", roles=(Role.FOCAL,),
    ),
    Default(
        "bao-cao-thang", "periodic_report", "Báo cáo tháng", REPORTING, rule="25 * *",
        period="month", roles=(Role.FOCAL,), active=False,
    ),
    Default(
        "bao-cao-quy", "periodic_report", "Báo cáo quý", REPORTING, rule="15 3,6,9,12 *",
        period="quarter", roles=(Role.FOCAL,),
    ),
    Default(
        "bao-cao-6-thang", "periodic_report", "Báo cáo 6 tháng", REPORTING, rule="10 6 *",
        period="half", roles=(Role.FOCAL,),
    ),
    Default(
        "bao-cao-nam", "periodic_report", "Báo cáo năm", REPORTING, rule="30 11 *",
        period="year", roles=(Role.FOCAL,),
    ),
    Default(
        "ra-soat", "initiative_review", "Rà soát mô hình hằng quý",
        ((-1, "person"), (2, "person"), (5, "focal"), (10, "superior")),
        rule="15 3,6,9,12 *", period="quarter",
    ),
    Default(
        "lau-chua-cap-nhat", "stale", "Mô hình lâu chưa cập nhật", ((0, "person"), (10, "focal")),
        rule="1 * *", period="month", number=6,
    ),
    Default(
        "chua-kiem-tra", "not_inspected", "Mô hình chưa kiểm tra trong năm", ((0, "person"),),
        rule="1 9,11 *", period="month", roles=(Role.INSPECTOR,),
    ),
    Default(
        "kien-nghi", "recommendation", "Kiến nghị đến hạn",
        ((-7, "person"), (-1, "person"), (1, "person"), (4, "focal"), (8, "superior")),
    ),
    Default("cho-xem", "report_waiting", "Phiếu chờ xem", ((2, "person"), (5, "superior"))),
    Default("phieu-do", "draft_left", "Phiếu đang làm dở", ((1, "person"),)),
    Default("giao-ban", "briefing", "Giao ban, tham quan", ((-3, "person"), (-1, "person"))),
    Default(
        "ket-luan", "conclusion", "Kết luận giao ban",
        ((-3, "person"), (0, "person"), (2, "superior")), roles=(Role.FOCAL,),
    ),
    Default("chi-dao", "guidance", "Văn bản, chỉ đạo mới", ((0, "person"), (3, "person"))),
    Default(
        "trien-khai", "guidance_done", "Triển khai chỉ đạo",
        ((-2, "person"), (1, "person"), (3, "superior")),
    ),
    Default(
        "tong-hop", "digest", "Tổng hợp tuần cho lãnh đạo", ((0, "person"),), rule="* * mon",
        period="week", roles=(Role.LEADER,), window="office",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attention:
    """How much of it people get: messages a week, how long a form must rest before something else
    is said, how late a notice may still come."""

    weekly: int = 5
    pause: timedelta = timedelta(minutes=10)
    late: timedelta = timedelta(hours=24)
