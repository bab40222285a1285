"""What handlers share about a reminder: whose it is, its day in words, what can always be done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.conversation.messages import Option, Reply
from bot.domain.due_words import how_far, until
from bot.domain.partial_dates import plain_date
from bot.domain.schedules import Rung
from bot.errors import Refused
from bot.handlers.people import NOON
from bot.handlers.registry import Talk
from storage import extensions, reminders
from storage.due_parts import WHATS
from storage.tables.reminders import Reminder, Schedule

NOT_YOURS = "Việc này không nằm trong danh sách của {ac} ạ. {Ac} nhắn “việc cần làm” để xem việc."
HANDED = "Việc này đã chuyển cho người khác ạ. {Ac} nhắn “việc cần làm” để xem việc của mình."
DONE = "Việc này đã xong rồi ạ. Cảm ơn {ac}."
ENDED = "Lịch nhắc này nay không dùng nữa nên {ac} không phải trả lời ạ. Cảm ơn {ac}."
TO_DO = Option("Việc cần làm", "cmd:vieccanlam")


def mine(talk: Talk, reminder_id: str | int) -> Reminder:
    """A reminder of the speaker's own that still waits. Raises Refused."""
    one = talk.session.get(Reminder, int(reminder_id))
    if one is None or one.member_id != talk.member_id:
        raise Refused(talk.say(NOT_YOURS))
    if one.state == "handed":
        raise Refused(talk.say(HANDED))
    if talk.session.get_one(Schedule, one.schedule_id).state != "active":
        raise Refused(talk.say(ENDED))
    if one.state not in reminders.OPEN or not still(talk, [one]):
        raise Refused(talk.say(DONE))
    return one


def still(talk: Talk, some: Sequence[Reminder]) -> list[Reminder]:
    """Those that are due by a schedule that is on."""
    on = [r for r in some if talk.session.get_one(Schedule, r.schedule_id).state == "active"]
    return reminders.holding(talk.session, on, talk.today, talk.zone)


def waiting(talk: Talk) -> list[Reminder]:
    """All that waits for the speaker, overdue first."""
    rows = reminders.open_of(talk.session, talk.member_id, talk.today, talk.zone)
    on = [r for r in rows if talk.session.get_one(Schedule, r.schedule_id).state == "active"]
    days = due_days(talk, on)
    return sorted(on, key=lambda r: (days[r.id], r.id))


def alike(talk: Talk, one: Reminder) -> list[Reminder]:
    """What waits of the same kind for the same reason, it among them while it waits."""
    return [r for r in waiting(talk) if (r.what, r.rung) == (one.what, one.rung)]


def due_days(talk: Talk, some: Iterable[Reminder]) -> dict[int, date]:
    """By when each is due, with more time where it was granted."""
    rows = list(some)
    later = extensions.granted(talk.session, rows)
    return {r.id: max(r.due_on, later.get(extensions.thing_of(r), r.due_on)) for r in rows}


def due_day(talk: Talk, one: Reminder) -> date:
    return due_days(talk, [one])[one.id]


def when(talk: Talk, one: Reminder) -> str:
    """Hạn: từ nay đến thứ Ba, 15/12/2026 (còn 1 ngày)."""
    waits = extensions.asked(talk.session, one)
    asked = f" {{Ac}} đã xin lùi đến {plain_date(waits.until)}, đang chờ trả lời." if waits else ""
    return f"Hạn: {until(due_day(talk, one), talk.today)}.{talk.say(asked)}"


def far(talk: Talk, one: Reminder) -> str:
    """còn 1 ngày; đã quá hạn 2 ngày: how a line of a list ends."""
    return how_far(due_day(talk, one), talk.today)


def is_for_others(one: Reminder) -> bool:
    """It is about what somebody else has not done."""
    return one.rung != Rung.PERSON


def label(one: Reminder) -> str:
    return WHATS[one.what].label if one.what in WHATS else "Việc đến hạn"


def later(one: Reminder, *, many: bool = False) -> Option:
    return Option("Để sau", f"nh:sau:{one.id}:hoi:n" if many else f"nh:sau:{one.id}")


def more(one: Reminder) -> Option:
    return Option("Việc khác…", f"nh:khac:{one.id}")


def with_days(talk: Talk, reply: Reply, days: Iterable[date]) -> Reply:
    """Each day that the text names, so that it can be shown in the reader's own way."""
    moments = {
        plain_date(day): int(datetime.combine(day, NOON, talk.zone).timestamp())
        for day in days
        if plain_date(day) in reply.text
    }
    return replace(reply, moments=moments)
