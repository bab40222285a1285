"""How a report on a period and a missing target read when one is reminded of them."""

from collections.abc import Sequence
from datetime import date

from bot.conversation.messages import Option
from bot.domain.partial_dates import plain_date, short_date
from bot.domain.schedules import Rung
from bot.domain.text import capital
from bot.handlers.period_report import title
from bot.handlers.registry import Talk
from bot.handlers.reminding import Piece, reads
from bot.handlers.seeing import who
from storage import period_reports
from storage.period_figures import news
from storage.tables.reminders import Reminder, ReviewPeriod
from storage.tables.units import Unit

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
NAMED = 8
LATE = (
    "{what} của {unit} đã quá hạn {days} ngày (hạn {day}).{news} Vẫn nộp được ạ; nếu có khó khăn, "
    "{ac} cho Trợ lý biết để báo {above}."
)
EARLY = "NHẮC VIỆC: {what} – {unit}\nNộp từ nay đến {day} (còn {days} ngày).{news}"
ON_THE_DAY = "NHẮC VIỆC: {what} – {unit}\nHạn: hôm nay, {day}.{news}"
ABOVE = "{unit} chưa nộp {what}: hạn {day}, đã quá {days} ngày."
"""To those above the unit: the ladder has come up to them."""


@reads("periodic_report")
def report_due(talk: Talk, reminders: Sequence[Reminder]) -> Piece | None:
    found = [(r, _of(talk, r)) for r in reminders]
    pieces = [_piece(talk, r, *both) for r, both in found if both]
    return _together(pieces, Option("Báo cáo kỳ", "cmd:baocaoky", "primary"))


def _of(talk: Talk, reminder: Reminder) -> tuple[ReviewPeriod, Unit] | None:
    period = talk.session.get(ReviewPeriod, reminder.subject_id)
    unit = talk.session.get(Unit, reminder.unit_id)
    return (period, unit) if period and unit else None


def _together(pieces: list[Piece], one_by_one: Option) -> Piece | None:
    """One thing with all that can be done about it; several as a list, to be opened."""
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    text = "\n".join(piece.text for piece in pieces[:NAMED])
    more = f"\n… và {len(pieces) - NAMED} việc nữa." if len(pieces) > NAMED else ""
    return Piece(text + more, (one_by_one,), "; ".join(piece.short for piece in pieces[:NAMED]))


def _piece(talk: Talk, reminder: Reminder, period: ReviewPeriod, unit: Unit) -> Piece:
    what, day = title(period), period_reports.due_on(talk.session, period, unit.id)
    left = (day - talk.today).days
    short = f"{what}, {unit.name} ({_when(left, day)})"
    said = {"what": what, "unit": unit.name, "days": abs(left)}
    if reminder.rung == Rung.SUPERIOR:
        see = Option("Xem báo cáo", f"bk:{period.id}:{unit.id}", "primary")
        return Piece(talk.say(ABOVE, day=plain_date(day), **said), (see,), short)
    heard, models = news(talk.session, unit, period, talk.local(talk.now))
    told = f"\nĐã có: {heard}/{models} mô hình cập nhật." if models else ""
    text = LATE if left < 0 else EARLY if left else ON_THE_DAY
    spoken = short_date(day) if left < 0 else in_words(day)
    said |= {"news": told, "day": spoken, "above": _above(talk, unit)}
    about = f"{period.id}:{unit.id}"
    options = (
        Option("Báo cáo ngay", f"bk_ghi:{about}", "primary"),
        *_later(reminder),
        Option("Đã báo cáo bằng văn bản", f"bk_vb:{about}"),
    )
    return Piece(talk.say(text, **said), options, short)


def in_words(day: date) -> str:
    """thứ Tư, 10/06/2026"""
    return f"{WEEKDAYS[day.weekday()]}, {short_date(day)}"


def _when(left: int, day: date) -> str:
    return f"quá hạn {-left} ngày" if left < 0 else f"hạn {plain_date(day)}"


def _above(talk: Talk, unit: Unit) -> str:
    names = period_reports.receivers(talk.session, unit.id, talk.now, talk.person.member_id or 0)
    return who(talk, names[0]) if names else "cấp trên"


def _later(reminder: Reminder) -> tuple[Option, ...]:
    return (
        Option("Để sau", f"nh:sau:{reminder.id}"),
        Option("Xin lùi hạn", f"nh:lui:{reminder.id}"),
    )


@reads("target_missing")
def target_due(talk: Talk, reminders: Sequence[Reminder]) -> Piece | None:
    found = [(r, _of(talk, r)) for r in reminders]
    pieces = [_target(talk, r, *both) for r, both in found if both]
    return _together(pieces, Option("Chỉ tiêu đăng ký", "ct", "primary"))


def _target(talk: Talk, reminder: Reminder, period: ReviewPeriod, unit: Unit) -> Piece:
    day = reminder.due_on
    left = (day - talk.today).days
    what = f"đăng ký chỉ tiêu năm {period.first.year}"
    short = f"{capital(what)}, {unit.name} ({_when(left, day)})"
    if reminder.rung == Rung.SUPERIOR:
        text = f"{unit.name} chưa {what} ({_when(left, day)})."
        return Piece(text, (Option("Chỉ tiêu đăng ký", f"ct:{period.first.year}"),), short)
    text = f"NHẮC VIỆC: {capital(what)} – {unit.name}\n"
    text += f"Đã quá hạn {-left} ngày; vẫn đăng ký được ạ." if left < 0 else ""
    text += f"Đăng ký từ nay đến {in_words(day)} (còn {left} ngày)." if left >= 0 else ""
    enter = Option("Đặt chỉ tiêu", "ct_moi", "primary")
    return Piece(text, (enter, *_later(reminder)), short)
