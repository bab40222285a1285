"""How a due day is said: on which weekday it is, and how far away."""

from datetime import date

from bot.domain.partial_dates import plain_date

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def named(day: date) -> str:
    """thứ Ba, 15/12/2026."""
    return f"{WEEKDAYS[day.weekday()]}, {plain_date(day)}"


def how_far(day: date, today: date) -> str:
    """còn 1 ngày; hôm nay; đã quá hạn 2 ngày."""
    days = (day - today).days
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"đã quá hạn {-days} ngày"


def until(day: date, today: date) -> str:
    """Early answers are welcome: "từ nay đến thứ Ba, 15/12/2026 (còn 1 ngày)"."""
    start = "từ nay đến " if day > today else ""
    return f"{start}{named(day)} ({how_far(day, today)})"
